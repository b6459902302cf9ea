"""A clip as the listeners take it: one channel, at a usual level and at their rate, in bounded memory."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.resample import Resampler
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages

BLOCK_SECONDS = 20.0
SOFTEST, USUAL_PEAK, LOUDEST = 0.05, 0.5, 1.0
"""Sound whose peak lies outside of these is heard with the peak between them."""
SILENT_PEAK = 6.2e-5
"""Sound below it (-84 dBFS) is silence: the dither of 16 bits peaks at two of its steps, 6.1e-5."""
CANCELLED = 0.01
"""Part of the energy that a mean of channels keeps at most where they cancel each other out."""


@dataclass(frozen=True)
class Level:
    """The gain that brings sound to a usual level, and whether its channels cancel each other out in their mean."""

    gain: np.float32
    is_cancelled: bool


def mono_blocks(samples: Samples, sample_rate: int, rate: int) -> Iterator[tuple[Tensor, float]]:
    """The mean of the channels of sound (frames, channels) at another `rate`, (n,) by (n,), and the fraction read.

    Very soft and very loud sound comes at a usual level. Of channels that cancel each other out the first counts. The
    blocks are empty until the level is known.
    """
    frames = len(samples)
    block = max(1, round(BLOCK_SECONDS * sample_rate))
    measuring = _level(samples, block)
    while True:
        try:
            next(measuring)
        except StopIteration as end:
            level: Level = end.value
            break
        yield torch.zeros(0), 0.0
    resampler = Resampler(sample_rate, rate)
    for start in range(0, frames, block):
        sound = _finite(samples[start : start + block])
        mono = (sound[:, 0] if level.is_cancelled else _mean(sound)) * level.gain
        forget_pages(samples)
        pushed = resampler.push(torch.from_numpy(mono)[None])[0]
        if start + block >= frames:
            pushed = torch.cat((pushed, resampler.finish()[0]))
        yield pushed, min(1.0, (start + block) / frames)


def is_silent(samples: Samples, sample_rate: int) -> Generator[None, None, bool]:
    """Whether there is hardly any sound in a clip; it is read up to the first that there is."""
    block = max(1, sample_rate)
    for start in range(0, len(samples), block):
        if float(np.abs(_finite(samples[start : start + block])).max(initial=0.0)) >= SILENT_PEAK:
            return False
        forget_pages(samples)
        yield
    return True


def _level(samples: Samples, block: int) -> Generator[None, None, Level]:
    peak = mean_energy = energy = 0.0
    for start in range(0, len(samples), block):
        sound = _finite(samples[start : start + block])
        forget_pages(samples)
        peak = max(peak, float(np.abs(sound).max(initial=0.0)))
        mean_energy += float(np.square(_mean(sound)).sum(dtype=np.float64))
        energy += float(np.square(sound).sum(dtype=np.float64)) / sound.shape[1]
        yield
    gain = 1.0 if SOFTEST <= peak <= LOUDEST or not peak else USUAL_PEAK / peak
    return Level(np.float32(gain), mean_energy < CANCELLED * energy)


def _mean(sound: Samples) -> NDArray[np.float32]:
    """(n,) of the channels of (n, C): NumPy's own takes five times as long along so short rows."""
    total = sound[:, 0].copy()
    for channel in range(1, sound.shape[1]):
        total += sound[:, channel]
    total /= sound.shape[1]
    return total


def _finite(sound: Samples) -> Samples:
    return np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)
