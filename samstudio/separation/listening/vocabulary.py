"""What people type, as classes of sound: a small matcher over the table of phrases.

A text is matched whole first, then by its longest known part before a word such as “in”, then by its longest of all,
the last of equally long ones, since the noun ends an English phrase. Of a noun and what many things do (“siren
wailing”) the noun counts, except where it says no more than who does it (“man coughing”). Plurals do not matter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from samstudio.separation.listening.word_forms import parts_of, words_of
from samstudio.separation.listening.word_table import HUMAN, Phrase, word_table
from samstudio.session.text.quoting import one_line

SPEECH, SINGING = "Speech", "Singing"
KINDS_OF_CLASSES = {"Mains hum": "hum", "Static": "noise", "Crackle": "impulses", "Clicking": "impulses"}
"""Sounds that engines may know by their structure, by the first class that a text is understood as."""
LEAST_LIKENESS, _LEAST_MISTYPED = 0.8, 3
"""How like a known phrase a text must be (ratio of matching letters), and its least letters, to be a mistyped one."""
_ONE_VOICE = re.compile(
    r"\b(fe)?male\b|\b(wo)?m[ae]n('?s)?\b|\bboy'?s?\b|\bgirl'?s?\b|\blad(y|ies)\b|\bguys?\b"
    r"|\b(first|second|third|other) (speaker|voice|singer|person)\b|frau(en)?stimme|männerstimme"
    r"|\bmann\b|\bfrau\b|\bd'?homme\b|\bfemme\b|\bhombre\b|\bmujer\b"
)
"""Whose voice it is: what a listener that knows only kinds of sound cannot tell."""
_LEFT_OUT = re.compile(r"\b(without|no|not|except|excluding|minus|remove|but|ohne|nicht|sans|sin)\b")
"""What the sound is not."""
_PLOSIVES = re.compile(r"\bp[- ]?pop(s|ping)?\b|\bpopping p'?s\b|\bplosives?\b|\bplosivlaute?\b|\boclusivas?\b")
_SIBILANCE = re.compile(r"\bde[- ]?ess(ing|er)?\b|\bsibilan|\b(s[- ]|zisch)laute?\b|\bs'?s\b|\besses\b|\bs sounds?\b")
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
PLOSIVES = (
    "“{text}” is understood as plosives, which are part of the voice and cannot be found by their name",
    "draw a + box over the lowest 200 Hz of each of them, and a − span where the voice is heard without any.",
)
SIBILANCE = (
    "“{text}” is understood as sibilance, which is part of the voice and cannot be found by its name",
    "draw + boxes from 5 to 10 kHz over some of it, and a − span where the voice is heard without any.",
)
"""Why a text is not listened for, and what to do."""
MUSIC = range(132, 277)
"""Classes of music and instruments."""


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
    asks_more: bool = False
    """Whether the refusal is that a listener of kinds of sound cannot tell this, which one of any words may."""


def understood(text: str) -> Meaning | None:
    """The meaning of a text, or None where no part of it is known. Of two sounds ("dog and cat") either counts."""
    for pattern, name, (reason, remedy) in ((_PLOSIVES, "plosives", PLOSIVES), (_SIBILANCE, "sibilance", SIBILANCE)):
        if pattern.search(text.lower()):
            return Meaning((), (name,), text, reason.format(text=_shown(text)), remedy, asks_more=True)
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
    words, table = words_of(text), word_table()
    if not words:
        return None
    if (whole := table.classes_of(tuple(words))) is not None or whole_only:
        return _meaning(whole, " ".join(words), text) if whole is not None else None
    content = [word for word in words if word not in table.fillers] or words
    for scope in (_before_relation(words), content):
        for part in _parts(words, scope):
            if (classes := table.classes_of(part)) is not None:
                said, classes = _what_sounds(part, classes, scope)
                unknown = tuple(word for word in scope if word not in said and not _is_known(word))
                return _meaning(classes, " ".join(said), text, unknown=unknown)
    return None


def _parts(words: list[str], scope: list[str]) -> Iterator[Phrase]:
    """The parts of a scope, after those with words in them that change nothing by themselves."""
    fillers = word_table().fillers
    for part in parts_of(words):
        if len(part) > 1 and part[-1] in scope and not fillers.isdisjoint(part):
            yield part
    yield from parts_of(scope)


def _what_sounds(part: Phrase, classes: tuple[int, ...], scope: list[str]) -> tuple[Phrase, tuple[int, ...]]:
    """What is heard, where a part of a scope says only what it does, or only who does it; else the part itself."""
    table = word_table()
    rest = [word for word in scope if word not in part]
    if len(part) == 1 and table.is_verb(part[0]):
        rest = [word for word in rest if not table.is_verb(word)]
    elif classes[0] not in table.doers:
        return part, classes
    for other in parts_of(rest):
        found = table.classes_of(other)
        if found is None:
            continue
        if classes[0] in table.doers:
            if table.says_what_doers_do(other, found):
                return other, found
        elif found[0] not in table.doers and not _is_noise_of_its_own(classes, found):
            return other, found
    return part, classes


def _is_noise_of_its_own(verb: tuple[int, ...], noun: tuple[int, ...]) -> bool:
    """Whether a sound with a treatment lies on a voice or on music, such as the buzzing of a guitar's pickups."""
    return word_table().names[verb[0]] in KINDS_OF_CLASSES and (noun[0] < HUMAN or noun[0] in MUSIC)


