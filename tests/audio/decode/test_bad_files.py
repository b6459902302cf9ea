"""Files that are broken, each really so: one sentence, or what can be saved with a warning."""

import os
import re
import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.decode.clip_reader import load_clip, probe, read_clip
from samstudio.audio.errors import AudioError
from tests.audio.export.as_nobody import as_nobody, public_folder
from tests.audio.made_files import chord, encode, fmt, noise, riff, silent_film


def refusal(path: Path) -> str:
    """The sentence with which both reading and probing refuse."""
    with pytest.raises(AudioError) as refused:
        load_clip(path)
    text = str(refused.value)
    assert re.fullmatch(r"[^\n]+[:;] [^\n]+\.", text), "one sentence: what is wrong, and what to do"
    return text


def mended(path: Path):
    """What could be read, and the one warning about the rest."""
    *_, last = read_clip(path)
    (warning,) = last.warnings
    return last.clip, warning


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
    assert "is no file" in refusal(tmp_path / "a.wav")


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").touch()
    assert "a.wav" in refusal(tmp_path / "a" / "a.wav")


def test_impossible_name(tmp_path):
    assert "no possible file name" in refusal(tmp_path / "a\0b.wav")


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


def test_film_without_sound(tmp_path):
    silent_film(tmp_path / "a.mp4")
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
    """A FLAC header that promises 2^36 - 1 frames, which would be half a terabyte."""
    samples = np.round(noise(48000) * 2**15).astype(np.float32) / 2**15
    soundfile.write(tmp_path / "a.flac", samples, 48000)
    content = bytearray((tmp_path / "a.flac").read_bytes())
    content[21] |= 0x0F
    content[22:26] = b"\xff" * 4
    (tmp_path / "a.flac").write_bytes(content)
    clip, warning = mended(tmp_path / "a.flac")
    assert np.array_equal(clip.samples, samples)
    assert "ends early" in warning


def test_absurd_length_of_rf64(tmp_path):
    """2^60 frames promised in ds64, 1000 there."""
    ds64 = struct.pack("<QQQI", 2**62, 2**62, 2**60, 0)
    sound = (noise(1000) * 2**15).astype("<i2").tobytes()
    content = riff((b"ds64", ds64), fmt(), kind=b"RF64", size=0xFFFFFFFF) + b"data\xff\xff\xff\xff" + sound
    (tmp_path / "a.wav").write_bytes(content)
    clip, warning = mended(tmp_path / "a.wav")
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


@pytest.mark.parametrize(("suffix", "frame_bytes"), [("wav", 4), ("aiff", 4)])
def test_truncated_pcm_is_read_as_far_as_it_goes(tmp_path, suffix, frame_bytes):
    samples = np.round(noise(48000) * 2**15).astype(np.float32) / 2**15
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, samples, 48000)
    path.write_bytes(path.read_bytes()[: -36000 * frame_bytes])
    clip, warning = mended(path)
    assert np.array_equal(clip.samples, samples[:12000])
    assert "0.25 s could be read" in warning
    assert "0.75 s" in warning


def test_truncated_flac_is_read_up_to_its_last_block(tmp_path):
    samples = np.round(noise(300_000) * 2**15).astype(np.float32) / 2**15
    soundfile.write(tmp_path / "a.flac", samples, 48000)
    content = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    clip, warning = mended(tmp_path / "a.flac")
    assert clip.frames == pytest.approx(150_000, abs=5000)
    assert np.array_equal(clip.samples, samples[: clip.frames])
    assert "ends early" in warning


@pytest.mark.parametrize(("name", "codec"), [("a.mp3", "libmp3lame"), ("a.mkv", "libopus"), ("a.aac", "aac")])
def test_truncated_streams_are_read_as_far_as_they_go(tmp_path, name, codec):
    encode(tmp_path / name, codec, chord(200_000))
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    assert load_clip(tmp_path / name).frames == pytest.approx(100_000, rel=0.1)


