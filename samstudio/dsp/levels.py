"""Amplitudes as levels."""

from math import inf, log10


def decibels(amplitude: float) -> float:
    """A linear amplitude in dB (dBFS if 1 is full scale); -inf for silence."""
    return 20.0 * log10(amplitude) if amplitude > 0.0 else -inf


def gain_factor(gain_db: float) -> float:
    """What samples are multiplied by for a gain in dB."""
    return float(10.0 ** (gain_db / 20.0))
