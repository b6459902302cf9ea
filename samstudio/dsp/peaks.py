"""Minimum, maximum and RMS per pixel column of a waveform, at every zoom, without losing a sample."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

BIN = 64
"""Frames in a bin of the finest level."""
FACTOR = 4
"""Bins of one level per bin of the next."""
_COARSEST_BINS = 1024
_PIECE = 1 << 16
"""Frames added at a time: numpy holds the GIL, for which the window may wait, while it reduces them."""


@dataclass(frozen=True, eq=False)
class PeakColumns:
    """One value per column of pixels: `low`, `high` and `rms`, float32 (channels, count)."""

    low: Floats
    high: Floats
    rms: Floats


@dataclass(frozen=True, eq=False)
class _PeakLevel:
    low: Floats
    high: Floats
    power: Floats
    """Mean square, all three (channels, bins)."""


def column_edges(first: int, count: int, hop: float) -> Indices:
    """The first frame of columns `first`..`first + count`, each `hop` frames wide (a float): (count + 1,).

    Column k always begins at the same frame, wherever the view begins, so that a waveform does not shimmer when panned.
    """
    edges: Indices = np.ceil(np.arange(first, first + count + 1) * hop).astype(np.int64)
    return edges


class PeakPyramid:
    """Minimum, maximum and mean square of `frames` frames of `channels` channels, filled from the samples as they come.

    Every bin belongs to exactly one column, so a single sample shows at every zoom, in one column. It takes
    about 0.06 bytes per byte of sound, in memory unless `allocate` (number of values -> float32 zeros) is given.
    """

    def __init__(self, frames: int, channels: int, allocate: Callable[[int], Floats] | None = None) -> None:
        self.frames, self.channels = frames, channels
        self.frames_ready = 0
        bins = [-(-frames // BIN)]
        while bins[-1] > _COARSEST_BINS:
            bins.append(-(-bins[-1] // FACTOR))
        # One extra bin: reduceat needs a valid index for the end of the last column.
        sizes = [3 * channels * (count + 1) for count in bins]
        self.storage = allocate(sum(sizes)) if allocate else np.zeros(sum(sizes), np.float32)
        parts = np.split(self.storage, np.cumsum(sizes)[:-1])
        self._levels = [_PeakLevel(*part.reshape(3, channels, -1)) for part in parts]

    def fill(self, samples: Floats, stop: int) -> None:
        """Add the new frames up to `stop` of `samples` (frames, channels) to all levels."""
        stop = min(stop, self.frames)
        start = self.frames_ready // BIN * BIN
        if stop <= start:
            return
        self._take(samples, start, stop)
        self.frames_ready = stop

    def refill(self, samples: Floats, start: int, stop: int) -> None:
        """Take frames `start`..`stop` of `samples` (frames, channels) anew, as far as they were filled."""
        start, stop = start // BIN * BIN, min(-(-stop // BIN) * BIN, self.frames_ready)
        if start < stop:
            self._take(samples, start, stop)

    def _take(self, samples: Floats, start: int, stop: int) -> None:
        """Set all levels from the frames `start`, where a bin begins, to `stop`."""
        for at in range(start, stop, _PIECE):
            self._fill_finest(samples[at : min(at + _PIECE, stop)], at // BIN)
        self._raise(start // BIN, -(-stop // BIN))

    def _fill_finest(self, samples: Floats, first: int) -> None:
        """Set the bins from `first` on that these samples fill."""
        block = np.ascontiguousarray(samples.T)
        edges = np.arange(0, block.shape[1], BIN)
        base, here = self._levels[0], slice(first, first + len(edges))
        base.low[:, here] = np.minimum.reduceat(block, edges, axis=1)
        base.high[:, here] = np.maximum.reduceat(block, edges, axis=1)
        base.power[:, here] = np.add.reduceat(block * block, edges, axis=1) / np.diff(edges, append=block.shape[1])

    def _raise(self, start: int, stop: int) -> None:
        """Update the upper levels for bins `start`..`stop` of the finest."""
        for below, above in zip(self._levels, self._levels[1:], strict=False):
            start, stop = start // FACTOR, -(-stop // FACTOR)
            edges = np.arange(start, stop) * FACTOR
            end = min(stop * FACTOR, below.low.shape[1] - 1)
            here = slice(start, stop)
            above.low[:, here] = np.minimum.reduceat(below.low[:, :end], edges, axis=1)
            above.high[:, here] = np.maximum.reduceat(below.high[:, :end], edges, axis=1)
            counts = np.diff(np.append(edges, end))
            above.power[:, here] = np.add.reduceat(below.power[:, :end], edges, axis=1) / counts

    def columns(self, first: int, count: int, hop: float) -> PeakColumns:
        """Columns `first`..`first + count`, each `hop` >= BIN frames wide; silence outside the sound."""
        size, level = BIN, self._levels[0]
        for coarser in self._levels[1:]:
            # At least four bins per column, so that edges are accurate to a quarter of a pixel.
            if size * FACTOR * FACTOR > hop:
                break
            size, level = size * FACTOR, coarser
        frames, bins = column_edges(first, count, hop), level.low.shape[1] - 1
        # A bin belongs to the column that holds its middle; the last one, which may be shorter, to the last column.
        edges = np.where(frames >= self.frames, bins, np.clip((frames + size // 2 - 1) // size, 0, bins))
        return _reduce(level.low, level.high, level.power, edges)


def sample_columns(samples: Floats, first: int, count: int, hop: float) -> PeakColumns:
    """The same as `PeakPyramid.columns`, read from the samples (frames, channels) themselves: for `hop` below BIN."""
    edges = np.clip(column_edges(first, count, hop), 0, samples.shape[0])
    block = np.empty((samples.shape[1], int(edges[-1] - edges[0]) + 1), np.float32)
    block[:, :-1] = samples[edges[0] : edges[-1]].T
    block[:, -1] = 0.0
    return _reduce(block, block, block * block, edges - edges[0])


def _reduce(low: Floats, high: Floats, power: Floats, edges: Indices) -> PeakColumns:
    """Columns between `edges` (indices into the last axis, whose last entry is padding)."""
    base, stop = int(edges[0]), int(edges[-1])
    starts, counts = edges[:-1] - base, np.diff(edges)
    used = np.flatnonzero(counts)
    shape = (low.shape[0], len(counts))
    columns = PeakColumns(np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32))
    if used.size:
        # Empty columns have been left out, so the stretches between the remaining starts are the columns themselves.
        at = starts[used]
        columns.low[:, used] = np.minimum.reduceat(low[:, base:stop], at, axis=1)
        columns.high[:, used] = np.maximum.reduceat(high[:, base:stop], at, axis=1)
        columns.rms[:, used] = np.sqrt(np.add.reduceat(power[:, base:stop], at, axis=1) / counts[used])
    return columns