def _before_relation(words: list[str]) -> list[str]:
    """What is said before where a sound is: “dog” of “the dog in the street”; nothing where that is all."""
    fillers, relations = word_table().fillers, word_table().relations
    first = next((number for number, word in enumerate(words) if word in relations), 0)
    return [word for word in words[:first] if word not in fillers]


def _is_known(word: str) -> bool:
    return (
        word in word_table().relations
        or word_table().is_verb(word)
        or word_table().classes_of((word,)) is not None
        or bool(_ONE_VOICE.search(word) or _LEFT_OUT.search(word))
    )


def completions(text: str, count: int = 8) -> tuple[str, ...]:
    """Phrases of the table that begin with `text`, the shortest first, then those with a later word that does.

    For a text that is a phrase itself only that: what it is understood as matters more.
    """
    start = " ".join(words_of(text))
    if not start or tuple(words_of(text)) in word_table().phrases:
        return (start,) if start else ()
    shown = word_table().shown
    first = sorted((phrase for phrase in shown if phrase.startswith(start)), key=lambda phrase: (len(phrase), phrase))
    later = sorted((phrase for phrase in shown if f" {start}" in phrase), key=lambda phrase: (len(phrase), phrase))
    return tuple(dict.fromkeys((*first, *later)))[:count]


def sounds(text: str) -> tuple[str, ...]:
    """The sounds that a text names, one by one: “guitar and drums” are two, “rock and roll” is one."""
    if tuple(words_of(text)) in word_table().phrases:
        return (text.strip(),)
    return tuple(dict.fromkeys(part.strip() for part in _JOINING.split(text) if part.strip()))


def similar_phrases(text: str, count: int = 3) -> tuple[str, ...]:
    """Phrases of the table that are spelt nearly like `text`, the nearest first: it may be mistyped."""
    words = words_of(text)
    content = [word for word in words if word not in word_table().fillers]
    found = dict[str, None]()
    for typed in dict.fromkeys((" ".join(words), " ".join(content))) if content else ():
        found |= dict.fromkeys(_spelt_like(typed, count))
    return tuple(found)[:count]


def _spelt_like(typed: str, count: int) -> list[str]:
    if len(typed) < _LEAST_MISTYPED:
        return []
    # One letter wrong, missing, doubled or swapped comes before all that is only alike.
    spelt, shown = word_table().spelt, word_table().shown
    one_off = [phrase for phrase in spelt if abs(len(phrase) - len(typed)) <= 1 and _is_one_slip(typed, phrase)]
    # A letter is rather left out than wrong.
    one_off.sort(key=lambda phrase: (len(set(typed) - set(phrase)), phrase not in shown, len(set(typed) ^ set(phrase))))
    return [*one_off, *get_close_matches(typed, spelt, count, LEAST_LIKENESS)]


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
    table, words = word_table(), tuple(words_of(text))
    if words not in table.foreign or _ONE_VOICE.search(text.lower()):
        return text
    return _told(table.names[table.phrases[words][0]]).lower()


def class_names() -> tuple[str, ...]:
    """The names of all classes, by their index."""
    return word_table().names


def plain_name(number: int) -> str:
    """What people call a class: the first phrase for it, else its own name."""
    table = word_table()
    return table.labels.get(number) or _told(table.names[number]).lower()


def described(names: Sequence[str]) -> str:
    """The first three of classes' names, without the synonyms that some of them list."""
    return ", ".join(dict.fromkeys(map(_told, names[:3])))


def _told(name: str) -> str:
    """What the class of this name is called."""
    return word_table().told.get(name, name.split(",", maxsplit=1)[0])


def _meaning(
    classes: tuple[int, ...], phrase: str, text: str, unknown: tuple[str, ...] = (), names: tuple[str, ...] = ()
) -> Meaning:
    plain, reason, remedy, asks_more = text.lower(), "", "", False
    every = word_table().names
    kind = every[classes[0]]
    if _LEFT_OUT.search(plain) and tuple(words_of(text)) not in word_table().phrases:
        reason, remedy = LEFT_OUT
    elif _ONE_VOICE.search(plain) and kind in (SPEECH, SINGING):
        (reason, remedy), asks_more = WHOSE_VOICE, True
    refusal = reason.format(text=_shown(text), kind=kind.lower())
    heard = names or tuple(every[index] for index in classes)
    return Meaning(classes, heard, phrase, refusal, remedy, unknown, asks_more)


def _shown(text: str) -> str:
    return one_line(text.strip(), 60)
