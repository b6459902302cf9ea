"""The meters of the master: loudness, true peak and stereo correlation."""

from dataclasses import dataclass
from math import exp, inf, sqrt

import numpy as np
from numpy.typing import NDArray

from samstudio.dsp.loudness import LoudnessMeter
from samstudio.dsp.true_peak import TruePeakMeter

CORRELATION_SECONDS = 0.3
"""Time constant, equal to that of the RMS meter beside it."""
_QUIET = 1e-10
"""Mean square below which a side counts as silent (-100 dBFS)."""


@dataclass(frozen=True)
class MeterReading:
    """EBU Tech 3341's M, S, I and the highest M and S in LUFS, the true peak in dBTP (-inf: none so far); correlation.

    `correlation` is 1 for a mono signal, 0 for two unrelated sides, -1 if one side is inverted; None if a side is
    silent.
    """

    momentary: float = -inf
    short_term: float = -inf
    integrated: float = -inf
    true_peak: float = -inf
    correlation: float | None = None
    momentary_max: float = -inf
    short_term_max: float = -inf


class MasterMeter:
    """Measures a stereo stream, fed in pieces of any length."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._loudness = LoudnessMeter(sample_rate, 2)
        self._peak = TruePeakMeter(2)
        # Mean squares of left, right, and of their product.
        self._products = np.zeros(3)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Add the next samples, (frames, 2)."""
        if not len(samples):
            return
        self._loudness.add(samples)
        self._peak.add(samples)
        left, right = samples.astype(np.float64).T
        now = np.array((left @ left, right @ right, left @ right)) / len(samples)
        self._products += (1.0 - exp(-len(samples) / (CORRELATION_SECONDS * self._rate))) * (now - self._products)

    @property
    def reading(self) -> MeterReading:
        """The present reading."""
        loudness = self._loudness
        return MeterReading(
            loudness.momentary,
            loudness.short_term,
            loudness.integrated,
            self._peak.peak,
            self._correlation(),
            loudness.momentary_max,
            loudness.short_term_max,
        )

    def _correlation(self) -> float | None:
        left, right, both = (float(product) for product in self._products)
        if min(left, right) < _QUIET:
            return None
        return min(1.0, max(-1.0, both / sqrt(left * right)))
