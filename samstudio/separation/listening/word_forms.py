"""The words of a text, its parts, and the forms under which a part may be looked up."""

import re
import unicodedata
from collections.abc import Iterator

_LONGEST = 6
"""Words of a text that are tried together."""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; an apostrophe belongs to its word, a hyphen divides."""
    plain = unicodedata.normalize("NFC", text.lower()).replace("’", "'").replace("&", " and ")
    return re.findall(r"[\w']+", plain)


def without_accents(word: str) -> str:
    """The word in plain letters."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def parts_of(words: list[str]) -> Iterator[tuple[str, ...]]:
    """The parts of a text, the longest first, of equally long ones the last first."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            yield tuple(words[start : start + length])


def forms_of(part: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A phrase as it stands, then with the endings of its last word taken off, then joined to one word."""
    yield part
    *before, last = part
    for stem in _stems(last):
        yield (*before, stem)
    if len(part) == 2:
        yield ("".join(part),)


def _stems(word: str) -> Iterator[str]:
    """A word without plural, -ing or -ed."""
    if word.endswith("'s"):
        yield word[:-2]
    for ending, others in (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ing", ("", "e")), ("ed", ("", "e"))):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            yield from (stem + other for other in others)
            if ending in ("ing", "ed") and stem[-1] == stem[-2]:
                yield stem[:-1]
