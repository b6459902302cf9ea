"""Loudness in LUFS: momentary, short-term and integrated, after ITU-R BS.1770-4 and EBU Tech 3341."""

from math import inf, log10, pi, tan

import numpy as np
from numpy.typing import NDArray

_STEPS_A_SECOND = 100
"""Power is summed in steps of 10 ms: the loudest 400 ms are found wherever they begin (EBU Tech 3341, case 13)."""
_GATING_STEPS = 10
"""A gating block of 400 ms ends every 100 ms: they overlap by 75 %, as BS.1770 asks."""
_MOMENTARY_STEPS = 40
_SHORT_TERM_STEPS = 300
_ABSOLUTE_GATE = -70.0
"""LUFS; quieter blocks do not count."""
_RELATIVE_GATE = -10.0
"""LU below the loudness of what passed the absolute gate; quieter blocks do not count either."""
_MEMORY_SECONDS = 0.06
"""The filters' impulse response is cut here, 149 dB below its peak."""
_GRAIN = 512
"""Transforms are a multiple of this long, or a power of two."""
_SURROUND = 1.41
_CHANNEL_WEIGHTS = {5: (1.0, 1.0, 1.0, _SURROUND, _SURROUND), 6: (1.0, 1.0, 1.0, 0.0, _SURROUND, _SURROUND)}
"""L R C Ls Rs and L R C LFE Ls Rs (BS.1770-4, table 3); no other layout is certain: all its channels count alike."""


def channel_weights(channels: int) -> NDArray[np.float64]:
    """How much each channel's power counts, (channels,)."""
    return np.array(_CHANNEL_WEIGHTS.get(channels, (1.0,) * channels))


