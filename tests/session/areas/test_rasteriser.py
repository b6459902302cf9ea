"""Shapes and the cells that they cover."""

import tracemalloc

import numpy as np
import pytest

from samstudio.session.areas import rasteriser
from samstudio.session.areas.area import Area, Combination, Feather
from samstudio.session.areas.rasteriser import (
    AreaRaster,
    AreaTooLongError,
    area_mask,
    area_of_cells,
    combined,
    coverage,
    outlines,
)
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import BlockMask, CellField, Direction

GRID = CellGrid(44100)
FRAMES = 400


def cell_box(first_frame, last_frame, first_bin, last_bin):
    """The area of whole cells, both ends included."""
    return Area.box(
        (GRID.seconds_of(first_frame - 0.5), GRID.seconds_of(last_frame + 0.5)),
        (GRID.hz_of(first_bin - 0.5), GRID.hz_of(last_bin + 0.5)),
    )


def whole(mask, frames=FRAMES):
    grid = np.zeros((frames, GRID.bins), int)
    part = mask.weights
    grid[mask.first_frame : mask.first_frame + len(part), mask.first_bin : mask.first_bin + part.shape[1]] = part
    return grid


def test_a_box_of_whole_cells_covers_these_and_no_others():
    grid = whole(area_mask(cell_box(10, 14, 100, 120), GRID, FRAMES))
    expected = np.zeros_like(grid)
    expected[10:15, 100:121] = 255
    assert np.array_equal(grid, expected)


def test_a_cell_that_is_covered_in_part_has_as_much_weight():
    area = Area.box((GRID.seconds_of(9.5), GRID.seconds_of(20.75)), (GRID.hz_of(99.5), GRID.hz_of(149.25)))
    grid = whole(area_mask(area, GRID, FRAMES))
    assert grid[15, 149] == round(0.75 * 255)
    assert grid[21, 120] == pytest.approx(0.25 * 255, abs=1)


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_an_area_of_everything_covers_every_cell_whole(rate):
    grid = CellGrid(rate)
    samples = 3 * rate + 17
    mask = area_mask(Area.box((0.0, samples / rate), (0.0, rate / 2)), grid, grid.frames_in(samples), Feather(0.1, 200))
    assert mask.weights.shape == (grid.frames_in(samples), grid.bins)
    assert mask.weights.min() == 255


def test_a_triangle_covers_half_of_the_box_around_it():
    # From corner to corner of 100 x 80 cells.
    ring = np.array([(20.0, 30.0), (120.0, 30.0), (120.0, 110.0)])
    covered = coverage([ring], range(10, 140), range(20, 130))
    assert covered.sum() == pytest.approx(4000, rel=1e-3)
    assert covered[90, 20] == 1.0
    assert covered[20, 70] == 0.0


def test_a_ring_inside_another_is_a_hole():
    outer = np.array([(10.0, 10.0), (50.0, 10.0), (50.0, 50.0), (10.0, 50.0)]) - 0.5
    inner = np.array([(20.0, 20.0), (30.0, 20.0), (30.0, 30.0), (20.0, 30.0)]) - 0.5
    covered = coverage([outer, inner], range(60), range(60))
    assert covered.sum() == pytest.approx(1600 - 100)
    assert covered[25, 25] == 0.0


def test_where_a_lasso_crosses_itself_twice_it_is_a_hole():
    # A pentagram: the five points are inside, the middle is not.
    angles = np.pi / 2 + 4 * np.pi / 5 * np.arange(5)
    ring = 50 + 40 * np.column_stack([np.cos(angles), np.sin(angles)])
    covered = coverage([ring], range(100), range(100))
    assert covered[50, 50] == 0.0
    assert covered[50, 80] == 1.0


def test_a_feathered_edge_rises_evenly_over_its_width_half_of_it_outside():
    area = cell_box(100, 199, 200, 299)
    mask = whole(area_mask(area, GRID, FRAMES, Feather(GRID.seconds_of(10), GRID.hz_of(4))))
    along = mask[:, 250] / 255
    assert along[99:101].mean() == pytest.approx(0.5, abs=0.01)
    assert along[94] == 0.0
    assert along[95:105] == pytest.approx(np.arange(0.05, 1, 0.1), abs=0.005)
    assert along[105] == 1.0
    up = mask[150] / 255
    assert up[197:203] == pytest.approx([0, 0.125, 0.375, 0.625, 0.875, 1], abs=0.005)


def test_an_area_smaller_than_any_cell_still_covers_one():
    start = GRID.seconds_of(40.1)
    mask = whole(area_mask(Area.box((start, start + 0.001), (GRID.hz_of(50), GRID.hz_of(60))), GRID, FRAMES))
    assert mask[40, 55] == 255
    assert np.count_nonzero(mask[:, 55]) <= 2


