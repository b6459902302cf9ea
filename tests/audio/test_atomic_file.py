"""Files are written beside their goal and moved into place whole; what crashed processes left is removed."""

import os
import signal
import time

import pytest

from samstudio.audio.atomic_file import PREFIX, STALE_SECONDS, SUFFIX, AtomicFile, place_all
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip
from samstudio.cli.errors import sigterm_as_interrupt
from tests.audio.goals import WAV, contents, refusal, write
from tests.audio.made_files import noise

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def test_goal_that_comes_to_exist_meanwhile(tmp_path):
    with pytest.raises(AudioError, match="exists already"):
        write(tmp_path, "a", lambda: (tmp_path / "a").write_bytes(b"mine"))
    assert contents(tmp_path) == {"a": b"mine"}


def test_disk_without_links(tmp_path, monkeypatch):
    """FAT and some network disks: the same behaviour by other means."""
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "no links")))
    with AudioWriter(tmp_path / "a.wav", 48000, 2, WAV) as writer:
        writer.write(noise(100))
    assert load_clip(tmp_path / "a.wav").frames == 100
    assert "exists already" in refusal(tmp_path / "a.wav")
    with pytest.raises(AudioError, match="exists already"):
        write(tmp_path, "b", lambda: (tmp_path / "b").write_bytes(b"mine"))
    assert (tmp_path / "b").read_bytes() == b"mine"


@posix_only
def test_links_stay_links_and_files_get_the_usual_mode(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "real.wav").write_bytes(b"mine")
    (tmp_path / "a.wav").symlink_to(tmp_path / "there" / "real.wav")
    with AudioWriter(tmp_path / "a.wav", 48000, 2, WAV, overwrite=True) as writer:
        writer.write(noise(100))
    assert (tmp_path / "a.wav").is_symlink()
    assert load_clip(tmp_path / "there" / "real.wav").frames == 100
    (tmp_path / "usual").touch()
    assert (tmp_path / "there" / "real.wav").stat().st_mode == (tmp_path / "usual").stat().st_mode


@posix_only
def test_files_left_by_a_killed_writer_are_removed_and_those_of_a_running_one_are_not(tmp_path):
    dead = tmp_path / f"{PREFIX}dead{SUFFIX}"
    young = tmp_path / f"{PREFIX}young{SUFFIX}"
    dead.write_bytes(b"half")
    young.write_bytes(b"half")
    long_ago = time.time() - 2 * STALE_SECONDS
    os.utime(dead, (long_ago, long_ago))
    with AudioWriter(tmp_path / "a.wav", 48000, 2, WAV) as living:
        os.utime(living.atomic_file._part, (long_ago, long_ago))
        with AudioWriter(tmp_path / "b.wav", 48000, 2, WAV) as other:
            other.write(noise(10))
        living.write(noise(10))
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "a.wav", "b.wav"]


@pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")
def test_links_and_pipes_that_look_like_left_files_are_neither_followed_nor_opened(tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f"{PREFIX}1{SUFFIX}").symlink_to(precious)
    os.mkfifo(folder / f"{PREFIX}2{SUFFIX}")
    for path in (precious, folder / f"{PREFIX}1{SUFFIX}", folder / f"{PREFIX}2{SUFFIX}"):
        os.utime(path, (0, 0), follow_symlinks=False)
    file = AtomicFile(folder / "a.wav")
    file.discard()
    assert precious.read_text() == "mine"
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_files_are_moved_comes_after_all_of_them(tmp_path, monkeypatch, number):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    first, second = (AtomicFile(tmp_path / name) for name in ("a", "b"))
    place = AtomicFile.place

    def place_and_signal(file, keep_old):
        place(file, keep_old)
        signal.raise_signal(number)

    monkeypatch.setattr(AtomicFile, "place", place_and_signal)
    try:
        with pytest.raises(KeyboardInterrupt):
            place_all([first, second])
        assert signal.getsignal(number) is interrupt
    finally:
        signal.signal(number, before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_what_an_interrupted_command_has_begun_is_removed(tmp_path):
    AtomicFile(tmp_path / "a").file.close()
    with pytest.raises(KeyboardInterrupt), sigterm_as_interrupt():
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
