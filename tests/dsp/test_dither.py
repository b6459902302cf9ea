import numpy as np
import pytest

from samstudio.dsp.dither import Quantiser


def on_grid(bits: int, frames: int = 5000) -> np.ndarray:
    top = 1 << (bits - 1)
    return (np.random.default_rng(1).integers(-top, top, (frames, 2)) / top).astype(np.float32)


def off_grid(frames: int = 200_000) -> np.ndarray:
    return np.random.default_rng(2).uniform(-0.5, 0.5, (frames, 2)).astype(np.float32)


@pytest.mark.parametrize("bits", [16, 24])
def test_samples_on_the_grid_pass_unchanged(bits):
    samples = on_grid(bits)
    assert np.array_equal(Quantiser(bits).quantise(samples), (samples * np.float64(1 << (bits - 1))).astype(np.int64))


def test_error_is_that_of_triangular_dither():
    """Rounding adds 1/12 LSB^2 to the triangle's 1/6: a quarter in all, no bias, nothing beyond 1.5 LSB."""
    samples = off_grid()
    error = Quantiser(16).quantise(samples) - samples * np.float64(1 << 15)
    assert np.mean(error**2) == pytest.approx(1 / 4, rel=0.02)
    assert abs(np.mean(error)) < 0.005
    assert 1.2 < np.abs(error).max() <= 1.5


def test_error_does_not_follow_the_signal():
    """A tone below one LSB comes through as itself in noise; without dither it would be a square wave or silence."""
    tone = 0.4 * np.sin(2 * np.pi * 0.01 * np.arange(200_000))
    samples = np.repeat((tone / (1 << 15)).astype(np.float32)[:, None], 2, axis=1)
    heard = Quantiser(16).quantise(samples)[:, 0]
    assert np.dot(heard, tone) / np.dot(tone, tone) == pytest.approx(1.0, abs=0.02)
    third = np.sin(2 * np.pi * 0.03 * np.arange(200_000))
    assert abs(np.dot(heard, third)) / np.dot(third, third) < 0.01


def test_channels_and_frames_get_dither_of_their_own():
    samples = np.full((50_000, 2), 0.3 / (1 << 15), np.float32)
    left, right = Quantiser(16).quantise(samples).T
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.02
    assert abs(np.corrcoef(left[1:], left[:-1])[0, 1]) < 0.02


def test_blocks_make_no_difference():
    samples = np.concatenate([on_grid(16, 1000), off_grid(5000)])
    whole = Quantiser(16).quantise(samples)
    quantiser = Quantiser(16)
    parts = [quantiser.quantise(part) for part in np.split(samples, [1, 300, 999, 1001, 4000])]
    assert np.array_equal(np.concatenate(parts), whole)


def test_digital_silence_before_the_first_sound_stays_silent():
    samples = np.concatenate([np.zeros((1000, 2), np.float32), off_grid(1000)])
    values = Quantiser(16).quantise(samples)
    assert not values[:1000].any()
    assert values[1000:].any()


@pytest.mark.parametrize("bits", [16, 24])
def test_mirrored_parts_sum_to_the_whole_within_one_step(bits):
    whole = on_grid(bits, 100_000) / np.float32(2)
    whole = (np.round(whole * (1 << (bits - 1))) / (1 << (bits - 1))).astype(np.float32)
    part = whole * np.linspace(0, 1, len(whole), dtype=np.float32)[:, None]
    rest = whole - part
    total = Quantiser(bits).quantise(part).astype(np.int64) + Quantiser(bits, mirrored=True).quantise(rest)
    error = total - whole * np.float64(1 << (bits - 1))
    assert np.abs(error).max() <= 1
    # With equal dither in both parts it would reach 3 and more.
    plain = Quantiser(bits).quantise(part).astype(np.int64) + Quantiser(bits).quantise(rest)
    assert np.abs(plain - whole * np.float64(1 << (bits - 1))).max() >= 2


def test_mirrored_dither_starts_in_step_wherever_each_part_leaves_the_grid():
    early, late = off_grid(2000), off_grid(2000)
    late[:1000] = 0.0
    plus, minus = Quantiser(16).quantise(early), Quantiser(16, mirrored=True).quantise(late)
    both = Quantiser(16, mirrored=True).quantise(early)
    # From frame 1000 on `late` is `early`: its mirrored dither must be the one that it would have had from the start.
    assert np.array_equal(minus[1000:], both[1000:])
    assert not np.array_equal(plus[1000:], both[1000:])


@pytest.mark.parametrize("bits", [16, 24])
def test_full_scale_uses_the_topmost_step(bits):
    samples = np.array([[1.0, -1.0]], np.float32)
    assert Quantiser(bits).quantise(samples).tolist() == [[(1 << (bits - 1)) - 1, -(1 << (bits - 1))]]
