"""The tones of EBU Tech 3341 (its cases 1 to 6 and 9 to 14; 7 and 8 are programmes), BS.1770 and BS.2217."""

from itertools import pairwise
from math import inf, log10

import numpy as np
import pytest

from samstudio.dsp.loudness import LoudnessMeter, integrated_loudness, k_impulse_response, k_weighting

RATE = 48000
SILENT = -inf
"""dBFS."""
TABLE = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)
"""(b, a) of the two filters at 48 kHz: BS.1770-4, tables 1 and 2."""


def tones(*parts: tuple[float, float], rate: int = RATE, channels: int = 2, frequency: float = 1000.0) -> np.ndarray:
    """A sine of (dBFS, seconds) after (dBFS, seconds), the same in all channels."""
    frames = [round(seconds * rate) for _, seconds in parts]
    level = np.repeat([10.0 ** (dbfs / 20.0) for dbfs, _ in parts], frames)
    wave = level * np.sin(2.0 * np.pi * frequency * np.arange(sum(frames)) / rate)
    return np.repeat(wave.astype(np.float32)[:, np.newaxis], channels, axis=1)


def test_the_filters_are_those_that_the_standard_tabulates_at_48_khz():
    for found, tabulated in zip(k_weighting(48000), TABLE, strict=True):
        for side, expected in zip(found, tabulated, strict=True):
            assert side == pytest.approx(expected, abs=1e-9)


def test_the_impulse_response_is_that_of_the_recursive_filters():
    found = k_impulse_response(RATE)
    expected = np.zeros(len(found))
    expected[0] = 1.0
    for b, a in k_weighting(RATE):
        filtered = np.zeros_like(expected)
        for n in range(len(expected)):
            back = [(expected[n - k] if n >= k else 0.0, filtered[n - k] if n >= k else 0.0) for k in (1, 2)]
            filtered[n] = b[0] * expected[n] + sum(b[k + 1] * x - a[k + 1] * y for k, (x, y) in enumerate(back))
        expected = filtered
    assert np.abs(found - expected).max() < 1e-9
    assert np.abs(expected[-100:]).max() < 1e-7, "it is cut before it has died away"


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000, 96000, 192000])
def test_a_stereo_sine_reads_its_level_at_any_rate(rate):
    assert integrated_loudness(tones((-23, 5), rate=rate, frequency=997.0), rate) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("frequency", [25, 100, 500, 1000, 2000, 10000])
@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_sine_counts_by_the_response_that_the_standard_tabulates(frequency, rate):
    # The tones of BS.2217, by frequency: as loud as the tabulated filters make them at 48 kHz, at every rate.
    back = np.exp(-2j * np.pi * frequency / 48000)
    gain = np.prod([abs(np.polyval(b[::-1], back) / np.polyval(a[::-1], back)) for b, a in TABLE])
    level = -23.0 + 0.691 - 20.0 * log10(gain)
    found = integrated_loudness(tones((level, 5), rate=rate, frequency=frequency), rate)
    assert found == pytest.approx(-23.0, abs=0.1)


def test_a_full_scale_sine_in_one_channel_reads_minus_3_01():
    # BS.1770-4, annex 1: 0 dBFS at 1 kHz in the left, right or centre channel alone is -3.01 LKFS.
    for channel in range(3):
        alone = np.zeros((5 * RATE, 5), np.float32)
        alone[:, channel] = tones((0, 5), frequency=997.0)[:, 0]
        assert integrated_loudness(alone, RATE) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_ebu_cases_1_and_2_all_windows_read_a_steady_tone(level):
    meter = LoudnessMeter(RATE, 2)
    meter.add(tones((level, 20)))
    assert (meter.momentary, meter.short_term, meter.integrated) == pytest.approx((level,) * 3, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
)
def test_ebu_cases_3_to_5_the_gates(parts):
    assert integrated_loudness(tones(*parts), RATE) == pytest.approx(-23.0, abs=0.1)


