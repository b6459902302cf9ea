import numpy as np
import pytest

from samstudio.separation.correction.cells import CorrectionBasis, corrected_segments
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import Correction, Direction
from samstudio.session.take import Stems
from tests.separation.correction.made import (
    GRID,
    RATE,
    box,
    everything,
    painted,
    pcm,
    scattered,
    stems,
    straightforward_target,
    whole_of,
)

TO_TARGET, TO_RESIDUAL, RESTORE = Direction
NEUTRAL = Correction()
STEP = 2.0**-23


def material(made: Stems, *, with_clip: bool = True) -> CorrectionBasis:
    return CorrectionBasis(made, whole_of(made) if with_clip else None, CellGrid(RATE))


def all_segments(made: Stems, correction: Correction, chunk: int = 10**6, *, with_clip: bool = True) -> Stems:
    it = material(made, with_clip=with_clip)
    parts = [
        corrected_segments(it, correction, first, min(first + chunk, it.segments))
        for first in range(0, it.segments, chunk)
    ]
    return Stems(np.concatenate([p.target for p in parts]), np.concatenate([p.residual for p in parts]))


@pytest.mark.parametrize("with_clip", [True, False])
@pytest.mark.parametrize("strength_db", [0.0, 5.0, -12.0])
def test_moving_everything_to_the_target_makes_it_the_clip(with_clip, strength_db):
    made = stems()
    correction = Correction(strength_db).painted(everything(made), TO_TARGET, 1.0)
    result = all_segments(made, correction, with_clip=with_clip)
    assert np.array_equal(result.target, whole_of(made))
    assert not result.residual.any()


def test_moving_everything_to_the_residual_leaves_no_target():
    made = stems()
    result = all_segments(made, NEUTRAL.painted(everything(made), TO_RESIDUAL, 1.0))
    assert not result.target.any()
    assert np.array_equal(result.residual, whole_of(made))


def test_moving_everything_of_a_clip_that_is_no_pcm_gives_the_clip_too():
    random = np.random.default_rng(1)
    clip = random.normal(0, 0.1, (5000, 1)).astype(np.float32)
    target = (clip * random.random((5000, 1))).astype(np.float32)
    made = Stems(target, clip - target)
    correction = NEUTRAL.painted(everything(made), TO_TARGET, 1.0)
    result = corrected_segments(
        CorrectionBasis(made, clip, GRID), correction, 0, CorrectionBasis(made, clip, GRID).segments
    )
    assert np.array_equal(result.target, clip)
    assert not result.residual.any()


def test_moving_across_and_back_what_was_on_one_side_changes_no_bit():
    made = stems()
    made.target[5000:15000] = 0
    reach = box(40 + 3, 70, 0, GRID.bins)
    assert (40 + 3 - 2) * GRID.hop >= 5000
    assert (43 + 70 + 2) * GRID.hop <= 15000
    there = NEUTRAL.painted(reach, TO_TARGET, 1.0)
    assert not np.array_equal(all_segments(made, there).target, made.target)
    result = all_segments(made, there.painted(reach, TO_RESIDUAL, 1.0))
    assert np.array_equal(result.target, made.target)
    assert np.array_equal(result.residual, made.residual)


def test_restoring_gives_what_the_engine_made():
    made = stems()
    correction = painted(NEUTRAL, (everything(made), TO_TARGET, 0.6), (everything(made), RESTORE, 1.0))
    result = all_segments(made, correction)
    assert np.array_equal(result.target, made.target)
    assert np.array_equal(result.residual, made.residual)


@pytest.mark.parametrize("strength_db", [0.0, 3.0, -7.0])
def test_the_stems_always_sum_to_the_clip(strength_db):
    made = stems()
    correction = painted(
        Correction(strength_db),
        (scattered(1, 90, 200, 10, 5), TO_TARGET, 1.0),
        (scattered(2, 60, 100, 50, 100), TO_RESIDUAL, 0.7),
        (scattered(3, 50, 50, 20, 20), RESTORE, 0.5),
    )
    result = all_segments(made, correction)
    assert np.array_equal(result.target + result.residual, whole_of(made))
    assert np.array_equal(np.rint(result.target / STEP) * STEP, result.target)


