"""What the lanes are to show of the spans, worked out once for all lanes."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property, lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from samstudio.session.frame_grid import FrameRun
from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches
from samstudio.session.stretch import Stretch

_MOST_CHANGES = 64
_MOST_PARTS = 100_000
"""Lost parts that are drawn of all spans that hang together."""
_FEWEST_PARTS = 4
"""Of each of them, however many there are."""


class SpanLook(IntEnum):
    """Flags by which spans look different."""

    MINUS = 1
    MUTED = 2
    SELECTED = 4
    APART = 8
    """With parts that do not count, or moved by the keys: grouped with no other."""


@dataclass(frozen=True)
class DrawnSpan:
    """A span, or a suggested span, as drawn. `lost` are the parts of it that a span of the other sign decides."""

    span: Span
    is_selected: bool
    lost: tuple[Stretch, ...] = ()
    is_edited: bool = False
    """Whether the keys move its edges."""

    @property
    def look(self) -> int:
        """Flags of SpanLook."""
        return (
            (self.span.sign is Sign.MINUS)
            + self.span.muted * SpanLook.MUTED
            + self.is_selected * SpanLook.SELECTED
            + (self.is_edited or bool(self.lost)) * SpanLook.APART
        )

    @property
    def parts(self) -> list[tuple[Stretch, bool]]:
        """The span cut where it loses to another: each part with whether it counts."""
        won, lost = self.stretches
        parts = [((a, b), True) for a, b in won.tolist()] + [((a, b), False) for a, b in lost.tolist()]
        return sorted(parts)

    @cached_property
    def stretches(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n, 2) and (m, 2): starts and ends of the parts that count, and of those that are lost, both in order."""
        lost = np.array(self.lost, np.float64).reshape(-1, 2)
        won = np.stack([np.append(self.span.start, lost[:, 1]), np.append(lost[:, 0], self.span.end)], axis=1)
        return won[won[:, 0] < won[:, 1]], lost


@dataclass(frozen=True, eq=False)
class Overlay:
    """All that is drawn over the lanes."""

    spans: tuple[DrawnSpan, ...] = ()
    selection: Stretch | None = None
    snap_line: float | None = None
    suggestions: tuple[DrawnSpan, ...] = ()
    frames: tuple[FrameRun, ...] = ()
    """What the model sees of the spans; empty where that is not to be shown."""

    @cached_property
    def edges(self) -> NDArray[np.float64]:
        """(2, spans): starts and ends. Hundreds of spans are looked through for every lane of every frame."""
        spans = [drawn.span for drawn in self.spans]
        return np.array([[span.start for span in spans], [span.end for span in spans]], np.float64)

    @cached_property
    def is_box(self) -> NDArray[np.bool_]:
        """(spans,)."""
        return np.array([drawn.span.is_box for drawn in self.spans], bool)

    def spans_between(self, first: float, last: float) -> NDArray[np.bool_]:
        """(spans,): which are visible between two times."""
        starts, ends = self.edges
        seen: NDArray[np.bool_] = (starts <= last) & (ends >= first)
        return seen

    def seen(self, first: float, last: float) -> int:
        """How many things are drawn between two times."""
        starts, ends = self._other_edges
        others = int(np.count_nonzero((starts <= last) & (ends >= first)))
        return others + int(np.count_nonzero(self.spans_between(first, last)))

    @cached_property
    def _other_edges(self) -> NDArray[np.float64]:
        """(2, n): starts and ends of all that is drawn beside the spans."""
        stretches = [(drawn.span.start, drawn.span.end) for drawn in self.suggestions]
        stretches += [(run.start, run.end) for run in self.frames]
        if self.selection:
            stretches.append(self.selection)
        if self.snap_line is not None:
            stretches.append((self.snap_line, self.snap_line))
        return np.array(stretches, np.float64).reshape(-1, 2).T

    def changes_from(self, old: "Overlay", short: float = inf) -> list[Stretch] | None:
        """The stretches of time that look different than in `old`; None where there are so many that all may.

        What is shorter than `short` seconds changes as a whole where its end moves: there its signs may not fit.
        """
        pairs = (self.spans, old.spans), (self.suggestions, old.suggestions)
        changes = [stretch for new, was in pairs for stretch in _differing(new, was, short)]
        changes += [(run.start, run.end) for run in set(self.frames) ^ set(old.frames)]
        if self.selection != old.selection:
            changes += [stretch for stretch in (self.selection, old.selection) if stretch]
        if self.snap_line != old.snap_line:
            changes += [(line, line) for line in (self.snap_line, old.snap_line) if line is not None]
        return changes if len(changes) <= _MOST_CHANGES else None


