"""Times and frequencies in other programs' labels: in seconds whatever they were counted in, or refused in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from samstudio.session.text.clock import parse_time

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
_GROUPED = re.compile(r"(\d{1,3}(\.\d{3})+,\d*|\d{1,3}(,\d{3})+\.\d*|\d{1,3}([ '’]\d{3})+([.,]\d*)?)")
"""Thousands parted in a way that leaves no doubt what the decimal sign is."""
_SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")
_MOST_DIGITS = 40
_UNSURE = "its time is in {}, whose rate the file does not say: export it with times in seconds"


def shown(text: str, most: int = 80) -> str:
    """Text of a file fit for a sentence: one line, cut where it is long."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most and len(text) <= 4 * most else f"{line[:most]}…"


def number_of(text: str) -> float:
    """A finite number, with a point or a comma as its decimal sign. Raises ValueError with a reason."""
    plain = _ungrouped(text)
    if len(plain) > _MOST_DIGITS or not _NUMBER.fullmatch(plain):
        raise ValueError(f"“{shown(text)}” is not a number")
    number = float(plain.replace(",", "."))
    if not isfinite(number):
        raise ValueError(f"“{shown(text)}” is not a number")
    return number


def is_number(text: str) -> bool:
    """Whether the text is a number and nothing else."""
    try:
        number_of(text)
    except ValueError:
        return False
    return True


def is_whole(text: str) -> bool:
    """Whether the text is a number without a decimal sign."""
    return text.strip().isdecimal()


def _ungrouped(text: str) -> str:
    plain = text.translate(_SPACES).strip()
    if not _GROUPED.fullmatch(plain):
        return plain
    decimal = next((mark for mark in reversed(plain) if mark in ".,"), "")
    whole, _, part = plain.rpartition(decimal) if decimal else (plain, "", "")
    return f"{re.sub(r'[^0-9]', '', whole)}.{part}"


@dataclass(frozen=True)
class LabelUnit:
    """What the times of a column are counted in: `seconds_of` converts a cell, or raises ValueError with the reason."""

    name: str
    seconds_of: Callable[[str], float]


def clock_seconds(text: str) -> float:
    """Seconds from `1.5`, `1:02.5`, `1:00:02` or `500 ms`, with a point or a comma.

    Raises ValueError for bars and beats, for frames, and for what is no time.
    """
    text = text.translate(_SPACES).strip()
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"“{shown(text)}” is not a time")
    if text.count(":") > 2 or ";" in text:
        raise ValueError(_UNSURE.format("frames"))
    if text.count(".") > 1 and not _GROUPED.fullmatch(text):
        raise ValueError("its time is in bars and beats: export it with times in seconds")
    if text.lower().endswith("ms") and is_number(text[:-2]):
        return number_of(text[:-2]) / 1000.0
    try:
        return parse_time(_ungrouped(text))
    except ValueError:
        raise ValueError(f"“{shown(text)}” is not a time") from None


SECONDS = LabelUnit("seconds", clock_seconds)
MILLISECONDS = LabelUnit("milliseconds", lambda text: number_of(text) / 1000.0)
MINUTES = LabelUnit("minutes", lambda text: clock_seconds(text) if ":" in text else number_of(text) * 60.0)


def samples_unit(sample_rate: float | None) -> LabelUnit:
    """Frames of sound at a rate in Hz, None if it is not known."""

    def seconds(text: str) -> float:
        if sample_rate is None:
            raise ValueError(_UNSURE.format("samples"))
        return number_of(text) / sample_rate

    return LabelUnit("samples", seconds)


def refused_unit(name: str) -> LabelUnit:
    """Times that cannot be converted."""

    def refuse(_: str) -> float:
        raise ValueError(_UNSURE.format(shown(name, 30)))

    return LabelUnit(name, refuse)


_FPS = re.compile(r"(\d+(?:[.,]\d+)?)\s*fps")
_RATE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(k?)hz")
_TRUE_RATES = {23.976: 24000 / 1001, 23.98: 24000 / 1001, 29.97: 30000 / 1001, 59.94: 60000 / 1001}


def named_unit(time_format: str) -> LabelUnit:
    """What a cell says of its row's times, as Adobe Audition writes it: `decimal`, `48000 Hz`, `25 fps (EBU)`."""
    text = time_format.strip().casefold()
    if not text or text.startswith("decimal"):
        return SECONDS
    if rate := _RATE.match(text):
        return samples_unit(number_of(rate[1]) * (1000.0 if rate[2] else 1.0) or None)
    if (fps := _FPS.search(text)) and number_of(fps[1]):
        is_drop = "drop" in text and "non" not in text
        return LabelUnit(text, lambda cell: _timecode_seconds(cell, number_of(fps[1]), is_drop))
    return refused_unit(time_format)


def _timecode_seconds(text: str, nominal: float, is_drop: bool) -> float:
    """Seconds from `h:mm:ss:ff`, `mm:ss:ff` or a count of frames (SMPTE ST 12-1; drop-frame leaves out numbers)."""
    parts = re.split(r"[:;.,]", text.strip())
    if len(parts) > 4 or not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise ValueError(f"“{shown(text)}” is not a time")
    whole_rate, seconds = round(nominal), 0
    for part in parts[:-1]:
        seconds = seconds * 60 + int(part)
    frames = seconds * whole_rate + int(parts[-1])
    if is_drop and len(parts) > 1:
        minutes = seconds // 60
        # Two numbers a minute at 30 frames a second, four at 60, but in every tenth minute none.
        frames -= whole_rate // 15 * (minutes - minutes // 10)
    return frames / _TRUE_RATES.get(nominal, nominal)
