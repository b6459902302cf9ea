from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import TILE_COLUMNS, Tile, TileKey
from samstudio.ui.timeline.paint import tile_images
from samstudio.ui.timeline.paint.colour_maps import COLOUR_MAPS, colour_table
from tests.ui.timeline.whole import RATE, Whole, clip_of, seen


def colours(name="house"):
    table = np.array(colour_table(name), np.uint32)
    return np.stack([table >> 16 & 255, table >> 8 & 255, table & 255], axis=1).astype(int)


@pytest.fixture
def whole(qtbot):
    """Ten seconds of silence with a tone of 2 kHz at full scale from 4 to 6 s."""
    time = np.arange(10 * RATE) / RATE
    made = Whole(qtbot, clip_of(np.sin(2 * np.pi * 2000 * time) * ((time >= 4) & (time < 6))))
    made.timeline.show_playhead(None)
    yield made
    made.pictures.close()


def tone_row(whole):
    return round((1.0 - whole.timeline.frequency_scale.position(2000.0)) * whole.canvas(1).height())


def tone_line(whole):
    """How bright the tone is drawn in every column, 0..765."""
    rows = seen(whole.canvas(1))[tone_row(whole) - 2 : tone_row(whole) + 3]
    return rows.astype(int).sum(axis=2).max(axis=0)


def test_the_tone_is_where_and_when_it_sounds(whole):
    pixels = seen(whole.canvas(1)).astype(int)
    row = pixels[tone_row(whole) - 2 : tone_row(whole) + 3]
    loud, dark = colours()[250:], colours()[0]
    for seconds in (4.5, 5.0, 5.5):
        assert any((np.abs(pixel - loud).sum(axis=1) <= 3).any() for pixel in row[:, whole.x(seconds)])
    for seconds in (1.0, 3.5, 6.5, 9.0):
        assert (row[:, whole.x(seconds)] == dark).all()
    assert (pixels[tone_row(whole) // 4, whole.x(2.0)] == dark).all()


@pytest.mark.parametrize("length", [3.0, 1.0, 0.5])
def test_the_edge_of_the_sound_stays_in_place_at_every_zoom(whole, length):
    whole.timeline.zoom_to(4.0 - length / 2, 4.0 + length / 2)
    whole.settle()
    line = tone_line(whole)
    assert line[-1] > 500 > 60 > line[0]
    # Halfway between what half a window before and half a window after the edge show.
    first = np.flatnonzero(line > 0.9 * line.max())[0]
    window = 2048 / RATE / length * len(line)
    assert len(line) / 2 - window / 2 <= first <= len(line) / 2 + 3


@pytest.mark.parametrize("length", [0.1, 0.002])
def test_zoomed_in_beyond_the_window_it_is_smooth(whole, length):
    whole.timeline.zoom_to(4.0 - length / 2, 4.0 + length / 2)
    whole.settle()
    line = tone_line(whole)
    assert np.abs(np.diff(line)).max() <= 30
    assert line.min() > 60


def test_a_missing_tile_is_stood_in_for_by_another_zoom(whole):
    whole.pictures.close()
    whole.timeline.zoom_to(4.5, 5.5)
    QApplication.processEvents()
    line = tone_line(whole)
    assert (line > 400).all(), "black where a coarser tile could stand in"


def test_old_tiles_stand_in_after_a_change_of_settings(whole):
    whole.pictures.close()
    before = seen(whole.canvas(1))
    whole.timeline.show_spectrogram_settings(SpectrogramSettings(range_db=60.0))
    assert np.array_equal(seen(whole.canvas(1)), before)


def test_tiles_of_the_old_axis_are_stretched_to_their_place_until_the_new_ones_come(whole):
    before = tone_row(whole)
    whole.pictures.close()
    whole.timeline.show_spectrogram_settings(SpectrogramSettings(low_hz=1500.0, high_hz=3000.0))
    assert tone_row(whole) > before + 20
    assert (tone_line(whole)[whole.x(4.5) : whole.x(5.5)] > 400).all()
    pixels = seen(whole.canvas(1)).astype(int).sum(axis=2)
    assert pixels[: tone_row(whole) - 40].max() < 400, "the tone is drawn where it does not sound"


def test_a_part_of_the_frequencies_is_drawn_in_its_place_and_read_out_there(whole):
    whole.timeline.show_spectrogram_settings(SpectrogramSettings(low_hz=1500.0, high_hz=3000.0))
    whole.settle()
    pixels = seen(whole.canvas(1)).astype(int).sum(axis=2)[:, whole.x(5.0)]
    assert abs(int(pixels.argmax()) - tone_row(whole)) <= 2
    assert whole.timeline.frequency_scale.low == 1500.0
    item = whole.timeline.stack.spectrogram.spectrogram
    position = whole.timeline.frequency_scale.position(2000.0)
    assert item.level_at(5.0, position) == pytest.approx(0.0, abs=1.0)


def test_another_colour_map_needs_no_new_tiles(whole):
    whole.pictures.close()
    whole.timeline.show_spectrogram_settings(SpectrogramSettings(colour_map="grey"))
    pixels = seen(whole.canvas(1)).astype(int)
    assert np.ptp(pixels, axis=2).max() == 0
    assert pixels.max() > 240


def test_the_level_under_the_pointer(whole):
    item = whole.timeline.stack.spectrogram.spectrogram
    position = whole.timeline.frequency_scale.position(2000.0)
    assert item.level_at(5.0, position) == pytest.approx(0.0, abs=1.0)
    assert item.level_at(1.0, position) == pytest.approx(-90.0)
    assert item.level_at(500.0, position) is None


def test_tiles_lie_pixel_for_pixel(whole):
    """Every column of a tile is one column of the screen, none left out or doubled."""
    whole.pictures.close()
    (view,) = whole.timeline._shown
    shades = np.tile(np.arange(TILE_COLUMNS, dtype=np.uint8), (view.height, 1))
    for number in range(5):
        key = TileKey(view.seconds_per_pixel, view.height, number, view.scale)
        whole.timeline.sounds.show_tile(Tile(key, shades, whole.clip.frames, complete=True))
    pixels = seen(whole.canvas(1)).astype(int)
    wanted = np.resize(colours(), (pixels.shape[1], 3))
    assert np.array_equal(pixels[10], wanted)
    assert np.array_equal(pixels[-1], wanted)


def test_what_is_held_is_bounded_however_many_channels(whole, monkeypatch):
    monkeypatch.setattr(tile_images, "_HELD", 1 << 20)
    (view,) = whole.timeline._shown
    shades = np.zeros((64, TILE_COLUMNS), np.uint8)
    images = whole.timeline._images
    for number in range(100):
        key = TileKey(view.seconds_per_pixel, 64, number, channel=f"take{number % 5}")
        images.add(Tile(key, shades, 0, complete=True))
        if number % 10 == 9:
            # What was shown with other levels is kept until it is seen again, but not beside the rest.
            images.show_settings(replace(images.settings, ceiling_db=-float(number % 20)))
    assert 0 < images.held <= 1 << 20
    assert sum(kept.held for kept in images._kept.values()) == images.held


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_colour_maps_get_lighter_all_the_way(name):
    table = colours(name)
    lightness = table @ np.array([0.2126, 0.7152, 0.0722])
    assert len(table) == 256
    assert np.diff(lightness[::8]).min() > 0
    assert lightness[0] < 30
    assert lightness[-1] > 180


def test_an_unknown_colour_map_is_named():
    with pytest.raises(ValueError, match="rainbow"):
        colour_table("rainbow")
