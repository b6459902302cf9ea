"""What the text of a prompt asks for and what it leaves out: “man speaking without dog”."""

import re
from dataclasses import dataclass

_LEFT_OUT = re.compile(
    r"[\s,;]*\b(?:but\s+)?(?:without|with\s+no|no|not|except(?:\s+for)?|excluding|minus|remove|ohne|kein(?:e|en)?|sans"
    r"|sin)\s+"
    r"|[\s,;]*\bbut\b\s*(?=the\b|a\b|an\b)",
    re.IGNORECASE,
)
"""What precedes a sound that is left out, in the languages of the list of words."""
_ASKING = r"(?:(?:please|bitte|can you|could you|would you|i want to|kannst du|können sie|ich möchte)\b[\s,]*)*"
_PLACE = (
    r"(?:\s+(?:from|in|out of|aus|in|von)\s+(?:the|this|that|my|der|dieser|diesem|dem|meiner)\s+"
    r"(?:recordings?|audio|track|file|clip|song|video|mix|sound|aufnahme|datei|lied|spur|mischung))?"
)
_REMOVAL = re.compile(
    rf"^\s*{_ASKING}(?:remove|get rid of|delete(?= (?:the|this|that|all)\b)|eliminate|filter out|cut out|suppress"
    r"|entfernen? (?:sie )?)"
    rf"\s*\b(?P<verb_first>.+?){_PLACE}(?:[\s,]+(?:please|bitte))?[\s.!?]*$"
    rf"|^\s*{_ASKING}(?P<verb_last>.+?){_PLACE}\s+(?:entfernen|löschen|herausfiltern|rausfiltern)[\s.!?]*$",
    re.IGNORECASE,
)
"""A request for the recording without a sound; the verb stands last in German."""
_BETWEEN = re.compile(
    r"\s*(?:[,;&+/]|\band\b|\bor\b|\bnor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bo\b)\s*", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|an?|any|some|der|die|das|den|ein|eine|le|la|les|el|los|las)\s+", re.IGNORECASE)
_ALL = ("everything", "all", "anything", "alles", "tout", "todo")
"""These name no sound."""


@dataclass(frozen=True)
class Wording:
    """The sound that is wanted and the sounds that are not, as they were typed; these without articles."""

    wanted: str
    left_out: tuple[str, ...] = ()


def worded(text: str) -> Wording:
    """What a text says; all of it is wanted where nothing is left out."""
    if (removal := _REMOVAL.match(text)) is not None:
        text = f"without {removal['verb_first'] or removal['verb_last']}"
    wanted, *rest = (part.strip(" \t,;.") for part in _LEFT_OUT.split(text))
    left_out = (_ARTICLE.sub("", sound.strip()) for part in rest for sound in _BETWEEN.split(part))
    found = tuple({sound.lower(): sound for sound in left_out if sound}.values())
    if not found:
        return Wording(text.strip())
    return Wording("" if wanted.lower() in _ALL else wanted, found)


def with_wanted(text: str, wanted: str) -> str:
    """The text with another sound that is wanted, and what it leaves out as it is."""
    found = _LEFT_OUT.search(text)
    return wanted + text[found.start() :] if found and worded(text).left_out else wanted