def test_ebu_case_6_surround_channels_count_more():
    levels = np.array([10.0 ** (dbfs / 20.0) for dbfs in (-28, -28, -24, -30, -30)], np.float32)
    five = tones((0, 20), channels=5) * levels
    assert integrated_loudness(five, RATE) == pytest.approx(-23.0, abs=0.1)
    six = np.insert(five, 3, 0.5, axis=1)
    assert integrated_loudness(six, RATE) == pytest.approx(-23.0, abs=0.1), "the LFE must not count"


def test_ebu_case_9_short_term_is_constant():
    meter, sound = LoudnessMeter(RATE, 2), tones(*[(-20, 1.34), (-30, 1.66)] * 5)
    meter.add(sound[: 3 * RATE])
    for start in range(3 * RATE, len(sound), RATE // 10):
        assert meter.short_term == pytest.approx(-23.0, abs=0.1)
        meter.add(sound[start : start + RATE // 10])


@pytest.mark.parametrize("number", range(20))
def test_ebu_cases_10_and_13_the_loudest_is_found_wherever_it_begins(number):
    short_term, momentary = LoudnessMeter(RATE, 2), LoudnessMeter(RATE, 2)
    short_term.add(tones((SILENT, 0.15 * number), (-23, 3), (SILENT, 1)))
    momentary.add(tones((SILENT, 0.02 * number), (-23, 0.4), (SILENT, 1)))
    assert short_term.short_term_max == pytest.approx(-23.0, abs=0.1)
    assert momentary.momentary_max == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(("window", "longest"), [("short_term", 3.0), ("momentary", 0.4)], ids=["case 11", "case 14"])
def test_ebu_cases_11_and_14_the_maximum_rises_with_every_tone(window, longest):
    meter = LoudnessMeter(RATE, 2)
    for number in range(20):
        late = longest / 20 * number
        sound = tones((SILENT, late), (-38 + number, longest), (SILENT, longest - late))
        # As a live meter is fed: in pieces that begin and end anywhere.
        for start in range(0, len(sound), 4567):
            meter.add(sound[start : start + 4567])
        assert getattr(meter, f"{window}_max") == pytest.approx(-38 + number, abs=0.1)


def test_ebu_case_12_momentary_is_constant():
    meter, sound = LoudnessMeter(RATE, 2), tones(*[(-20, 0.18), (-30, 0.22)] * 25)
    meter.add(sound[:RATE])
    for start in range(RATE, len(sound), RATE // 10):
        assert meter.momentary == pytest.approx(-23.0, abs=0.1)
        meter.add(sound[start : start + RATE // 10])


def test_what_is_left_of_the_last_gating_block_does_not_count():
    whole = tones((-23, 2))
    assert integrated_loudness(np.concatenate((whole, tones((-3, 0.099)))), RATE) == integrated_loudness(whole, RATE)
    assert integrated_loudness(np.concatenate((whole, tones((-3, 0.1)))), RATE) > -20.0


def test_it_does_not_matter_how_a_stream_is_cut():
    sound = (0.1 * np.random.default_rng(3).standard_normal((5 * 11025, 2))).astype(np.float32)
    whole, cut = LoudnessMeter(11025, 2), LoudnessMeter(11025, 2)
    whole.add(sound)
    edges = [0, 1, 2, 700, 701, 9000, 30000, len(sound)]
    for start, stop in pairwise(edges):
        cut.add(sound[start:stop])
    for read in ("momentary", "short_term", "integrated", "momentary_max", "short_term_max"):
        assert getattr(cut, read) == pytest.approx(getattr(whole, read), abs=1e-6)


def test_silence_and_too_little_are_minus_infinity():
    assert integrated_loudness(np.zeros((RATE, 2), np.float32), RATE) == -inf
    assert integrated_loudness(tones((-23, 0.39)), RATE) == -inf
    assert LoudnessMeter(RATE, 1).momentary == LoudnessMeter(RATE, 1).short_term == -inf
    early = LoudnessMeter(RATE, 2)
    early.add(tones((-23, 0.39)))
    assert early.momentary == early.momentary_max == early.short_term_max == -inf


def test_a_broken_sample_spoils_nothing_else():
    sound = tones((-23, 5))
    sound[1000] = np.nan
    sound[2000] = np.inf
    assert integrated_loudness(sound, RATE) == pytest.approx(-23.0, abs=0.1)