@pytest.mark.parametrize("frames", [20_001, 128 * 60, 200, 1])
@pytest.mark.parametrize("strength_db", [0.0, 6.0, -6.0])
def test_it_is_what_a_plain_stft_of_the_whole_clip_gives(frames, strength_db):
    made = stems(frames, channels=1)
    correction = painted(
        Correction(strength_db),
        (scattered(1, 200, 250), TO_TARGET, 1.0),
        (scattered(2, 200, 250), TO_RESIDUAL, 0.7),
        (box(0, 3, 0, 99), TO_TARGET, 1.0),
        (box(150, 10, 0, 250), TO_RESIDUAL, 1.0),
    )
    expected = straightforward_target(made, correction)
    assert abs(expected - made.target).max() > 1e-3
    np.testing.assert_allclose(all_segments(made, correction).target, expected, rtol=0, atol=1e-6)


def test_nothing_changes_that_the_cells_do_not_reach():
    made = stems()
    result = all_segments(made, NEUTRAL.painted(box(60, 10, 30, 20), TO_TARGET, 1.0))
    changed = np.flatnonzero((result.target != made.target).any(axis=1))
    assert 58 * GRID.hop <= changed[0]
    assert changed[-1] < 72 * GRID.hop
    assert changed[-1] - changed[0] > 9 * GRID.hop


@pytest.mark.parametrize("is_pcm", [True, False])
@pytest.mark.parametrize("strength_db", [0.0, -4.0])
def test_the_result_does_not_depend_on_the_cutting(strength_db, is_pcm):
    made = stems()
    if not is_pcm:
        # Silence lies on the grid of PCM, the sound around it does not.
        noise = np.random.default_rng(5).normal(0, 0.1, (2, *made.target.shape)).astype(np.float32)
        made = Stems(made.target + noise[0], made.residual + noise[1])
        made.target[4000:12000] = made.residual[4000:12000] = 0
    correction = painted(
        Correction(strength_db), (scattered(1, 90, 200, 10, 5), TO_TARGET, 1.0), (box(0, 9, 0, 300), TO_TARGET, 1.0)
    )
    expected = all_segments(made, correction)
    for chunk in (1, 7, 64):
        result = all_segments(made, correction, chunk)
        assert np.array_equal(result.target, expected.target)
        assert np.array_equal(result.residual, expected.residual)


def test_strokes_apart_may_come_in_any_order():
    made = stems()
    edits = (scattered(1, 20, 80, 10, 5), TO_TARGET, 1.0), (scattered(2, 20, 80, 90, 5), TO_RESIDUAL, 0.5)
    one, other = painted(NEUTRAL, *edits), painted(NEUTRAL, *edits[::-1])
    assert one == other
    assert np.array_equal(all_segments(made, one).target, all_segments(made, other).target)


def test_without_strength_the_bias_changes_nothing():
    made = stems()
    result = all_segments(made, Correction(0.0))
    assert np.array_equal(result.target, made.target)


def test_more_strength_is_more_target_and_less_is_less():
    made = stems()
    energies = [float((all_segments(made, Correction(db)).target ** 2).sum()) for db in (-12.0, -3.0, 0.0, 3.0, 12.0)]
    assert energies == sorted(energies)
    assert energies[-1] > energies[2] * 1.01
    # Not faded: where the target is alone, it stays.
    alone = Stems(made.target, np.zeros_like(made.target))
    for db in (-12.0, 12.0):
        np.testing.assert_allclose(all_segments(alone, Correction(db)).target, alone.target, atol=1e-6)


def test_what_is_no_number_stays_in_the_residual():
    made = stems(5000, 1)
    clip = whole_of(made)
    clip[2000], clip[2500] = np.nan, np.inf
    made = Stems(made.target, clip - made.target)
    correction = NEUTRAL.painted(box(0, 30, 0, 50), TO_TARGET, 0.5)
    it = CorrectionBasis(made, clip, GRID)
    result = corrected_segments(it, correction, 0, it.segments)
    assert np.isfinite(result.target).all()
    assert np.array_equal(result.target + result.residual, clip, equal_nan=True)


def test_loud_clips_stay_on_the_grid():
    made = stems(5000, 1)
    made = Stems(pcm(made.target * 4), pcm(made.residual * 4))
    result = all_segments(made, NEUTRAL.painted(box(0, 30, 0, 50), TO_TARGET, 0.5))
    assert np.array_equal(result.target + result.residual, whole_of(made))
