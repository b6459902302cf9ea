"""Strokes of the brush in cells."""

import numpy as np
import pytest

from samstudio.dsp.scales import FrequencyScale
from samstudio.session.areas.brush import Stroke, Tip, stroke_mask
from samstudio.session.areas.rasteriser import AreaTooLongError
from samstudio.session.cell_grid import CellGrid

GRID = CellGrid(44100)
FRAMES = 900
LINEAR = FrequencyScale.up_to("linear", 22050.0)


def stroke(*points, radius=20.0, hardness=1.0, axis=LINEAR, seconds=10.0, height=500):
    """Over a picture of `seconds`, 1000 pixels wide; points in seconds and Hz."""
    places = np.array([(time, axis.position(hz)) for time, hz in points])
    return Stroke(places, Tip(radius, hardness), axis, seconds / 1000, 1.0 / height)


def whole(mask):
    grid = np.zeros((FRAMES, GRID.bins), int)
    part = mask.weights
    grid[mask.first_frame : mask.first_frame + len(part), mask.first_bin : mask.first_bin + part.shape[1]] = part
    return grid


def place(time, hz):
    return round(GRID.frame_of(time)), round(GRID.bin_of(hz))


def test_a_dot_is_round_on_the_screen():
    mask = whole(stroke_mask(stroke((5.0, 8000.0)), GRID, FRAMES))
    frames, bins = np.nonzero(mask > 127)
    # 20 pixels are 0.2 s, and 882 Hz.
    assert GRID.seconds_of(frames.max() - frames.min()) == pytest.approx(0.4, abs=0.03)
    assert GRID.hz_of(bins.max() - bins.min()) == pytest.approx(2 * 20 / 500 * 22050, abs=100)
    assert np.count_nonzero(mask > 127) == pytest.approx(np.pi * GRID.frame_of(0.2) * GRID.bin_of(882), rel=0.05)
    assert mask[place(5.0, 8000.0)] == 255


@pytest.mark.parametrize("kind", ["mel", "log", "linear"])
def test_it_is_round_on_any_axis(kind):
    axis = FrequencyScale(kind, 20.0, 16000.0)
    mask = whole(stroke_mask(stroke((5.0, 4000.0), axis=axis), GRID, FRAMES))
    bins = np.flatnonzero(mask[place(5.0, 4000.0)[0]] > 127)
    ends = axis.positions(GRID.hz_of(1.0) * np.array([bins[0] - 0.5, bins[-1] + 0.5]))
    assert np.diff(ends)[0] * 500 == pytest.approx(40, abs=2.5)


def test_a_line_covers_what_lies_between_its_points():
    mask = whole(stroke_mask(stroke((2.0, 2000.0), (8.0, 20000.0)), GRID, FRAMES))
    assert mask[place(5.0, 11000.0)] == 255
    assert mask[place(5.0, 14000.0)] == 0
    assert mask[place(1.0, 2000.0)] == 0


def test_a_soft_brush_fades_and_a_hard_one_does_not():
    hard, soft = (whole(stroke_mask(stroke((5.0, 8000.0), hardness=h), GRID, FRAMES)) for h in (1.0, 0.0))
    half_way = place(5.1, 8000.0)
    assert hard[half_way] == 255
    assert soft[half_way] == pytest.approx(127, abs=15)


def test_a_tip_smaller_than_a_cell_covers_the_cell_under_it():
    # Zoomed in to a tenth of a second: a frame is 116 pixels wide.
    for time in np.linspace(4.96, 5.04, 9):
        tiny = stroke((time, 8011.0), radius=3.0, seconds=0.1, axis=FrequencyScale("linear", 7900.0, 8100.0))
        mask = whole(stroke_mask(tiny, GRID, FRAMES))
        assert mask[place(time, 8011.0)] > 200
        assert np.count_nonzero(mask > 127) <= 4


def test_a_stroke_over_the_borders_stays_within():
    across = stroke((-1.0, -500.0), (11.0, 30000.0), radius=60.0)
    mask = stroke_mask(across, GRID, FRAMES)
    assert (mask.first_frame, mask.first_bin) == (0, 0)
    assert mask.first_frame + len(mask.weights) <= FRAMES
    assert mask.first_bin + mask.weights.shape[1] == GRID.bins


def test_points_that_change_nothing_are_left_out():
    times = np.linspace(2.0, 8.0, 3000)
    fine = stroke(*((time, 8000.0) for time in times))
    assert len(fine.simplified().points) < 200
    ends = fine.simplified().points[[0, -1], 0]
    assert ends == pytest.approx([2.0, 8.0])


def test_a_stroke_over_hours_is_refused():
    grid = CellGrid(48000)
    long = Stroke(np.array([(0.0, 0.1), (9000.0, 0.9)]), Tip(), LINEAR, 9.0, 0.002)
    with pytest.raises(AreaTooLongError, match="zoom in"):
        stroke_mask(long, grid, grid.frames_in(10800 * 48000))


@pytest.mark.parametrize("rate", [8000, 192000])
def test_at_any_sample_rate_the_tip_is_as_large(rate):
    grid = CellGrid(rate)
    dot = stroke((5.0, 2000.0), axis=FrequencyScale("mel", 0.0, 4000.0))
    mask = stroke_mask(dot, grid, grid.frames_in(10 * rate))
    frames = np.flatnonzero((mask.weights > 127).any(axis=1))
    assert grid.seconds_of(frames[-1] - frames[0] + 1) == pytest.approx(0.4, abs=0.05)
    assert (
        mask.weights[round(grid.frame_of(5.0)) - mask.first_frame, round(grid.bin_of(2000.0)) - mask.first_bin] == 255
    )
