"""From drawn shapes to the cells that they cover, and back to the outline of cells."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from samstudio.session.areas.area import Area, CellPatch, Combination, Feather, Ring
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import BLOCK, CellMask
from samstudio.session.mix import Channel
from samstudio.session.take import Stem

MOST_CELLS = 1 << 25
"""Of a mask: some six minutes of all frequencies."""
_MOST_PART = 1 << 20
"""Cells that are worked out at once."""
_SAMPLES = 16
"""Places along the width of a cell at which it is looked how much of its height is covered."""
_CHUNK = 2048
"""Frames worked out at a time."""
Floats = NDArray[np.float32]


class AreaTooLongError(Exception):
    """An area has more cells than fit in memory; the text may be shown as it stands."""


class AreaRaster:
    """The cells of a sound of `frames` STFT frames that an area covers, its edges softened, worked out part by part."""

    def __init__(self, area: Area, grid: CellGrid, frames: int, feather: Feather) -> None:
        self._limits = frames, grid.bins
        self._widths = grid.frame_of(feather.seconds), grid.bin_of(feather.hz)
        self._rings = _in_cells(area, grid)
        self.columns, self.rows = _extent(self._rings, self._widths, self._limits)

    def mask(self, columns: range) -> CellMask:
        """The mask of those STFT frames, as far as the area reaches.

        An area smaller than any cell covers the cells that it touches.
        """
        columns = _overlap(columns, self.columns)
        room = _reach(self._widths[0])
        wide = _overlap(range(columns.start - room, columns.stop + room), self.columns)
        if not columns:
            return CellMask(columns.start, self.rows.start, np.zeros((0, len(self.rows)), np.uint8))
        # Far from both ends of a box, all frames are alike.
        is_even = wide.start > 0 and wide.stop < self._limits[0] and _is_even(self._rings, wide)
        worked_out = wide[:1] if is_even else wide
        covered = _covered_cells(self._rings, worked_out, self.rows, self._limits)
        most = float(covered.max(initial=0.0))
        if 0.0 < most < 0.5:
            covered /= most
        for axis, width in enumerate(self._widths):
            covered = _softened(covered, width, axis)
        weights = np.rint(covered * 255.0).astype(np.uint8)
        if is_even:
            return CellMask(columns.start, self.rows.start, np.broadcast_to(weights, (len(columns), len(self.rows))))
        first = columns.start - wide.start
        return CellMask(columns.start, self.rows.start, weights[first : first + len(columns)])

    def masks(self) -> Iterator[CellMask]:
        """All of it, in parts that share no block of a `CellField`."""
        length = max(BLOCK, _MOST_PART // len(self.rows) // BLOCK * BLOCK)
        for start in range(self.columns.start // BLOCK * BLOCK, self.columns.stop, length):
            yield self.mask(range(start, start + length))


def _overlap(one: range, other: range) -> range:
    start = min(max(one.start, other.start), other.stop)
    return range(start, max(start, min(one.stop, other.stop)))


def _is_even(rings: Iterable[Ring], columns: range) -> bool:
    """Whether all columns of cells are alike, as only level edges cross them, from end to end."""
    left, right = columns.start - 0.5, columns.stop - 0.5
    for ring in rings:
        (x0, y0), (x1, y1) = ring.T, np.roll(ring, -1, 0).T
        low, high = np.minimum(x0, x1), np.maximum(x0, x1)
        if np.any((low < right) & (high > left) & ((y0 != y1) | (low > left) | (high < right))):
            return False
    return True


def area_mask(area: Area, grid: CellGrid, frames: int, feather: Feather | None = None) -> CellMask:
    """All cells of a sound of `frames` STFT frames that an area covers. Raises AreaTooLongError."""
    raster = AreaRaster(area, grid, frames, feather or Feather())
    _check_size(raster.columns, raster.rows)
    return raster.mask(raster.columns)


def combined(area: Area, other: Area, how: Combination, grid: CellGrid, frames: int) -> Area | None:
    """An area with another one added or taken away, in whole cells; None where nothing is left.

    Raises AreaTooLongError.
    """
    if how is Combination.REPLACE:
        return other
    own, others = (_in_cells(shape, grid) for shape in (area, other))
    limits = frames, grid.bins
    columns, rows = _extent(own + others, (0.0, 0.0), limits)
    _check_size(columns, rows)
    inside, beside = (_covered_cells(rings, columns, rows, limits) >= 0.5 for rings in (own, others))
    result = inside | beside if how is Combination.ADD else inside & ~beside
    return area_of_cells(result, columns.start, rows.start, grid, area.channel)


def area_of_cells(
    inside: NDArray[np.bool_], first_frame: int, first_bin: int, grid: CellGrid, channel: Channel = Stem.CLIP
) -> Area | None:
    """The area of some cells, (frames, bins) from a first cell on; None where there is none."""
    rings = outlines(inside)
    if not rings:
        return None
    scale = np.array([grid.seconds_of(1.0), grid.hz_of(1.0)])
    first = np.array([first_frame - 0.5, first_bin - 0.5])
    # The lowest and the highest cells reach half beyond what there is.
    placed = tuple(np.maximum((ring + first) * scale, 0.0) for ring in rings)
    placed = tuple(np.minimum(ring, [np.inf, grid.sample_rate / 2.0]) for ring in placed)
    return Area(placed, channel, CellPatch(grid, first_frame, first_bin, inside))


def _in_cells(area: Area, grid: CellGrid) -> list[Ring]:
    """The area's rings in frames and bins."""
    return [ring * np.array([grid.frame_of(1.0), grid.bin_of(1.0)]) for ring in area.rings]


