"""Areas found in the levels of cells."""

import numpy as np
import pytest

from samstudio.dsp.cells import cell_levels
from samstudio.session.areas.rasteriser import area_mask
from samstudio.session.areas.regions import (
    Harmonics,
    along_time,
    at_frames,
    connected,
    harmonics_of,
    on_ridge,
    similar_cells,
)
from samstudio.session.cell_grid import CellGrid

GRID = CellGrid(44100)


def flooded(inside, column, row):
    """The same, cell by cell."""
    found, waiting = np.zeros_like(inside), [(column, row)]
    while waiting:
        i, k = waiting.pop()
        if 0 <= i < inside.shape[0] and 0 <= k < inside.shape[1] and inside[i, k] and not found[i, k]:
            found[i, k] = True
            waiting += [(i + a, k + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    return found


@pytest.mark.parametrize("share", [0.3, 0.42, 0.6])
def test_what_hangs_together_is_what_a_flood_reaches(share):
    inside = np.random.default_rng(7).random((70, 50)) < share
    inside[35, 25] = True
    assert np.array_equal(connected(inside, 35, 25), flooded(inside, 35, 25))


def test_a_spiral_is_followed_to_its_end():
    inside = np.zeros((41, 41), bool)
    for turn in range(0, 20, 2):
        inside[turn : 41 - turn, turn] = inside[turn, turn : 41 - turn] = True
        inside[40 - turn, turn : 41 - turn] = True
        inside[turn + 2 : 41 - turn, 40 - turn] = True
        inside[turn + 2, turn + 1] = turn < 18
    assert np.array_equal(connected(inside, 0, 0), flooded(inside, 0, 0))


def test_a_place_outside_hangs_together_with_nothing():
    assert not connected(np.zeros((5, 5), bool), 2, 2).any()


def test_the_wand_takes_a_tone_and_leaves_another():
    levels = np.full((100, 200), -80.0, np.float32)
    levels[20:60, 50:53] = -20.0
    levels[70:90, 50:53] = -20.0
    levels[30:40, 53:120] = -35.0
    near, far = similar_cells(levels, 30, 51, 10.0), similar_cells(levels, 30, 51, 20.0)
    assert near.sum() == 40 * 3
    assert far.sum() == 40 * 3 + 10 * 67
    assert not far[70:].any()


def test_the_wand_stops_at_the_dip_before_another_sound():
    """Two partials 4 dB apart whose skirts meet 9 dB below: the tolerance spans both, and the dip parts them."""
    rows = np.arange(200)
    one, other = -20.0 - np.abs(rows - 50) * 0.9, -24.0 - np.abs(rows - 66) * 0.9
    levels = np.broadcast_to(np.maximum(one, other), (100, 200)).astype(np.float32)
    dip = int(np.argmin(levels[0, 50:66])) + 50
    found = similar_cells(levels, 30, 51, 12.0)
    assert levels[0, dip] > levels[0, 51] - 12.0
    assert found.all(axis=0)[38:dip].all()
    assert not found[:, dip + 4 :].any()


def test_the_wand_follows_a_sound_whose_level_and_pitch_waver():
    frames, rows = np.arange(100)[:, None], np.arange(200)
    middle = 80.0 + 10.0 * np.sin(frames / 12.0)
    ridge = -20.0 + 4.0 * np.cos(frames / 5.0)
    levels = np.maximum(ridge - 0.5 * (rows - middle) ** 2, -80.0).astype(np.float32)
    found = similar_cells(levels, 30, int(np.argmax(levels[30])), 12.0)
    assert np.array_equal(found, np.abs(levels - levels[30].max()) <= 12.0)


def test_the_wand_takes_most_of_a_burst_of_noise():
    rng = np.random.default_rng(3)
    sound = np.float32(1e-4) * rng.standard_normal((44100, 1)).astype(np.float32)
    sound[16_384:32_768] *= 300
    *_, levels = cell_levels(sound, 0, GRID.frames_in(len(sound)), GRID.size)
    found = similar_cells(levels, 48, 400, 20.0)
    assert found[35:61].mean() > 0.9
    assert not found[:28].any()
    assert not found[68:].any()


def test_a_line_drawn_back_and_forth_becomes_one_frequency_for_each_frame():
    drawn = np.array([(2.0, 300.0), (1.0, 200.0), (3.0, 400.0)])
    line = at_frames(along_time(drawn, GRID), GRID, 900)
    assert line[[0, -1], 0] == pytest.approx([1.0, 3.0])
    assert np.all(np.diff(line[:, 0]) > 0)
    assert np.interp(1.5, *line.T) == pytest.approx(250.0)
    assert len(line) == pytest.approx(GRID.frame_of(2.0), abs=3)


def test_a_dot_is_a_line_of_a_frame():
    line = along_time(np.array([(1.0, 440.0)]), GRID)
    assert line[-1, 0] - line[0, 0] >= GRID.seconds_of(1.0)


def test_harmonics_are_bands_around_the_multiples_up_to_half_the_rate():
    line = np.array([(1.0, 1000.0), (2.0, 1100.0)])
    area = harmonics_of(line, Harmonics(99, 100.0), 22050.0)
    assert area.band[1] == 22050.0
    mask = area_mask(area, GRID, 900)
    frame = round(GRID.frame_of(1.5)) - mask.first_frame
    covered = mask.weights[frame] / 255
    for number in (1, 2, 10, 20):
        centre = round(GRID.bin_of(1050.0 * number)) - mask.first_bin
        assert covered[centre] > 0.9
        assert covered[round(GRID.bin_of(1050.0 * (number + 0.5))) - mask.first_bin] == 0.0
    few = harmonics_of(line, Harmonics(3, 100.0), 22050.0)
    assert few.band == (950.0, 3350.0)


def test_bands_of_a_low_line_meet_and_do_not_cancel_each_other():
    area = harmonics_of(np.array([(1.0, 40.0), (2.0, 40.0)]), Harmonics(10, 90.0), 22050.0)
    mask = area_mask(area, GRID, 900)
    frame = round(GRID.frame_of(1.5)) - mask.first_frame
    rows = slice(round(GRID.bin_of(60)) - mask.first_bin, round(GRID.bin_of(380)) - mask.first_bin)
    assert mask.weights[frame, rows].min() >= 254


def test_a_line_above_half_the_rate_has_no_harmonics():
    assert harmonics_of(np.array([(1.0, 9000.0), (2.0, 9000.0)]), Harmonics(), 4000.0) is None


def test_a_line_drawn_beside_a_tone_moves_onto_it():
    bins = np.arange(GRID.bins)
    true = GRID.bin_of(1000.0) + np.linspace(0, 20, 200)
    levels = -6.0 * (bins[None, :] - true[:, None]) ** 2
    levels[100, round(true[100]) + 3] = 20.0
    drawn = np.column_stack([GRID.seconds_of(1.0) * (30 + np.arange(200)), GRID.hz_of(1.0) * (true + 1.3)])
    line = on_ridge(drawn, levels.astype(np.float32), 30, GRID)
    assert line[:, 1] == pytest.approx(GRID.hz_of(1.0) * true, abs=2.0)


def test_a_line_over_hours_has_no_more_points_than_were_drawn():
    line = along_time(np.array([(0.0, 400.0), (9000.0, 500.0)]), GRID)
    area = harmonics_of(line, Harmonics(100, 50.0), 22050.0)
    assert area.corners <= 4 * 100
