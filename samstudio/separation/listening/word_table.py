"""The table of phrases: what people type, in several languages, and the classes of sound in which it is heard.

It is resources/words: classes.csv names the classes (AudioSet's), names.txt what some are called instead, a file for
each language gives the phrases for them, fillers.txt holds words that change nothing, such as articles, relations.txt
those after which it is said where a sound is, verbs.txt words that many things do, and doers.txt the classes of those
who do them.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from samstudio.assets import asset
from samstudio.separation.listening.word_forms import (
    compound_parts,
    forms_of,
    is_participle,
    spelt_plainly,
    stems,
    words_of,
)

Phrase = tuple[str, ...]
HUMAN = 67
"""Classes with a lower index are sounds that people make."""


@dataclass(frozen=True)
class WordTable:
    """Phrases as words in lower case, classes as indices."""

    names: tuple[str, ...]
    phrases: dict[Phrase, tuple[int, ...]]
    shown: tuple[str, ...]
    spelt: tuple[str, ...]
    """All phrases, of all languages."""
    fillers: frozenset[str]
    relations: frozenset[str]
    verbs: frozenset[str]
    doers: frozenset[int]
    """Classes whose nouns say who does something, or what it is done to: the word beside it says what is heard."""
    told: dict[str, str]
    """What a class is called, where that is not its own name."""
    labels: dict[int, str]
    """What people call a class: the first English phrase for it, or as told above."""
    foreign: frozenset[Phrase]
    """Phrases that are known in other languages than English alone."""
    german: frozenset[str]
    """Words that may end a compound."""

    def classes_of(self, part: Phrase) -> tuple[int, ...] | None:
        """The classes of a phrase, in any of its forms; None where it is not known."""
        for form in forms_of(part):
            if form in self.phrases:
                return self.phrases[form]
        found = compound_parts(part[0], self.german) if len(part) == 1 else ()
        return next((self.phrases[word,] for word in found if (word,) in self.phrases), None)

    def is_verb(self, word: str) -> bool:
        """Whether so many things do it that the noun beside it says what is heard."""
        return word in self.verbs or any(stem in self.verbs for stem in stems(word))

    def says_what_doers_do(self, part: Phrase, classes: tuple[int, ...]) -> bool:
        """Whether a phrase of these classes is what somebody does: it is that which is heard."""
        is_human = classes[0] < HUMAN and classes[0] not in self.doers
        return is_human or (len(part) == 1 and (self.is_verb(part[0]) or is_participle(part[0])))


def lines(language: str, index: dict[str, int]) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """The lines of a language's file: phrases, and the classes in which they are heard."""
    for classes, said in _pairs(language):
        yield said.split(", "), tuple(index[name] for name in classes.split(" + "))


def _pairs(file: str) -> Iterator[tuple[str, str]]:
    """What stands before and after the colon in each line of a file."""
    for line in asset(f"words/{file}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            before, _, after = line.partition(": ")
            yield before, after


def _words(file: str) -> frozenset[str]:
    return frozenset(asset(f"words/{file}.txt").read_text(encoding="utf-8").split())


@cache
def general_classes() -> tuple[int, ...]:
    """The indices of classes that hold too much to say what a sound is, such as Animal."""
    names = word_table().names
    return tuple(names.index(name) for name, _ in _pairs("general"))


@cache
def word_table() -> WordTable:
    """The table, read once."""
    with asset("words/classes.csv").open(encoding="utf-8", newline="") as file:
        names = tuple(row["display_name"] for row in csv.DictReader(file))
    index = {name: number for number, name in enumerate(names)}
    phrases: dict[Phrase, tuple[int, ...]] = {}
    shown: list[str] = []
    groups: dict[int, tuple[int, ...]] = {}
    told = dict(_pairs("names"))
    labels = {index[name]: label for name, label in told.items()}
    for said, numbers in lines("english", index):
        groups.setdefault(numbers[0], numbers)
        labels.setdefault(numbers[0], said[0])
        phrases |= {tuple(words_of(phrase)): numbers for phrase in said}
        shown += said
    foreign = {
        language: [
            (tuple(words_of(phrase)), groups.get(numbers[0], numbers))
            for said, numbers in lines(language, index)
            for phrase in said
        ]
        for language in ("german", "french", "spanish")
    }
    only_foreign = {words for meanings in foreign.values() for words, _ in meanings}.difference(phrases)
    for meanings in foreign.values():
        for words, numbers in meanings:
            phrases.setdefault(words, numbers)
    for name, number in index.items():
        # "Chuckle, chortle" is two phrases, and what stands in brackets explains.
        for synonym in re.sub(r"\(.*?\)|etc\.", "", name).split(","):
            phrases.setdefault(tuple(words_of(synonym)), (number,))
    phrases.pop((), None)
    spelt = tuple(" ".join(words) for words in phrases)
    for words, numbers in tuple(phrases.items()):
        for plain in spelt_plainly(words):
            phrases.setdefault(plain, numbers)
    return WordTable(
        names,
        phrases,
        tuple(dict.fromkeys(shown)),
        spelt,
        _words("fillers"),
        _words("relations"),
        _words("verbs"),
        frozenset(index[name] for name, _ in _pairs("doers")),
        told,
        labels,
        frozenset(only_foreign),
        frozenset(words[0] for words, _ in foreign["german"] if len(words) == 1),
    )
