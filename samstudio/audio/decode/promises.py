"""What a file says of the length of its sound, where it knows."""

from fractions import Fraction
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer

_COUNTED = {"mov", "flac", "ape", "wv", "tta"}
"""Containers that count their samples. In the others FFmpeg guesses the length, by the bit rate or the last packet."""
_MPEG = {"mp3"}
_SEARCHED = 1 << 13
"""Bytes before the first frame of sound in which the header with the count of frames lies."""


def promised_length(path: Path, container: InputContainer, stream: AudioStream) -> Fraction | None:
    """Seconds of sound that the stream's own header counts; None where it counts none."""
    if not stream.duration or stream.duration < 0 or not stream.time_base:
        return None
    name = container.format.name.split(",", maxsplit=1)[0]
    if name in _COUNTED or (name in _MPEG and _has_frame_count(path)):
        return stream.duration * stream.time_base
    return None


def _has_frame_count(path: Path) -> bool:
    """Whether an MP3 begins with a frame of Xing, LAME or Fraunhofer that says how many follow."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            # Seven bits to a byte (ID3v2).
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
            file.seek(10 + size)
        else:
            file.seek(0)
        frame = file.read(_SEARCHED)
    return any(0 <= frame.find(name) < 256 for name in (b"Xing", b"Info", b"VBRI"))