def test_truncated_mp4_lacks_its_index(tmp_path):
    encode(tmp_path / "a.m4a", "aac", chord(100_000))
    content = (tmp_path / "a.m4a").read_bytes()
    (tmp_path / "a.m4a").write_bytes(content[: len(content) // 2])
    assert "damaged" in refusal(tmp_path / "a.m4a")


def test_header_alone(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(1000), 48000)
    (tmp_path / "a.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:44])
    assert "no sound" in refusal(tmp_path / "a.wav")


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_samples_that_are_no_numbers_become_silence(tmp_path, subtype):
    samples = noise(200_000).astype(np.float64)
    samples[[7, 150_000], 0] = np.nan
    samples[8] = np.inf, -np.inf
    soundfile.write(tmp_path / "a.wav", samples, 48000, subtype)
    clip, warning = mended(tmp_path / "a.wav")
    assert warning == "4 samples were no numbers and were replaced by silence."
    assert np.array_equal(clip.samples, np.where(np.isfinite(samples), samples, 0.0).astype(np.float32))


def test_huge_samples_are_kept(tmp_path):
    samples = np.full((1000, 2), 3e38, np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 48000, "FLOAT")
    *_, last = read_clip(tmp_path / "a.wav")
    assert np.array_equal(last.clip.samples, samples)
    assert last.warnings == ()


def test_a_bad_packet_becomes_a_gap_and_the_rest_keeps_its_time(tmp_path):
    samples = chord(200_000)
    encode(tmp_path / "a.m4a", "aac", samples)
    content = bytearray((tmp_path / "a.m4a").read_bytes())
    with av.open(tmp_path / "a.m4a") as container:
        bad = [packet for packet in container.demux(audio=0) if packet.size][100]
    content[bad.pos : bad.pos + bad.size] = b"\xff" * bad.size
    (tmp_path / "a.m4a").write_bytes(content)
    clip, warning = mended(tmp_path / "a.m4a")
    assert "is damaged" in warning
    assert clip.frames == 200_000
    assert np.abs(clip.samples[150_000:190_000] - samples[150_000:190_000]).max() < 0.2


def test_damage_that_ends_a_film_keeps_what_came_before(tmp_path):
    samples = chord(200_000)
    encode(tmp_path / "a.mkv", "pcm_s16le", samples, film=True)
    content = bytearray((tmp_path / "a.mkv").read_bytes())
    middle = len(content) // 2
    content[middle:] = np.random.default_rng(0).bytes(len(content) - middle)
    (tmp_path / "a.mkv").write_bytes(content)
    clip = load_clip(tmp_path / "a.mkv")
    assert 90_000 < clip.frames < 110_000
    assert np.abs(clip.samples[:90_000] - samples[:90_000]).max() <= 2**-15


def test_random_damage_never_ends_in_anything_but_a_sentence(tmp_path):
    random = np.random.default_rng(0)
    soundfile.write(tmp_path / "s.wav", noise(2000), 48000)
    soundfile.write(tmp_path / "s.flac", noise(2000), 48000)
    encode(tmp_path / "s.m4a", "aac", chord(4000))
    encode(tmp_path / "s.mkv", "libopus", chord(4000))
    opened = 0
    for source in sorted(tmp_path.glob("s.*")):
        for _ in range(25):
            content = bytearray(source.read_bytes())
            for place in random.integers(0, 300, 6):
                content[place] = random.integers(256)
            path = tmp_path / f"damaged{source.suffix}"
            path.write_bytes(content)
            try:
                clip = load_clip(path)
            except AudioError:
                continue
            assert np.isfinite(clip.samples).all()
            opened += 1
    assert 0 < opened < 100


def test_no_room_for_the_samples(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "a.wav", noise(1000), 48000)
    monkeypatch.setattr(os, "posix_fallocate", lambda *_: (_ for _ in ()).throw(OSError(28, "full")), raising=False)
    assert "no room" in refusal(tmp_path / "a.wav")
