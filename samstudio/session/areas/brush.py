"""A stroke of the brush, and the cells that it covers. The tip is round on the screen, whatever the axes are."""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samstudio.session.areas.rasteriser import MOST_CELLS, AreaTooLongError
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import CellMask

_CLOSEST = 0.2
"""Part of the tip's radius by which two points of a stroke are apart at least; nearer ones make no difference."""
_LEAST_EDGE = 1.0
"""Pixels over which the edge of the hardest brush fades."""
Floats = NDArray[np.float64]


class UprightAxis(Protocol):
    """Where frequencies lie between the bottom (0) and the top (1) of a picture."""

    def positions(self, hz: Floats) -> Floats:
        """0..1 for frequencies in Hz, and beyond that outside of the picture."""

    def frequencies(self, positions: Floats) -> Floats:
        """Hz for positions."""


@dataclass(frozen=True)
class Tip:
    """Of a brush: `radius` in pixels; up to the part `hardness` of it, it covers all, and fades from there on."""

    radius: float = 12.0
    hardness: float = 0.5


@dataclass(frozen=True, eq=False)
class Stroke:
    """A line drawn with a tip: `points` (n, 2) in seconds and positions 0..1 on an upright axis, and a pixel's size."""

    points: Floats
    tip: Tip
    axis: UprightAxis
    seconds_per_pixel: float
    position_per_pixel: float

    def simplified(self) -> "Stroke":
        """The stroke without points that lie so near to the one before that they change nothing."""
        least = _CLOSEST * self.tip.radius
        places = self.points / [self.seconds_per_pixel, self.position_per_pixel]
        kept = [0]
        for number in range(1, len(places)):
            if np.hypot(*(places[number] - places[kept[-1]])) >= least:
                kept.append(number)
        if kept[-1] != len(places) - 1:
            kept.append(len(places) - 1)
        return replace(self, points=self.points[kept])


def stroke_mask(stroke: Stroke, grid: CellGrid, frames: int) -> CellMask:
    """The cells of a sound of `frames` STFT frames under a stroke. Raises AreaTooLongError."""
    stroke = stroke.simplified()
    columns, rows = _extent(stroke, grid, frames)
    if len(columns) * len(rows) > MOST_CELLS:
        raise AreaTooLongError("The stroke is too long: zoom in, or use a smaller brush.")
    x = np.asarray(columns, np.float64) * grid.seconds_of(1.0) / stroke.seconds_per_pixel
    edges = stroke.axis.positions((np.arange(rows.start, rows.stop + 1) - 0.5).clip(0.0) * grid.hz_of(1.0))
    y = stroke.axis.positions(np.asarray(rows, np.float64) * grid.hz_of(1.0)) / stroke.position_per_pixel
    heights = np.diff(edges) / stroke.position_per_pixel
    radius = stroke.tip.radius
    # The tip's radius is a cell at least: the cell under it is always covered.
    across = radius / max(radius, grid.seconds_of(1.0) / stroke.seconds_per_pixel)
    upright = radius / np.maximum(radius, heights)
    nearest = _distances(stroke, (x, y), (across, upright))
    inner = min(stroke.tip.hardness * radius, radius - _LEAST_EDGE)
    fade = np.clip((radius - nearest) / max(radius - inner, 1e-6), 0.0, 1.0)
    weights = 0.5 - 0.5 * np.cos(np.pi * fade)
    return CellMask(columns.start, rows.start, np.rint(weights * 255.0).astype(np.uint8))


def _extent(stroke: Stroke, grid: CellGrid, frames: int) -> tuple[range, range]:
    """The frames and bins that a stroke may reach."""
    radius = stroke.tip.radius
    times, positions = stroke.points.T
    reach = radius * stroke.seconds_per_pixel
    first = floor(grid.frame_of(float(times.min()) - reach)) - 1
    last = ceil(grid.frame_of(float(times.max()) + reach)) + 2
    reach = radius * stroke.position_per_pixel
    ends = np.array([positions.min() - reach, positions.max() + reach])
    low, high = grid.bin_of(1.0) * stroke.axis.frequencies(ends)
    columns = range(min(max(0, first), frames - 1), min(max(1, last), frames))
    rows = range(min(max(0, floor(low) - 1), grid.bins - 1), min(max(1, ceil(high) + 2), grid.bins))
    return columns, rows


def _distances(stroke: Stroke, cells: tuple[Floats, Floats], scale: tuple[float, Floats]) -> NDArray[np.float32]:
    """From each cell to the stroke's line in pixels, infinity for those beyond the tip; (columns, rows)."""
    (x, y), (across, upright) = cells, scale
    nearest = np.full((len(x), len(y)), np.inf, np.float32)
    points = stroke.points / [stroke.seconds_per_pixel, stroke.position_per_pixel]
    radius = stroke.tip.radius
    reach = radius / across
    heights = radius / upright
    # A dot is a line from itself to itself.
    for begin, end in pairwise(points if len(points) > 1 else np.repeat(points, 2, axis=0)):
        left, right = np.searchsorted(x, [min(begin[0], end[0]) - reach, max(begin[0], end[0]) + reach])
        near = np.flatnonzero((y + heights >= min(begin[1], end[1])) & (y - heights <= max(begin[1], end[1])))
        if left == right or not near.size:
            continue
        rows = slice(near[0], near[-1] + 1)
        factor = upright[rows][None, :]
        dx, dy = (x[left:right] - begin[0])[:, None] * across, (y[rows] - begin[1])[None, :] * factor
        along, rise = (end[0] - begin[0]) * across, (end[1] - begin[1]) * factor
        length = np.maximum(along**2 + rise**2, 1e-12)
        part = np.clip((dx * along + dy * rise) / length, 0.0, 1.0)
        there = nearest[left:right, rows]
        np.minimum(there, np.hypot(dx - part * along, dy - part * rise), out=there)
    return nearest