def test_an_area_outside_of_the_recording_covers_its_last_cells_at_most():
    mask = area_mask(Area.box((90.0, 99.0), (1e5, 2e5)), GRID, FRAMES)
    assert mask.weights.shape == (1, 1)


def blocks_of(area, grid, frames, feather=Feather()):  # noqa: B008
    steps = BlockMask.of(AreaRaster(area, grid, frames, feather).masks())
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("kind", ["lasso", "box"])
def test_parts_of_a_mask_make_up_the_whole(kind, monkeypatch):
    lasso = Area((np.random.default_rng(2).uniform((0.1, 50.0), (4.5, 9000.0), (9, 2)),))
    area = lasso if kind == "lasso" else cell_box(3, 380, 20, 150)
    feather = Feather(GRID.seconds_of(10), GRID.hz_of(4))
    monkeypatch.setattr(rasteriser, "_MOST_PART", 1)
    parts = blocks_of(area, GRID, FRAMES, feather)
    assert len({row for row, _ in parts.blocks}) >= 5
    expected = CellField().painted(area_mask(area, GRID, FRAMES, feather), Direction.TO_TARGET, 0.7)
    assert CellField().painted(parts, Direction.TO_TARGET, 0.7) == expected
    # Over what was painted before.
    both = expected.painted(area_mask(area, GRID, FRAMES), Direction.TO_RESIDUAL, 0.4)
    assert expected.painted(blocks_of(area, GRID, FRAMES), Direction.TO_RESIDUAL, 0.4) == both


def test_an_hour_of_everything_takes_little_memory():
    grid = CellGrid(8000)
    frames = grid.frames_in(3600 * 8000)
    tracemalloc.start()
    mask = blocks_of(Area.box((0.0, 3600.0), (0.0, 4000.0)), grid, frames)
    field = CellField().painted(mask, Direction.TO_TARGET, 1.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Not in proportion to its cells.
    assert peak < 0.7 * frames * grid.bins
    assert np.all(field.values(frames // 2, 3, grid.bins) == 127)


def test_an_hour_cannot_be_put_together_with_another_area():
    grid = CellGrid(48000)
    hour = Area.box((0.0, 3600.0), (0.0, 24000.0))
    with pytest.raises(AreaTooLongError, match="cannot be put together"):
        combined(hour, hour, Combination.ADD, grid, grid.frames_in(3600 * 48000))


def test_the_outline_of_cells_covers_these_cells():
    inside = np.random.default_rng(4).random((60, 50)) < 0.6
    covered = coverage([ring - 0.5 for ring in outlines(inside)], range(60), range(50))
    assert np.array_equal(covered, inside.astype(np.float32))


def test_the_outline_of_a_box_has_four_corners():
    inside = np.zeros((20, 20), bool)
    inside[3:9, 5:17] = True
    (ring,) = outlines(inside)
    assert sorted(map(tuple, ring.tolist())) == [(3, 5), (3, 17), (9, 5), (9, 17)]


def test_areas_are_added_and_taken_away():
    one, other = cell_box(10, 19, 100, 119), cell_box(15, 24, 110, 129)
    both = combined(one, other, Combination.ADD, GRID, FRAMES)
    rest = combined(one, other, Combination.SUBTRACT, GRID, FRAMES)
    sizes = [np.count_nonzero(area_mask(area, GRID, FRAMES).weights) for area in (both, rest)]
    assert sizes == [200 + 200 - 50, 200 - 50]
    assert combined(one, other, Combination.REPLACE, GRID, FRAMES) is other
    assert combined(one, cell_box(0, 99, 0, 500), Combination.SUBTRACT, GRID, FRAMES) is None


def test_cells_become_an_area_and_cells_again():
    inside = np.zeros((30, GRID.bins), bool)
    inside[3:9, 0:40] = True
    inside[9:20, 30:] = True
    area = area_of_cells(inside, 5, 0, GRID)
    assert area.band == (0.0, 22050.0)
    mask = whole(area_mask(area, GRID, FRAMES))
    assert np.array_equal(mask[5:35] == 255, inside)
    assert np.count_nonzero(mask) == np.count_nonzero(inside)


def test_an_area_needs_three_points():
    with pytest.raises(ValueError, match="three points"):
        Area((np.zeros((2, 2)),))


def test_what_lies_inside_of_an_area():
    outer = np.array([(1.0, 100.0), (5.0, 100.0), (5.0, 500.0), (1.0, 500.0)])
    area = Area((outer, np.array([(2.0, 200.0), (3.0, 200.0), (3.0, 300.0), (2.0, 300.0)])))
    inside = {place: area.contains(*place) for place in ((1.5, 150.0), (2.5, 250.0), (0.5, 150.0), (4.0, 600.0))}
    assert inside == {(1.5, 150.0): True, (2.5, 250.0): False, (0.5, 150.0): False, (4.0, 600.0): False}
