"""The parts that a recording is split into, each named by a word; what they leave is the rest."""

import re
from collections.abc import Iterable
from zlib import crc32

PRESETS = {
    "Song": ("vocals", "drums", "bass"),
    "Film": ("dialogue", "music", "effects"),
    "Band": ("vocals", "drums", "bass", "guitar", "piano"),
}
"""What recordings are often split into, by a name."""
MOST_PARTS = 16
COLORS = 6
"""How many colours there are for parts."""
_KNOWN = {
    "vocals": 0, "vocal": 0, "singing": 0, "voice": 0, "dialogue": 0, "dialog": 0, "speech": 0, "lead vocals": 0,
    "drums": 1, "drum": 1, "percussion": 1, "effects": 1, "sound effects": 1,
    "bass": 2, "bass guitar": 2, "ambience": 2, "wind": 2, "traffic": 2,
    "guitar": 3, "guitars": 3, "acoustic guitar": 3, "electric guitar": 3, "music": 3,
    "piano": 4, "keys": 4, "organ": 4, "synthesizer": 4,
    "strings": 5, "violin": 5, "brass": 5, "birds": 5, "bird": 5,
}  # fmt: skip
_REST = re.compile(r"(the )?(rest|residual|others?)", re.IGNORECASE)


def parts_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The words without blanks and repetitions; "the rest" is none of them, as it is always there."""
    words = (" ".join(text.split()) for text in texts)
    return tuple({word.casefold(): word for word in words if word and not _REST.fullmatch(word)}.values())


def listed_parts(text: str) -> tuple[str, ...]:
    """The parts of a list with commas."""
    return parts_of(text.split(","))


def part_color(word: str) -> int:
    """The number of a part's colour, below COLORS: always the same for the same word."""
    plain = " ".join(word.casefold().split())
    return _KNOWN.get(plain, crc32(plain.encode()) % COLORS)
