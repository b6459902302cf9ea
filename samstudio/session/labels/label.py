"""One label of another program, and the span that it stands for.

The text of a label begins with the sign; a box and a muted span say so in brackets: `- guitar [200-4000 Hz] [muted]`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from samstudio.session.prompt import Sign, Span

MAX_LABELS = 10_000
"""More than anybody marks by hand: a file that holds more is none of ours, and would only hang the window."""
SIGNS = {"+": Sign.PLUS, "-": Sign.MINUS, "−": Sign.MINUS, "–": Sign.MINUS}
MUTED = "[muted]"
_BAND = re.compile(r"\[([0-9.]+)\s*[-–]\s*([0-9.]+)\s*Hz\]", re.IGNORECASE)


class LabelError(Exception):
    """A file that holds no labels that can be read; the text says why, and may be shown as it stands."""


@dataclass(frozen=True)
class Label:
    """What a program says of a stretch: `start` and `end` in seconds, `text`, and where it stands in the file."""

    start: float
    end: float
    text: str
    place: str = ""
    """`line 12`, `marker 3`."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Skipped:
    """What was not taken over, and why."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """What a file gave: spans in the file's order, and what was skipped."""

    spans: tuple[Span, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def with_skipped(self, skipped: Iterable[Skipped]) -> Self:
        """The same with more that was skipped, told first."""
        return replace(self, skipped=(*skipped, *self.skipped))


def exact(number: float) -> str:
    """All digits that a number needs to come back as it was, without an exponent, which not every program reads."""
    return format(Decimal(repr(number)), "f")


def label_of(span: Span, text: str) -> Label:
    """The label that stands for a span; `text` are the prompt's words."""
    parts = [span.sign.value, " ".join(text.split())]
    if span.low is not None and span.high is not None:
        parts.append(f"[{exact(span.low)}-{exact(span.high)} Hz]")
    if span.muted:
        parts.append(MUTED)
    return Label(span.start, span.end, " ".join(filter(None, parts)), low=span.low, high=span.high)


def spans_of(labels: Iterable[Label], duration: float, unsigned: Sign | None = None) -> Imported:
    """The labels' spans on a recording of `duration` seconds; what is none of them is listed with its reason.

    A sign is never guessed: a label without one is skipped, or taken as `unsigned` where the person says so.
    """
    spans: list[Span] = []
    skipped: list[Skipped] = []
    for number, label in enumerate(labels):
        if number >= MAX_LABELS:
            skipped.append(Skipped(label.place, label.text, f"only the first {MAX_LABELS} labels are read"))
            break
        try:
            spans.append(_span(label, duration, unsigned))
        except ValueError as reason:
            skipped.append(Skipped(label.place, label.text, str(reason)))
    return Imported(tuple(spans), tuple(skipped))


def _span(label: Label, duration: float, unsigned: Sign | None) -> Span:
    """Raises ValueError with the reason why there is none."""
    sign = SIGNS.get(label.text.strip()[:1], unsigned)
    if sign is None:
        raise ValueError("its text begins with neither + nor −")
    if not 0.0 <= label.start <= label.end:
        raise ValueError("it ends before it starts" if label.start >= 0.0 else "it starts before the recording")
    if label.start == label.end:
        raise ValueError("it is a point, not a range")
    if label.start >= duration:
        raise ValueError("it lies after the recording's end")
    low, high = label.low, label.high
    if low is None and (band := _BAND.search(label.text)):
        low, high = float(band[1]), float(band[2])
    if low is not None and high is not None and not 0.0 <= low < high < float("inf"):
        raise ValueError("its band does not rise")
    return Span(label.start, min(label.end, duration), sign, low, high, muted=MUTED in label.text)
