"""What people type, as classes of sound: a table of phrases and a small matcher.

The table is resources/words: classes.csv names the classes (AudioSet's), a file for each language gives the phrases
for them, and fillers.txt holds words that change nothing, such as articles. A text is matched whole first, then by its
longest known part, the last of equally long ones, since the noun ends an English phrase; plurals do not matter.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from samstudio.assets import asset

_LONGEST = 6
"""Words of a text that are tried together."""
_UNTOLD = re.compile(
    r"\b(fe)?male\b|\b(wo)?m[ae]n('?s)?\b|\bboy'?s?\b|\bgirl'?s?\b|\blad(y|ies)\b|\bguys?\b|\bfirst (speaker|voice)\b"
    r"|\bsecond (speaker|voice)\b"
)
"""Whose voice it is: what a listener that knows only kinds of sound cannot tell."""


@dataclass(frozen=True)
class Meaning:
    """What a text is understood as: the indices of classes and their names, the most typical first."""

    classes: tuple[int, ...]
    names: tuple[str, ...]
    phrase: str
    """The part of the text that was understood."""
    is_one_voice: bool = False
    """Whether the text asks for one voice among others ("female voice"), which the classes do not tell."""


@dataclass(frozen=True)
class _Table:
    names: tuple[str, ...]
    phrases: dict[tuple[str, ...], tuple[int, ...]]
    shown: tuple[str, ...]
    fillers: frozenset[str]


def understood(text: str) -> Meaning | None:
    """The meaning of a text, or None where no part of it is known."""
    words = _words(text)
    phrases, fillers = _table().phrases, _table().fillers
    # The whole text as it stands comes first: "white noise" is more than "white".
    content = [word for word in words if word not in fillers]
    for tried in (words, content):
        for part in _parts(tried):
            for form in _forms(part):
                if form in phrases:
                    return _meaning(phrases[form], " ".join(part), text)
    return None


def completions(text: str, count: int = 8) -> tuple[str, ...]:
    """Phrases of the table that begin with `text`, the shortest first, then those with a later word that does.

    None for a text that is a phrase itself: what it is understood as matters more.
    """
    start = " ".join(_words(text))
    if not start or tuple(_words(text)) in _table().phrases:
        return ()
    shown = _table().shown
    first = sorted((phrase for phrase in shown if phrase.startswith(start)), key=lambda phrase: (len(phrase), phrase))
    later = sorted((phrase for phrase in shown if f" {start}" in phrase), key=lambda phrase: (len(phrase), phrase))
    return tuple(dict.fromkeys((*first, *later)))[:count]


def class_names() -> tuple[str, ...]:
    """The names of all classes, by their index."""
    return _table().names


def _meaning(classes: tuple[int, ...], phrase: str, text: str) -> Meaning:
    names = _table().names
    return Meaning(classes, tuple(names[index] for index in classes), phrase, bool(_UNTOLD.search(text.lower())))


def _words(text: str) -> list[str]:
    """The words of a text in lower case; an apostrophe belongs to its word, a hyphen divides."""
    plain = unicodedata.normalize("NFC", text.lower()).replace("’", "'").replace("&", " and ")
    return re.findall(r"[\w']+", plain)


def _parts(words: list[str]) -> Iterator[tuple[str, ...]]:
    """The parts of a text, the longest first, of equally long ones the last first."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            yield tuple(words[start : start + length])


def _forms(part: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
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


def _lines(language: str, index: dict[str, int]) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """The lines of a language's file: phrases, and the classes in which they are heard."""
    for line in asset(f"words/{language}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            classes, said = line.split(": ", 1)
            yield said.split(", "), tuple(index[name] for name in classes.split(" + "))


@cache
def _table() -> _Table:
    with asset("words/classes.csv").open(encoding="utf-8", newline="") as file:
        names = tuple(row["display_name"] for row in csv.DictReader(file))
    index = {name: number for number, name in enumerate(names)}
    phrases: dict[tuple[str, ...], tuple[int, ...]] = {}
    shown: list[str] = []
    groups: dict[int, tuple[int, ...]] = {}
    for said, numbers in _lines("english", index):
        groups.setdefault(numbers[0], numbers)
        phrases |= {tuple(_words(phrase)): numbers for phrase in said}
        shown += said
    for language in ("german", "french", "spanish"):
        for said, numbers in _lines(language, index):
            for phrase in said:
                phrases.setdefault(tuple(_words(phrase)), groups.get(numbers[0], numbers))
    for name, number in index.items():
        # "Chuckle, chortle" is two phrases, and what stands in brackets explains.
        for phrase in re.sub(r"\(.*?\)|etc\.", "", name).split(","):
            phrases.setdefault(tuple(_words(phrase)), (number,))
    phrases.pop((), None)
    fillers = frozenset(asset("words/fillers.txt").read_text(encoding="utf-8").split())
    return _Table(names, phrases, tuple(dict.fromkeys(shown)), fillers)
