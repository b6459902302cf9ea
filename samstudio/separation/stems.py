"""Stems that sum to the clip, and targets that are silent where they must be."""

from collections.abc import Sequence

import numpy as np

from samstudio.session.clip import Samples
from samstudio.session.stretch import Stretch

PCM_STEPS = np.float32(2.0**23)
"""16- and 24-bit PCM samples are whole multiples of 1 / PCM_STEPS."""
LARGEST = np.float32(2.0)
"""float32 holds all such multiples up to here."""
MUTE_RAMP_SECONDS = 0.01


def exact_residual(clip: Samples, target: Samples) -> tuple[Samples, Samples]:
    """`target` and the residual that sums with it to `clip`; all float32 (n, channels).

    If the clip's samples lie on the grid of 24-bit PCM, the target is rounded to that grid: the subtraction is then
    exact, and target + residual == clip to the last bit. Otherwise the sum is off by at most the last bit of the louder
    stem. Where the clip is infinite or not a number the target is 0, and the residual keeps what the clip holds.
    """
    return _exact(clip, target, None)


def exact_residuals(clip: Samples, target: Samples) -> tuple[Samples, Samples]:
    """`exact_residual` of each of k sounds (k, n, channels) by itself."""
    return _exact(clip, target, (1, 2))


def _exact(clip: Samples, target: Samples, axes: tuple[int, ...] | None) -> tuple[Samples, Samples]:
    """The grid is that of all samples along `axes` together."""
    finite = np.isfinite(clip) & np.isfinite(target)
    sound = np.where(finite, clip, np.float32(0))
    target = np.where(finite, target, np.float32(0)).astype(np.float32, copy=False)
    steps = sound * PCM_STEPS
    keeps = axes is not None
    on_grid = np.all(steps == np.rint(steps), axis=axes, keepdims=keeps)
    on_grid = on_grid & (np.abs(sound).max(axis=axes, initial=0.0, keepdims=keeps) <= LARGEST)
    if on_grid.any():
        # Neither stem may leave the range in which float32 holds the grid.
        low, high = np.maximum(sound, 0) - LARGEST, np.minimum(sound, 0) + LARGEST
        rounded = np.clip(np.rint(target * PCM_STEPS) / PCM_STEPS, low, high)
        target = np.where(on_grid, rounded, target)
    return target, (clip - target).astype(np.float32, copy=False)


def faded(sound: Samples, gains: Samples) -> Samples:
    """`sound` (n, channels) times `gains` (n,) of 0..1, so that the difference sound - faded is exact in float32.

    The difference of two numbers is exact where one is at most twice the other (Sterbenz, 1974): the larger part is
    rounded, and the smaller one is the difference.
    """
    gains = gains[:, None]
    return np.where(gains >= 0.5, sound * gains, sound - sound * (1 - gains)).astype(np.float32, copy=False)


def silence(target: Samples, start: int, rate: int, minus: Sequence[Stretch]) -> None:
    """Mute the target (n, channels), which begins at frame `start`, in the `minus` stretches (seconds).

    The ramps lie just inside them.
    """
    for begin, end in minus:
        first, last = round(begin * rate), round(end * rate)
        low, high = max(first, start), min(last, start + len(target))
        if high <= low:
            continue
        ramp = max(1, min(round(MUTE_RAMP_SECONDS * rate), (last - first) // 2))
        place = np.arange(low, high)
        depth = np.minimum(place - first, last - 1 - place) + 1
        target[low - start : high - start] *= np.clip(1 - depth / ramp, 0, 1).astype(np.float32)[:, None]
