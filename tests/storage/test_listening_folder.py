import os
import threading
from pathlib import Path

import pytest

from samstudio.session.comparing.blind_test import Answer, Rating, Side
from samstudio.session.comparing.listening_test import Trial, TrialResult, trials_for
from samstudio.storage import listening_folder
from samstudio.storage.json_values import SessionError
from samstudio.storage.listening_folder import TABLE, ListeningFolder


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two systems with two clips in common, and one recording."""
    names = ("small/a_target.wav", "small/a_residual.wav", "small/b.flac", "large/a_target.wav", "large/b.wav")
    for name in (*names, "large/only_here.wav", "large/notes.txt", "reference/a.wav", ".hidden/a.wav", "empty/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def result(listener: str, clip: str = "a") -> TrialResult:
    return TrialResult(listener, Trial(clip, "small", "large"), Answer(Rating(), Rating(), Side.X), answered="now")


def test_what_there_is_to_compare(folder):
    test = ListeningFolder(folder)
    assert (test.systems, test.clips) == (("large", "small"), ("a", "b"))
    files = test.files(Trial("a", "small", "large"))
    assert files.x == folder / "small/a_target.wav"
    assert files.recording == folder / "reference/a.wav"
    assert test.files(Trial("b", "small", "large")).recording is None


@pytest.mark.parametrize("missing", ["large", "small", "nothing"])
def test_a_folder_without_two_systems_is_refused(folder, missing):
    place = folder if missing != "nothing" else folder / "nothing"
    for path in (folder / missing).glob("*"):
        path.unlink()
    with pytest.raises(SessionError, match=r"is no listening test|cannot be read"):
        ListeningFolder(place)


def test_answers_are_added_one_line_each_and_read_by_anyone(folder):
    ListeningFolder(folder).append(result("ann"))
    ListeningFolder(folder).append(result("bob"))
    results, unreadable = ListeningFolder(folder).read()
    assert ([r.listener for r in results], unreadable) == (["ann", "bob"], 0)
    assert len((folder / TABLE).read_text("utf-8").splitlines()) == 3


def test_an_answer_after_a_line_that_was_cut_off_is_kept(folder):
    test = ListeningFolder(folder)
    test.append(result("ann"))
    with (folder / TABLE).open("ab") as file:
        file.write(b"bob,a,sm")
    test.append(result("carl"))
    results, unreadable = test.read()
    assert ([r.listener for r in results], unreadable) == (["ann", "carl"], 1)


def test_many_listeners_at_once_lose_no_answer(folder):
    names = [f"listener {number}" for number in range(8)]

    def answer(name: str) -> None:
        test = ListeningFolder(folder)
        for trial in trials_for(name, test.clips, test.systems):
            test.append(TrialResult(name, trial, Answer(Rating(5), Rating(1), None), answered="now"))

    threads = [threading.Thread(target=answer, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results, unreadable = ListeningFolder(folder).read()
    assert (len(results), unreadable) == (16, 0)
    assert {r.listener for r in results} == set(names)


def test_a_full_disk_leaves_the_table_as_it_was_and_says_so(folder, monkeypatch):
    test = ListeningFolder(folder)
    test.append(result("ann"))
    before = (folder / TABLE).read_bytes()
    write, calls = os.write, []

    def fill(file: int, data: bytes) -> int:
        calls.append(data)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return write(file, data[:5])

    monkeypatch.setattr(listening_folder.os, "write", fill)
    with pytest.raises(SessionError, match="No space left"):
        test.append(result("bob"))
    assert (folder / TABLE).read_bytes() == before
