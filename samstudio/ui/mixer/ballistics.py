"""How a level meter moves: sample peak, its hold, and RMS."""

from math import exp

from samstudio.dsp.levels import decibels
from samstudio.session.mix import MIN_GAIN_DB

FALL = 20.0 / 1.7
"""dB a second a peak falls by: the return time of IEC 60268-18, 20 dB in 1.7 s (give or take 0.3)."""
HOLD = 1.0
"""Seconds the highest peak stands before it falls too: the hold time of IEC 60268-18, 1 s (give or take 0.5)."""
RMS_SECONDS = 0.125
"""Time constant of the mean square: the time weighting F (fast) of IEC 61672-1."""


class Ballistics:
    """One side of a meter: a sample peak that rises at once, its hold, and the RMS; all in dB."""

    def __init__(self) -> None:
        self.peak = self.hold = self.rms = float("-inf")
        self._held = 0.0
        self._square = 0.0

    def advance(self, seconds: float, peak: float, rms: float) -> None:
        """Let time pass in which the sound had this linear peak and RMS."""
        level = decibels(peak)
        self.peak = max(level, self.peak - FALL * seconds)
        self._held += seconds
        if level >= self.hold:
            self.hold, self._held = level, 0.0
        elif self._held > HOLD:
            self.hold = max(self.peak, self.hold - FALL * seconds)
        self._square += (1.0 - exp(-seconds / RMS_SECONDS)) * (rms * rms - self._square)
        self.rms = decibels(self._square**0.5)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is visible."""
        return max(self.peak, self.hold, self.rms) <= MIN_GAIN_DB
