"""Areas of very many cells, painted pixel by pixel."""

import numpy as np
from PySide6.QtGui import QColor

from samstudio.dsp.scales import FrequencyScale
from samstudio.session.areas.area import CellPatch
from samstudio.session.areas.rasteriser import area_of_cells
from samstudio.session.cell_grid import CellGrid
from samstudio.ui.timeline.areas.area_pad import _MOST_CORNERS
from samstudio.ui.timeline.areas.cell_painting import cell_picture

GRID = CellGrid(44100)


def picture(inside, first_frame=100, first_bin=200, times=(0.0, 4.0), size=(800, 400)):
    patch = CellPatch(GRID, first_frame, first_bin, inside)
    return cell_picture(patch, size, times, FrequencyScale("linear", 0.0, 22050.0), 1.0)


def shown(image):
    """(height, width): whether anything is painted."""
    return np.array([[image.pixelColor(x, y).alpha() > 0 for x in range(image.width())] for y in range(image.height())])


def test_what_is_painted_lies_where_the_cells_are():
    seen = shown(picture(np.ones((80, 300), bool)))
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    start, end = (GRID.seconds_of(frame) / 4.0 * 800 for frame in (99.5, 179.5))
    low, high = (400 * (1 - GRID.hz_of(row) / 22050) for row in (199.5, 499.5))
    assert abs(columns[0] - start) <= 2
    assert abs(columns[-1] - end) <= 2
    assert abs(rows[-1] - low) <= 2
    assert abs(rows[0] - high) <= 2


def test_the_outline_is_light_with_dark_outside():
    image = picture(np.ones((80, 300), bool))
    row = [image.pixelColor(x, 250) for x in range(800)]
    first = next(x for x, color in enumerate(row) if color.alpha())
    assert row[first].lightness() < 60
    assert row[first + 1] == QColor(255, 255, 255)


def test_a_hole_is_left_free():
    inside = np.ones((80, 300), bool)
    inside[20:60, 100:200] = False
    image = picture(inside)
    x, y = round(GRID.seconds_of(140) / 4.0 * 800), round(400 * (1 - GRID.hz_of(350) / 22050))
    assert image.pixelColor(x, y).alpha() == 0


def test_cells_out_of_view_paint_nothing():
    assert not shown(picture(np.ones((80, 300), bool), times=(10.0, 14.0))).any()
    assert not shown(picture(np.ones((8, 8), bool), first_bin=4000)).any()


def test_a_lane_shows_a_speckled_area(drawn):
    grid = CellGrid(40000)
    inside = np.random.default_rng(3).random((200, grid.bins)) < 0.5
    area = area_of_cells(inside, round(grid.frame_of(2.0)), 0, grid)
    assert area.corners > _MOST_CORNERS
    drawn.layer.show_area(area)
    picture = drawn.lanes.picture()
    inside_colours = {picture.pixelColor(drawn.at(3.0, hz)).rgb() for hz in range(2000, 18000, 100)}
    outside_colours = {picture.pixelColor(drawn.at(9.0, hz)).rgb() for hz in range(2000, 18000, 100)}
    assert len(inside_colours) > 2
    assert len(outside_colours) == 1
