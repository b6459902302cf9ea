"""A label of another program, and its conversion to and from a span or a marker.

A label without length is a marker, whatever its text. The text of another one begins with the sign; a box and a muted
span say so in brackets: `- guitar [200-4000 Hz] [muted]`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isfinite
from typing import Self

from samstudio.session.labels.label_times import shown
from samstudio.session.labels.marker import Marker, Markers, in_time
from samstudio.session.prompt import Sign, Span

MAX_LABELS = 20_000
"""More than a user marks: a larger file does not hold spans, and would block the window."""
SIGNS = {"+": Sign.PLUS, "-": Sign.MINUS, "−": Sign.MINUS, "–": Sign.MINUS}
MUTED = "[muted]"
_BAND = re.compile(r"\[(\d{1,20}(?:[.,]\d{1,40})?)\s*[-–]\s*(\d{1,20}(?:[.,]\d{1,40})?)\s*Hz\]", re.IGNORECASE)


class LabelError(Exception):
    """A file without readable labels; the text says why, and may be shown as it stands."""


@dataclass(frozen=True)
class Label:
    """A label: `start` and `end` in seconds, `text`, and its place in the file."""

    start: float
    end: float
    text: str
    place: str = ""
    """`line 12`, `marker 3`."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Skipped:
    """A label that was not imported, and why."""

    place: str
    text: str
    reason: str

    def __post_init__(self) -> None:
        # A line of a file may be of any length, and is shown in a table.
        object.__setattr__(self, "text", shown(self.text, 200))


@dataclass(frozen=True)
class Imported:
    """The result of an import: spans in the file's order, markers in order of time, and the skipped labels."""

    spans: tuple[Span, ...] = ()
    markers: Markers = ()
    skipped: tuple[Skipped, ...] = ()

    def with_skipped(self, skipped: Iterable[Skipped]) -> Self:
        """The same with more skipped labels, which come first."""
        return replace(self, skipped=(*skipped, *self.skipped))


def exact(number: float) -> str:
    """All digits needed to restore a number exactly, without an exponent, which not every program reads."""
    return format(Decimal(repr(number)), "f")


def label_of(span: Span, text: str) -> Label:
    """The label of a span; `text` is the prompt's."""
    parts = [span.sign.value, " ".join(text.split())]
    if span.low is not None and span.high is not None:
        parts.append(f"[{exact(span.low)}-{exact(span.high)} Hz]")
    if span.muted:
        parts.append(MUTED)
    return Label(span.start, span.end, " ".join(filter(None, parts)), low=span.low, high=span.high)


def label_of_marker(marker: Marker) -> Label:
    """The label of a marker."""
    return Label(marker.time, marker.time, marker.name)


def imported(labels: Iterable[Label], duration: float, unsigned: Sign | None = None) -> Imported:
    """The labels' spans and markers on a recording of `duration` seconds; skipped labels are listed with the reason.

    A sign is never guessed: a label without one is skipped, or gets the sign `unsigned` that the user chose.
    """
    spans: list[Span] = []
    markers: list[Marker] = []
    skipped: list[Skipped] = []
    for number, label in enumerate(labels):
        if number >= MAX_LABELS:
            skipped.append(Skipped(label.place, label.text, f"only the first {MAX_LABELS} labels are read"))
            break
        try:
            if label.start == label.end:
                markers.append(_marker(label, duration))
            else:
                spans.append(_span(label, duration, unsigned))
        except ValueError as reason:
            skipped.append(Skipped(label.place, label.text, str(reason)))
    return Imported(tuple(spans), in_time(markers), tuple(skipped))


def _marker(label: Label, duration: float) -> Marker:
    """Raises ValueError with the reason if it is no marker."""
    if not isfinite(label.start):
        raise ValueError("its time is not a number")
    if label.start < 0.0:
        raise ValueError("it lies before the recording")
    if label.start > duration:
        raise ValueError("it lies after the recording's end")
    return Marker(label.start, label.text)


def _span(label: Label, duration: float, unsigned: Sign | None) -> Span:
    """Raises ValueError with the reason if it is no span."""
    sign = SIGNS.get(label.text.strip()[:1], unsigned)
    if sign is None:
        raise ValueError("its text begins with neither + nor −")
    if not (isfinite(label.start) and isfinite(label.end)):
        raise ValueError("its times are not numbers")
    if not 0.0 <= label.start <= label.end:
        raise ValueError("it ends before it starts" if label.start >= 0.0 else "it starts before the recording")
    if label.start >= duration:
        raise ValueError("it lies after the recording's end")
    low, high = label.low, label.high
    if low is None and (band := _BAND.search(label.text)):
        low, high = (float(edge.replace(",", ".")) for edge in band.groups())
    if low is not None and high is not None and not 0.0 <= low < high < float("inf"):
        raise ValueError("its band does not rise")
    return Span(label.start, min(label.end, duration), sign, low, high, muted=MUTED in label.text)