def k_weighting(sample_rate: int) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """The two filters of BS.1770, each as (b, a) of a biquad: a shelf for the acoustics of the head, then a high-pass.

    The standard tabulates them at 48 kHz; here they are designed for any rate by the bilinear transform from the
    analogue frequencies, gain and Q factors that give its table (Mansbridge, Finn, Reiss: AES 133, 2012).
    """
    k, q = tan(pi * 1681.974450955533 / sample_rate), 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    middle = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf_b = np.array((high + middle * k / q + k * k, 2.0 * (k * k - high), high - middle * k / q + k * k)) / a0
    shelf_a = np.array((1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0))
    k, q = tan(pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    pass_a = np.array((1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0))
    return (shelf_b, shelf_a), (np.array((1.0, -2.0, 1.0)), pass_a)


def k_impulse_response(sample_rate: int) -> NDArray[np.float64]:
    """The impulse response of the K-weighting, _MEMORY_SECONDS long, (frames,)."""
    frames = round(_MEMORY_SECONDS * sample_rate)
    # Computed from the frequency response, without a loop; twice the length avoids time aliasing.
    size = 1 << (2 * frames).bit_length()
    back = np.exp(-2j * pi * np.arange(size // 2 + 1) / size)
    response = np.ones(len(back), np.complex128)
    for b, a in k_weighting(sample_rate):
        response *= np.polyval(b[::-1], back) / np.polyval(a[::-1], back)
    return np.fft.irfft(response, size)[:frames]


class _KFilter:
    """K-weights a stream channel by channel: convolution by FFT, overlapping by the length of the impulse response."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._response = k_impulse_response(sample_rate)
        self._past: NDArray[np.float64] = np.zeros((channels, len(self._response) - 1))
        self._spectra: dict[int, NDArray[np.complex128]] = {}
        # Together with its past a piece then fills a transform exactly; memory does not grow with the stream.
        self.most_frames = (1 << (8 * len(self._response)).bit_length()) - self._past.shape[1]

    def filter(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """The next (frames, channels), filtered, as (channels, frames)."""
        if not np.isfinite(samples).all():
            # NaN and Inf would spread over the whole block.
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        wide: NDArray[np.float64] = np.concatenate((self._past, samples.T), axis=1)
        past = self._past.shape[1]
        self._past = wide[:, wide.shape[1] - past :]
        # Circular convolution wraps only into the past, which is discarded. A small odd factor is fast, too.
        size = min(1 << (wide.shape[1] - 1).bit_length(), -(-wide.shape[1] // _GRAIN) * _GRAIN)
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self._response, size)
        filtered = np.fft.irfft(np.fft.rfft(wide, size) * self._spectra[size], size)
        return filtered[:, past : wide.shape[1]]


class LoudnessMeter:
    """Measures a stream of any length, fed in pieces of any length. -inf is silence, or too little sound so far.

    A live meter feeds what is played and reads `momentary`, `short_term`, their maxima and `integrated`. An incomplete
    last gating block does not count (BS.1770-4, annex 1).
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate = sample_rate
        self._filter = _KFilter(sample_rate, channels)
        self._weights = channel_weights(channels)
        self._frames = 0
        self._steps = 0
        # The power summed since the last whole step, and the mean powers of the last steps.
        self._sum = 0.0
        self._recent = np.zeros(_SHORT_TERM_STEPS)
        self._loudest_momentary = self._loudest_short_term = 0.0
        # What passed the absolute gate.
        self._gating_blocks = np.empty(256)
        self._blocks = 0

    def add(self, samples: NDArray[np.float32]) -> None:
        """Add the next samples, (frames, channels)."""
        most = self._filter.most_frames
        for start in range(0, len(samples), most):
            filtered = self._filter.filter(samples[start : start + most])
            self._add_power(self._weights @ np.square(filtered))

    def _add_power(self, power: NDArray[np.float64]) -> None:
        """Sum up weighted power, (frames,), in steps; at some rates a step is no whole number of frames."""
        first, last = self._frames, self._frames + len(power)
        edges = np.rint(np.arange(self._steps, last * _STEPS_A_SECOND // self._rate + 2) * self._rate / _STEPS_A_SECOND)
        edges = edges[edges <= last].astype(np.intp)
        # The last sum is that of the incomplete step at the end, which may be empty.
        sums = np.add.reduceat(np.append(power, 0.0), np.concatenate(((0,), edges[1:] - first)))
        sums[0] += self._sum
        self._sum = float(sums[-1])
        self._frames = last
        if len(edges) > 1:
            self._add_steps(sums[:-1] / np.diff(edges))

    def _add_steps(self, powers: NDArray[np.float64]) -> None:
        """Add the mean powers of whole steps, (steps,)."""
        recent = np.concatenate((self._recent, powers))
        momentary = _sliding_means(recent, _MOMENTARY_STEPS)[-len(powers) :]
        short_term = _sliding_means(recent, _SHORT_TERM_STEPS)[-len(powers) :]
        self._loudest_momentary = max(self._loudest_momentary, float(momentary.max()))
        self._loudest_short_term = max(self._loudest_short_term, float(short_term.max()))
        # momentary[i] ends with step number self._steps + i + 1; the first block ends with the fourth 100 ms.
        first = max(-(self._steps + 1) % _GATING_STEPS, _MOMENTARY_STEPS - 1 - self._steps)
        self._add_blocks(momentary[first::_GATING_STEPS])
        self._recent = recent[-_SHORT_TERM_STEPS:]
        self._steps += len(powers)

    def _add_blocks(self, powers: NDArray[np.float64]) -> None:
        powers = powers[powers > power_of(_ABSOLUTE_GATE)]
        blocks = self._blocks + len(powers)
        if blocks > len(self._gating_blocks):
            self._gating_blocks = np.concatenate((self._gating_blocks, np.empty(blocks)))
        self._gating_blocks[self._blocks : blocks] = powers
        self._blocks = blocks

    @property
    def momentary(self) -> float:
        """Loudness of the last 400 ms in LUFS."""
        return self._loudness_after(float(self._recent[-_MOMENTARY_STEPS:].mean()), _MOMENTARY_STEPS)

    @property
    def momentary_max(self) -> float:
        """Loudness of the loudest 400 ms so far in LUFS."""
        return self._loudness_after(self._loudest_momentary, _MOMENTARY_STEPS)

    @property
    def short_term(self) -> float:
        """Loudness of the last 3 s in LUFS."""
        return self._loudness_after(float(self._recent.mean()), _SHORT_TERM_STEPS)

    @property
    def short_term_max(self) -> float:
        """Loudness of the loudest 3 s so far in LUFS."""
        return self._loudness_after(self._loudest_short_term, _SHORT_TERM_STEPS)

    @property
    def integrated(self) -> float:
        """Loudness of everything so far in LUFS, gated: silence and pauses do not lower it."""
        if not self._blocks:
            return -inf
        blocks = self._gating_blocks[: self._blocks]
        return lufs_of(float(blocks[blocks > blocks.mean() * 10.0 ** (_RELATIVE_GATE / 10.0)].mean()))

    def _loudness_after(self, power: float, steps: int) -> float:
        """The loudness of a power; -inf before so many steps were added."""
        return lufs_of(power) if self._steps >= steps else -inf


def _sliding_means(powers: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """The mean of each run of `steps` neighbours, (len(powers) - steps + 1,)."""
    sums = np.concatenate(((0.0,), np.cumsum(powers)))
    means: NDArray[np.float64] = (sums[steps:] - sums[:-steps]) / steps
    return means


def lufs_of(power: float) -> float:
    """The loudness of a weighted mean square (BS.1770-4, equation 2)."""
    return -0.691 + 10.0 * log10(power) if power > 0.0 else -inf


def power_of(lufs: float) -> float:
    """The weighted mean square of a loudness."""
    return float(10.0 ** ((lufs + 0.691) / 10.0))


def integrated_loudness(samples: NDArray[np.float32], sample_rate: int) -> float:
    """The gated loudness of a whole sound (frames, channels) in LUFS; -inf for silence or less than 400 ms."""
    meter = LoudnessMeter(sample_rate, samples.shape[1])
    meter.add(samples)
    return meter.integrated
