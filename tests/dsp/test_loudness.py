"""The tones of EBU Tech 3341 (its cases 1 to 6, 9 and 12), and the filters of BS.1770."""

from itertools import pairwise
from math import inf

import numpy as np
import pytest

from samstudio.dsp.loudness import LoudnessMeter, integrated_loudness, k_impulse_response, k_weighting

RATE = 48000


def tones(*parts: tuple[float, float], rate: int = RATE, channels: int = 2, frequency: float = 1000.0) -> np.ndarray:
    """A sine of (dBFS, seconds) after (dBFS, seconds), the same in all channels."""
    frames = [round(seconds * rate) for _, seconds in parts]
    level = np.repeat([10.0 ** (dbfs / 20.0) for dbfs, _ in parts], frames)
    wave = level * np.sin(2.0 * np.pi * frequency * np.arange(sum(frames)) / rate)
    return np.repeat(wave.astype(np.float32)[:, np.newaxis], channels, axis=1)


def test_the_filters_are_those_that_the_standard_tabulates_at_48_khz():
    (shelf_b, shelf_a), (pass_b, pass_a) = k_weighting(48000)
    assert shelf_b == pytest.approx((1.53512485958697, -2.69169618940638, 1.19839281085285), abs=1e-9)
    assert shelf_a == pytest.approx((1.0, -1.69065929318241, 0.73248077421585), abs=1e-9)
    assert pass_b == pytest.approx((1.0, -2.0, 1.0))
    assert pass_a == pytest.approx((1.0, -1.99004745483398, 0.99007225036621), abs=1e-9)


def test_the_impulse_response_is_that_of_the_recursive_filters():
    expected = np.zeros(4800)
    expected[0] = 1.0
    for b, a in k_weighting(RATE):
        filtered = np.zeros_like(expected)
        for n in range(len(expected)):
            back = [(expected[n - k] if n >= k else 0.0, filtered[n - k] if n >= k else 0.0) for k in (1, 2)]
            filtered[n] = b[0] * expected[n] + sum(b[k + 1] * x - a[k + 1] * y for k, (x, y) in enumerate(back))
        expected = filtered
    assert np.abs(k_impulse_response(RATE) - expected).max() < 1e-9
    assert np.abs(expected[-100:]).max() < 1e-9, "it is cut before it has died away"


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000, 96000, 192000])
def test_a_stereo_sine_reads_its_level_at_any_rate(rate):
    assert integrated_loudness(tones((-23, 5), rate=rate, frequency=997.0), rate) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_ebu_cases_1_to_5_the_gates(parts, expected):
    assert integrated_loudness(tones(*parts), RATE) == pytest.approx(expected, abs=0.1)


def test_ebu_case_6_surround_channels_count_more():
    levels = np.array([10.0 ** (dbfs / 20.0) for dbfs in (-28, -28, -24, -30, -30)], np.float32)
    five = tones((0, 20), channels=5) * levels
    assert integrated_loudness(five, RATE) == pytest.approx(-23.0, abs=0.1)
    six = np.insert(five, 3, 0.5, axis=1)
    assert integrated_loudness(six, RATE) == pytest.approx(-23.0, abs=0.1), "the LFE must not count"


def test_ebu_case_9_short_term_is_constant():
    meter, sound = LoudnessMeter(RATE, 2), tones(*[(-20, 1.34), (-30, 1.66)] * 3)
    meter.add(sound[: 3 * RATE])
    for start in range(3 * RATE, len(sound), RATE // 10):
        assert meter.short_term == pytest.approx(-23.0, abs=0.1)
        meter.add(sound[start : start + RATE // 10])


def test_ebu_case_12_momentary_is_constant():
    meter, sound = LoudnessMeter(RATE, 2), tones(*[(-20, 0.18), (-30, 0.22)] * 10)
    meter.add(sound[:RATE])
    for start in range(RATE, len(sound), RATE // 10):
        assert meter.momentary == pytest.approx(-23.0, abs=0.1)
        meter.add(sound[start : start + RATE // 10])


def test_it_does_not_matter_how_a_stream_is_cut():
    sound = (0.1 * np.random.default_rng(3).standard_normal((5 * 11025, 2))).astype(np.float32)
    whole, cut = LoudnessMeter(11025, 2), LoudnessMeter(11025, 2)
    whole.add(sound)
    edges = [0, 1, 2, 700, 701, 9000, 30000, len(sound)]
    for start, stop in pairwise(edges):
        cut.add(sound[start:stop])
    for read in ("momentary", "short_term", "integrated"):
        assert getattr(cut, read) == pytest.approx(getattr(whole, read), abs=1e-6)


def test_silence_and_too_little_are_minus_infinity():
    assert integrated_loudness(np.zeros((RATE, 2), np.float32), RATE) == -inf
    assert integrated_loudness(tones((-23, 0.39)), RATE) == -inf
    assert LoudnessMeter(RATE, 1).momentary == LoudnessMeter(RATE, 1).short_term == -inf


def test_a_broken_sample_spoils_nothing_else():
    sound = tones((-23, 5))
    sound[1000] = np.nan
    sound[2000] = np.inf
    assert integrated_loudness(sound, RATE) == pytest.approx(-23.0, abs=0.1)
