"""Levels of cells, and the sound of some of them."""

import numpy as np
import pytest

from samstudio.dsp.cells import cell_levels, sound_of_cells

RATE, SIZE = 44100, 2048


def noise(frames, channels=2, seed=0):
    return np.random.default_rng(seed).standard_normal((frames, channels)).astype(np.float32) * 0.1


def last(steps):
    *_, value = steps
    return value


def sound_of(samples, weights, first_cell, start, length, size=SIZE):
    out = np.zeros((length, samples.shape[1]), np.float32)
    assert last(sound_of_cells(samples, weights, first_cell, size, out, start)) == length
    return out


def db(difference, whole):
    return 20 * np.log10(np.abs(difference).max() / np.abs(whole).max())


@pytest.mark.parametrize(("frames", "size"), [(RATE + 17, SIZE), (3001, 256), (1500, SIZE), (5, 16)])
def test_all_cells_are_the_sound_itself(frames, size):
    samples = noise(frames)
    weights = np.full((frames // (size // 4) + 1, size // 2 + 1), 255, np.uint8)
    assert db(sound_of(samples, weights, (0, 0), 0, frames, size) - samples, samples) < -120


def test_a_part_of_the_time_is_the_same_part_of_the_sound():
    samples = noise(3 * RATE)
    weights = np.full((3 * RATE // 512 + 1, 1025), 255, np.uint8)
    out = sound_of(samples, weights, (0, 0), 70_001, 40_000)
    assert db(out - samples[70_001:110_001], samples) < -120


def test_of_two_tones_the_cells_of_one_hold_only_that_one():
    time = np.arange(2 * RATE) / RATE
    low, high = (np.sin(2 * np.pi * hz * time).astype(np.float32)[:, None] for hz in (500.0, 4000.0))
    weights = np.full((2 * RATE // 512 + 1, 60), 255, np.uint8)
    out = sound_of(low + high, weights, (0, 0), 0, 2 * RATE)
    middle = slice(4096, -4096)
    assert db((out - low)[middle], low) < -60


def test_outside_of_the_frames_of_the_mask_is_silence():
    samples = noise(2 * RATE)
    out = sound_of(samples, np.full((10, 1025), 255, np.uint8), (100, 0), 0, 2 * RATE)
    assert not out[: 97 * 512].any()
    assert out[100 * 512 : 109 * 512].any()
    assert not out[112 * 512 :].any()


def test_half_a_weight_is_half_the_sound():
    samples = noise(RATE)
    weights = np.full((RATE // 512 + 1, 1025), 51, np.uint8)
    assert db(sound_of(samples, weights, (0, 0), 0, RATE) - 0.2 * samples, samples) < -110


def test_a_full_scale_sine_has_its_level_in_its_cells():
    time = np.arange(RATE) / RATE
    hz = 100 * RATE / SIZE
    samples = np.stack([np.sin(2 * np.pi * hz * time), 0 * time], axis=1).astype(np.float32)
    levels = last(cell_levels(samples, 10, 60, SIZE))
    assert levels.shape == (60, 1025)
    # The mean over three bins of a Hann window: 1, 1/4 and 1/4 of the power.
    assert levels[30, 100] == pytest.approx(10 * np.log10(0.5), abs=0.05)
    assert levels[30, 400] < -80


def test_before_and_after_the_sound_is_silence():
    levels = last(cell_levels(noise(RATE, 1), -20, 200, SIZE))
    assert levels[0].max() == pytest.approx(-120)
    assert levels[-1].max() == pytest.approx(-120)
