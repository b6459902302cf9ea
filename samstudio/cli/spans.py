"""Parses spans `+1.5:3.0`, `-5:7`, boxes `+1:2:200:800`, ranges `0:30`, regions `0.1:0.2:0.5:0.4`."""

import re
from argparse import ArgumentTypeError
from collections.abc import Sequence

from samstudio.session.labels.label_times import shown
from samstudio.session.prompt import Sign, Span
from samstudio.session.region import Region, in_order
from samstudio.session.stretch import Stretch

NUMBER = r"(\d{1,40}(?:[.,]\d{0,40})?|[.,]\d{1,40})"
"""With a comma as the decimal sign too, as spreadsheets write it in some countries."""
_SPAN = re.compile(rf"([+-]){NUMBER}:{NUMBER}")
_BOX = re.compile(rf"([+-]){NUMBER}:{NUMBER}:{NUMBER}:{NUMBER}")
_REGION = re.compile(rf"(?:{NUMBER}@)?{NUMBER}:{NUMBER}:{NUMBER}:{NUMBER}")
_RANGE = re.compile(rf"{NUMBER}:{NUMBER}")


def parse_span(text: str) -> Span:
    """A span from `+A:B` or `-A:B`, in seconds. Raises ArgumentTypeError."""
    if not (match := _SPAN.fullmatch(text)):
        raise ArgumentTypeError(f"a span is written +A:B or -A:B in seconds, such as +1.5:3.0, not '{shown(text)}'")
    sign, start, end = match.groups()
    return _span(sign, *map(parsed_number, (start, end)))


def parse_box(text: str) -> Span:
    """A box from `+A:B:LO:HI`, in seconds and Hz. Raises ArgumentTypeError."""
    if not (match := _BOX.fullmatch(text)):
        raise ArgumentTypeError(
            f"a box is written +A:B:LO:HI in seconds and Hz, such as +1.5:3.0:200:4000, not '{shown(text)}'"
        )
    sign, start, end, low, high = match.groups()
    return _span(sign, *map(parsed_number, (start, end, low, high)))


def parse_spans(text: str) -> tuple[Span, ...]:
    """Spans and boxes separated by spaces. Raises ArgumentTypeError."""
    return tuple(parse_box(word) if word.count(":") == 3 else parse_span(word) for word in text.split())


def parse_region(text: str) -> Region:
    """A region of the picture from `X:Y:W:H`, fractions, or `T@X:Y:W:H`, at T seconds. Raises ArgumentTypeError."""
    if not (match := _REGION.fullmatch(text)):
        raise ArgumentTypeError(
            "a region is written X:Y:W:H, left, top, width and height as fractions of the picture, "
            f"such as 0.1:0.2:0.5:0.4, and 2.5@0.1:0.2:0.5:0.4 at 2.5 s, not '{shown(text)}'"
        )
    time, left, top, width, height = (parsed_number(number or "0") for number in match.groups())
    try:
        return Region(left, top, width, height, time)
    except ValueError as error:
        raise ArgumentTypeError(f"'{shown(text)}': {error}") from error


def one_movement(regions: Sequence[Region]) -> tuple[Region, ...]:
    """The regions in order of time. Raises ArgumentTypeError if two have the same time."""
    ordered = in_order(regions)
    if len(ordered) < len(regions):
        raise ArgumentTypeError("two regions are at the same time: write when each holds, such as 2.5@0.1:0.2:0.5:0.4")
    return ordered


def parse_regions(text: str) -> tuple[Region, ...]:
    """Regions separated by spaces. Raises ArgumentTypeError."""
    return one_movement([parse_region(word) for word in text.split()])


def parse_range(text: str) -> Stretch:
    """Start and end in seconds from `A:B`. Raises ArgumentTypeError."""
    if not (match := _RANGE.fullmatch(text)):
        raise ArgumentTypeError(f"a range is written A:B in seconds, such as 10:25.5, not '{shown(text)}'")
    start, end = parsed_number(match[1]), parsed_number(match[2])
    if not start < end:
        raise ArgumentTypeError(f"a range must run forward, not from {start:g} s to {end:g} s")
    return start, end


def parsed_number(text: str) -> float:
    """A number of which NUMBER is the pattern."""
    return float(text.replace(",", "."))


def _span(sign: str, start: float, end: float, low: float | None = None, high: float | None = None) -> Span:
    try:
        return Span(start, end, Sign(sign), low, high)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
