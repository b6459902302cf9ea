"""Spans, boxes and ranges as they are typed: `+1.5:3.0`, `-5:7`, `+1:2:200:800`, `0:30`."""

import re
from argparse import ArgumentTypeError

from samstudio.session.prompt import Sign, Span

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_SPAN = re.compile(rf"([+-]){_NUMBER}:{_NUMBER}")
_BOX = re.compile(rf"([+-]){_NUMBER}:{_NUMBER}:{_NUMBER}:{_NUMBER}")
_RANGE = re.compile(rf"{_NUMBER}:{_NUMBER}")


def parse_span(text: str) -> Span:
    """A span from `+A:B` or `-A:B`, in seconds. Raises ArgumentTypeError."""
    if not (match := _SPAN.fullmatch(text)):
        raise ArgumentTypeError(f"a span is written +A:B or -A:B in seconds, such as +1.5:3.0, not '{text}'")
    sign, start, end = match.groups()
    return _span(sign, float(start), float(end))


def parse_box(text: str) -> Span:
    """A box from `+A:B:LO:HI`, in seconds and Hz. Raises ArgumentTypeError."""
    if not (match := _BOX.fullmatch(text)):
        raise ArgumentTypeError(
            f"a box is written +A:B:LO:HI in seconds and Hz, such as +1.5:3.0:200:4000, not '{text}'"
        )
    sign, start, end, low, high = match.groups()
    return _span(sign, float(start), float(end), float(low), float(high))


def parse_spans(text: str) -> tuple[Span, ...]:
    """Spans and boxes separated by spaces. Raises ArgumentTypeError."""
    return tuple(parse_box(word) if word.count(":") == 3 else parse_span(word) for word in text.split())


def parse_range(text: str) -> tuple[float, float]:
    """Start and end in seconds from `A:B`. Raises ArgumentTypeError."""
    if not (match := _RANGE.fullmatch(text)):
        raise ArgumentTypeError(f"a range is written A:B in seconds, such as 10:25.5, not '{text}'")
    start, end = float(match[1]), float(match[2])
    if not start < end:
        raise ArgumentTypeError(f"a range must run forward, not from {start:g} s to {end:g} s")
    return start, end


def _span(sign: str, start: float, end: float, low: float | None = None, high: float | None = None) -> Span:
    try:
        return Span(start, end, Sign(sign), low, high)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
