"""Which frames are followed through, which of them are looked at (key frames), and in which pieces."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from samstudio.session.video.objects import Mark

_APPROACH = 0.08
"""Seconds from frame to frame on the way from a mark outside what is wanted."""


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
    wanted: range
    """The numbers of the frames whose masks are wanted."""

    def pieces(self, near: float) -> list[TrackPiece]:
        """What lies between marks, and before and after them; what is nearest to the time `near` first."""
        edges = sorted({0, len(self.times) - 1, *self.marks})
        pairs = list(pairwise(edges)) or [(0, 0)]
        pieces = [TrackPiece(first, last, first in self.marks, last in self.marks) for first, last in pairs]

        def distance(piece: TrackPiece) -> float:
            return max(self.times[piece.first] - near, near - self.times[piece.last], 0.0)

        return sorted(pieces, key=distance)

    def keys_of(self, piece: TrackPiece) -> tuple[int, ...]:
        """The keys of a piece, both ends among them."""
        return self.keys[bisect_left(self.keys, piece.first) : bisect_left(self.keys, piece.last) + 1]


def track_plan(times: Sequence[float], marks: Sequence[Mark], keys_per_second: float) -> TrackPlan:
    """Of the wanted times (rising); where no mark lies among them it begins at the nearest ones outside.

    Raises ValueError without times or marks.
    """
    if not times or not marks:
        raise ValueError("An object is followed through at least one frame, from at least one mark.")
    before = [mark for mark in marks if mark.time < times[0] - _APPROACH / 2]
    after = [mark for mark in marks if mark.time > times[-1] + _APPROACH / 2]
    inside = [mark for mark in marks if mark not in before and mark not in after]
    start, end = times[0], times[-1]
    if not inside:
        start, end = before[-1].time if before else start, after[0].time if after else end
        inside = before[-1:] + after[:1]
    approach = [start + k * _APPROACH for k in range(_steps(times[0] - start))]
    leaving = [end - k * _APPROACH for k in reversed(range(_steps(end - times[-1])))]
    every = (*approach, *times, *leaving)
    held = {min(range(len(every)), key=lambda k: abs(every[k] - mark.time)): mark for mark in inside}
    slots: dict[int, int] = {}
    for number, time in enumerate(every):
        slots.setdefault(int(time * keys_per_second + 1e-6), number)
    keys = sorted({*slots.values(), *held, 0, len(every) - 1})
    return TrackPlan(every, tuple(keys), held, range(len(approach), len(approach) + len(times)))


def _steps(seconds: float) -> int:
    return int(seconds / _APPROACH - 1e-6) + 1 if seconds > 0 else 0
