"""Markers and regions in WAV files: the `cue ` chunk, and names and lengths in `LIST adtl`.

Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (cue-points, associated data).
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from samstudio.audio.metadata.riff import decoded, riff_chunk

_POINT = struct.Struct("<II4sIII")
"""Identifier, position in the play list, chunk, start of chunk and block, and the frame."""
_LENGTH = struct.Struct("<II4sHHHH")
"""Of a labelled text: identifier, frames, purpose, country, language, dialect, code page."""


@dataclass(frozen=True)
class CueMarker:
    """`text` at frame `start`; `frames` long, 0 for a point."""

    start: int
    frames: int
    text: str


def marker_chunks(markers: Sequence[CueMarker]) -> bytes:
    """The chunks that hold the markers, to be written after the sound; empty without markers.

    A marker beyond 32 bits of frames is left out: the chunk cannot hold it.
    """
    markers = [marker for marker in markers if marker.start + marker.frames < 1 << 32]
    if not markers:
        return b""
    points, names, lengths = b"", b"", b""
    for name, marker in enumerate(markers, 1):
        points += _POINT.pack(name, marker.start, b"data", 0, 0, marker.start)
        names += riff_chunk(b"labl", struct.pack("<I", name) + marker.text.encode() + b"\0")
        if marker.frames:
            lengths += riff_chunk(b"ltxt", _LENGTH.pack(name, marker.frames, b"rgn ", 0, 0, 0, 0))
    # All names before the first length: libsndfile reads no name after one.
    chunks = riff_chunk(b"LIST", b"adtl" + names + lengths)
    return riff_chunk(b"cue ", struct.pack("<I", len(markers)) + points) + chunks


def markers_in(chunks: Iterable[tuple[bytes, bytes]]) -> list[CueMarker]:
    """The markers among a WAV file's chunks (name, content), in their own order."""
    starts: dict[int, int] = {}
    lengths: dict[int, int] = {}
    texts: dict[int, str] = {}
    for name, data in chunks:
        if name == b"cue ":
            starts |= _points(data)
        elif name == b"LIST":
            _read_list(data, texts, lengths)
    return [CueMarker(start, lengths.get(name, 0), texts.get(name, "")) for name, start in starts.items()]


def _points(data: bytes) -> Mapping[int, int]:
    count = min(struct.unpack_from("<I", data.ljust(4, b"\0"))[0], (len(data) - 4) // _POINT.size)
    points = (_POINT.unpack_from(data, 4 + _POINT.size * number) for number in range(max(count, 0)))
    return {point[0]: point[5] for point in points}


def _read_list(data: bytes, texts: dict[int, str], lengths: dict[int, int]) -> None:
    position = 4
    while position + 12 <= len(data):
        kind, size, name = struct.unpack_from("<4sII", data, position)
        body = data[position + 12 : position + 8 + size]
        if kind == b"labl":
            texts[name] = decoded(body.split(b"\0")[0])
        elif kind == b"ltxt" and len(body) >= 4:
            lengths[name] = struct.unpack_from("<I", body)[0]
        position += 8 + size + size % 2
