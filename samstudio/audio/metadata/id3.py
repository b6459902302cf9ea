"""Tags of an MP3 file: libsndfile's writer stores UTF-8 in fields declared as Latin-1.

Source: ID3 tag version 2.3.0 (id3.org), read by every player; its Unicode is UTF-16.
"""

import struct
from collections.abc import Mapping

_FRAMES = {
    "title": b"TIT2",
    "artist": b"TPE1",
    "album": b"TALB",
    "date": b"TYER",
    "tracknumber": b"TRCK",
    "genre": b"TCON",
    "copyright": b"TCOP",
    "software": b"TSSE",
    "comment": b"COMM",
}
_UTF_16 = b"\x01"
_NO_LANGUAGE = b"XXX"
_YEAR_DIGITS = 4


def id3_tag(tags: Mapping[str, str]) -> bytes:
    """The ID3 tag, to be written before the first frame of sound; empty without tags."""
    frames = b"".join(_frame(_FRAMES[name], text) for name, text in tags.items() if text and name in _FRAMES)
    if not frames:
        return b""
    # Seven bits per byte: no size can be taken for the sync word of an MPEG frame.
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frames


def _frame(name: bytes, text: str) -> bytes:
    if name == b"TYER":
        text = text[:_YEAR_DIGITS]
    # A comment has a language and an empty title before its text.
    head = _NO_LANGUAGE + "".encode("utf-16") + b"\0\0" if name == b"COMM" else b""
    body = _UTF_16 + head + text.encode("utf-16", errors="replace")
    return struct.pack(">4sIH", name, len(body), 0) + body
