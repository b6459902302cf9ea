"""Levels in dB: as text, and as positions on the one scale of faders and meters."""

from itertools import pairwise

from samstudio.session.mix import MAX_GAIN_DB, MIN_GAIN_DB

SCALE_MARKS = (0, 12, -12, -24, -36, -6, 6, -18, -48)
"""Levels that may get a number, dB; the first ones are preferred."""
# The deflection of a digital peak meter with the straight pieces of IEC 60268-18 (0 dBFS is 100), from the fader's
# bottom on, and carried on to its top at the slope of the last piece.
_PIECES = ((-60.0, 5.0), (-50.0, 7.5), (-40.0, 15.0), (-30.0, 30.0), (-20.0, 50.0), (12.0, 130.0))
_BOTTOM, _RANGE = _PIECES[0][1], _PIECES[-1][1] - _PIECES[0][1]
_Line = tuple[float, float, float, float]
"""Up to which x, and x, y and slope of the line there."""


def _lines(points: tuple[tuple[float, float], ...]) -> tuple[_Line, ...]:
    return tuple((x1, x0, y0, (y1 - y0) / (x1 - x0)) for (x0, y0), (x1, y1) in pairwise(points))


_DEFLECTIONS = _lines(_PIECES)
_LEVELS = _lines(tuple((percent, level) for level, percent in _PIECES))


def deflection(level: float) -> float:
    """Where a level in dB stands on the scale, 0 (MIN_GAIN_DB and below) to 1 (MAX_GAIN_DB)."""
    level = min(max(level, MIN_GAIN_DB), MAX_GAIN_DB)
    return (_interpolate(level, _DEFLECTIONS) - _BOTTOM) / _RANGE


def level_at(place: float) -> float:
    """The level in dB at a place of the scale, the inverse of `deflection`."""
    return _interpolate(_BOTTOM + min(max(place, 0.0), 1.0) * _RANGE, _LEVELS)


def format_level(level: float) -> str:
    """`+3.5`, `0.0`, `−12.0`, `−∞` from the fader's bottom down."""
    if level <= MIN_GAIN_DB:
        return "−∞"
    tenths = round(level * 10)
    return f"{'−' if tenths < 0 else '+' if tenths > 0 else ''}{abs(tenths) / 10:.1f}"


def parse_level(text: str) -> float:
    """A fader's level from `-3.5`, `−3,5 dB`, `+2` or `-inf`, clipped to the fader.

    Raises ValueError with a sentence for the user.
    """
    plain = text.strip().lower().removesuffix("db").strip().replace("−", "-").replace(",", ".")
    if plain in ("-inf", "-∞", "inf", "∞", "-"):
        return MIN_GAIN_DB
    if not plain.lstrip("+-").replace(".", "", 1).isdecimal():
        raise ValueError(f"“{text.strip()}” is not a level: type dB, such as -6 or +2.5, or -inf for silence.")
    return min(max(float(plain), MIN_GAIN_DB), MAX_GAIN_DB)


def _interpolate(x: float, lines: tuple[_Line, ...]) -> float:
    for line in lines:
        if x <= line[0]:
            break
    return line[2] + (x - line[1]) * line[3]
