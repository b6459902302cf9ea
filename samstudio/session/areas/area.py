"""An area in time and frequency: what an edit by hand, or playing alone, is limited to."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from samstudio.session.cell_grid import CellGrid
from samstudio.session.mix import Channel
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem

Points = NDArray[np.float64]
"""(points, 2): seconds and Hz."""
Ring = Points
"""A closed line; the last point is joined to the first."""


class Combination(StrEnum):
    """What becomes of the area when another shape is drawn."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"


@dataclass(frozen=True, eq=False)
class CellPatch:
    """Cells of a grid: `inside` (frames, bins) says which belong to it, of those from the first ones on."""

    grid: CellGrid
    first_frame: int
    first_bin: int
    inside: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Area:
    """What lies inside of `rings`: a place is inside where a line from it to far away crosses an odd number of them.

    Raises ValueError where no ring has three points.
    """

    rings: tuple[Ring, ...]
    channel: Channel = Stem.CLIP
    """Of the sound in whose picture it was drawn."""
    cells: CellPatch | None = None
    """The same area in whole cells, where it consists of such."""

    def __post_init__(self) -> None:
        if not self.rings or min(len(ring) for ring in self.rings) < 3:
            raise ValueError("An area needs rings of three points or more.")

    @classmethod
    def box(cls, times: Stretch, band: tuple[float, float], channel: Channel = Stem.CLIP) -> "Area":
        """A rectangle: `times` in seconds, `band` in Hz."""
        (start, end), (low, high) = times, band
        return cls((np.array([(start, low), (end, low), (end, high), (start, high)], np.float64),), channel)

    @cached_property
    def extents(self) -> tuple[Points, Points]:
        """(rings, 2) each: the lowest and the highest time and frequency of every ring."""
        return np.array([ring.min(axis=0) for ring in self.rings]), np.array([ring.max(axis=0) for ring in self.rings])

    @cached_property
    def corners(self) -> int:
        """How many points its rings have."""
        return sum(map(len, self.rings))

    @property
    def times(self) -> Stretch:
        """The first and the last time in it, seconds."""
        low, high = self.extents
        return float(low[:, 0].min()), float(high[:, 0].max())

    @property
    def band(self) -> tuple[float, float]:
        """The lowest and the highest frequency in it, Hz."""
        low, high = self.extents
        return float(low[:, 1].min()), float(high[:, 1].max())

    def contains(self, time: float, hz: float) -> bool:
        """Whether a place lies inside."""
        crossings = 0
        for ring in self.rings:
            (t0, f0), (t1, f1) = ring.T, np.roll(ring, -1, 0).T
            here = (t0 <= time) != (t1 <= time)
            with np.errstate(divide="ignore", invalid="ignore"):
                crossings += int(np.count_nonzero(here & (f0 + (time - t0) / (t1 - t0) * (f1 - f0) > hz)))
        return crossings % 2 == 1


@dataclass(frozen=True)
class Feather:
    """Over how many seconds and Hz an area's edge rises from nothing to all, half of it on either side."""

    seconds: float = 0.0
    hz: float = 0.0
