"""Goals that cannot be written, and ends that come too early: one sentence, and nothing that existed is changed."""

import os

import numpy as np
import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip
from tests.audio.as_nobody import as_nobody, public_folder
from tests.audio.goals import WAV, contents, refusal, write
from tests.audio.made_files import noise

FLAC = AudioFormat("flac", "16")


posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def test_missing_folder(tmp_path):
    assert "There is no folder" in refusal(tmp_path / "no" / "a.wav")
    assert not (tmp_path / "no").exists()


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").write_bytes(b"mine")
    assert "There is no folder" in refusal(tmp_path / "a" / "a.wav")


def test_goal_that_is_a_folder(tmp_path):
    (tmp_path / "a.wav").mkdir()
    assert "is a folder" in refusal(tmp_path / "a.wav", overwrite=True)


def test_goal_that_exists(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"mine")
    assert "exists already" in refusal(tmp_path / "a.wav")


@posix_only
def test_read_only_folder():
    with public_folder() as folder:
        (folder / "a.wav").write_bytes(b"mine")
        folder.chmod(0o555)
        with as_nobody():
            assert "may not be written" in refusal(folder / "a.wav", overwrite=True)
            assert "may not be written" in refusal(folder / "b.wav")
        folder.chmod(0o755)


@posix_only
def test_write_protected_file():
    with public_folder() as folder:
        folder.chmod(0o777)
        (folder / "a.wav").write_bytes(b"mine")
        (folder / "a.wav").chmod(0o444)
        with as_nobody():
            assert "may not be written" in refusal(folder / "a.wav", overwrite=True)


@pytest.mark.parametrize("name", ["n" * 300 + ".wav", "漢" * 100 + ".wav"])
@posix_only
def test_name_too_long(tmp_path, name):
    assert "too long" in refusal(tmp_path / name)


def test_the_longest_name_works(tmp_path):
    path = tmp_path / ("n" * 251 + ".wav")
    with AudioWriter(path, 48000, 2, WAV) as writer:
        writer.write(noise(100))
    assert load_clip(path).frames == 100


def test_impossible_name(tmp_path):
    assert "not a valid file name" in refusal(tmp_path / "a\0b.wav")


def test_rate_that_flac_cannot_hold(tmp_path):
    with pytest.raises(AudioError, match="FLAC holds 655350 Hz at most and not 1000000: choose WAV"):
        AudioWriter(tmp_path / "a.flac", 1_000_000, 2, FLAC)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("audio_format", [WAV, FLAC], ids=["wav", "flac"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_an_exception_leaves_nothing(tmp_path, audio_format, error, capfd):
    (tmp_path / "a").write_bytes(b"mine")

    def fail():
        raise error

    with pytest.raises(error):
        write(tmp_path, "a", fail, overwrite=True, audio_format=audio_format)
    assert contents(tmp_path) == {"a": b"mine"}
    assert capfd.readouterr().err == ""


def test_memory_stays_small(tmp_path, monkeypatch):
    """However much is written at once, it is converted in blocks."""
    lengths = []
    with AudioWriter(tmp_path / "a.wav", 48000, 1, WAV) as writer:
        write = writer._sink.write
        monkeypatch.setattr(writer._sink, "write", lambda values: (lengths.append(len(values)), write(values)))
        writer.write(np.zeros((300_000, 1), np.float32))
    assert max(lengths) <= 65536
    assert sum(lengths) == 300_000
