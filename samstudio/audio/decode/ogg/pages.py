"""Ogg pages and the packets in them (RFC 3533), damaged pages left out."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_HEADER = struct.Struct("<4sBBqIIIB")
_CAPTURE = b"OggS"
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_BLOCK = 1 << 16
_MAX_PACKET = 1 << 24
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass
class Page:
    """`granule` is the codec's time of the end of the last packet that ends here, -1 where none does."""

    serial: int
    number: int
    granule: int
    is_continued: bool
    is_first: bool
    is_last: bool
    lacing: bytes
    body: bytes
    packets: list[bytes] = field(default_factory=list)
    """The packets that end here."""
    is_after_loss: bool = False
    """Whether pages of this stream are missing before it."""


def pages(file: BinaryIO) -> Iterator[Page]:
    """Every whole page from the beginning of a file on."""
    position = 0
    while True:
        file.seek(position)
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return
        page = _page(file, head) if head[:4] == _CAPTURE else None
        if page is None:
            position = _next_capture(file, position + 1)
            if position < 0:
                return
            continue
        position += _HEADER.size + len(page.lacing) + len(page.body)
        yield page


def _page(file: BinaryIO, head: bytes) -> Page | None:
    """The page behind a header; None where its checksum is another one."""
    _, version, flags, granule, serial, number, checksum, segments = _HEADER.unpack(head)
    lacing = file.read(segments)
    body = file.read(sum(lacing))
    if version or len(lacing) < segments or len(body) < sum(lacing):
        return None
    if _checksum(head[:22] + bytes(4) + head[26:] + lacing + body) != checksum:
        return None
    return Page(
        serial, number, granule, bool(flags & _CONTINUED), bool(flags & _FIRST), bool(flags & _LAST), lacing, body
    )


def _checksum(data: bytes) -> int:
    """The CRC of Ogg: zlib's polynomial, its bits the other way round, from 0 on and not inverted."""
    crc = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)


def _next_capture(file: BinaryIO, position: int) -> int:
    """Where the next page may begin, -1 if nowhere."""
    while True:
        file.seek(position)
        block = file.read(_BLOCK)
        if (found := block.find(_CAPTURE)) >= 0:
            return position + found
        if len(block) < _BLOCK:
            return -1
        position += len(block) - len(_CAPTURE) + 1


class Assembler:
    """Puts the packets of one stream together."""

    def __init__(self) -> None:
        self._rest: bytes | None = b""
        """The beginning of a packet that goes on in the next page; None where that beginning is lost."""
        self._number = -1

    def take(self, page: Page) -> bool:
        """Fill in the packets of the stream's next page; False for a page that was there already."""
        if self._number >= 0 and page.number == self._number:
            return False
        page.is_after_loss = self._number >= 0 and page.number != self._number + 1
        self._number = page.number
        parts: list[bytes] = []
        if not page.is_continued or page.is_after_loss:
            self._rest = None if page.is_continued else b""
        elif self._rest:
            parts.append(self._rest)
        is_whole, start = self._rest is not None, 0
        for size in page.lacing:
            parts.append(page.body[start : start + size])
            start += size
            if size < 255:
                if is_whole:
                    page.packets.append(b"".join(parts))
                parts, is_whole = [], True
        self._rest = b"".join(parts) if is_whole else None
        if self._rest is not None and len(self._rest) > _MAX_PACKET:
            self._rest = None
        return True
