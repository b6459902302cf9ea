"""Places in a sound that edges snap to: onsets and zero crossings."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ONSET_HOP = 0.01
"""Seconds between two levels in the onset detection."""
_RISE_DB = 6.0
"""A rise of the level by so much within `_RISE_HOPS` is an onset."""
_RISE_HOPS = 3
_FLOOR_DB = -60.0
"""Below this level, relative to the loudest, there are no onsets."""
_GAP_HOPS = 8


def frame_levels(samples: NDArray[np.float32], hop: int) -> NDArray[np.float32]:
    """Mean power of each `hop` frames of `samples` (frames, channels), the last incomplete hop left out -> (n,)."""
    whole = len(samples) // hop * hop
    power = np.einsum("ij,ij->i", samples[:whole], samples[:whole])
    levels: NDArray[np.float32] = power.reshape(-1, hop).mean(axis=1).astype(np.float32)
    return levels


def onset_hops(power: NDArray[np.float32]) -> NDArray[np.intp]:
    """Hops at which the level steps up: power (n,) of hops of `ONSET_HOP` seconds -> indices, rising.

    An onset is the steepest hop of a rise of at least 6 dB in 30 ms that reaches within 60 dB of the loudest hop;
    onsets closer than 80 ms are one.
    """
    if len(power) <= _RISE_HOPS or not power.any():
        return np.zeros(0, np.intp)
    level = 10.0 * np.log10(np.maximum(power, power.max() * 10.0 ** (_FLOOR_DB / 10.0)))
    rise = np.zeros_like(level)
    rise[_RISE_HOPS - 1 : -1] = level[_RISE_HOPS:] - level[:-_RISE_HOPS]
    loud = np.flatnonzero(rise >= _RISE_DB)
    if not len(loud):
        return loud
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > _GAP_HOPS) + 1)
    step = np.diff(level, prepend=level[0])
    # The rise is measured after its middle: the steepest single hop nearby is where the onset is heard.
    starts = [max(0, group[0] - _RISE_HOPS + 1) for group in groups]
    return np.array(
        [start + int(np.argmax(step[start : group[-1] + 2])) for start, group in zip(starts, groups, strict=True)],
        np.intp,
    )


def nearest_zero_crossing(samples: Sequence[float] | NDArray[np.float32], place: int) -> int | None:
    """The sample nearest to `place` where the channels' sum changes its sign, or None: samples (frames, channels)."""
    mono = np.asarray(samples, np.float32).sum(axis=1)
    negative = np.signbit(mono)
    crossings = np.flatnonzero(negative[1:] != negative[:-1]) + 1
    if not len(crossings):
        return None
    return int(crossings[np.argmin(np.abs(crossings - place))])
