"""The master's readings."""

from math import inf

import numpy as np
import pytest

from samstudio.dsp.master_meter import MasterMeter, MeterReading

RATE = 48000


def sine(level=0.1, seconds=4.0):
    return level * np.sin(2 * np.pi * 1000.0 * np.arange(round(seconds * RATE)) / RATE)


def measured(left, right, piece=4800):
    meter = MasterMeter(RATE)
    sound = np.stack([left, right], axis=1).astype(np.float32)
    for start in range(0, len(sound), piece):
        meter.add(sound[start : start + piece])
    return meter.reading


def test_a_tone_reads_alike_in_all_windows():
    read = measured(sine(), sine())
    assert (read.momentary, read.short_term) == pytest.approx((read.integrated,) * 2, abs=0.01)
    # EBU Tech 3341: a stereo sine of 1 kHz reads its level in dBFS.
    assert read.momentary == pytest.approx(-20.0, abs=0.1)
    assert read.true_peak == pytest.approx(-20.0, abs=0.1)


def test_momentary_forgets_first_and_integrated_gates():
    read = measured(*[np.concatenate([sine(), np.zeros(RATE)])] * 2)
    assert read.momentary == -inf or read.momentary < -100.0
    assert -22.0 < read.short_term < -20.5
    assert read.integrated == pytest.approx(-20.0, abs=0.3)


@pytest.mark.parametrize(("factor", "expected"), [(1.0, 1.0), (-1.0, -1.0), (0.3, 1.0)])
def test_correlation_tells_polarity_not_level(factor, expected):
    assert measured(sine(), factor * sine()).correlation == pytest.approx(expected, abs=1e-6)


def test_independent_sides_do_not_correlate_and_a_silent_one_says_nothing():
    left, right = np.random.default_rng(1).standard_normal((2, 4 * RATE)) * 0.1
    assert abs(measured(left, right).correlation) < 0.05
    assert measured(left, 0 * right).correlation is None
    assert MasterMeter(RATE).reading == MeterReading()


def test_correlation_follows_within_a_second():
    turned = np.concatenate([sine(seconds=2.0), -sine(seconds=1.0)])
    assert measured(sine(seconds=3.0), turned).correlation < -0.9
