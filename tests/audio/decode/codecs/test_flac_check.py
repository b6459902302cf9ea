"""A damaged FLAC frame is silence of its length and reported; it is never played, and its neighbours are."""

import io

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.decode.codecs.flac_check import first_sample, is_whole, whole_frames
from samstudio.audio.files import load_clip, read_clip
from tests.audio.made_files import noise

BLOCK = 4096
FRAMES = 20 * BLOCK + 1000


def written(path, seed: int = 0):
    samples = np.round(noise(FRAMES, 2, seed) * 2**15).astype(np.float32) / 2**15
    soundfile.write(path, samples, 48000, "PCM_16")
    return samples, bytearray(path.read_bytes())


def packets(content: bytes) -> list[tuple[int, bytes]]:
    with av.open(io.BytesIO(content)) as container:
        return [(packet.pos, bytes(packet)) for packet in container.demux(audio=0) if packet.size]


@pytest.mark.parametrize("width", [1, 2, 30, 1000, 20_000])
@pytest.mark.parametrize("place", [0.1, 0.43, 0.77])
def test_damage_is_silent_and_reported(tmp_path, width, place):
    path = tmp_path / "a.flac"
    samples, content = written(path)
    at = int(len(content) * place)
    content[at : at + width] = bytes(x ^ 0x5A for x in content[at : at + width])
    path.write_bytes(content)
    *_, last = read_clip(path)
    assert last.clip.frames == FRAMES
    assert any("missing at 0:0" in warning for warning in last.warnings)
    wrong = np.flatnonzero((last.clip.samples != samples).any(axis=1))
    assert not last.clip.samples[wrong].any()
    size = len(content) / FRAMES
    assert BLOCK - 10 <= len(wrong) <= 3 * BLOCK + width / size
    assert wrong[0] - BLOCK <= place * FRAMES <= wrong[-1] + BLOCK


@pytest.mark.parametrize("number", [0, 1, -2, -1])
def test_a_damaged_frame_at_either_end_keeps_the_length(tmp_path, number):
    path = tmp_path / "a.flac"
    samples, content = written(path)
    at, packet = packets(content)[number]
    content[at + len(packet) // 2] ^= 1
    path.write_bytes(content)
    *_, last = read_clip(path)
    assert last.warnings
    assert last.clip.frames == pytest.approx(FRAMES, abs=0 if number != -1 else BLOCK)
    heard = last.clip.samples
    wrong = np.flatnonzero((heard != samples[: len(heard)]).any(axis=1))
    assert not heard[wrong].any()


@pytest.mark.parametrize("tag", [b"TAG".ljust(128, b"x"), b"APETAGEX".ljust(300, b"\1"), bytes(500)])
def test_what_stands_behind_the_last_frame_is_no_damage(tmp_path, tag):
    path = tmp_path / "a.flac"
    samples, content = written(path)
    path.write_bytes(content + tag)
    *_, last = read_clip(path)
    assert last.warnings == ()
    assert np.array_equal(last.clip.samples, samples)


def test_whole_frames_are_found_among_damage(tmp_path):
    _, content = written(tmp_path / "a.flac")
    frames = [frame for _, frame in packets(content)]
    assert len(frames) == 21
    assert all(map(is_whole, frames))
    assert [first_sample(frame, BLOCK) for frame in frames] == list(range(0, FRAMES, BLOCK))
    assert whole_frames(frames[0] + b"damage" + frames[5] + frames[6][:-1]) == [frames[5]]
    for bit in (0, 1000, 30_001):
        broken = bytearray(frames[3])
        broken[bit // 8] ^= 1 << bit % 8
        assert not is_whole(bytes(broken))


@pytest.mark.parametrize(
    ("bits", "channels", "rate"), [("PCM_24", 1, 96000), ("PCM_S8", 2, 8000), ("PCM_16", 6, 44100)]
)
def test_frames_of_every_kind_are_whole(tmp_path, bits, channels, rate):
    path = tmp_path / "a.flac"
    soundfile.write(path, noise(30_000, channels), rate, bits)
    meant, _ = soundfile.read(path, dtype="float32", always_2d=True)
    assert np.array_equal(load_clip(path).samples, meant)
    assert all(is_whole(frame) and whole_frames(frame) == [frame] for _, frame in packets(path.read_bytes()))
