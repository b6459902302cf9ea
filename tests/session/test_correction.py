import numpy as np
import pytest

from samstudio.session.correction import BLOCK, FULL, CellMask, Correction, Direction

TO_TARGET, TO_RESIDUAL, RESTORE = Direction


def whole(frames=10, bins=10, first_frame=0, first_bin=0, weight=255):
    return CellMask(first_frame, first_bin, np.full((frames, bins), weight, np.uint8))


def test_painting_moves_every_cell_of_the_mask_and_no_other():
    correction = Correction().painted(whole(100, 70, 60, 50), TO_TARGET, 1.0)
    field = correction.cells.values(0, 300, 200)
    expected = np.zeros((300, 200), np.int8)
    expected[60:160, 50:120] = FULL
    np.testing.assert_array_equal(field, expected)


@pytest.mark.parametrize(("direction", "before", "after"), [
    (TO_TARGET, 0, 64), (TO_TARGET, 127, 127), (TO_TARGET, -127, 0),
    (TO_RESIDUAL, 0, -64), (TO_RESIDUAL, -127, -127), (TO_RESIDUAL, 127, 0),
    (RESTORE, 127, 64), (RESTORE, -127, -64), (RESTORE, 0, 0),
])  # fmt: skip
def test_a_stroke_of_half_strength_goes_half_the_way(direction, before, after):
    start = Correction()
    if before:
        start = start.painted(whole(), TO_TARGET if before > 0 else TO_RESIDUAL, 1.0)
    assert start.painted(whole(), direction, 0.5).cells.values(3, 1, 4)[0, 3] == after


def test_the_weights_scale_the_strength():
    weights = np.array([[0, 51, 102, 255]], np.uint8)
    field = Correction().painted(CellMask(0, 0, weights), TO_TARGET, 1.0).cells.values(0, 1, 4)
    np.testing.assert_array_equal(field, [[0, 25, 51, 127]])


def test_a_stroke_shares_the_blocks_that_it_does_not_reach():
    first = Correction().painted(CellMask(0, 0, np.arange(200, dtype=np.uint8)[None, :]), TO_TARGET, 1.0)
    second = first.painted(whole(5, 5, 1000, 0), TO_RESIDUAL, 1.0)
    assert first.cells.blocks
    assert all(second.cells.blocks[place] is block for place, block in first.cells.blocks.items())
    assert (first.strokes, second.strokes) == (1, 2)


def test_a_correction_is_not_changed_by_what_is_painted_on_it():
    first = Correction().painted(whole(), TO_TARGET, 0.5)
    before = first.cells.values(0, 64, 64)
    first.painted(whole(), TO_RESIDUAL, 1.0)
    np.testing.assert_array_equal(first.cells.values(0, 64, 64), before)
    with pytest.raises(ValueError, match="read-only"):
        first.cells.blocks[0, 0][0, 0] = 1


def test_restoring_everything_leaves_nothing():
    correction = Correction().painted(whole(), TO_TARGET, 1.0).painted(whole(), RESTORE, 1.0)
    assert correction.is_neutral
    assert correction.strokes == 0


def test_a_stroke_that_changes_nothing_is_none():
    full = Correction().painted(whole(), TO_TARGET, 1.0)
    assert full.painted(whole(), TO_TARGET, 0.7) is full
    assert full.painted(whole(weight=0), TO_RESIDUAL, 1.0) is full
    assert Correction().painted(whole(), RESTORE, 1.0).is_neutral


def test_blocks_of_one_value_take_no_memory():
    correction = Correction().painted(whole(BLOCK * 100, BLOCK * 4), TO_TARGET, 1.0)
    assert len(correction.cells.blocks) == 400
    assert all(block.strides == (0, 0) for block in correction.cells.blocks.values())


def test_what_lies_before_the_first_cell_is_ignored():
    field = Correction().painted(whole(10, 10, -5, -3), TO_TARGET, 1.0).cells.values(-8, 20, 12)
    expected = np.zeros((20, 12), np.int8)
    expected[8:13, :7] = FULL
    np.testing.assert_array_equal(field, expected)
    assert Correction().painted(whole(10, 10, -50, 0), TO_TARGET, 1.0).is_neutral


def test_a_mask_is_cut_to_the_grid():
    cut = whole(10, 10, -5, 95).within(3, 100)
    assert (cut.first_frame, cut.first_bin, cut.weights.shape) == (0, 95, (3, 5))
    assert whole(10, 10, 50, 0).within(20, 100).weights.size == 0


@pytest.mark.parametrize("weights", [np.zeros((2, 2), np.float32), np.zeros(4, np.uint8)])
def test_a_mask_needs_whole_weights_in_two_dimensions(weights):
    with pytest.raises(ValueError, match="uint8"):
        CellMask(0, 0, weights)


def test_fields_of_the_same_values_are_equal():
    one, other = (Correction().painted(whole(70, 70), TO_TARGET, 0.5) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != one.painted(whole(), TO_TARGET, 1.0)
    assert one != Correction()


def test_nothing_is_left_of_what_was_painted_in_frames_that_are_taken_out():
    correction = Correction(3.0).painted(whole(200, 70, 10, 5), TO_TARGET, 1.0)
    kept = correction.with_frames_of(Correction(), 50, 130)
    expected = correction.cells.values(0, 300, 100)
    expected[50:130] = 0
    np.testing.assert_array_equal(kept.cells.values(0, 300, 100), expected)
    assert (kept.strength_db, kept.strokes) == (3.0, 1)
    assert correction.with_frames_of(Correction(), 0, 300) == Correction(3.0)
    assert correction.with_frames_of(Correction(), 300, 400) == correction


def test_what_was_painted_of_another_comes_in_its_frames_alone():
    one = Correction(3.0).painted(whole(200, 70, 10, 5), TO_TARGET, 1.0)
    other = Correction(-2.0).painted(whole(300, 20, 60, 40), TO_TARGET, 0.5).painted(whole(5, 5), TO_TARGET, 1.0)
    mixed = one.with_frames_of(other, 50, 130)
    expected = one.cells.values(0, 400, 100)
    expected[50:130] = other.cells.values(50, 80, 100)
    np.testing.assert_array_equal(mixed.cells.values(0, 400, 100), expected)
    assert (mixed.strength_db, mixed.strokes) == (3.0, 3)
    assert one.with_frames_of(other, 390, 400) == one