def _differing(new: tuple[DrawnSpan, ...], old: tuple[DrawnSpan, ...], short: float) -> Iterator[Stretch]:
    """Where spans changed their place in the order or their look: their new and their old times."""
    if new is old:
        return
    if len(new) == len(old):
        for drawn, was in zip(new, old, strict=True):
            if drawn != was:
                yield from _change(drawn, was, short)
        return
    first = _common(new, old)
    behind = _common(new[first:][::-1], old[first:][::-1])
    for drawn in (*new[first : len(new) - behind], *old[first : len(old) - behind]):
        yield drawn.span.start, drawn.span.end


def _change(drawn: DrawnSpan, was: DrawnSpan, short: float) -> Iterator[Stretch]:
    """Where one span looks different than before: only around its end if nothing else has moved."""
    span, old = drawn.span, was.span
    looks_alike = replace(drawn, span=old, lost=was.lost) == was and replace(span, start=old.start, end=old.end) == old
    if span.is_box or span.start != old.start or not looks_alike or min(span.length, old.length) < short:
        yield span.start, span.end
        yield old.start, old.end
        return
    yield min(span.end, old.end), max(span.end, old.end)
    yield from set(drawn.lost) ^ set(was.lost)


def _common(one: tuple[DrawnSpan, ...], other: tuple[DrawnSpan, ...]) -> int:
    """How many spans both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def drawn_spans(
    spans: tuple[Span, ...], selected: Collection[int], edited: Collection[int] = ()
) -> tuple[DrawnSpan, ...]:
    """`spans` in the order of drawing: where they overlap, the later one is on top and counts."""
    selected, edited = frozenset(selected), frozenset(edited)
    lost = {index: stretches for group in _overlapping(spans) for index, stretches in _lost(spans, group)}
    return tuple(
        DrawnSpan(span, index in selected, lost.get(index, ()), index in edited) for index, span in enumerate(spans)
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
    in_order = sorted(group)
    return zip(in_order, _lost_in(tuple(spans[index] for index in in_order)), strict=True)


@lru_cache(maxsize=512)
def _lost_in(members: tuple[Span, ...]) -> tuple[tuple[Stretch, ...], ...]:
    """What each of some spans that hang together loses. Kept: a drag changes one group of many."""
    decided = decided_stretches(Prompt(spans=members), max(span.end for span in members))
    winners = {sign: [other for other in decided if other.sign is not sign] for sign in Sign}
    ends = {sign: [other.end for other in others] for sign, others in winners.items()}
    starts = {sign: [other.start for other in others] for sign, others in winners.items()}
    most = max(_FEWEST_PARTS, _MOST_PARTS // len(members))
    lost = []
    for span in members:
        first = bisect_right(ends[span.sign], span.start)
        stop = bisect_left(starts[span.sign], span.end)
        # Long spans under thousands of short ones lose thousands of parts each: in so dense a place neighbours are
        # drawn as one, and the sum stays bounded.
        step = max(1, -(-(stop - first) // most))
        groups = (winners[span.sign][at : min(at + step, stop)] for at in range(first, stop, step))
        lost.append(tuple((max(group[0].start, span.start), min(group[-1].end, span.end)) for group in groups))
    return tuple(lost)
