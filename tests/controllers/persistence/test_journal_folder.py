"""Folders of unsaved work, and what they tell of it."""

import json

import pytest

from samstudio.controllers.persistence.journal_folder import LostWork, lock_journal_folder, make_journal_folder


@pytest.fixture
def root(tmp_path):
    return tmp_path / "autosave"


def test_it_is_held_until_it_is_removed(root):
    journal = make_journal_folder(root)
    assert root.stat().st_mode & 0o077 == 0
    assert lock_journal_folder(journal.folder) is None
    assert not journal.has_work
    journal.remove()
    assert list(root.iterdir()) == []


def test_what_a_crash_left_can_be_taken_over(root):
    journal = make_journal_folder(root)
    facts = {"clip": {"absolute": "/music/song.wav"}, "prompt": {"spans": [{}, {}], "objects": [{}]}, "takes": [{}]}
    (journal.folder / "session.json").write_text(json.dumps(facts))
    (journal.folder / "target.wav").write_bytes(bytes(1000))
    journal.lock.unlock()
    again = lock_journal_folder(journal.folder)
    assert again.has_work
    lost = again.lost_work()
    size = 1000 + (journal.folder / "session.json").stat().st_size
    assert lost == LostWork(journal.folder, "song.wav", lost.time, 2, 1, size, 1)
    again.remove()


@pytest.mark.parametrize("text", ["", "[" * 100_000, "[]", "{}", '{"clip": 3, "prompt": null}'])
def test_a_damaged_one_is_described_as_far_as_it_goes(root, text):
    journal = make_journal_folder(root)
    (journal.folder / "session.json").write_text(text)
    lost = journal.lost_work()
    assert (lost.clip, lost.spans, lost.takes, lost.bytes) == ("a recording", 0, 0, len(text))
    journal.remove()


def test_a_link_is_not_taken_over(root, tmp_path):
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    assert lock_journal_folder(root / "link") is None
