"""Loudness in LUFS: momentary, short-term and integrated, after ITU-R BS.1770-4 and EBU Tech 3341."""

from math import inf, log10, pi, tan

import numpy as np
from numpy.typing import NDArray

STEPS_A_SECOND = 10
"""Power is summed in steps of 100 ms: gating blocks of 400 ms then overlap by 75 %, as BS.1770 asks."""
_MOMENTARY_STEPS = 4
_SHORT_TERM_STEPS = 30
_ABSOLUTE_GATE = -70.0
"""LUFS; quieter blocks do not count."""
_RELATIVE_GATE = -10.0
"""LU below the loudness of what passed the absolute gate; quieter blocks do not count either."""
_MEMORY_SECONDS = 0.1
"""The filters' impulse response is cut here, 180 dB below its peak."""
_GRAIN = 2048
"""Transforms are a multiple of this long, or a power of two."""
_SURROUND = 1.41
_CHANNEL_WEIGHTS = {5: (1.0, 1.0, 1.0, _SURROUND, _SURROUND), 6: (1.0, 1.0, 1.0, 0.0, _SURROUND, _SURROUND)}
"""L R C Ls Rs and L R C LFE Ls Rs (BS.1770-4, table 3); no other layout is certain: all its channels count alike."""


def channel_weights(channels: int) -> NDArray[np.float64]:
    """How much each channel's power counts, (channels,)."""
    return np.array(_CHANNEL_WEIGHTS.get(channels, (1.0,) * channels))


def k_weighting(sample_rate: int) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """The two filters of BS.1770, each as (b, a) of a biquad: a shelf for the head, then a high-pass.

    The standard tabulates them at 48 kHz; here they are designed anew for any rate by the bilinear transform from the
    analogue frequencies, gain and qualities that give its table (Mansbridge, Finn, Reiss: AES 133, 2012).
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
    """What the K-weighting answers to a single 1, for _MEMORY_SECONDS, (frames,)."""
    frames = round(_MEMORY_SECONDS * sample_rate)
    # The response at all frequencies gives it without a loop; twice its length leaves nothing to fold back.
    size = 1 << (2 * frames).bit_length()
    back = np.exp(-2j * pi * np.arange(size // 2 + 1) / size)
    response = np.ones(len(back), np.complex128)
    for b, a in k_weighting(sample_rate):
        response *= np.polyval(b[::-1], back) / np.polyval(a[::-1], back)
    return np.fft.irfft(response, size)[:frames]


class _KFilter:
    """K-weights a stream channel by channel: convolution by FFT, with as much of the past as the filters remember."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._answer = k_impulse_response(sample_rate)
        self._past = np.zeros((channels, len(self._answer) - 1))
        self._spectra: dict[int, NDArray[np.complex128]] = {}
        # With its past a piece then fills a transform exactly; memory does not grow with what is measured.
        self.most_frames = (1 << (4 * len(self._answer)).bit_length()) - self._past.shape[1]

    def filter(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """The next (frames, channels), filtered, as (channels, frames)."""
        # A broken sample (NaN, Inf) would spread over the whole block.
        now = np.nan_to_num(samples.T.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        wide = np.concatenate((self._past, now), axis=1)
        past = self._past.shape[1]
        self._past = wide[:, wide.shape[1] - past :]
        # Circular convolution folds only into the past, which is thrown away. A small odd factor is quick, too.
        size = min(1 << (wide.shape[1] - 1).bit_length(), -(-wide.shape[1] // _GRAIN) * _GRAIN)
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self._answer, size)
        filtered = np.fft.irfft(np.fft.rfft(wide, size) * self._spectra[size], size)
        return filtered[:, past : wide.shape[1]]


class LoudnessMeter:
    """Measures a stream of any length, fed in pieces of any length. -inf is silence, or too little to tell yet.

    A live meter feeds what is heard and reads `momentary` and `short_term` (new 10 times a second) and `integrated`.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate = sample_rate
        self._filter = _KFilter(sample_rate, channels)
        self._weights = channel_weights(channels)
        self._powers = np.empty(256)
        self._steps = 0
        self._frames = 0
        self._sum = 0.0

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take in the next samples, (frames, channels)."""
        most = self._filter.most_frames
        for start in range(0, len(samples), most):
            filtered = self._filter.filter(samples[start : start + most])
            self._add_power(self._weights @ np.square(filtered))

    def _add_power(self, power: NDArray[np.float64]) -> None:
        """Sum up weighted power, (frames,), in steps."""
        first, last = self._frames, self._frames + len(power)
        # The ends of the steps within these frames; at some rates a step is no whole number of frames.
        edges: list[int] = []
        while (end := self._edge(self._steps + len(edges) + 1)) <= last:
            edges.append(end - first)
        for begin, end in zip((0, *edges), edges, strict=False):
            self._close_step(self._sum + float(power[begin:end].sum()))
        self._sum += float(power[edges[-1] if edges else 0 :].sum())
        self._frames = last

    def _edge(self, step: int) -> int:
        return round(step * self._rate / STEPS_A_SECOND)

    def _close_step(self, total: float) -> None:
        if self._steps == len(self._powers):
            self._powers = np.concatenate((self._powers, np.empty_like(self._powers)))
        self._powers[self._steps] = total / (self._edge(self._steps + 1) - self._edge(self._steps))
        self._steps += 1
        self._sum = 0.0

    @property
    def momentary(self) -> float:
        """Loudness of the last 400 ms in LUFS."""
        return self._recent(_MOMENTARY_STEPS)

    @property
    def short_term(self) -> float:
        """Loudness of the last 3 s in LUFS."""
        return self._recent(_SHORT_TERM_STEPS)

    @property
    def integrated(self) -> float:
        """Loudness of everything so far in LUFS, gated: silence and pauses do not make it softer."""
        if self._steps < _MOMENTARY_STEPS:
            return -inf
        steps = np.concatenate(((0.0,), np.cumsum(self._powers[: self._steps])))
        blocks = (steps[_MOMENTARY_STEPS:] - steps[:-_MOMENTARY_STEPS]) / _MOMENTARY_STEPS
        blocks = blocks[blocks > power_of(_ABSOLUTE_GATE)]
        if not len(blocks):
            return -inf
        return lufs_of(float(blocks[blocks > blocks.mean() * 10.0 ** (_RELATIVE_GATE / 10.0)].mean()))

    def _recent(self, steps: int) -> float:
        if self._steps < steps:
            return -inf
        return lufs_of(float(self._powers[self._steps - steps : self._steps].mean()))


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
