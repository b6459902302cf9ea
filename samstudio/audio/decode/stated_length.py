"""The length of the sound as a file states it, where it does, and whether the end of the file is missing."""

import os
import struct
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

_COUNTED = {"mov", "flac", "ape", "wv", "tta"}
"""Containers that count their samples. In the others FFmpeg guesses the length, by the bit rate or the last packet."""
_SEARCHED = 1 << 13
"""Bytes before the first frame of sound in which the header with the count of frames lies."""
_MOST_PADDING = Fraction(1, 2)
"""Seconds of an MP3 that its first frame counts and FFmpeg leaves out."""
_SEGMENT = b"\x18\x53\x80\x67"
"""Matroska's name of the element that all else lies in."""
_MAX_BOXES = 10_000


def stated_length(path: Path, container: InputContainer, stream: AudioStream) -> Fraction | None:
    """Seconds of sound that the stream's own header counts; None where it counts none."""
    name = container.format.name.split(",", maxsplit=1)[0]
    if name == "matroska":
        return _matroska_length(container, stream)
    if not stream.duration or stream.duration < 0 or not stream.time_base:
        return None
    length = stream.duration * stream.time_base
    if name == "mp3":
        # FFmpeg guesses by the size where it does not trust the count: of joined parts, or with a large tag.
        counted = _counted_length(path)
        return length if counted is not None and abs(counted - length) <= _MOST_PADDING else None
    return length if name in _COUNTED else None


def is_truncated(path: Path) -> bool:
    """Whether a file of boxes (MP4, MOV) or Matroska ends before its outermost parts do."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
        if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
            position = 0
            for _ in range(_MAX_BOXES):
                file.seek(position)
                box = file.read(16)
                if len(box) < 8:
                    return bool(box)
                length = struct.unpack(">I", box[:4])[0]
                if length == 1 and len(box) == 16:
                    length = struct.unpack(">Q", box[8:])[0]
                if length < 8:
                    return False  # 0: up to the end of the file
                position += length
                if position > size:
                    return True
            return False
    at = head.find(_SEGMENT)
    if at < 0 or at + 12 > len(head):
        return False
    # The first byte's leading zeros say how many bytes the number has.
    bytes_more = 8 - head[at + 4].bit_length()
    number = int.from_bytes(head[at + 4 : at + 5 + bytes_more], "big") - (1 << 7 * (bytes_more + 1))
    is_open = number == (1 << 7 * (bytes_more + 1)) - 1
    return not is_open and at + 5 + bytes_more + number > size


def _matroska_length(container: InputContainer, stream: AudioStream) -> Fraction | None:
    """From the track's own statistics, or of a file of sound alone from the file's length."""
    if not container.duration:
        return None
    whole = Fraction(container.duration, av.time_base)
    begin = (stream.start_time or 0) * (stream.time_base or Fraction(0))
    stated = {name.upper(): text for name, text in stream.metadata.items()}.get("DURATION", "")
    try:
        hours, minutes, seconds = stated.split(":")
        length = 3600 * int(hours) + 60 * int(minutes) + Fraction(seconds)
    except (ValueError, ZeroDivisionError):
        return whole - begin if len(container.streams) == 1 else None
    # Left over from a longer video that this one was cut from.
    return None if length > whole + 1 else length - begin


def _counted_length(path: Path) -> Fraction | None:
    """Seconds that an MP3's first frame counts, if it is one of Xing, LAME or Fraunhofer; padding is included."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            # Seven bits to a byte (ID3v2).
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
            file.seek(10 + size, os.SEEK_SET)
        else:
            file.seek(0)
        frame = file.read(_SEARCHED)
    for name, offset in ((b"Xing", 8), (b"Info", 8), (b"VBRI", 14)):
        at = frame.find(name, 0, 256 + 4)
        if at >= 0 and at + offset + 4 <= len(frame):
            if name != b"VBRI" and not frame[at + 7] & 1:
                return None
            return _of_frames(frame[:at], struct.unpack_from(">I", frame, at + offset)[0])
    return None


def _of_frames(head: bytes, count: int) -> Fraction | None:
    """Seconds of `count` frames of MPEG audio, layer III, with this header (ISO 11172-3, 13818-3)."""
    at = head.find(b"\xff")
    if at < 0 or at + 3 > len(head) or head[at + 1] & 0xE0 != 0xE0:
        return None
    version, rate = head[at + 1] >> 3 & 3, head[at + 2] >> 2 & 3
    if rate == 3 or version == 1:
        return None
    # 3 is MPEG 1, 2 is MPEG 2 with half the rate, 0 is MPEG 2.5 with a quarter.
    parts = {3: 1, 2: 2, 0: 4}[version]
    return Fraction(count * (1152 if version == 3 else 576) * parts, (44100, 48000, 32000)[rate])