def _covered_cells(rings: Iterable[Ring], columns: range, rows: range, limits: tuple[int, int]) -> Floats:
    """As `coverage`; of the outermost cells of a grid only the half counts that lies in the recording."""
    covered = coverage(rings, columns, rows)
    for part, cells, limit in ((covered, columns, limits[0]), (covered.T, rows, limits[1])):
        for end, border in ((0, cells.start == 0), (-1, cells.stop == limit)):
            if border:
                part[end] = np.minimum(2.0 * part[end], 1.0)
    return covered


def coverage(rings: Iterable[Ring], columns: range, rows: range) -> Floats:
    """How much of each cell lies inside of `rings`, 0..1 (columns, rows); cell (i, k) reaches from i - 0.5 to i + 0.5.

    Exact in height, and looked at in so many places along the width.
    """
    edges = np.concatenate([np.hstack([ring, np.roll(ring, -1, 0)]) for ring in rings])
    covered = np.empty((len(columns), len(rows)), np.float32)
    for at in range(0, len(columns), _CHUNK):
        part = columns[at : at + _CHUNK]
        covered[at : at + len(part)] = _covered_part(edges, part, rows)
    return covered


def _covered_part(edges: NDArray[np.float64], columns: range, rows: range) -> Floats:
    """Scan conversion: where the edges cross upright lines, and what lies between each two crossings."""
    left, wide = columns.start - 0.5, len(rows) + 2
    x0, y0, x1, y1 = edges.T
    # Line k stands at left + (k + 0.5) / _SAMPLES; an edge crosses those from `first` to before `last`.
    first, last = (
        np.clip(np.ceil((x - left) * _SAMPLES - 0.5), 0, len(columns) * _SAMPLES).astype(np.int64)
        for x in (np.minimum(x0, x1), np.maximum(x0, x1))
    )
    counts = last - first
    edge = np.repeat(np.arange(len(edges)), counts)
    line = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    x = left + (line + 0.5) / _SAMPLES
    y = y0[edge] + (x - x0[edge]) * (y1[edge] - y0[edge]) / (x1[edge] - x0[edge])
    y = np.clip(y - (rows.start - 0.5), 0.0, len(rows))
    order = np.lexsort((y, line))
    line, y = line[order], y[order]
    # Inside is between the first and the second crossing, the third and the fourth, ...
    number = np.arange(len(line)) - np.searchsorted(line, line)
    sign = 1.0 - 2.0 * (number % 2)
    row = np.floor(y).astype(np.int64)
    part = y - row
    place = (line // _SAMPLES) * wide + row
    size = len(columns) * wide
    steps = np.bincount(place, sign * (1.0 - part), size) + np.bincount(place + 1, sign * part, size + 1)[:size]
    heights = np.cumsum(steps.reshape(len(columns), wide), axis=1)[:, : len(rows)]
    return np.clip(heights / _SAMPLES, 0.0, 1.0).astype(np.float32)


def _extent(rings: Sequence[Ring], widths: tuple[float, float], limits: tuple[int, int]) -> tuple[range, range]:
    """The columns and rows that rings reach, with room for edges `widths` cells wide."""
    low, high = np.concatenate(rings).min(axis=0), np.concatenate(rings).max(axis=0)
    ranges = []
    for least, most, width, limit in zip(low, high, widths, limits, strict=True):
        room = _reach(width)
        start = min(max(0, floor(least + 0.5) - room), limit - 1)
        ranges.append(range(start, min(max(start + 1, ceil(most + 0.5) + room), limit)))
    columns, rows = ranges
    return columns, rows


def _check_size(columns: range, rows: range) -> None:
    if len(columns) * len(rows) > MOST_CELLS:
        raise AreaTooLongError(
            "So long an area cannot be put together with another one: choose a shorter one, or fewer frequencies."
        )


def _reach(width: float) -> int:
    """How many cells beyond itself an edge `width` cells wide softens."""
    return ceil(width / 2.0) if width > 1.0 else 0


def _softened(covered: Floats, width: float, axis: int) -> Floats:
    """The mean over `width` cells along one axis: an edge rises evenly over so many.

    At the grid's border the outermost cell goes on: an area that reaches it does not fade there.
    """
    reach = _reach(width)
    if not reach:
        return covered
    offsets = np.arange(-reach, reach + 1)
    weights = np.clip(width / 2.0 + 0.5 - np.abs(offsets), 0.0, 1.0)
    weights /= weights.sum()
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach, reach)
    wide = np.pad(covered, pad, mode="edge")
    soft = np.zeros_like(covered)
    for offset, weight in zip(offsets + reach, weights, strict=True):
        there = wide[offset : offset + covered.shape[0]] if axis == 0 else wide[:, offset : offset + covered.shape[1]]
        soft += there * np.float32(weight)
    return soft


