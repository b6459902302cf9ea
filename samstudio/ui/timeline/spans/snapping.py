"""Where a dragged edge snaps."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

SNAP_REACH = 8
"""Pixels within which a target attracts."""
ZERO_CROSSING_REACH = 0.005
"""Seconds. Zero crossings attract only where `SNAP_REACH` pixels are no more; zoomed out they are everywhere."""


@dataclass(frozen=True, order=True)
class SnapTarget:
    """A time in seconds that attracts edges, and its name for the user."""

    time: float
    name: str


@dataclass(frozen=True)
class SnapTargets:
    """What the clip offers beside its own ends and the edges of spans; all times in seconds."""

    playhead: float | None = None
    onsets: Sequence[float] = ()
    markers: Sequence[float] = ()
    zero_crossing: Callable[[float], float | None] | None = None
    """The zero crossing nearest to a time, or None where there is none."""


class Magnet:
    """The targets of one drag, gathered when it starts so that a moving playhead does not pull the edge along."""

    def __init__(
        self, points: Iterable[SnapTarget], zero_crossing: Callable[[float], float | None] | None = None
    ) -> None:
        self._points = sorted(points)
        self._zero_crossing = zero_crossing

    def near(self, time: float, seconds_per_pixel: float) -> SnapTarget | None:
        """The target that holds `time`, or None. A zero crossing gives way to everything else."""
        reach = SNAP_REACH * seconds_per_pixel
        place = bisect_left(self._points, time, key=lambda point: point.time)
        around = self._points[max(place - 1, 0) : place + 1]
        nearest = min(around, key=lambda point: abs(point.time - time), default=None)
        if nearest is not None and abs(nearest.time - time) <= reach:
            return nearest
        if self._zero_crossing is None or reach > ZERO_CROSSING_REACH:
            return None
        crossing = self._zero_crossing(time)
        return SnapTarget(crossing, "zero crossing") if crossing is not None and abs(crossing - time) <= reach else None

    def hold(self, edges: Iterable[float], shift: float, seconds_per_pixel: float) -> float:
        """`shift` seconds changed so that the edge that comes nearest to a target lands on it."""
        near = ((edge, self.near(edge + shift, seconds_per_pixel)) for edge in edges)
        pulls = [target.time - edge for edge, target in near if target is not None]
        return min(pulls, key=lambda pull: abs(pull - shift), default=shift)
