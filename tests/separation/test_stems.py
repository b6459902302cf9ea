import numpy as np
import pytest

from samstudio.separation.stems import exact_residual


def noise(shape, level, seed=0):
    return (level * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


@pytest.mark.parametrize("bits", [16, 24])
def test_pcm_stems_sum_to_the_last_bit(bits):
    steps = 2 ** (bits - 1)
    clip = (np.rint(np.clip(noise((5000, 2), 0.4), -1, 1 - 1 / steps) * steps) / steps).astype(np.float32)
    target, residual = exact_residual(clip, noise((5000, 2), 0.3, seed=1))
    assert target.dtype == residual.dtype == np.float32
    assert np.array_equal(target + residual, clip)
    assert np.array_equal(target.astype(np.float64) + residual.astype(np.float64), clip.astype(np.float64))


def test_the_target_moves_by_half_a_step_at_most():
    clip = (np.rint(noise((5000, 1), 0.3) * 2**15) / 2**15).astype(np.float32)
    wanted = noise((5000, 1), 0.2, seed=1)
    target, _ = exact_residual(clip, wanted)
    assert np.abs(target - wanted).max() <= 2.0**-24


def test_float_stems_sum_within_the_louder_stems_last_bit():
    clip, wanted = noise((5000, 2), 3.0), noise((5000, 2), 3.0, seed=1)
    target, residual = exact_residual(clip, wanted)
    louder = np.maximum(np.abs(target), np.abs(residual))
    assert np.all(np.abs(target + residual - clip) <= np.spacing(louder))
    assert np.array_equal(target, wanted)


def test_broken_samples_stay_in_the_residual():
    clip, wanted = noise((100, 1), 0.3), noise((100, 1), 0.2, seed=1)
    clip[10], clip[20], clip[30], wanted[40] = np.nan, np.inf, -np.inf, np.nan
    target, residual = exact_residual(clip, wanted)
    assert np.isfinite(target).all()
    assert (target[[10, 20, 30]] == 0).all()
    assert np.array_equal(residual[[10, 20, 30]], clip[[10, 20, 30]], equal_nan=True)
    assert np.isfinite(np.delete(residual, [10, 20, 30])).all()


def test_nothing_given_is_changed():
    clip, wanted = noise((100, 1), 0.3), noise((100, 1), 0.2, seed=1)
    before = clip.copy(), wanted.copy()
    exact_residual(clip, wanted)
    assert np.array_equal(clip, before[0])
    assert np.array_equal(wanted, before[1])
