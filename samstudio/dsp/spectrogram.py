"""Short-time spectra of a recording for display: a bounded number of transforms per column."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from samstudio.dsp.channel_layout import LOUDEST, SUMMED, Shown
from samstudio.dsp.scales import FrequencyScale, ScaleKind

Floats = NDArray[np.float32]

WindowKind = Literal["hann", "hamming", "blackman-harris", "rectangular"]
WINDOW_KINDS: tuple[WindowKind, ...] = ("hann", "hamming", "blackman-harris", "rectangular")
FFT_SIZES = (512, 1024, 2048, 4096, 8192, 16384)
RANGES_DB, CEILINGS_DB = (20, 140), (-60, 0)
"""dB and dBFS: the levels between which the colours can be set."""
SILENCE_DB = -200.0
_TRANSFORMS_PER_COLUMN = 4
_BATCH = 32
"""Transforms computed at a time: as many as fit the second-level cache."""

# Cosine-sum windows, periodic. Blackman-Harris: Harris (1978), the four-term window of -92 dB.
_COSINES: dict[WindowKind, tuple[float, ...]] = {
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman-harris": (0.35875, 0.48829, 0.14128, 0.01168),
    "rectangular": (1.0,),
}


@dataclass(frozen=True)
class SpectrogramSettings:
    """Settings of the spectrogram's analysis and display: levels from `ceiling_db` (dBFS) down by `range_db`."""

    scale: ScaleKind = "mel"
    fft_size: int = 2048
    window: WindowKind = "hann"
    range_db: float = 90.0
    ceiling_db: float = 0.0
    colour_map: str = "house"
    channels: Shown = "loudest"
    """Whether all channels are shown as one, or each by itself."""
    low_hz: float = 0.0
    high_hz: float = 0.0
    """The part of the frequency axis that is shown; 0: from its lowest or to its highest frequency."""

    @property
    def floor_db(self) -> float:
        """The level that is drawn in the darkest colour, dBFS."""
        return self.ceiling_db - self.range_db


def frequency_scale(settings: SpectrogramSettings, sample_rate: float) -> FrequencyScale:
    """The upright axis of a recording's spectrogram under these settings."""
    return FrequencyScale.of_band(settings.scale, sample_rate / 2.0, settings.low_hz, settings.high_hz)


def window(kind: WindowKind, size: int) -> Floats:
    """The analysis window, scaled so that a sine of full scale has the magnitude 1 in its bin."""
    angle = 2.0 * np.pi * np.arange(size) / size
    shape = np.sum([(-1.0) ** k * a * np.cos(k * angle) for k, a in enumerate(_COSINES[kind])], axis=0)
    return np.asarray(shape * 2.0 / np.sum(shape), np.float32)


def finest_hop(fft_size: int) -> int:
    """The smallest distance of two columns in frames: closer ones would add no information."""
    return fft_size // 16


