"""The words of a text, its parts, and the forms under which a part may be looked up."""

import re
import unicodedata
from collections.abc import Iterator

_LONGEST = 6
"""Words of a text that are tried together."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SOUND_OF = re.compile(r"(ge(räusch|raeusch|rausch)|l(ä|ae|a)rm)(e|en)?$")
"""German endings that make a noun that of its sound."""
_LINKS = ("", "s", "n", "en", "er", "e", "es")
"""Letters between the two nouns of a German compound."""
_LEAST_HEAD, _LEAST_BEFORE = 5, 3
"""Least letters of the noun that ends a compound, and of what stands before it."""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; an apostrophe belongs to its word, a hyphen divides."""
    plain = unicodedata.normalize("NFC", text.lower()).replace("’", "'").replace("&", " and ")
    return re.findall(r"[\w']+", plain)


def spelt_plainly(phrase: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A phrase in plain letters: without accents, and with ä, ö, ü as ae, oe, ue."""
    return tuple(tuple(_without_accents(word.translate(letters)) for word in phrase) for letters in ({}, _UMLAUTS))


def _without_accents(word: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    return plain.replace("ß", "ss").replace("œ", "oe")


def parts_of(words: list[str]) -> Iterator[tuple[str, ...]]:
    """The parts of a text, the longest first, of equally long ones the last first."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            yield tuple(words[start : start + length])


def forms_of(part: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A phrase as it stands, then with the endings of its last word taken off, then joined to one word."""
    yield part
    *before, last = part
    for stem in stems(last):
        yield (*before, stem)
    if len(part) == 2:
        yield ("".join(part),)
        # “Sirens wailing”: the noun may stand first.
        for first in stems(part[0]):
            yield (first, last)
            for stem in stems(last):
                yield (first, stem)


def is_participle(word: str) -> bool:
    """Whether an English word looks like one."""
    return word.endswith("ing") and len(word) > 5


def compound_parts(word: str, heads: frozenset[str]) -> Iterator[str]:
    """What a German compound is a kind of: its last noun, one of `heads`, or the first one of “Zuggeräusche”."""
    if word.endswith("en") and word[:-1] in heads:
        # A plural: “Akustikgitarren”.
        yield word[:-1]
    if (ending := _SOUND_OF.search(word)) is not None:
        first = word[: ending.start()]
        yield from (first.removesuffix(link) for link in _LINKS if first.endswith(link))
        return
    for start in range(_LEAST_BEFORE, len(word) - _LEAST_HEAD + 1):
        if word[start:] in heads:
            yield word[start:]


def stems(word: str) -> Iterator[str]:
    """A word without plural, -ing or -ed, or without its French article."""
    if word.endswith("'s"):
        yield word[:-2]
    if word.startswith(("l'", "d'")):
        # French articles.
        yield word[2:]
    for ending, others in (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ing", ("", "e")), ("ed", ("", "e"))):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            yield from (stem + other for other in others)
            if ending in ("ing", "ed") and stem[-1] == stem[-2]:
                yield stem[:-1]
