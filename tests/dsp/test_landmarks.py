import numpy as np
import pytest

from samstudio.dsp.landmarks import frame_levels, nearest_zero_crossing, onset_hops


def bursts(starts, seconds=3.0, rate=8000):
    """Decaying noise bursts at `starts` over a soft floor."""
    rng = np.random.default_rng(0)
    sound = 1e-3 * rng.standard_normal(int(seconds * rate))
    for start in starts:
        tail = np.arange(len(sound) - int(start * rate)) / rate
        sound[int(start * rate) :] += 0.3 * np.exp(-tail * 12) * rng.standard_normal(len(tail))
    return sound.astype(np.float32)[:, None]


def test_each_burst_is_one_onset_at_its_start():
    starts = (0.5, 1.2, 1.9)
    hops = onset_hops(frame_levels(bursts(starts), 80))
    assert hops * 0.01 == pytest.approx(starts, abs=0.015)


def test_a_steady_sound_and_silence_have_none():
    steady = np.random.default_rng(1).uniform(-0.5, 0.5, (24000, 2)).astype(np.float32)
    assert len(onset_hops(frame_levels(steady, 80))) == 0
    assert len(onset_hops(np.zeros(100, np.float32))) == 0
    assert len(onset_hops(np.zeros(0, np.float32))) == 0


def test_levels_are_the_power_of_all_channels():
    samples = np.full((250, 2), 0.5, np.float32)
    assert frame_levels(samples, 100) == pytest.approx([0.5, 0.5])


def test_the_nearest_zero_crossing_is_found():
    wave = np.sin(2 * np.pi * np.arange(100) / 20 + 0.1).astype(np.float32)[:, None]
    crossing = nearest_zero_crossing(wave, 47)
    assert crossing == 50
    assert np.sign(wave[crossing - 1, 0]) != np.sign(wave[crossing, 0])


def test_without_a_crossing_there_is_none():
    assert nearest_zero_crossing(np.ones((10, 1), np.float32), 3) is None
