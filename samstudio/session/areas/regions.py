"""Areas found in the levels of cells: what hangs together with a place, and the harmonics of a line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samstudio.session.areas.area import Area, Points
from samstudio.session.cell_grid import CellGrid
from samstudio.session.mix import Channel
from samstudio.session.take import Stem

Levels = NDArray[np.float32]
"""dB, (frames, bins)."""
Cells = NDArray[np.bool_]
"""(frames, bins)."""
_MOST_AROUND = 7
"""So many of a cell and its eight neighbours are nearly all."""
_STEP = 1.0
"""dB by which the level sinks from one look at what is reached to the next."""
_RISE = 1.0
"""dB. More lets the neighbouring partials of dense music in."""
_RIDGE_WIDTH = 2
"""Bins on either side."""
_RIDGE_REACH = 3
"""Bins on either side of a drawn line within which its ridge is looked for."""
_LEAST_POINTS = 3
"""Of a ring."""
_RIDGE_JUMP = 12.0
"""dB by which a ridge must be louder for each bin, beyond one, by which it leaves the course of the line."""


@dataclass(frozen=True)
class Harmonics:
    """`count` multiples of a line at most, the line itself the first, each `width` Hz high."""

    count: int = 20
    width: float = 90.0


def similar_cells(levels: Levels, frame: int, row: int, tolerance: float) -> Cells:
    """The cells that hang together with one of them and differ from it by no more than `tolerance` dB.

    They are reached from it down the slopes of its sound (by flooding, as in Vincent and Soille, 1991): what rises
    again behind a dip is another sound, though both hang together. Only along the ridges, where a cell is louder than
    those above and below it, the level may rise again: there a sound goes on in time. A cell that nearly all around it
    belong belongs too: noise fluctuates.
    """
    place = float(levels[frame, row])
    alike = connected(np.abs(levels - place) <= tolerance, frame, row)
    # All else happens inside of that.
    (first, last), (low, high) = (np.flatnonzero(alike.any(axis=axis))[[0, -1]] for axis in (1, 0))
    part = np.s_[first : last + 1, low : high + 1]
    inside = np.where(alike[part], levels[part], np.float32(-np.inf))
    ridges = _ridges(levels)[part]
    here, there = frame - int(first), row - int(low)
    found = connected(inside >= place, here, there)
    for level in np.append(np.arange(place - _STEP, place - tolerance, -_STEP), place - tolerance):
        found = connected((inside >= level) & (found | ridges | (inside <= level + _RISE)), here, there)
    found = _down_slopes(found, inside)
    wide = np.pad(found.astype(np.int8), 1)
    rows = wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]
    found |= rows[:-2] + rows[1:-1] + rows[2:] >= _MOST_AROUND
    cells = np.zeros(levels.shape, bool)
    cells[part] = found
    return cells


def _ridges(levels: Levels) -> Cells:
    """The cells that are the loudest of those beside them in frequency."""
    wide = np.pad(levels, ((0, 0), (_RIDGE_WIDTH, _RIDGE_WIDTH)), constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(wide, 2 * _RIDGE_WIDTH + 1, axis=1)
    ridges: Cells = levels >= around.max(axis=2)
    return ridges


def _down_slopes(found: Cells, levels: Levels) -> Cells:
    """The cells with those below them on the slopes in frequency, as far as `levels` are finite."""
    falls = np.isfinite(levels[:, 1:]) & np.isfinite(levels[:, :-1])
    up, down = falls & (levels[:, 1:] <= levels[:, :-1]), falls & (levels[:, :-1] <= levels[:, 1:])
    count = -1
    while count != (count := int(np.count_nonzero(found))):
        wider = found.copy()
        wider[:, 1:] |= found[:, :-1] & up
        wider[:, :-1] |= found[:, 1:] & down
        found = wider
    return found


def connected(inside: Cells, column: int, row: int) -> Cells:
    """The part of `inside` that hangs together with one cell, side by side or corner to corner."""
    steps = np.diff(np.pad(inside.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    columns, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    wide = inside.shape[1] + 2
    # Runs of neighbouring columns that touch; both lists are in order of column and row.
    here, there = columns * wide + starts, columns * wide + ends
    first = np.searchsorted(there, (columns + 1) * wide + starts)
    last = np.searchsorted(here, (columns + 1) * wide + ends, side="right")
    counts = np.maximum(last - first, 0)
    run = np.repeat(np.arange(len(columns)), counts)
    other = np.arange(len(run)) - np.repeat(np.cumsum(counts) - counts, counts) + first[run]
    labels = np.arange(len(columns))
    # Every run takes the least label of those it touches, and then the label of that label.
    while True:
        least = np.minimum(labels[run], labels[other])
        if np.array_equal(labels[run], labels[other]):
            break
        np.minimum.at(labels, labels[run], least)
        np.minimum.at(labels, labels[other], least)
        while not np.array_equal(labels, labels[labels]):
            labels = labels[labels]
    result = np.zeros((inside.shape[0], inside.shape[1] + 1), np.int8)
    seed = np.flatnonzero((columns == column) & (starts <= row) & (ends > row))
    if seed.size:
        mine = labels == labels[seed[0]]
        result[columns[mine], starts[mine]] = 1
        result[columns[mine], ends[mine]] -= 1
    return np.cumsum(result, axis=1, dtype=np.int8)[:, :-1].astype(bool)


def along_time(line: Points, grid: CellGrid) -> Points:
    """A drawn line in order of time, with one frequency at each, a frame long at least."""
    order = np.argsort(line[:, 0], kind="stable")
    times, first = np.unique(line[order, 0], return_index=True)
    hz = line[order, 1][first]
    step = grid.seconds_of(1.0)
    if times[-1] - times[0] < step:
        times, hz = np.append(times, times[0] + step), np.append(hz, hz[-1])
    return np.column_stack([times, hz])


def at_frames(line: Points, grid: CellGrid, frames: int) -> Points:
    """A line in order of time at each STFT frame that it passes, and at its two ends."""
    step, (start, end) = grid.seconds_of(1.0), line[[0, -1], 0]
    centres = np.arange(max(0, np.ceil(start / step)), min(frames, np.floor(end / step) + 1)) * step
    times = np.unique(np.concatenate([[start], centres, [end]]))
    return np.column_stack([times, np.interp(times, *line.T)])


def on_ridge(line: Points, levels: Levels, first_frame: int, grid: CellGrid) -> Points:
    """The line moved to the loudest cell near it in each frame; `levels` begin with `first_frame`."""
    frames = np.clip(np.rint(grid.frame_of(1.0) * line[:, 0]).astype(int) - first_frame, 0, len(levels) - 1)
    rows = np.rint(grid.bin_of(1.0) * line[:, 1]).astype(int)
    near = np.clip(rows[:, None] + np.arange(-_RIDGE_REACH, _RIDGE_REACH + 1), 1, grid.bins - 2)
    offsets = near - grid.bin_of(1.0) * line[:, 1, None]
    best = near[np.arange(len(near)), _smoothest(levels[frames[:, None], near], offsets)]
    before, here, after = (levels[frames, best + step] for step in (-1, 0, 1))
    bend = before - 2.0 * here + after
    # The peak of a parabola through the levels of three bins.
    shift = np.where(bend < -1e-6, 0.5 * (before - after) / np.minimum(bend, -1e-6), 0.0).clip(-0.5, 0.5)
    return np.column_stack([line[:, 0], grid.hz_of(1.0) * (best + shift)])


def _smoothest(levels: Levels, offsets: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of each frame's few cells one, so that together they are loud and jump little (after Viterbi, 1967)."""
    best, origins = levels[0], []
    for level, before, here in zip(levels[1:], offsets[:-1], offsets[1:], strict=True):
        reached = best - _RIDGE_JUMP * np.maximum(np.abs(here[:, None] - before) - 1.0, 0.0)
        origins.append(reached.argmax(axis=1))
        best = level + reached.max(axis=1)
    path = [int(best.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return np.array(path[::-1])


def _below(ring: Points, hz: float) -> Points:
    """The part of a ring up to a frequency, its edges no less steep (Sutherland and Hodgman, 1974)."""
    after = np.roll(ring, -1, axis=0)
    rise = after - ring
    crosses = (ring[:, 1] <= hz) != (after[:, 1] <= hz)
    share = np.divide(hz - ring[:, 1], rise[:, 1], out=np.zeros(len(ring)), where=crosses)
    cuts = np.column_stack([ring[:, 0] + share * rise[:, 0], np.full(len(ring), hz)])
    kept = np.column_stack([ring[:, 1] <= hz, crosses]).ravel()
    below: Points = np.stack([ring, cuts], axis=1).reshape(-1, 2)[kept]
    return below


def harmonics_of(line: Points, harmonics: Harmonics, nyquist: float, channel: Channel = Stem.CLIP) -> Area | None:
    """Bands around the multiples of a line (in order of time) up to `nyquist`; None where even the line is above it.

    They never overlap: of a line lower than they are wide, they meet.
    """
    rings = []
    for number in range(1, harmonics.count + 1):
        middle = number * line[:, 1]
        half = np.minimum(harmonics.width, line[:, 1]) / 2.0
        if middle.min() - half.max() >= nyquist:
            break
        low, high = (np.column_stack([line[:, 0], edge]) for edge in (middle - half, middle + half))
        ring = _below(np.concatenate([low, high[::-1]]), nyquist)
        if len(ring) >= _LEAST_POINTS:
            rings.append(ring)
    return Area(tuple(rings), channel) if rings else None