def outlines(inside: NDArray[np.bool_]) -> tuple[Ring, ...]:
    """The closed lines around the cells of (columns, rows); cell (i, k) reaches from i to i + 1 and k to k + 1."""
    cells = np.pad(inside, 1)
    here = cells[1:-1, 1:-1]
    wide = inside.shape[1] + 1
    starts, ends = [], []
    # Each cell's four edges, the cell on their left; what two cells share is no edge.
    for beside, begin, end in (
        (cells[1:-1, :-2], (0, 0), (1, 0)),
        (cells[2:, 1:-1], (1, 0), (1, 1)),
        (cells[1:-1, 2:], (1, 1), (0, 1)),
        (cells[:-2, 1:-1], (0, 1), (0, 0)),
    ):
        column, row = np.nonzero(here & ~beside)
        starts.append((column + begin[0]) * wide + row + begin[1])
        ends.append((column + end[0]) * wide + row + end[1])
    following: dict[int, list[int]] = {}
    for start, end in zip(np.concatenate(starts).tolist(), np.concatenate(ends).tolist(), strict=True):
        following.setdefault(start, []).append(end)
    rings = []
    while following:
        first = at = next(iter(following))
        ring = []
        while at in following:
            ring.append(at)
            nexts = following[at]
            to = nexts.pop()
            if not nexts:
                del following[at]
            at = to
            if at == first:
                break
        points = np.array([divmod(place, wide) for place in ring], np.float64)
        turn = np.any(np.roll(points, 1, 0) - points != points - np.roll(points, -1, 0), axis=1)
        rings.append(points[turn])
    return tuple(rings)
