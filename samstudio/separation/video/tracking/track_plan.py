"""Which frames are followed through, which of them are looked at (key frames), and in which pieces."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from samstudio.session.video.objects import Mark

_APPROACH = 0.08
"""Seconds from frame to frame where none are wanted, but some are needed on the way."""


@dataclass(frozen=True)
class TrackPiece:
    """The keys `first` to `last` (numbers of frames) without a mark in between, and whether their ends are marked."""

    first: int
    last: int
    starts_marked: bool
    ends_marked: bool


@dataclass(frozen=True)
class TrackPlan:
    """`times` (seconds) of all frames, `keys`, the numbers of those looked at, and the number each mark holds at."""

    times: tuple[float, ...]
    keys: tuple[int, ...]
    marks: dict[int, Mark]
    wanted: frozenset[int]
    """The numbers of the frames whose masks are wanted."""

    def pieces(self, near: float) -> list[TrackPiece]:
        """What lies between marks, and before and after them; what is nearest to the time `near` first."""
        edges = sorted({0, len(self.times) - 1, *self.marks})
        pairs = list(pairwise(edges)) or [(0, 0)]
        pieces = [TrackPiece(first, last, first in self.marks, last in self.marks) for first, last in pairs]

        def distance(piece: TrackPiece) -> float:
            return max(self.times[piece.first] - near, near - self.times[piece.last], 0.0)

        return sorted(pieces, key=distance)

    def place_of(self, key: int) -> int:
        """Which of the keys a key is."""
        return bisect_left(self.keys, key)

    def keys_of(self, piece: TrackPiece) -> tuple[int, ...]:
        """The keys of a piece, both ends among them."""
        return self.keys[bisect_left(self.keys, piece.first) : bisect_left(self.keys, piece.last) + 1]


def track_plan(times: Sequence[float], marks: Sequence[Mark], keys_per_second: float) -> TrackPlan:
    """Of the wanted times (rising), with frames on the way where they have gaps.

    Where no mark lies among them it begins at the nearest ones outside. Raises ValueError without times or marks.
    """
    if not times or not marks:
        raise ValueError("An object is followed through at least one frame, from at least one mark.")
    step = max(_APPROACH, min((later - time for time, later in pairwise(times)), default=0.0))
    before = [mark for mark in marks if mark.time < times[0] - step / 2]
    after = [mark for mark in marks if mark.time > times[-1] + step / 2]
    held_marks = [mark for mark in marks if mark not in before and mark not in after] or before[-1:] + after[:1]
    outside = [mark.time for mark in held_marks if mark in before or mark in after]
    every = _without_gaps(sorted({*times, *outside}), step)
    held = {min(range(len(every)), key=lambda k: abs(every[k] - mark.time)): mark for mark in held_marks}
    slots: dict[int, int] = {}
    for number, time in enumerate(every):
        slots.setdefault(int(time * keys_per_second + 1e-6), number)
    keys = sorted({*slots.values(), *held, 0, len(every) - 1})
    known = set(times)
    return TrackPlan(every, tuple(keys), held, frozenset(k for k, time in enumerate(every) if time in known))


def _without_gaps(times: list[float], step: float) -> tuple[float, ...]:
    """The times, and more of them where two are farther apart than frames are."""
    every = times[:1]
    for time, later in pairwise(times):
        more = ceil((later - time) / step - 0.5) - 1
        every += [time + (later - time) * k / (more + 1) for k in range(1, more + 1)]
        every.append(later)
    return tuple(every)
