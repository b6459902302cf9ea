"""What people type, as classes of sound: a table of phrases and a small matcher.

The table is resources/words: classes.csv names the classes (AudioSet's), names.txt what some are called instead, a
file for each language gives the phrases for them, fillers.txt holds words that change nothing, such as articles, and
relations.txt those after which it is said where a sound is. A text is matched whole first, then by its longest known
part before such a word, then by its longest of all, the last of equally long ones, since the noun ends an English
phrase; plurals do not matter.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from samstudio.assets import asset
from samstudio.separation.listening.word_forms import forms_of, parts_of, without_accents, words_of
from samstudio.session.text.quoting import one_line

SPEECH, SINGING = "Speech", "Singing"
KINDS_OF_CLASSES = {"Mains hum": "hum", "Static": "noise", "Crackle": "impulses", "Clicking": "impulses"}
"""Sounds that engines may know by their structure, by the first class that a text is understood as."""
LEAST_LIKENESS, _LEAST_MISTYPED = 0.8, 3
"""How like a known phrase a text must be (ratio of matching letters), and its least letters, to be a mistyped one."""
_ONE_VOICE = re.compile(
    r"\b(fe)?male\b|\b(wo)?m[ae]n('?s)?\b|\bboy'?s?\b|\bgirl'?s?\b|\blad(y|ies)\b|\bguys?\b"
    r"|\b(first|second) (speaker|voice)\b|frau(en)?stimme|männerstimme"
    r"|\bmann\b|\bfrau\b|\bd'?homme\b|\bfemme\b|\bhombre\b|\bmujer\b"
)
"""Whose voice it is: what a listener that knows only kinds of sound cannot tell."""
_LEFT_OUT = re.compile(r"\b(without|no|not|except|excluding|minus|remove|but|ohne|nicht|sans|sin)\b")
"""What the sound is not."""
_UNTREATED = re.compile(r"\bp[- ]?pops?\b|\bplosives?\b|\bde[- ]?ess|\bsibilan")
"""What is neither of the classes nor of a treatment: taken for the clicks or the noise, it would be removed wrongly."""
_JOINING = re.compile(r"\s*(?:,|\+|&|/|\band\b|\bund\b|\bet\b|\by\b)\s*", re.IGNORECASE)
"""Between two sounds of one text."""

WHOSE_VOICE = (
    "“{text}” is understood as {kind}, but whose voice it is cannot be told from words alone",
    "mark a + span where this voice is heard and a − span where only others are.",
)
LEFT_OUT = (
    "“{text}” says what the sound is not",
    "type the sound that shall be left out, and take the residual, or mark a + span where the wanted sound is heard.",
)
"""Why a text is not listened for, and what to do."""


@dataclass(frozen=True)
class Meaning:
    """What a text is understood as: the indices of classes and their names, the most typical first."""

    classes: tuple[int, ...]
    names: tuple[str, ...]
    phrase: str
    """The part of the text that was understood."""
    refusal: str = ""
    """Why it cannot be listened for all the same; empty where it can."""
    remedy: str = ""
    """What to do then, the end of that sentence."""
    unknown: tuple[str, ...] = ()
    """Words of the text that changed nothing, because they are not known."""
    asks_whose: bool = False
    """Whether the refusal is that a listener of kinds of sound cannot tell one voice from another."""


@dataclass(frozen=True)
class _Table:
    names: tuple[str, ...]
    phrases: dict[tuple[str, ...], tuple[int, ...]]
    shown: tuple[str, ...]
    spelt: tuple[str, ...]
    """All phrases, of all languages."""
    fillers: frozenset[str]
    relations: frozenset[str]
    told: dict[str, str]
    """What a class is called, where that is not its own name."""
    foreign: frozenset[tuple[str, ...]]
    """Phrases that are known in other languages than English alone."""


def understood(text: str) -> Meaning | None:
    """The meaning of a text, or None where no part of it is known. Of two sounds ("dog and cat") either counts."""
    if _UNTREATED.search(text.lower()):
        return None
    if (whole := _of_one_sound(text, whole_only=True)) is not None:
        return whole
    parts = [part for part in _JOINING.split(text.lower()) if part]
    if len(parts) > 1:
        meanings = [meaning for part in parts if (meaning := _of_one_sound(part)) is not None]
        if len(meanings) == len(parts):
            classes = tuple(dict.fromkeys(index for meaning in meanings for index in meaning.classes))
            names = tuple(dict.fromkeys(meaning.names[0] for meaning in meanings))
            return _meaning(classes, text, text, names=names)
    return _of_one_sound(text)


def _of_one_sound(text: str, *, whole_only: bool = False) -> Meaning | None:
    """The whole text where it is a phrase, else its longest known part; words that change nothing do not count."""
    words = words_of(text)
    if not words:
        return None
    phrases, fillers = _table().phrases, _table().fillers
    whole = next((form for form in forms_of(tuple(words)) if form in phrases), None)
    if whole is not None or whole_only:
        return _meaning(phrases[whole], " ".join(words), text) if whole is not None else None
    content = [word for word in words if word not in fillers] or words
    for part in (*parts_of(_before_relation(words)), *parts_of(content)):
        for form in forms_of(part):
            if form in phrases:
                unknown = [word for word in content if word not in part and not _is_known(word)]
                return _meaning(phrases[form], " ".join(part), text, unknown=tuple(unknown))
    return None


def _before_relation(words: list[str]) -> list[str]:
    """What is said before where a sound is: “dog” of “the dog in the street”; nothing where that is all."""
    fillers, relations = _table().fillers, _table().relations
    first = next((number for number, word in enumerate(words) if word in relations), 0)
    return [word for word in words[:first] if word not in fillers]


def _is_known(word: str) -> bool:
    return (
        word in _table().relations
        or any(form in _table().phrases for form in forms_of((word,)))
        or bool(_ONE_VOICE.search(word) or _LEFT_OUT.search(word))
    )


def completions(text: str, count: int = 8) -> tuple[str, ...]:
    """Phrases of the table that begin with `text`, the shortest first, then those with a later word that does.

    None for a text that is a phrase itself: what it is understood as matters more.
    """
    start = " ".join(words_of(text))
    if not start or tuple(words_of(text)) in _table().phrases:
        return ()
    shown = _table().shown
    first = sorted((phrase for phrase in shown if phrase.startswith(start)), key=lambda phrase: (len(phrase), phrase))
    later = sorted((phrase for phrase in shown if f" {start}" in phrase), key=lambda phrase: (len(phrase), phrase))
    return tuple(dict.fromkeys((*first, *later)))[:count]


def sounds(text: str) -> tuple[str, ...]:
    """The sounds that a text names, one by one: “guitar and drums” are two, “rock and roll” is one."""
    if tuple(words_of(text)) in _table().phrases:
        return (text.strip(),)
    return tuple(dict.fromkeys(part.strip() for part in _JOINING.split(text) if part.strip()))


def similar_phrases(text: str, count: int = 3) -> tuple[str, ...]:
    """Phrases of the table that are spelt nearly like `text`, the nearest first: it may be mistyped."""
    typed, spelt = " ".join(words_of(text)), _table().spelt
    if len(typed) < _LEAST_MISTYPED or _UNTREATED.search(typed):
        return ()
    # One letter wrong, missing, doubled or swapped comes before all that is only alike.
    one_off = [phrase for phrase in spelt if abs(len(phrase) - len(typed)) <= 1 and _is_one_slip(typed, phrase)]
    one_off.sort(key=lambda phrase: len(set(typed) ^ set(phrase)))
    found = dict.fromkeys((*one_off, *get_close_matches(typed, spelt, count, LEAST_LIKENESS)))
    return tuple(found)[:count]


def _is_one_slip(typed: str, phrase: str) -> bool:
    """Whether a single letter was added, left out or exchanged, or two neighbours were swapped (Damerau 1964)."""
    start = next(
        (i for i, (a, b) in enumerate(zip(typed, phrase, strict=False)) if a != b), min(map(len, (typed, phrase)))
    )
    rest, wanted = typed[start:], phrase[start:]
    swapped = len(rest) > 1 and rest[1] + rest[0] + rest[2:] == wanted
    return swapped or rest[1:] in (wanted, wanted[1:]) or rest == wanted[1:]


def in_english(text: str) -> str:
    """A phrase of another language as the English name of its class; every other text as it is."""
    table, words = _table(), tuple(words_of(text))
    if words not in table.foreign or _ONE_VOICE.search(text.lower()):
        return text
    return _told(table.names[table.phrases[words][0]]).lower()


def class_names() -> tuple[str, ...]:
    """The names of all classes, by their index."""
    return _table().names


@cache
def general_classes() -> tuple[int, ...]:
    """The indices of classes that hold too much to say what a sound is, such as Animal."""
    return tuple(class_names().index(name) for name, _ in _pairs("general"))


def described(names: Sequence[str]) -> str:
    """The first three of classes' names, without the synonyms that some of them list."""
    return ", ".join(dict.fromkeys(map(_told, names[:3])))


