"""WAV files whose header does not lead to all of their sound: of recorders that crashed, of streams, with two parts."""

import struct

import numpy as np
import pytest
import soundfile

from samstudio.audio.files import read_clip
from tests.audio.made_files import fmt, noise, riff

FRAMES = 3001
EVERY_OPEN_SIZE = (0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFF000, 0xFFFFFFDB)


def sixteen_bits(samples) -> bytes:
    return np.round(samples * 2**15).astype("<i2").tobytes()


def check(path, content: bytes, samples) -> None:
    path.write_bytes(content)
    *_, last = read_clip(path)
    assert last.warnings == ()
    assert np.abs(last.clip.samples - samples).max() <= 2**-16
    assert last.clip.frames == len(samples)


@pytest.mark.parametrize("size", EVERY_OPEN_SIZE)
@pytest.mark.parametrize("kind", [b"RIFF", b"RF64", b"BW64"])
def test_all_that_a_crashed_recorder_has_written_is_read(tmp_path, kind, size):
    samples = noise(FRAMES)
    head = riff(fmt(), kind=kind, size=0) + b"data" + struct.pack("<I", size)
    check(tmp_path / "a.wav", head + sixteen_bits(samples), samples)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFDB])
@pytest.mark.parametrize("kind", [b"RF64", b"BW64"])
def test_a_64_bit_header_that_was_never_filled_in(tmp_path, kind, size):
    samples = noise(FRAMES)
    ds64 = struct.pack("<QQQI", 0, size, 0, 0)
    head = riff((b"ds64", ds64), fmt(), kind=kind, size=0xFFFFFFFF) + b"data\xff\xff\xff\xff"
    check(tmp_path / "a.wav", head + sixteen_bits(samples), samples)


def test_a_header_prepared_for_64_bits_and_still_of_32(tmp_path):
    samples = noise(FRAMES)
    head = riff((b"JUNK", bytes(28)), fmt(), size=0) + b"data\0\0\0\0"
    check(tmp_path / "a.wav", head + sixteen_bits(samples), samples)


@pytest.mark.parametrize(
    ("bits", "tag", "encode"),
    [
        (8, 1, lambda x: (np.round(x * 128) + 128).astype("u1").tobytes()),
        (16, 1, sixteen_bits),
        (24, 1, lambda x: np.round(x * 2**31).astype("<i4").view("u1").reshape(-1, 4)[:, 1:].tobytes()),
        (32, 1, lambda x: np.round(x.astype(float) * 2**31).astype("<i4").tobytes()),
        (32, 3, lambda x: x.astype("<f4").tobytes()),
        (64, 3, lambda x: x.astype("<f8").tobytes()),
    ],
)
def test_two_pieces_of_sound_stand_one_behind_the_other(tmp_path, bits, tag, encode):
    samples = noise(FRAMES)
    first, second = encode(samples[:1001]), encode(samples[1001:])
    path = tmp_path / "a.wav"
    path.write_bytes(riff(fmt(bits=bits, tag=tag), (b"data", first), (b"LIST", b"abcd"), (b"data", second)))
    *_, last = read_clip(path)
    assert last.warnings == ()
    assert last.clip.frames == FRAMES
    assert np.abs(last.clip.samples - samples).max() <= 2.0 ** -min(bits, 23)


def test_an_empty_piece_before_other_chunks_states_no_length(tmp_path):
    samples = noise(FRAMES)
    check(tmp_path / "a.wav", riff(fmt(), (b"data", b""), (b"data", sixteen_bits(samples))), samples)


def test_what_was_cut_off_is_still_reported(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(48000), 48000)
    content = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "a.wav").write_bytes(content[: len(content) // 2])
    *_, last = read_clip(tmp_path / "a.wav")
    assert "ends early" in last.warnings[0]


@pytest.mark.parametrize("is_in_riff", [True, False])
def test_sound_behind_the_stated_size_is_reported(tmp_path, is_in_riff):
    sound = sixteen_bits(noise(4 * 48000))
    stated = len(sound) // 4
    content = (
        riff(fmt(), size=36 + (len(sound) if is_in_riff else stated)) + b"data" + struct.pack("<I", stated) + sound
    )
    (tmp_path / "a.wav").write_bytes(content)
    *_, last = read_clip(tmp_path / "a.wav")
    assert last.clip.frames == 48000
    assert last.warnings == (
        "The header of “a.wav” states too small a size: what follows, 3.0 s if it is sound, was not read.",
    )


@pytest.mark.parametrize(
    "behind",
    [
        b"LIST" + struct.pack("<I", 20_000) + bytes(20_000),
        b"\0LIST" + struct.pack("<I", 20_000) + bytes(20_000),
        b"ID3\4" + bytes(range(256)) * 40,
        b"LIST" + struct.pack("<I", 90_000) + bytes(range(256)) * 40,
        bytes(10_000),
        bytes(range(200)),
    ],
)
@pytest.mark.parametrize("bits", [8, 16])
def test_what_else_stands_behind_the_sound_is_not(tmp_path, behind, bits):
    sound = bytes(range(1, 252)) * (3 if bits == 8 else 4)
    content = riff(fmt(channels=1, bits=bits)) + b"data" + struct.pack("<I", len(sound)) + sound + behind
    (tmp_path / "a.wav").write_bytes(content)
    *_, last = read_clip(tmp_path / "a.wav")
    assert last.warnings == ()
    assert last.clip.frames == len(sound) * 8 // bits
