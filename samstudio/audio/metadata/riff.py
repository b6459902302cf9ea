"""Reads what libsndfile does not report about a WAV or AIFF file: time reference, long tags, missing bytes.

Sources: Microsoft's RIFF, EBU Tech 3285 (bext), EBU Tech 3306 (RF64), Apple's AIFF 1.3.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

BEXT_TIME_REFERENCE = 338
"""Offset of the 64-bit time reference in a bext chunk, after description, originator, reference, date and time."""
EXTENSIBLE = 0xFFFE
"""The format tag of WAVEFORMATEXTENSIBLE."""
UNKNOWN_SIZE = 0xFFFFFFFF
"""A size that a streaming writer left open, or that RF64 keeps in its ds64 chunk."""
_OPEN_SIZES = (range(0x7FFFF000, 0x80000001), range(0xFFFFF000, 0x100000000), range(0xFFFFFFFFFFFFFF00, 1 << 64))
"""What writers put for a size they don't know yet: the most that 31, 32 or 64 bits hold, less a header or a block."""
MAX_CHUNKS = 10_000
KEPT_CHUNKS = {b"fmt ", b"bext", b"iXML", b"cue ", b"LIST"}
"""The chunks that exports of a recording keep; of the LISTs the one with the markers' names, `adtl`."""
MAX_CHUNK_BYTES = 1 << 20
MAX_KEPT_BYTES = 1 << 22
"""Limits of one chunk, and of all together."""
MAX_INFO_BYTES = 1 << 20
INFO_NAMES = {
    "title": b"INAM",
    "artist": b"IART",
    "album": b"IPRD",
    "date": b"ICRD",
    "tracknumber": b"ITRK",
    "genre": b"IGNR",
    "copyright": b"ICOP",
    "software": b"ISFT",
    # Last: some readers stop at a text as long as a comment may be.
    "comment": b"ICMT",
}
"""The names of text tags in a WAV file's INFO list."""


@dataclass(frozen=True)
class RiffFacts:
    """`time_reference` in frames since midnight; `missing_bytes` of sound that the header announces."""

    time_reference: int | None = None
    missing_bytes: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)


def read_riff_facts(file: BinaryIO) -> RiffFacts:
    """Walk the chunks of a WAV, RF64 or AIFF file; any other file gives the default."""
    length = file.seek(0, os.SEEK_END)
    time_reference, missing, data_size = None, 0, None
    tags: dict[str, str] = {}
    for name, start, size in riff_chunks(file):
        if name == b"ds64":
            data_size = struct.unpack("<Q", read_at(file, start + 8, 8))[0]
        elif name == b"bext" and size >= BEXT_TIME_REFERENCE + 8:
            time_reference = struct.unpack("<Q", read_at(file, start + BEXT_TIME_REFERENCE, 8))[0]
        elif name == b"LIST" and size <= MAX_INFO_BYTES:
            tags |= _info_tags(read_at(file, start, size))
        elif name in {b"data", b"SSND"}:
            declared = (data_size or 0) if size == UNKNOWN_SIZE else size
            # A size left open announces nothing.
            missing = 0 if is_open_size(declared) else max(0, start + declared - length)
    # A reference beyond a signed 64-bit count is invalid, and would overflow in other programs.
    if time_reference is not None and time_reference >= 1 << 63:
        time_reference = None
    return RiffFacts(time_reference, missing, tags)


def is_open_size(size: int) -> bool:
    """Whether a chunk's size is a placeholder: the writer could not seek back, or was interrupted."""
    return any(size in sizes for sizes in _OPEN_SIZES)


def read_kept_chunks(file: BinaryIO) -> tuple[tuple[bytes, bytes], ...]:
    """Name and content of the KEPT_CHUNKS in a WAV or RF64 file, in file order; empty for any other file."""
    chunks: list[tuple[bytes, bytes]] = []
    room = MAX_KEPT_BYTES
    for name, start, size in riff_chunks(file):
        if name in KEPT_CHUNKS and size <= min(MAX_CHUNK_BYTES, room):
            content = read_at(file, start, size)
            if name != b"LIST" or content[:4] == b"adtl":
                chunks.append((name, content))
                room -= size
    return tuple(chunks)


def _info_tags(data: bytes) -> dict[str, str]:
    """The texts in an INFO list; empty for a list of another kind."""
    names = {name: tag for tag, name in INFO_NAMES.items()}
    tags, position = {}, 4
    while data[:4] == b"INFO" and position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        text = data[position + 8 : position + 8 + size].split(b"\0")[0]
        if name in names and text:
            tags[names[name]] = decoded(text)
        position += 8 + size + size % 2
    return tags


def riff_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk with its header, padded to an even length."""
    return struct.pack("<4sI", name, len(data)) + data + bytes(len(data) % 2)


def decoded(text: bytes) -> str:
    """A text in a chunk. The standard names no encoding: today's programs write UTF-8, older ones Windows-1252."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", errors="replace")


def riff_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and declared size of each chunk of a WAV, RF64 or AIFF file that begins inside the file."""
    length = file.seek(0, os.SEEK_END)
    head = read_at(file, 0, 12)
    is_wave = head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:] == b"WAVE"
    is_aiff = head[:4] == b"FORM" and head[8:] in {b"AIFF", b"AIFC"}
    if not (is_wave or is_aiff):
        return
    rf64_data_size = 0
    position = 12
    for _ in range(MAX_CHUNKS):
        if position + 8 > length:
            return
        name, size = struct.unpack("<4sI" if is_wave else ">4sI", read_at(file, position, 8))
        yield name, position + 8, size
        if name == b"ds64":
            rf64_data_size = struct.unpack("<Q", read_at(file, position + 16, 8))[0]
        if size == UNKNOWN_SIZE:
            size = rf64_data_size or length
        # Chunks begin at even bytes.
        position += 8 + size + size % 2


def read_at(file: BinaryIO, position: int, count: int) -> bytes:
    """`count` bytes from `position`, padded with zeros at the end of the file."""
    file.seek(position)
    return file.read(count).ljust(count, b"\0")
