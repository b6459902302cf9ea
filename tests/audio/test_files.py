"""Whole files are read as they are."""

import gc
import struct
import weakref

import numpy as np
import pytest
import soundfile

from samstudio.audio import files
from samstudio.audio.files import AUDIO_SUFFIXES, load_clip, probe, read_clip
from tests.audio.made_files import chord, encode, fmt, noise, riff


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        *[("a.wav", subtype) for subtype in ("PCM_16", "PCM_24", "FLOAT")],
        *[("a.aiff", "PCM_24"), ("a.flac", "PCM_24"), ("a.w64", "PCM_24"), ("a.caf", "PCM_24"), ("a.rf64", "PCM_24")],
    ],
)
def test_lossless_formats_come_back_bit_for_bit(tmp_path, name, subtype):
    samples = np.round(noise(50001) * 2**15).astype(np.float32) / 2**15
    soundfile.write(tmp_path / name, samples, 48000, subtype)
    clip = load_clip(tmp_path / name)
    assert np.array_equal(clip.samples, samples)
    assert (clip.sample_rate, clip.path) == (48000, tmp_path / name)


@pytest.mark.parametrize("name", ["a.mp3", "a.ogg", "a.opus"])
def test_lossy_formats_keep_length_and_timing(tmp_path, name):
    samples = chord(50001)
    with soundfile.SoundFile(
        tmp_path / name, "w", 48000, 2, **({"format": "OGG", "subtype": "OPUS"} if name == "a.opus" else {})
    ) as file:
        for start in range(0, len(samples), 10000):
            file.write(samples[start : start + 10000])
    assert_alike(load_clip(tmp_path / name).samples, samples)


@pytest.mark.parametrize(
    ("name", "codec", "video"),
    [
        ("a.m4a", "aac", False),
        ("video.mp4", "aac", True),
        ("video.mkv", "libopus", True),
        ("video.mkv", "libmp3lame", True),
        ("video.webm", "libopus", True),
        ("video.mov", "pcm_s16le", True),
        ("video.mov", "aac", True),
        ("lossless.m4a", "alac", False),
        ("video.avi", "pcm_s16le", True),
    ],
)
def test_containers_keep_length_and_timing(tmp_path, name, codec, video):
    samples = chord(50001)
    encode(tmp_path / name, codec, samples, video=video)
    *_, last = read_clip(tmp_path / name)
    assert_alike(last.clip.samples, samples)
    assert last.warnings == ()
    assert last.clip.tags["title"] == "Tïtel 漢字"
    assert probe(tmp_path / name).frames is None


def assert_alike(read, made):
    """Same length, and the same sound at the same time within what a lossy codec does to a chord."""
    assert read.shape == made.shape
    # The codecs are not themselves at the very edges.
    inner = slice(3000, -3000)
    errors = {lag: np.sqrt(np.mean((read[inner] - np.roll(made, lag, axis=0)[inner]) ** 2)) for lag in range(-20, 21)}
    assert min(errors, key=errors.get) == 0
    assert errors[0] < 0.15 * np.sqrt(np.mean(made[inner] ** 2))


def test_first_step_comes_after_a_first_part_and_the_last_is_the_whole(tmp_path):
    samples = noise(500_000)
    soundfile.write(tmp_path / "a.wav", samples, 48000, "FLOAT")
    steps = list(read_clip(tmp_path / "a.wav"))
    assert steps[0].frames_ready == files.FIRST_BLOCK
    assert steps[0].clip.frames == 500_000
    assert [step.frames_ready == step.clip.frames for step in steps] == [False] * (len(steps) - 1) + [True]
    assert [step.frames_ready for step in steps] == sorted(step.frames_ready for step in steps)
    # Every clip on the way shows the same growing memory.
    assert all(np.shares_memory(step.clip.samples, steps[-1].clip.samples) for step in steps)
    assert not steps[-1].clip.samples.flags.writeable
    assert np.array_equal(steps[-1].clip.samples, samples)


def test_a_length_of_whole_blocks_still_ends_once(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(3 * files.FIRST_BLOCK), 48000, "FLOAT")
    steps = list(read_clip(tmp_path / "a.wav"))
    assert [step.frames_ready == step.clip.frames for step in steps].count(True) == 1


def test_what_is_ready_is_there_at_once(tmp_path):
    samples = noise(300_000)
    soundfile.write(tmp_path / "a.wav", samples, 48000, "FLOAT")
    for step in read_clip(tmp_path / "a.wav"):
        assert np.array_equal(step.clip.samples[: step.frames_ready], samples[: step.frames_ready])


def test_closing_cancels_and_lets_go_of_file_and_memory(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(300_000), 48000, "FLOAT")
    reading = read_clip(tmp_path / "a.wav", tmp_path)
    samples = weakref.ref(next(reading).clip.samples)
    reading.close()
    gc.collect()
    assert samples() is None
    (tmp_path / "a.wav").unlink()
    assert not list(tmp_path.iterdir())