def _told(name: str) -> str:
    """What the class of this name is called."""
    return _table().told.get(name, name.split(",", maxsplit=1)[0])


def _meaning(
    classes: tuple[int, ...], phrase: str, text: str, unknown: tuple[str, ...] = (), names: tuple[str, ...] = ()
) -> Meaning:
    shown = one_line(text.strip(), 60)
    plain, reason, remedy, asks_whose = text.lower(), "", "", False
    every = _table().names
    kind = every[classes[0]]
    if _LEFT_OUT.search(plain) and tuple(words_of(text)) not in _table().phrases:
        reason, remedy = LEFT_OUT
    elif _ONE_VOICE.search(plain) and kind in (SPEECH, SINGING):
        (reason, remedy), asks_whose = WHOSE_VOICE, True
    refusal, heard = reason.format(text=shown, kind=kind.lower()), names or tuple(every[index] for index in classes)
    return Meaning(classes, heard, phrase, refusal, remedy, unknown, asks_whose)


def _lines(language: str, index: dict[str, int]) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """The lines of a language's file: phrases, and the classes in which they are heard."""
    for classes, said in _pairs(language):
        yield said.split(", "), tuple(index[name] for name in classes.split(" + "))


def _pairs(file: str) -> Iterator[tuple[str, str]]:
    """What stands before and after the colon in each line of a file."""
    for line in asset(f"words/{file}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            before, _, after = line.partition(": ")
            yield before, after


def _word_set(file: str) -> frozenset[str]:
    return frozenset(asset(f"words/{file}.txt").read_text(encoding="utf-8").split())


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
        phrases |= {tuple(words_of(phrase)): numbers for phrase in said}
        shown += said
    foreign = set[tuple[str, ...]]()
    for language in ("german", "french", "spanish"):
        for said, numbers in _lines(language, index):
            foreign |= {tuple(words_of(phrase)) for phrase in said}.difference(phrases)
            for phrase in said:
                phrases.setdefault(tuple(words_of(phrase)), groups.get(numbers[0], numbers))
    for name, number in index.items():
        # "Chuckle, chortle" is two phrases, and what stands in brackets explains.
        for phrase in re.sub(r"\(.*?\)|etc\.", "", name).split(","):
            phrases.setdefault(tuple(words_of(phrase)), (number,))
    phrases.pop((), None)
    spelt = tuple(" ".join(words) for words in phrases)
    for words, numbers in tuple(phrases.items()):
        phrases.setdefault(tuple(map(without_accents, words)), numbers)
    fillers, relations = _word_set("fillers"), _word_set("relations")
    return _Table(
        names,
        phrases,
        tuple(dict.fromkeys(shown)),
        spelt,
        fillers,
        relations,
        dict(_pairs("names")),
        frozenset(foreign),
    )
