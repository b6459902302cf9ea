"""Tags before, between and behind the frames of MP3 and ADTS are no sound, and no damage."""

import struct

import numpy as np
import pytest

from samstudio.audio.decode.codecs.mpeg_tags import MpegTags
from samstudio.audio.files import load_clip, read_clip
from tests.audio.made_files import chord, encode

PICTURE = np.random.default_rng(3).bytes(100_000)
"""As a compressed picture: it holds what looks like frames."""


def ape(has_header: bool = True) -> bytes:
    item = struct.pack("<II", len(PICTURE), 2) + b"Cover Art (Front)\0" + PICTURE
    size = len(item) + 32
    head = b"APETAGEX" + struct.pack("<IIII", 2000, size, 1, 0xA0000000) + bytes(8)
    foot = b"APETAGEX" + struct.pack("<IIII", 2000, size, 1, 0x80000000) + bytes(8)
    return head * has_header + item + foot


def id3v2(has_footer: bool = False) -> bytes:
    body = b"APIC" + struct.pack(">IH", len(PICTURE), 0) + PICTURE
    head = b"\4\0" + bytes([0x10 * has_footer]) + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + head + body + (b"3DI" + head) * has_footer


def lyrics() -> bytes:
    text = b"LYRICSBEGIN" + b"IND0000200" + b"LYR50000" + b"la la la \r\n" * 4545
    return text + b"%06d" % len(text) + b"LYRICS200"


ID3V1 = b"TAG" + b"a song".ljust(125)
TAGS = {
    "ape": ape(),
    "ape without header": ape(has_header=False),
    "ape, id3v1, id3v2": ape() + ID3V1 + id3v2(),
    "id3v1": ID3V1,
    "lyrics, id3v1": lyrics() + ID3V1,
    "id3v2": id3v2(),
    "id3v2 with footer, id3v2": id3v2(has_footer=True) + id3v2(),
}


def part(path, codec: str = "libmp3lame") -> bytes:
    encode(path, codec, chord(4 * 44100, 44100), 44100)
    return path.read_bytes()


@pytest.mark.parametrize("tag", TAGS.values(), ids=TAGS.keys())
@pytest.mark.parametrize(("suffix", "codec"), [("mp3", "libmp3lame"), ("aac", "aac")])
def test_a_tag_between_parts_adds_no_sound_and_no_warning(tmp_path, suffix, codec, tag):
    content = part(tmp_path / f"part.{suffix}", codec)
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content + content)
    plain = load_clip(path)
    path.write_bytes(content + tag + content)
    *_, last = read_clip(path)
    assert last.warnings == ()
    # The frame behind the tag is there too, though a demuxer takes it for a part of the tag.
    assert np.array_equal(last.clip.samples, plain.samples)


@pytest.mark.parametrize("tag", [ape() + ID3V1, ape(has_header=False), id3v2()])
@pytest.mark.parametrize("suffix", ["mp3", "aac"])
def test_a_large_tag_at_the_end_makes_nothing_longer(tmp_path, suffix, tag):
    path = tmp_path / f"a.{suffix}"
    content = part(path, {"mp3": "libmp3lame", "aac": "aac"}[suffix])
    plain = load_clip(path)
    path.write_bytes(content + tag)
    *_, last = read_clip(path)
    assert last.warnings == ()
    assert 0 <= last.clip.frames - plain.frames <= 1152
    assert np.array_equal(last.clip.samples[: plain.frames - 1152], plain.samples[:-1152])


def test_sound_that_is_missing_beside_a_tag_is_still_reported(tmp_path):
    content = part(tmp_path / "part.mp3")
    noise = np.random.default_rng(0).integers(0, 0x7F, 20_000, np.uint8).tobytes()
    path = tmp_path / "a.mp3"
    path.write_bytes(content[: len(content) // 2] + noise + ape() + noise + content[len(content) // 2 :])
    *_, last = read_clip(path)
    assert "missing at 0:02" in last.warnings[0]


def test_a_count_of_frames_reports_an_end_that_is_missing(tmp_path):
    path = tmp_path / "a.mp3"
    content = part(path)
    path.write_bytes(content[: len(content) * 3 // 4])
    *_, last = read_clip(path)
    assert "ends early" in last.warnings[0]


def test_bytes_that_are_of_no_tag_are_counted(tmp_path):
    frame = b"\xff\xfb" + bytes(98)
    path = tmp_path / "a.mp3"
    path.write_bytes(frame + ape() + frame + id3v2() + frame)
    tags = MpegTags(path)
    first, second = 100, 200 + len(ape())
    content = path.read_bytes()
    assert [
        tags.length(content[x : x + 300_000], x)
        for x in (0, first, second - 101, second - 100, second, second + len(id3v2()))
    ] == [0, len(ape()), 1, 0, len(id3v2()), 0]
    assert tags.other_bytes(0, path.stat().st_size) == 300
    assert tags.other_bytes(first, second - 100) == 0
