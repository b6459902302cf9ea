"""Amplitudes as levels."""

from math import inf, log10


def decibels(amplitude: float) -> float:
    """A linear amplitude in dB (dBFS if 1 is full scale); -inf for silence."""
    return 20.0 * log10(amplitude) if amplitude > 0.0 else -inf