def test_a_container_longer_than_it_says_grows(tmp_path, monkeypatch):
    samples = np.round(chord(400_000) * 2**15).astype(np.float32) / 2**15
    encode(tmp_path / "a.mkv", "flac", samples)
    monkeypatch.setattr(files, "FORGET_BYTES", 1 << 16)
    monkeypatch.setattr(files, "EXPANSION", 1)
    steps = list(read_clip(tmp_path / "a.mkv"))
    assert steps[0].clip.frames < 400_000
    assert [step.frames_ready == step.clip.frames for step in steps].count(True) == 1
    # FFmpeg's FLAC encoder got the floats through a rounding of its own.
    assert np.abs(steps[-1].clip.samples - samples).max() <= 2**-15
    assert steps[-1].clip.frames == 400_000


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44100, 2), (192000, 2), (11025, 3), (48000, 8)])
def test_any_rate_and_up_to_eight_channels(tmp_path, rate, channels):
    samples = noise(1000, channels)
    soundfile.write(tmp_path / "a.wav", samples, rate, "FLOAT")
    clip = load_clip(tmp_path / "a.wav")
    assert (clip.sample_rate, clip.channels) == (rate, channels)
    assert np.array_equal(clip.samples, samples)


def test_eight_channels_from_a_container(tmp_path):
    encode(tmp_path / "a.mka", "pcm_s16le", noise(5000, 8))
    assert np.abs(load_clip(tmp_path / "a.mka").samples - noise(5000, 8)).max() <= 2**-15


def test_a_single_sample_opens(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([[0.5]], np.float32), 48000, "FLOAT")
    *_, step = read_clip(tmp_path / "a.wav")
    assert step.frames_ready == 1
    assert step.clip.samples.tolist() == [[0.5]]


@pytest.mark.parametrize(
    "name", ["Ünï 漢字 🎸.wav", "a\u202eb.wav", "a\nb.wav", "concat:a|b.wav", "-", "%d.wav", "a.raw"]
)
def test_any_name_opens(tmp_path, name):
    soundfile.write(tmp_path / "a.wav", noise(100), 48000)
    (tmp_path / "a.wav").rename(tmp_path / name)
    assert load_clip(tmp_path / name).frames == 100


def test_a_name_of_no_encoding_opens(tmp_path):
    path = tmp_path / "caf\udce9.wav"
    soundfile.write(tmp_path / "a.wav", noise(100), 48000)
    try:
        (tmp_path / "a.wav").rename(path)
    except (OSError, UnicodeEncodeError):
        pytest.skip("this disk wants Unicode names")
    assert load_clip(path).frames == 100


def test_the_content_decides_not_the_ending(tmp_path):
    encode(tmp_path / "a.m4a", "aac", chord(5000))
    (tmp_path / "a.m4a").rename(tmp_path / "a.wav")
    assert load_clip(tmp_path / "a.wav").frames == 5000


def test_tags_and_time_reference_are_kept(tmp_path):
    bext = bytearray(602)
    struct.pack_into("<Q", bext, 338, 2**33 + 5)
    info = b"INFO" + b"INAM\x06\0\0\0Title\0" + b"ICMT" + struct.pack("<I", 5000) + b"x" * 4999 + b"\0"
    content = riff(fmt(), (b"bext", bytes(bext)), (b"odd ", b"x"), (b"LIST", info), (b"data", bytes(400)))
    (tmp_path / "a.wav").write_bytes(content)
    clip = load_clip(tmp_path / "a.wav")
    assert clip.time_reference == 2**33 + 5
    assert clip.tags == {"title": "Title", "comment": "x" * 4999}


def test_tags_of_windows_own_encoding(tmp_path):
    content = riff(fmt(), (b"LIST", b"INFOIART\x05\0\0\0Bj\xf6rk"), (b"data", bytes(400)))
    (tmp_path / "a.wav").write_bytes(content)
    assert load_clip(tmp_path / "a.wav").tags == {"artist": "Björk"}


def test_no_time_reference_where_there_is_none(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(100), 48000)
    assert load_clip(tmp_path / "a.wav").time_reference is None


def test_probe_tells_without_decoding(tmp_path):
    soundfile.write(tmp_path / "a.flac", noise(96000, 1), 96000, "PCM_24")
    info = probe(tmp_path / "a.flac")
    assert (info.frames, info.sample_rate, info.channels, info.duration) == (96000, 96000, 1, 1.0)
    assert (info.format, info.subtype) == ("FLAC", "PCM_24")


def test_suffixes_name_what_the_product_reads():
    assert {".wav", ".flac", ".mp3", ".m4a", ".mp4", ".mkv", ".webm", ".mov", ".aiff"} <= set(AUDIO_SUFFIXES)
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in AUDIO_SUFFIXES)
