"""The sound of WAV files that libsndfile reads only in part: two `data` chunks, or sizes that were never filled in.

A recorder that crashed leaves the size of the sound at 0, or at what it wrote as a placeholder. Sources: Microsoft's
RIFF, EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64).
"""

import io
import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

from samstudio.audio.metadata.riff import EXTENSIBLE, MAX_CHUNKS, is_open_size, read_at

_SUBTYPES = {
    (1, 1): "PCM_U8",
    (1, 2): "PCM_16",
    (1, 3): "PCM_24",
    (1, 4): "PCM_32",
    (3, 4): "FLOAT",
    (3, 8): "DOUBLE",
    (6, 1): "ALAW",
    (7, 1): "ULAW",
}
"""libsndfile's names for samples, by format tag and bytes of one sample."""
_LEAST_UNREAD = 4096
"""Bytes; fewer behind the sound are padding to a block."""
_TAGS = (b"ID3", b"TAG")


@dataclass(frozen=True)
class WaveSound:
    """Where the sound lies in a WAV file: `parts` are (first byte, bytes), whole frames each.

    `is_irregular` where the header alone does not lead to all of it.
    """

    rate: int
    channels: int
    subtype: str
    parts: tuple[tuple[int, int], ...]
    is_irregular: bool
    unread: float = 0.0
    """Seconds behind the sound, if they look like more of it: the header states too small a size."""


def wave_sound(file: BinaryIO) -> WaveSound | None:
    """The sound of a WAV, RF64 or BW64 file; None for any other file, or samples that are not plain."""
    length = file.seek(0, os.SEEK_END)
    head = read_at(file, 0, 12)
    if head[:4] not in {b"RIFF", b"RF64", b"BW64"} or head[8:] != b"WAVE":
        return None
    wave_format, found = b"", []
    is_irregular, size_in_ds64, position, unread = False, 0, 12, 0
    for _ in range(MAX_CHUNKS):
        if position + 8 > length:
            break
        name, size = struct.unpack("<4sI", read_at(file, position, 8))
        start = position + 8
        if name == b"ds64":
            size_in_ds64 = struct.unpack("<Q", read_at(file, start + 8, 8))[0]
        elif name == b"fmt ":
            wave_format = read_at(file, start, min(size, 40)).ljust(40, b"\0")
        elif name == b"data":
            stated = size_in_ds64 if size == 0xFFFFFFFF and head[:4] != b"RIFF" else size
            if is_open_size(stated) or (stated == 0 and not _is_chunk(file, start, length)):
                # Of a plain WAV file libsndfile knows all but the size that a 64-bit header leaves open.
                is_irregular |= head[:4] != b"RIFF" and start < length
                stated = length - start
            # An empty one ends the sound for libsndfile, or makes it take all that follows for sound.
            is_irregular |= stated == 0
            found.append((start, min(stated, max(0, length - start))))
            size = stated
            unread = 0 if _is_known(file, start + size, length) else length - start - size
            if unread:
                break
        position = start + size + size % 2
    found = [part for part in found if part[1]]
    return _sound(wave_format, found, is_irregular or len(found) > 1, unread)


def _sound(wave_format: bytes, found: list[tuple[int, int]], is_irregular: bool, unread: int) -> WaveSound | None:
    if not wave_format or not found:
        return None
    tag, channels, rate, _, block = struct.unpack_from("<HHIIH", wave_format)
    if tag == EXTENSIBLE:
        tag = struct.unpack_from("<H", wave_format, 24)[0]
    if not channels or not rate or not block or block % channels:
        return None
    subtype = _SUBTYPES.get((tag, block // channels))
    if subtype is None:
        return None
    parts = tuple((start, size - size % block) for start, size in found)
    return WaveSound(rate, channels, subtype, parts, is_irregular, unread / (rate * block))


def _is_chunk(file: BinaryIO, position: int, length: int) -> bool:
    """Whether a chunk begins here that ends within the file: then a size of 0 before it is meant."""
    if position >= length:
        return True
    name, size = struct.unpack("<4sI", read_at(file, position, 8))
    return all(32 <= letter < 127 for letter in name) and position + 8 + size <= length + 1


def _is_known(file: BinaryIO, position: int, length: int) -> bool:
    """Whether what stands behind the sound is none: the end, chunks with or without padding, a tag, or filled up."""
    if length - position < _LEAST_UNREAD:
        return True
    names = (read_at(file, position, 4), read_at(file, position + 1, 4))
    # Names are printable; a chunk may be cut off, and have any size then.
    if any(all(32 <= letter < 127 for letter in name) for name in names) or names[0].startswith(_TAGS):
        return True
    return not any(read_at(file, position, _LEAST_UNREAD))


class WavePartsFile(io.RawIOBase):
    """The parts of a sound one behind the other, as a file of their own."""

    def __init__(self, file: BinaryIO, sound: WaveSound) -> None:
        self._file, self._parts, self._at = file, sound.parts, 0
        self._length = sum(size for _, size in sound.parts)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Bytes from the beginning of the first part."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted over all parts."""
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence])
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer, across the ends of parts."""
        view, done, before = memoryview(buffer), 0, 0
        for start, size in self._parts:
            within = self._at - before
            if 0 <= within < size and done < len(view):
                self._file.seek(start + within)
                data = self._file.read(min(size - within, len(view) - done))
                view[done : done + len(data)] = data
                done += len(data)
                self._at += len(data)
            before += size
        return done
