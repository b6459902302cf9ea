"""The true-peak cases of EBU Tech 3341 (15 to 19; bursts after its 20 to 23), and peaks between samples."""

import numpy as np
import pytest

from samstudio.dsp.true_peak import TruePeakMeter

RATE = 48000
ABOVE, BELOW = 0.2, 0.4
"""dB that the standard allows."""


def peak(samples, piece=4800):
    meter = TruePeakMeter(samples.shape[1])
    for start in range(0, len(samples), piece):
        meter.add(samples[start : start + piece])
    return meter.peak


def tone(parts, degrees, level):
    """A sine of `parts` samples a period, in both channels; faded, for a cut has peaks of its own."""
    wave = level * np.sin(2 * np.pi * np.arange(RATE) / parts + np.radians(degrees))
    fade = np.minimum(1.0, np.minimum(np.arange(RATE), np.arange(RATE)[::-1]) / 2400.0)
    return np.repeat((wave * fade).astype(np.float32)[:, np.newaxis], 2, axis=1)


@pytest.mark.parametrize(
    ("parts", "degrees", "level", "expected"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
)
def test_ebu_cases_15_to_19(parts, degrees, level, expected):
    read = peak(tone(parts, degrees, level))
    assert expected - BELOW <= read <= expected + ABOVE


def test_the_sample_peak_of_such_a_tone_is_3_db_less():
    # Else the test above would pass without any oversampling.
    sound = tone(4, 45, 0.5)
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-9.03, abs=0.05)


def burst(offset):
    """A sine of 0.5 FFS at a sixth of the rate, holding one period of 1.0 FFS at a quarter of it, (frames, 2).

    Synthesised at 4 times the rate, band-limited to 0.45 of it, brought to a peak of 1.0 there, and every 4th sample
    kept from `offset` on.
    """
    length, start = 4 * 9600, 4 * 4800
    fine = 0.5 * np.sin(2 * np.pi * np.arange(length) / 24)
    fine[start : start + 16] = np.sin(2 * np.pi * np.arange(16) / 16)
    fine *= np.minimum(1.0, np.minimum(np.arange(length), np.arange(length)[::-1]) / 9600.0)
    spectrum = np.fft.rfft(fine)
    spectrum *= np.clip((0.45 - np.fft.rfftfreq(length, 0.25)) / 0.05, 0.0, 1.0)
    # The peak itself is looked for at 32 times the rate.
    finest = 8.0 * np.abs(np.fft.irfft(spectrum, 8 * length)).max()
    kept = np.fft.irfft(spectrum, length)[offset::4] / finest
    return np.repeat(kept.astype(np.float32)[:, np.newaxis], 2, axis=1)


@pytest.mark.parametrize("offset", range(4))
def test_ebu_cases_20_to_23_a_burst_is_found_wherever_its_peak_lies(offset):
    assert -BELOW <= peak(burst(offset)) <= ABOVE


def test_the_samples_of_some_bursts_miss_the_peak():
    # Else the test above would pass without any oversampling.
    assert min(20 * np.log10(np.abs(burst(offset)).max()) for offset in range(4)) < -1.0


@pytest.mark.parametrize("offset", range(4))
def test_a_peak_is_found_wherever_it_lies_between_two_samples(offset):
    # A band-limited pulse at 4 times the rate, of which every 4th sample is kept.
    times = (np.arange(4 * 2000) - 4000 + offset) / 4
    pulse = np.sinc(0.8 * times) * np.exp(-np.square(times / 200))
    sound = pulse[::4].astype(np.float32)[:, np.newaxis]
    assert -BELOW <= peak(sound) <= ABOVE


def test_it_does_not_matter_how_a_stream_is_cut():
    """Each value between samples is a sum of 12 products, which other blocks sum in another order.

    12 float32 products are off by 12 * eps / 2 of their absolute sum, two orders by twice that; the absolute sum is
    less than twice the peak. A relative error of e is 20 / ln(10) * e dB.
    """
    sound = tone(4, 45, 0.5)
    whole = peak(sound, len(sound))
    rounding = 20 / np.log(10) * 12 * np.finfo(np.float32).eps * 2
    assert all(peak(sound, piece) == pytest.approx(whole, abs=rounding, rel=0) for piece in (1000, 4801, 17))


def test_each_channel_counts_and_signs_do_not():
    sound = np.zeros((1000, 2), np.float32)
    sound[500, 1] = -0.5
    assert peak(sound) == pytest.approx(-6.02, abs=0.01)


def test_silence_is_minus_infinity():
    assert peak(np.zeros((100, 2), np.float32)) == float("-inf")
    assert TruePeakMeter(2).peak == float("-inf")
