"""Where spans stand in device pixels, and which of them can be painted together."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from math import floor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samstudio.ui.timeline.spans.drawn_spans import DrawnSpan, Overlay, SpanLook

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pixels = int | Ints
"""One place, or many."""
_FAR = 32
"""Pixels."""
_NONE = np.zeros(0, np.int64)
_MANY = 16
"""Fewer spans are painted faster one by one."""
_MOST_APART = 1000
"""More spans that touch one another cannot be distinguished on a screen, and painting them would take seconds."""
_MOST_PARTS = 5000
"""Of spans that touch one another, that count: more are painted as those spans are."""
_MOST_HANDLES = 500
"""Where more spans are selected, those that are too narrow for edges have no handles either."""


class FrequencyAxis(Protocol):
    """The frequency axis of a lane."""

    def position(self, hz: float) -> float:
        """0..1 from foot to top."""

    def positions(self, hz: Floats) -> Floats:
        """Likewise of many."""

    def hz(self, position: float) -> float:
        """The frequency at 0..1."""


@dataclass(frozen=True)
class SpanColumns:
    """Where times stand: `per_second` device pixels a second from `offset` on; `left` to `right` are visible."""

    per_second: float
    offset: float
    left: int
    right: int

    @property
    def first(self) -> float:
        """The first visible time."""
        return (self.left - self.offset) / self.per_second

    @property
    def last(self) -> float:
        """The last visible time."""
        return (self.right + 1 - self.offset) / self.per_second

    def x(self, time: float) -> int:
        """The pixel at which a time begins."""
        exact = self.per_second * time + self.offset
        return floor(min(max(exact, self.left - _FAR), self.right + _FAR) + 0.5)

    def xs(self, times: Floats) -> Ints:
        """Likewise of many."""
        # Farther out a coordinate no longer matters and could leave the range of an int.
        return _whole(np.clip(self._exact(times), self.left - _FAR, self.right + _FAR))

    def origins(self, times: Floats) -> Ints:
        """Likewise, however far away: patterns hang there."""
        return _whole(self._exact(times))

    def stretches(self, times: Floats) -> tuple[Ints, Ints]:
        """The visible ones of (n, 2) starts and ends, in order: first pixels and those behind, at least one of each."""
        seen = times[self._visible(times)]
        return _union(self.xs(seen[:, 0]), self.xs(seen[:, 1])) if len(seen) else (_NONE, _NONE)

    def count(self, times: Floats) -> int:
        """How many of (n, 2) starts and ends, in order, are visible."""
        seen = self._visible(times)
        return max(0, int(seen.stop - seen.start))

    def _visible(self, times: Floats) -> slice:
        return slice(*(int(np.searchsorted(*edge)) for edge in ((times[:, 1], self.first), (times[:, 0], self.last))))

    def _exact(self, times: Floats) -> Floats:
        return self.per_second * times + self.offset


@dataclass(frozen=True, eq=False)
class Group:
    """One span, or many that look alike and do not touch: each stroke is painted for all of them at once."""

    drawn: DrawnSpan
    """One of them, for its look."""
    left: Pixels
    right: Pixels
    origin: Pixels
    """Where they start, however far away."""
    top: Pixels
    foot: Pixels
    """The highest and the lowest pixel of boxes."""
    is_sliver: bool
    """Whether they are too narrow for edges and hatch."""

    @property
    def width(self) -> Pixels:
        """At least one."""
        width = self.right - self.left
        return max(width, 1) if isinstance(width, int) else np.maximum(width, 1)


def each(*parts: Pixels) -> Iterable[tuple[int, ...]]:
    """The places of a group one by one; what is one number is the same for all."""
    numbers = tuple(part for part in parts if isinstance(part, int))
    if len(numbers) == len(parts):
        return (numbers,)
    return zip(*(repeat(part) if isinstance(part, int) else part.tolist() for part in parts), strict=False)


@dataclass(frozen=True)
class SpanRows:
    """Where the frequencies of boxes stand: on `scale`, whose top is `height` device pixels over `foot`."""

    scale: FrequencyAxis
    height: float
    foot: float
    lowest: int
    """The last row of the lane."""

    def ys(self, hz: Floats) -> Ints:
        """The pixel rows of frequencies; of those outside the axis, rows outside the lane."""
        positions = self.scale.positions(hz)
        exact = np.rint(self.foot - self.height * positions)
        # The foot of the axis itself is the lane's last row.
        rows = np.where(positions < -1e-9, exact, np.minimum(exact, self.lowest))
        return np.clip(rows, self.foot - self.height - _FAR, self.foot + _FAR).astype(np.int64)


@lru_cache(maxsize=16)
def groups_of(
    overlay: Overlay, columns: SpanColumns, rows: SpanRows | None, narrow: int, reach: int, *, boxes: bool
) -> list[Group]:
    """The visible spans, or the visible boxes. Painted in this order they look as they do in their own.

    Together are those that look alike and touch no other; the rest follows one by one. What is narrower than `narrow`
    device pixels is a sliver; other spans reach over their edges by `reach`. Kept: most lanes show the same.
    """
    chosen = np.flatnonzero(overlay.spans_between(columns.first, columns.last) & (overlay.is_box == boxes))
    if not len(chosen):
        return []
    spans = [overlay.spans[index] for index in chosen.tolist()]
    starts, ends = overlay.edges[:, chosen]
    lefts, rights = columns.xs(starts), columns.xs(ends)
    tops = feet = np.zeros_like(lefts)
    if boxes and rows:
        tops, feet = (
            rows.ys(np.array(hz)) for hz in zip(*((drawn.span.high, drawn.span.low) for drawn in spans), strict=True)
        )
    slivers = (ends - starts) * columns.per_second < narrow
    selected = np.array([drawn.is_selected for drawn in spans])
    if np.count_nonzero(selected) <= _MOST_HANDLES:
        slivers &= ~selected
    facts = np.array([lefts, rights, columns.origins(starts), tops, feet, slivers])
    if len(spans) < _MANY:
        return [_group(drawn, *some) for drawn, some in zip(spans, facts.T.tolist(), strict=True)]
    # The last pixel of a box is its own, and handles reach out farther than halos.
    beyond = np.where(slivers, int(boxes), [3 * reach if drawn.is_selected else reach for drawn in spans])
    kinds = 2 * np.array([drawn.look for drawn in spans]) + slivers
    together, rest = _sorted_out(kinds, _alone(lefts - beyond, np.maximum(rights, lefts + 1) + beyond))
    parts = sum(columns.count(spans[one].stretches[0]) for one in rest if spans[one].lost)
    if len(rest) > _MOST_APART or parts > _MOST_PARTS:
        return [_group(spans[some[0]], *facts[:, some]) for some in together] + list(
            _crowd([spans[index] for index in rest], facts[:, rest], columns, boxes=boxes)
        )
    return [_group(spans[some[0]], *facts[:, some]) for some in together] + [
        _group(spans[one], *fact) for one, fact in zip(rest, facts[:, rest].T.tolist(), strict=True)
    ]


def _sorted_out(kinds: Ints, alone: NDArray[np.bool_]) -> tuple[list[Ints], list[int]]:
    """The indices of those of a kind that stand alone, where they are many, and the rest in its order."""
    kinds = np.where(alone & (kinds < 2 * SpanLook.APART), kinds, -1)
    many = [kind for kind, count in Counter(kinds.tolist()).items() if kind >= 0 and count >= _MANY]
    return [np.flatnonzero(kinds == kind) for kind in many], np.flatnonzero(~np.isin(kinds, many)).tolist()


def _crowd(spans: list[DrawnSpan], facts: Ints, columns: SpanColumns, *, boxes: bool) -> Iterator[Group]:
    """Very many spans that touch one another, as the pixels in which those of each look count; boxes as their times."""
    by_look: dict[int, list[int]] = {}
    for place, drawn in enumerate(spans):
        by_look.setdefault(drawn.look & ~SpanLook.APART, []).append(place)
    for places in by_look.values():
        if boxes:
            left, right, _, top, foot, _ = facts[:, places]
            areas = np.unique(np.stack([left, np.maximum(right, left + 1), top, foot]), axis=1)
            if areas.shape[1] > _MOST_APART:
                areas = np.stack([*_union(areas[0], areas[1])])
                areas = np.vstack([areas, np.full_like(areas[0], top.min()), np.full_like(areas[0], foot.max())])
            yield _group(spans[places[0]], areas[0], areas[1], areas[0], areas[2], areas[3], np.ones_like(areas[0]))
            continue
        won = np.concatenate([spans[place].stretches[0] for place in places])
        if len(won):
            lefts, rights = _union(columns.xs(won[:, 0]), columns.xs(won[:, 1]))
            zeros = np.zeros_like(lefts)
            yield _group(replace(spans[places[0]], lost=()), lefts, rights, lefts, zeros, zeros, zeros)


def _union(lefts: Ints, rights: Ints) -> tuple[Ints, Ints]:
    """Stretches of pixels joined where they overlap or touch, in order."""
    order = np.argsort(lefts, kind="stable")
    lefts, reach = lefts[order], np.maximum.accumulate(np.maximum(rights, lefts + 1)[order])
    begins = np.append(True, lefts[1:] > reach[:-1])
    return lefts[begins], reach[np.append(np.flatnonzero(begins)[1:] - 1, len(reach) - 1)]


def joined(spans: tuple[DrawnSpan, ...], columns: SpanColumns) -> tuple[DrawnSpan, ...]:
    """The visible suggested spans; if they are too many to distinguish, those that share pixels are joined."""
    if len(spans) <= _MOST_APART:
        return spans
    plain = [drawn for drawn in spans if not drawn.is_selected]
    edges = np.array([(drawn.span.start, drawn.span.end) for drawn in plain], np.float64)
    lefts, rights = _union(columns.xs(edges[:, 0]), columns.xs(edges[:, 1]))
    starts = ((lefts - columns.offset) / columns.per_second).tolist()
    ends = ((rights - columns.offset) / columns.per_second).tolist()
    one = plain[0]
    whole = (replace(one, span=one.span.moved(max(a, 0.0), b)) for a, b in zip(starts, ends, strict=True) if b > 0.0)
    return (*whole, *(drawn for drawn in spans if drawn.is_selected))


def _group(drawn: DrawnSpan, *facts: Pixels) -> Group:
    left, right, origin, top, foot, sliver = facts
    return Group(drawn, left, right, origin, top, foot, bool(sliver if isinstance(sliver, int) else sliver[0]))


def _alone(lefts: Ints, rights: Ints) -> NDArray[np.bool_]:
    """Which of some stretches of pixels overlap no other."""
    order = np.argsort(lefts, kind="stable")
    is_apart = lefts[order[1:]] >= np.maximum.accumulate(rights[order])[:-1]
    alone = np.ones(len(lefts), bool)
    alone[order[1:]] &= is_apart
    alone[order[:-1]] &= is_apart
    return alone


def _whole(exact: Floats) -> Ints:
    # Not round(): halves must fall the same way wherever the view begins.
    return np.floor(exact + 0.5).astype(np.int64)
