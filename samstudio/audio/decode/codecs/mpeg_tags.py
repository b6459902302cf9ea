"""Where tags lie in a raw MPEG stream (MP3, ADTS): their bytes are no sound, and a pretended frame in them is none.

Sources: ID3v2.4 structure, section 3; APEv2 (header and footer); Lyrics3 v2.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

_APE, _APE_ENDS, _APE_IS_HEADER = b"APETAGEX", 32, 1 << 29
_LYRICS, _LYRICS_END = b"LYRICSBEGIN", b"LYRICS200"
_ID3V1, _ID3V1_SIZE = b"TAG", 128
_ID3_HAS_FOOTER = 0x10
_SIGNS = (b"ID3", _ID3V1, _APE, b"LYRICS")
"""How tags begin."""

_SEARCHED = 1 << 24
"""Bytes within which the next packet must lie."""

ByteRange = tuple[int, int]
"""First byte, and the one after the last."""


class MpegTags:
    """The tags of a file, all found at once: larger pictures hold what looks like the beginning of a frame."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spans: list[ByteRange] = []
        if path.stat().st_size:
            with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
                for start, end in sorted([*_ape(content), *_id3v2(content), *_lyrics(content)]):
                    if not self._spans or start >= self._spans[-1][1]:
                        self._spans.append((start, end))
        self._starts = [start for start, _ in self._spans]

    def length(self, content: bytes, position: int) -> int:
        """How many bytes of a packet, whose first is at `position` in the file, belong to tags at its beginning."""
        behind = 0
        while behind < len(content):
            index = bisect_right(self._starts, position + behind) - 1
            end = self._spans[index][1] - position if index >= 0 else 0
            if end <= behind:
                # Not among the others: three letters occur by chance, and no length follows.
                end = behind + _ID3V1_SIZE if content.startswith(_ID3V1, behind) else behind
            if end == behind:
                break
            behind = end
        return min(behind, len(content))

    def place(self, head: bytes, stated: int, behind: int) -> int | None:
        """Where a packet that begins with `head` lies, not before the byte `behind`; None where it isn't found.

        FFmpeg counts the bytes of an ADTS stream without those that it skips: what it has `stated` is wrong then.
        """
        if not self._spans or self._spans[-1][1] <= behind:
            return max(stated, behind)
        with self._path.open("rb") as file:
            for size in (len(head), _SEARCHED):
                file.seek(behind)
                found = file.read(size).find(head)
                if found >= 0:
                    return behind + found
        return None

    def other_bytes(self, start: int, end: int) -> int:
        """How many of the bytes from `start` up to `end` are of no tag."""
        count, position = 0, start
        for first, last in [*self._spans, (end, end)]:
            if last <= position:
                continue
            count += self._of_sound(position, min(first, end))
            position = max(position, last)
            if position >= end:
                break
        return count

    def _of_sound(self, start: int, end: int) -> int:
        """Bytes between two tags, none if another kind of tag begins there."""
        if start >= end:
            return 0
        with self._path.open("rb") as file:
            file.seek(start)
            sign = file.read(8)
        if sign.startswith(_ID3V1):
            return max(0, end - start - _ID3V1_SIZE)
        return 0 if sign.startswith(_SIGNS) else end - start


def is_sync(content: bytes) -> bool:
    """Whether this begins as a frame does: eleven bits that are set."""
    return len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0


def _found(content: mmap, sign: bytes) -> Iterator[int]:
    position = content.find(sign)
    while position >= 0:
        yield position
        position = content.find(sign, position + len(sign))


def _ape(content: mmap) -> Iterator[ByteRange]:
    """By their footers, which all versions have; the size counts the footer, and not the header."""
    for position in _found(content, _APE):
        if position + _APE_ENDS > len(content):
            return
        size, _, flags = struct.unpack_from("<III", content, position + 12)
        start = position + _APE_ENDS - size
        if flags & _APE_IS_HEADER or start < 0 or size < _APE_ENDS:
            continue
        has_header = start >= _APE_ENDS and content[start - _APE_ENDS : start - _APE_ENDS + 8] == _APE
        yield start - _APE_ENDS * has_header, position + _APE_ENDS


def _id3v2(content: mmap) -> Iterator[ByteRange]:
    """Three letters occur by chance: what follows the stated size must be a frame, another tag or the end."""
    for position in _found(content, b"ID3"):
        head = content[position : position + 10]
        if len(head) < 10 or head[3] not in {2, 3, 4} or max(head[6:]) >= 0x80:
            continue
        # Seven bits to a byte.
        end = position + 10 + sum(byte << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        if head[5] & _ID3_HAS_FOOTER and content[end : end + 3] == b"3DI":
            end += 10
        behind = content[end : end + 8]
        if end <= len(content) and (not behind or is_sync(behind) or behind.startswith(_SIGNS)):
            yield position, end


def _lyrics(content: mmap) -> Iterator[ByteRange]:
    for position in _found(content, _LYRICS):
        end = content.find(_LYRICS_END, position)
        if end >= 0 and content[end - 6 : end].isdigit() and int(content[end - 6 : end]) == end - 6 - position:
            yield position, end + len(_LYRICS_END)
