"""Files that cannot be read are refused with one sentence: what is wrong and what to do."""

import os
import struct

import numpy as np
import pytest
import soundfile

from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip, probe, read_clip
from tests.audio.as_nobody import as_nobody, public_folder
from tests.audio.decode.read_outcomes import read_repaired, refusal
from tests.audio.made_files import chord, encode, fmt, noise, riff, silent_video


def test_missing(tmp_path):
    assert refusal(tmp_path / "gone.wav").startswith("There is no file “gone.wav”")
    with pytest.raises(AudioError, match="no file"):
        probe(tmp_path / "gone.wav")


def test_empty(tmp_path):
    (tmp_path / "a.wav").touch()
    assert "is empty" in refusal(tmp_path / "a.wav")


def test_folder(tmp_path):
    (tmp_path / "a.wav").mkdir()
    assert "is a folder" in refusal(tmp_path / "a.wav")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.wav")
    assert "is not a file" in refusal(tmp_path / "a.wav")


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").touch()
    assert "a.wav" in refusal(tmp_path / "a" / "a.wav")


def test_impossible_name(tmp_path):
    assert "not a valid file name" in refusal(tmp_path / "a\0b.wav")


def test_name_too_long(tmp_path):
    assert "cannot be read" in refusal(tmp_path / ("a" * 400))


def test_permission_denied():
    with public_folder() as folder:
        soundfile.write(folder / "a.wav", noise(100), 48000)
        (folder / "a.wav").chmod(0)
        with as_nobody():
            assert "may not be read" in refusal(folder / "a.wav")


@pytest.mark.parametrize(
    "content",
    [b"Just some text.\n" * 50, bytes(1000), b"RIFF", b"\x89PNG\r\n\x1a\n" + bytes(100), b"%PDF-1.7\n" * 9, b"x"],
)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.raw"])
def test_non_audio(tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    assert name in refusal(tmp_path / name)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile a.aac\n",
    ],
)
def test_playlist_does_not_lead_to_other_files(tmp_path, playlist, monkeypatch):
    monkeypatch.chdir(tmp_path)
    encode(tmp_path / "a.aac", "aac", chord(48000))
    (tmp_path / "a.list").write_text(playlist.format(tmp_path / "a.aac"))
    assert "a.list" in refusal(tmp_path / "a.list")


def test_video_without_sound(tmp_path):
    silent_video(tmp_path / "a.mp4")
    assert "no sound" in refusal(tmp_path / "a.mp4")


@pytest.mark.parametrize("suffix", ["wav", "flac", "aiff"])
def test_no_frames(tmp_path, suffix):
    soundfile.write(tmp_path / f"a.{suffix}", np.zeros((0, 2)), 48000)
    refusal(tmp_path / f"a.{suffix}")


def test_zero_channels(tmp_path):
    (tmp_path / "a.wav").write_bytes(riff(fmt(channels=0), (b"data", bytes(1000))))
    assert "damaged" in refusal(tmp_path / "a.wav")


@pytest.mark.parametrize("channels", [9, 30000])
def test_too_many_channels(tmp_path, channels):
    (tmp_path / "a.wav").write_bytes(riff(fmt(channels=channels), (b"data", bytes(channels * 20))))
    refusal(tmp_path / "a.wav")


def test_nine_channels_are_counted(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(100, 9), 48000)
    assert "has 9 channels, and 8 are the most" in refusal(tmp_path / "a.wav")


@pytest.mark.parametrize("rate", [0, 1, 2**31 - 1, 2**31, 2**32 - 1])
def test_absurd_rate(tmp_path, rate):
    (tmp_path / "a.wav").write_bytes(riff(fmt(rate=rate), (b"data", bytes(1000))))
    refusal(tmp_path / "a.wav")


def test_absurd_rate_is_named(tmp_path):
    (tmp_path / "a.wav").write_bytes(riff(fmt(rate=2**31 - 1), (b"data", bytes(1000))))
    assert "2147483647 Hz" in refusal(tmp_path / "a.wav")


def test_absurd_length_takes_no_room(tmp_path):
    """A FLAC header that states 2^36 - 1 frames, which would be half a terabyte."""
    samples = np.round(noise(48000) * 2**15).astype(np.float32) / 2**15
    soundfile.write(tmp_path / "a.flac", samples, 48000)
    content = bytearray((tmp_path / "a.flac").read_bytes())
    content[21] |= 0x0F
    content[22:26] = b"\xff" * 4
    (tmp_path / "a.flac").write_bytes(content)
    clip, warning = read_repaired(tmp_path / "a.flac")
    assert np.array_equal(clip.samples, samples)
    assert "ends early" in warning


def test_absurd_length_of_rf64(tmp_path):
    """2^60 frames promised in ds64, 1000 there."""
    ds64 = struct.pack("<QQQI", 2**62, 2**62, 2**60, 0)
    sound = (noise(1000) * 2**15).astype("<i2").tobytes()
    content = riff((b"ds64", ds64), fmt(), kind=b"RF64", size=0xFFFFFFFF) + b"data\xff\xff\xff\xff" + sound
    (tmp_path / "a.wav").write_bytes(content)
    clip, warning = read_repaired(tmp_path / "a.wav")
    assert clip.frames == 1000
    assert "ends early" in warning


def test_chunk_sizes_that_lead_nowhere(tmp_path):
    content = riff(fmt(), (b"data", bytes(400))) + b"LIST\xff\xff\xff\x7fINFOINAM\xff\xff\xff\x7f"
    (tmp_path / "a.wav").write_bytes(content)
    assert load_clip(tmp_path / "a.wav").frames == 100


def test_open_length_of_a_streamed_wav_is_no_damage(tmp_path):
    sound = (noise(1000) * 2**15).astype("<i2").tobytes()
    (tmp_path / "a.wav").write_bytes(riff(fmt(), size=0xFFFFFFFF) + b"data\xff\xff\xff\xff" + sound)
    *_, last = read_clip(tmp_path / "a.wav")
    assert last.clip.frames == 1000
    assert last.warnings == ()


def test_open_length_of_a_streamed_flac(tmp_path):
    soundfile.write(tmp_path / "a.flac", noise(200_000), 48000)
    content = bytearray((tmp_path / "a.flac").read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    (tmp_path / "a.flac").write_bytes(content)
    assert load_clip(tmp_path / "a.flac").frames == 200_000


def test_no_room_for_the_samples(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "a.wav", noise(1000), 48000)
    monkeypatch.setattr(os, "posix_fallocate", lambda *_: (_ for _ in ()).throw(OSError(28, "full")), raising=False)
    assert "no room" in refusal(tmp_path / "a.wav")
