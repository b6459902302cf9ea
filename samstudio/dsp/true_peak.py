"""True peak after ITU-R BS.1770-4, annex 2: the highest level at and between the samples."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from samstudio.dsp.levels import decibels

OVERSAMPLING = 4
_TAPS = 12
"""Filter taps per place between two samples, as many as in the standard's example."""
_KAISER = 4.0


def _interpolators() -> NDArray[np.float64]:
    """A filter for each place between two samples, (OVERSAMPLING - 1, _TAPS): a sinc under a Kaiser window."""
    places = np.arange(1, OVERSAMPLING)[:, np.newaxis] / OVERSAMPLING
    distance = np.arange(_TAPS)[np.newaxis] - (_TAPS // 2 - 1) - places
    half = _TAPS / 2
    window = np.i0(_KAISER * np.sqrt(np.clip(1.0 - np.square(distance / half), 0.0, 1.0))) / np.i0(_KAISER)
    filters = np.sinc(distance) * window
    # Unity at 0 Hz, so that a constant level reads as it is.
    weighted: NDArray[np.float64] = filters / filters.sum(axis=1, keepdims=True)
    return weighted


_FILTERS = _interpolators()
_MOST = float(np.abs(_FILTERS).sum(axis=1).max())
"""The factor by which a sound can exceed its samples between them."""
_BLOCK = 16
"""Samples interpolated by one matrix product."""


def _block_filters() -> NDArray[np.float32]:
    """From _BLOCK + _TAPS - 1 samples to what lies between _BLOCK pairs of them, (samples, pairs * places)."""
    matrix = np.zeros((_BLOCK + _TAPS - 1, _BLOCK, OVERSAMPLING - 1), np.float32)
    for pair in range(_BLOCK):
        matrix[pair : pair + _TAPS, pair] = _FILTERS.T
    return matrix.reshape(len(matrix), -1)


_BLOCK_FILTERS = _block_filters()


class TruePeakMeter:
    """The highest true peak of a stream of `channels`, fed in pieces of any length."""

    def __init__(self, channels: int) -> None:
        self._past = np.zeros((_TAPS - 1, channels), np.float32)
        self._peak = 0.0

    def add(self, samples: NDArray[np.float32]) -> None:
        """Add the next samples, (frames, channels). Between the last ones it interpolates when more of them come."""
        if not len(samples):
            return
        # The samples themselves are places too; a peak at the very end is not missed.
        self._peak = max(self._peak, float(samples.max()), -float(samples.min()))
        sound = np.concatenate((self._past, samples))
        blocks = (len(sound) - _TAPS + 1) // _BLOCK
        self._past = sound[blocks * _BLOCK :]
        # If the samples are this far below the highest peak, nothing between them reaches it.
        if blocks and max(float(sound.max()), -float(sound.min())) * _MOST > self._peak:
            line = np.ascontiguousarray(sound.T)
            between = sliding_window_view(line, len(_BLOCK_FILTERS), axis=1)[:, ::_BLOCK] @ _BLOCK_FILTERS
            self._peak = max(self._peak, float(between.max()), -float(between.min()))

    @property
    def peak(self) -> float:
        """The highest so far in dBTP (dB of full scale); -inf for silence."""
        return decibels(self._peak)
