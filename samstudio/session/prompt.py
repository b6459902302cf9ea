"""The prompt for an engine: text, spans and boxes, and objects in the video."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from heapq import heappop, heappush
from itertools import pairwise
from typing import Self

from samstudio.session.region import Region, in_order
from samstudio.session.stretch import without
from samstudio.session.video.objects import VideoObject


class Sign(StrEnum):
    """Whether the target is heard in a span."""

    PLUS = "+"
    MINUS = "-"

    @property
    def flipped(self) -> "Sign":
        """The other sign."""
        return Sign.MINUS if self is Sign.PLUS else Sign.PLUS


@dataclass(frozen=True)
class Span:
    """A stretch of time, `start` to `end` in seconds, where the target is heard (+) or is not (-).

    With `low` and `high` (Hz) it is a box. A muted span is kept but not used.
    Raises ValueError unless 0 <= start < end and, for a box, 0 <= low < high.
    """

    start: float
    end: float
    sign: Sign = Sign.PLUS
    low: float | None = None
    high: float | None = None
    muted: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.start < self.end < float("inf"):
            raise ValueError(f"A span must run forward from 0 s or later, not from {self.start:g} s to {self.end:g} s.")
        if (self.low is None) != (self.high is None):
            raise ValueError("A box needs both a low and a high frequency.")
        if self.low is not None and self.high is not None and not 0.0 <= self.low < self.high < float("inf"):
            raise ValueError(f"A box must rise from 0 Hz or more, not from {self.low:g} Hz to {self.high:g} Hz.")

    @property
    def length(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    @property
    def is_box(self) -> bool:
        """Whether the span is limited in frequency."""
        return self.low is not None

    def moved(self, start: float, end: float) -> Self:
        """The same span at another place (seconds)."""
        return replace(self, start=start, end=end)

    def shifted(self, seconds: float) -> Self:
        """The whole span moved by `seconds`, stopped at 0."""
        seconds = max(seconds, -self.start)
        return replace(self, start=self.start + seconds, end=self.end + seconds)

    def flipped(self) -> Self:
        """The same span with the other sign."""
        return replace(self, sign=self.sign.flipped)


@dataclass(frozen=True)
class Prompt:
    """Text, spans and objects in the video. Every change returns a new prompt.

    Where spans of opposite signs overlap, the one later in `spans` decides (so were models with spans trained).
    """

    text: str = ""
    spans: tuple[Span, ...] = ()
    objects: tuple[VideoObject, ...] = ()
    """What makes the sound is whatever is not muted of them, together."""
    dismissed: tuple[Span, ...] = field(default=(), repr=False)
    """What was found by these words and is wrong: an engine uses nothing that it finds there with the same sign."""

    def with_text(self, text: str) -> Self:
        """The prompt with another text; what was dismissed stays only with the same words."""
        return replace(self, text=text, dismissed=self.dismissed if text.split() == self.text.split() else ())

    def not_dismissed(self, found: Iterable[Span]) -> tuple[Span, ...]:
        """What is left of the spans that an engine found, outside of those dismissed."""
        gone = {sign: [(span.start, span.end) for span in self.dismissed if span.sign is sign] for sign in Sign}
        return tuple(
            span.moved(*left) for span in found for left in without(((span.start, span.end),), gone[span.sign])
        )

    def with_span(self, span: Span) -> Self:
        """The prompt with one more span, the last one, which therefore decides where it overlaps others."""
        return replace(self, spans=(*self.spans, span))

    def with_objects(self, *objects: VideoObject) -> Self:
        """The prompt with these objects and no others."""
        return replace(self, objects=objects)

    def with_regions(self, *regions: Region) -> Self:
        """The prompt with the object in these rectangles, in order of time, in place of the object that has some.

        One applies to the whole video, several are a movement. Raises ValueError for regions out of order.
        """
        others = tuple(known for known in self.objects if known.follows)
        return replace(self, objects=(*others, VideoObject.of_regions(regions)) if regions else others)

    def with_region(self, region: Region) -> Self:
        """The prompt with the object in one region all the time."""
        return self.with_regions(region.at(0.0))

    def with_region_moved(self, region: Region) -> Self:
        """The prompt with one more region of the object's movement; it replaces one with the same time."""
        return self.with_regions(*in_order((*self.regions, region)))

    def without_region(self) -> Self:
        """The prompt without regions."""
        return self.with_regions()

    def without_objects(self) -> Self:
        """The prompt without objects in the video."""
        return replace(self, objects=())

    @property
    def regions(self) -> tuple[Region, ...]:
        """The rectangles of the object that is not followed."""
        return next((known.regions for known in self.objects if not known.follows), ())

    @property
    def active_objects(self) -> tuple[VideoObject, ...]:
        """The objects that are marked and not muted."""
        return tuple(known for known in self.objects if known.marks and not known.muted)

    @property
    def active_spans(self) -> tuple[Span, ...]:
        """The spans that are not muted."""
        return tuple(span for span in self.spans if not span.muted)

    @property
    def is_empty(self) -> bool:
        """Whether it has neither text nor active spans nor objects."""
        return not self.text.strip() and not self.active_spans and not self.active_objects

    @property
    def names_target(self) -> bool:
        """Whether anything in it says what the target is: - spans alone only say where it is not."""
        has_plus = any(span.sign is Sign.PLUS for span in self.active_spans)
        return bool(self.text.strip()) or has_plus or bool(self.active_objects)


def decided_stretches(prompt: Prompt, duration: float) -> tuple[Span, ...]:
    """The unmuted full-band spans after the overlap rule: disjoint, in order of time, cut to `duration` seconds.

    Neighbours of one sign are joined. Boxes do not take part: they limit frequency, not only time.
    """
    spans = [span for span in prompt.active_spans if not span.is_box and span.start < duration]
    edges: dict[float, list[int]] = {}
    for index, span in enumerate(spans):
        edges.setdefault(span.start, []).append(index)
        edges.setdefault(min(span.end, duration), [])
    stretches: list[Span] = []
    covering: list[int] = []
    # A sweep in time; the heap holds the covering spans, the latest on top because indices are negated.
    for start, end in pairwise(sorted(edges)):
        for index in edges[start]:
            heappush(covering, -index)
        while covering and spans[-covering[0]].end <= start:
            heappop(covering)
        if not covering:
            continue
        sign = spans[-covering[0]].sign
        if stretches and stretches[-1].sign is sign and stretches[-1].end == start:
            stretches[-1] = stretches[-1].moved(stretches[-1].start, end)
        else:
            stretches.append(Span(start, end, sign))
    return tuple(stretches)
