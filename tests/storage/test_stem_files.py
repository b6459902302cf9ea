import os
import struct
from contextlib import suppress

import numpy as np
import pytest
import soundfile

from samstudio.audio.encode import wav_sink
from samstudio.storage.session_text import StemError
from samstudio.storage.stem_files import map_stem, write_stem
from tests.audio.as_nobody import as_nobody, public_folder


def noise(frames: int, channels: int) -> np.ndarray:
    made = np.random.default_rng(1).standard_normal((frames, channels)).astype(np.float32) * np.float32(4)
    made[0] = np.float32(1e-44)
    return made


@pytest.mark.parametrize(("frames", "channels"), [(1, 1), (1000, 1), (300_001, 2), (777, 3), (50, 8)])
def test_stems_come_back_to_the_bit_and_stay_on_the_disk(tmp_path, frames, channels):
    samples = noise(frames, channels)
    *_, written = write_stem(tmp_path / "a.wav", samples, 44100)
    assert written == frames
    again = map_stem(tmp_path / "a.wav", 44100, channels, frames)
    assert again.tobytes() == samples.tobytes()
    assert again.flags.aligned
    assert not again.flags.writeable
    assert not again.flags.owndata
    heard, rate = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert rate == 44100
    assert np.array_equal(heard, samples)


def test_no_other_program_can_cut_short_what_is_mapped():
    samples = noise(1000, 2)
    with public_folder() as folder:
        folder.chmod(0o777)
        with as_nobody():
            for _ in write_stem(folder / "a.wav", samples, 48000):
                pass
            mapped = map_stem(folder / "a.wav", 48000, 2, 1000)
            with pytest.raises(PermissionError):
                (folder / "a.wav").open("r+b")
            with pytest.raises(PermissionError):
                os.truncate(folder / "a.wav", 100)
            assert mapped.tobytes() == samples.tobytes()
            # To be removed it need not be written.
            (folder / "a.wav").unlink()


def test_beyond_four_gigabytes_it_is_rf64(tmp_path, monkeypatch):
    # The same path with a smaller limit: nobody wants 4 GB of test.
    monkeypatch.setattr(wav_sink, "RIFF_LIMIT", 1000)
    samples = noise(1000, 2)
    for _ in write_stem(tmp_path / "a.wav", samples, 48000):
        pass
    assert (tmp_path / "a.wav").read_bytes()[:4] == b"RF64"
    assert map_stem(tmp_path / "a.wav", 48000, 2, 1000).tobytes() == samples.tobytes()


@pytest.mark.parametrize("channels", [1, 2])
def test_what_another_program_wrote_is_taken_as_well(tmp_path, channels):
    samples = noise(1000, channels)
    soundfile.write(tmp_path / "a.wav", samples, 48000, subtype="FLOAT")
    assert map_stem(tmp_path / "a.wav", 48000, channels, 1000).tobytes() == samples.tobytes()


def test_samples_between_two_floats_places_are_taken_as_well(tmp_path):
    samples = noise(500, 1)
    head = struct.pack("<4sI4s4sIHHIIHHH", b"RIFF", 0, b"WAVE", b"fmt ", 18, 3, 1, 48000, 192000, 4, 32, 0)
    (tmp_path / "a.wav").write_bytes(head + struct.pack("<4sI", b"data", samples.nbytes) + samples.tobytes())
    again = map_stem(tmp_path / "a.wav", 48000, 1, 500)
    assert again.tobytes() == samples.tobytes()
    assert again.flags.aligned


@pytest.mark.parametrize(
    ("rate", "channels", "frames", "complaint"),
    [(44100, 2, 1000, "48000 Hz"), (48000, 1, 1000, "2 channels"), (48000, 2, 999, "1000 frames instead of 999")],
)
def test_other_sound_than_expected_is_refused(tmp_path, rate, channels, frames, complaint):
    soundfile.write(tmp_path / "a.wav", noise(1000, 2), 48000, subtype="FLOAT")
    with pytest.raises(StemError, match=complaint):
        map_stem(tmp_path / "a.wav", rate, channels, frames)


def test_integers_are_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(10, 2) / 100, 48000, subtype="PCM_24")
    with pytest.raises(StemError, match="32-bit float"):
        map_stem(tmp_path / "a.wav", 48000, 2, 10)


def test_what_is_no_such_file_is_refused(tmp_path):
    whole = tmp_path / "whole.wav"
    soundfile.write(whole, noise(1000, 2), 48000, subtype="FLOAT")
    (tmp_path / "cut.wav").write_bytes(whole.read_bytes()[:-8])
    (tmp_path / "head.wav").write_bytes(whole.read_bytes()[:30])
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_bytes(b"hello" * 100)
    (tmp_path / "link.wav").symlink_to(whole)
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    for name in ("cut", "head", "empty", "text", "link", "pipe", "folder", "missing"):
        with pytest.raises(StemError):
            map_stem(tmp_path / f"{name}.wav", 48000, 2, 1000)


@pytest.mark.parametrize("at", range(4, 100, 3))
def test_a_damaged_header_never_leads_astray(tmp_path, at):
    path = tmp_path / "a.wav"
    for _ in write_stem(path, noise(100, 2), 48000):
        pass
    path.chmod(0o644)
    whole = path.read_bytes()
    for damage in (b"\xff" * 4, b"\0" * 4, b"\x01\x80"):
        path.write_bytes(whole[:at] + damage + whole[at + len(damage) :])
        with suppress(StemError):
            assert map_stem(path, 48000, 2, 100).shape == (100, 2)


def test_a_broken_off_stem_leaves_nothing(tmp_path):
    steps = write_stem(tmp_path / "a.wav", noise(600_000, 2), 48000)
    next(steps)
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_a_stem_from_elsewhere_is_made_read_only_before_it_is_mapped(tmp_path):
    path = tmp_path / "target.wav"
    soundfile.write(path, np.ones((1000, 1), np.float32), 48000, subtype="FLOAT")
    map_stem(path, 48000, 1, 1000)
    assert not path.stat().st_mode & 0o222


@pytest.mark.parametrize("cut", [0, 100, 4096])
def test_a_stem_that_cannot_be_protected_may_be_cut_short_while_it_is_open(tmp_path, monkeypatch, cut):
    # As on another user's disk. A mapped file would end the process here.
    monkeypatch.setattr("samstudio.storage.stem_files._protect", lambda path: None)
    path = tmp_path / "target.wav"
    sound = np.random.default_rng(1).standard_normal((300_000, 2)).astype(np.float32)
    soundfile.write(path, sound, 48000, subtype="FLOAT")
    stem = map_stem(path, 48000, 2, 300_000)
    os.truncate(path, cut)
    assert np.array_equal(stem, sound)
    assert not stem.flags.writeable
