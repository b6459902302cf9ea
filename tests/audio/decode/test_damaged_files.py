"""Damaged and truncated recordings are read as far as they go, with one warning."""

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip, read_clip
from tests.audio.decode.read_outcomes import read_repaired, refusal
from tests.audio.made_files import chord, encode, noise


@pytest.mark.parametrize(("suffix", "frame_bytes"), [("wav", 4), ("aiff", 4)])
def test_truncated_pcm_is_read_as_far_as_it_goes(tmp_path, suffix, frame_bytes):
    samples = np.round(noise(48000) * 2**15).astype(np.float32) / 2**15
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, samples, 48000)
    path.write_bytes(path.read_bytes()[: -36000 * frame_bytes])
    clip, warning = read_repaired(path)
    assert np.array_equal(clip.samples, samples[:12000])
    assert "0.25 s could be read" in warning
    assert "0.75 s" in warning


def test_truncated_flac_is_read_up_to_its_last_block(tmp_path):
    samples = np.round(noise(300_000) * 2**15).astype(np.float32) / 2**15
    soundfile.write(tmp_path / "a.flac", samples, 48000)
    content = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    clip, warning = read_repaired(tmp_path / "a.flac")
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
    clip, warning = read_repaired(tmp_path / "a.wav")
    assert warning == "4 samples were not numbers and were replaced by silence."
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
    clip, warning = read_repaired(tmp_path / "a.m4a")
    assert "is damaged" in warning
    assert clip.frames == 200_000
    assert np.abs(clip.samples[150_000:190_000] - samples[150_000:190_000]).max() < 0.2


def test_damage_that_ends_a_video_keeps_what_came_before_and_its_length(tmp_path):
    samples = chord(200_000)
    encode(tmp_path / "a.mkv", "pcm_s16le", samples, video=True)
    content = bytearray((tmp_path / "a.mkv").read_bytes())
    middle = len(content) // 2
    content[middle:] = np.random.default_rng(0).bytes(len(content) - middle)
    (tmp_path / "a.mkv").write_bytes(content)
    clip, warning = read_repaired(tmp_path / "a.mkv")
    assert clip.frames == pytest.approx(200_000, abs=2000)
    assert np.abs(clip.samples[:90_000] - samples[:90_000]).max() <= 2**-15
    assert not clip.samples[110_000:].any()
    assert "missing at 0:02" in warning


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