def spectra(samples: Floats, first: int, count: int, hop: int, shape: Floats, part: int = LOUDEST) -> Floats:
    """Levels in dBFS, float32 (count, bins), of columns `first`..`first + count`, each `hop` frames wide.

    `samples` float32 (frames, channels); `shape` is the `window`. Where a column is wider than half a window, the
    loudest of up to four transforms spread over it counts. Outside is silence. `part` is the number of a channel, or
    LOUDEST of them in each bin, or SUMMED: the mean of all.
    """
    size = len(shape)
    per_column = min(_TRANSFORMS_PER_COLUMN, max(1, 2 * hop // size))
    # The transforms are evenly spaced, `step` frames apart.
    step = hop // per_column
    start = first * hop + (step - size) // 2
    heard = samples if part < 0 else samples[:, part : part + 1]
    power = np.empty((count * per_column, size // 2 + 1), np.float32)
    for at in range(0, len(power), _BATCH):
        some = power[at : at + _BATCH]
        some[:] = _power(heard, start + at * step, step, len(some), shape, is_sum=part == SUMMED)
    loudest = power.reshape(count, per_column, -1).max(axis=1)
    levels: Floats = 10.0 * np.log10(np.fmax(loudest, np.float32(10.0 ** (SILENCE_DB / 10.0))))
    return levels


def _power(samples: Floats, start: int, step: int, count: int, shape: Floats, *, is_sum: bool) -> Floats:
    """Power spectra (count, bins) of stretches from `start`, `start + step`.. on.

    Those of the channels' mean, or of the loudest channel in each bin.
    """
    size, (frames, channels) = len(shape), samples.shape
    starts = start + step * np.arange(count)
    inside = np.flatnonzero((starts >= 0) & (starts + size <= frames))
    block = np.zeros((channels, count, size), np.float32)
    if inside.size:
        # All in one copy: a Python loop would hold the GIL, for which the window waits.
        along, across = samples.strides
        there = samples[starts[inside[0]] :]
        view = as_strided(there, (inside.size, size, channels), (step * along, along, across), writeable=False)
        block[:, inside[0] : inside[-1] + 1] = view.transpose(2, 0, 1)
    for row in np.setdiff1d(np.arange(count), inside):
        a, b = max(0, starts[row]), min(frames, starts[row] + size)
        if a < b:
            block[:, row, a - starts[row] : b - starts[row]] = samples[a:b].T
    if is_sum:
        block = block.mean(axis=0, keepdims=True)
    # Samples that are no numbers make no warnings; levels that are none are drawn as silence.
    with np.errstate(invalid="ignore", over="ignore"):
        lines = np.fft.rfft(block * shape)
    power: Floats = (lines.real**2 + lines.imag**2).max(axis=0)
    return power


def at_columns(levels: Floats, first: int, hop: int, start: int, count: int, width: float) -> Floats:
    """Levels (count, bins) for columns `start`.. of `width` frames.

    They are drawn from `levels` (n, bins) for columns `first`.. of `hop` frames. The loudest counts if several fall
    into one; columns finer than `hop` are interpolated between neighbours.
    """
    centres = (np.arange(start, start + count) + 0.5) * width / hop - 0.5 - first
    left = np.clip(np.floor(centres).astype(np.int64), 0, len(levels) - 1)
    right = np.minimum(left + 1, len(levels) - 1)
    if width < hop:
        part = np.clip(centres - left, 0.0, 1.0).astype(np.float32)[:, None]
        between: Floats = levels[left] * (1.0 - part) + levels[right] * part
        return between
    edges = np.clip(np.ceil(np.arange(start, start + count + 1) * width / hop - 0.5).astype(np.int64) - first, 0, None)
    picked: Floats = levels[np.minimum(edges[:-1], len(levels) - 1)]
    for more in range(1, int(np.max(np.diff(edges), initial=1))):
        other = np.minimum(edges[:-1] + more, np.maximum(edges[1:] - 1, edges[:-1]))
        picked = np.maximum(picked, levels[np.minimum(other, len(levels) - 1)])
    return picked


def at_rows(levels: Floats, sample_rate: int, scale: FrequencyScale, rows: int) -> Floats:
    """Levels (count, bins) on the display's rows, (rows, count), highest frequency first.

    A row shows the loudest bin whose centre it covers, so that no narrow line is lost; if a bin covers several rows
    the level between two bins is interpolated.
    """
    bins = levels.shape[1]
    bins_per_hz = 2.0 * (bins - 1) / sample_rate
    edges = scale.frequencies(np.arange(rows + 1) / rows) * bins_per_hz
    centres = np.clip(scale.frequencies((np.arange(rows) + 0.5) / rows) * bins_per_hz, 0.0, bins - 1.0)
    left = np.minimum(np.floor(centres).astype(np.int64), bins - 2)
    part = (centres - left).astype(np.float32)[:, None]
    lines = np.ascontiguousarray(levels.T)
    drawn = lines[left] * (1.0 - part) + lines[left + 1] * part
    covered = np.clip(np.ceil(edges).astype(np.int64), 0, bins)
    # The topmost row ends at the highest frequency and includes it.
    covered[-1] = min(bins, int(np.floor(edges[-1] + 1e-6)) + 1)
    # One bin after the other, not reduceat, which would hold the GIL, for which the window may wait.
    for more in range(int(np.max(np.diff(covered), initial=0))):
        rows_here = np.flatnonzero(np.diff(covered) > more)
        drawn[rows_here] = np.maximum(drawn[rows_here], lines[covered[rows_here] + more])
    upright: Floats = drawn[::-1]
    return upright


def to_shades(levels: Floats, settings: SpectrogramSettings) -> NDArray[np.uint8]:
    """Levels in dBFS as 0 (`floor_db` and below) to 255 (`ceiling_db` and above)."""
    shades = (levels - settings.floor_db) * (255.0 / settings.range_db)
    return np.asarray(np.clip(np.rint(shades), 0, 255), np.uint8)


def power_share(levels: Floats, *others: Floats) -> Floats:
    """The share, 0 to 1, that the first of several sounds has in the power of all; levels in dBFS.

    Where the first is silent its share is 0, also of silence.
    """
    share = 1.0 / (1.0 + sum(10.0 ** ((other - levels) / 10.0) for other in others))
    return np.where(levels > SILENCE_DB, share, 0.0).astype(np.float32)


def shade_db(shade: int, settings: SpectrogramSettings) -> float:
    """The level in dBFS that a shade stands for."""
    return settings.floor_db + shade * settings.range_db / 255.0
