"""What the lanes are to show of the spans, worked out once for all lanes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from samstudio.session.model_frames import FrameRun
from samstudio.session.prompt import Prompt, Span, decided_stretches

Stretch = tuple[float, float]
"""Start and end in seconds."""


@dataclass(frozen=True)
class Mark:
    """A span, or a ghost, as drawn. `lost` are the parts of it that a span of the other sign decides."""

    span: Span
    is_selected: bool
    lost: tuple[Stretch, ...] = ()
    is_edited: bool = False
    """Whether the keys move its edges."""

    @property
    def parts(self) -> list[tuple[Stretch, bool]]:
        """The span cut where it loses to another: each part with whether it counts."""
        if not self.lost:
            return [((self.span.start, self.span.end), True)]
        parts: list[tuple[Stretch, bool]] = []
        at = self.span.start
        for start, end in self.lost:
            parts += [((at, start), True), ((start, end), False)]
            at = end
        return [(part, won) for part, won in (*parts, ((at, self.span.end), True)) if part[0] < part[1]]


@dataclass(frozen=True)
class Picture:
    """All that is drawn over the lanes."""

    marks: tuple[Mark, ...] = ()
    selection: Stretch | None = None
    snap_line: float | None = None
    ghosts: tuple[Mark, ...] = ()
    frames: tuple[FrameRun, ...] = ()
    """What SAM Audio sees of the spans; empty where that is not to be shown."""

    def changes_from(self, old: "Picture") -> Iterator[Stretch] | None:
        """The stretches of time that look different than in `old`; None where all may."""
        fresh, stale = set(self.marks), set(old.marks)
        if fresh == stale and self.marks != old.marks:
            return None
        return self._changes(old, fresh ^ stale)

    def _changes(self, old: "Picture", marks: set[Mark]) -> Iterator[Stretch]:
        yield from ((mark.span.start, mark.span.end) for mark in marks)
        yield from ((mark.span.start, mark.span.end) for mark in set(self.ghosts) ^ set(old.ghosts))
        yield from ((run.start, run.end) for run in set(self.frames) ^ set(old.frames))
        if self.selection != old.selection:
            yield from (stretch for stretch in (self.selection, old.selection) if stretch)
        if self.snap_line != old.snap_line:
            yield from ((line, line) for line in (self.snap_line, old.snap_line) if line is not None)


def marks_of(spans: tuple[Span, ...], selected: Collection[int], edited: Collection[int] = ()) -> tuple[Mark, ...]:
    """The marks of `spans` in the order of drawing: where they overlap, the later one is on top and wins."""
    lost = {index: stretches for group in _overlapping(spans) for index, stretches in _lost(spans, group)}
    return tuple(
        Mark(span, index in selected, lost.get(index, ()), index in edited) for index, span in enumerate(spans)
    )


def _overlapping(spans: tuple[Span, ...]) -> Iterator[list[int]]:
    """Groups of two or more unmuted full-band spans that hang together, as indices into `spans`."""
    order = sorted(
        (index for index, span in enumerate(spans) if not (span.muted or span.is_box)),
        key=lambda index: spans[index].start,
    )
    group: list[int] = []
    end = 0.0
    for index in order:
        if group and spans[index].start >= end:
            if len(group) > 1:
                yield group
            group = []
        group.append(index)
        end = max(end, spans[index].end) if len(group) > 1 else spans[index].end
    if len(group) > 1:
        yield group


def _lost(spans: tuple[Span, ...], group: list[int]) -> Iterator[tuple[int, tuple[Stretch, ...]]]:
    members = tuple(spans[index] for index in sorted(group))
    decided = decided_stretches(Prompt(spans=members), max(span.end for span in members))
    for index in group:
        span = spans[index]
        others = (other for other in decided if other.sign is not span.sign)
        cuts = ((max(other.start, span.start), min(other.end, span.end)) for other in others)
        yield index, tuple((start, end) for start, end in cuts if start < end)
