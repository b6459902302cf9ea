from dataclasses import replace

import numpy as np
import pytest

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.ui.preferences.level_histogram import LevelHistogram
from samstudio.ui.theme import apply_theme, theme
from tests.signals import emissions


@pytest.fixture
def histogram(qtbot) -> LevelHistogram:
    made = LevelHistogram()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_region_shows_the_settings_and_that_is_not_reported(histogram):
    dragged = emissions(histogram.levels_dragged)
    histogram.show_settings(SpectrogramSettings(range_db=60.0, ceiling_db=-10.0))
    assert histogram.region.getRegion() == (-70.0, -10.0)
    assert dragged == []


def test_a_drag_reports_both_levels(histogram):
    dragged = emissions(histogram.levels_dragged)
    histogram.region.setRegion((-80.0, -20.0))
    assert dragged[-1] == (-80.0, -20.0)


def test_a_level_stands_where_it_belongs(histogram):
    settings = SpectrogramSettings(range_db=51.0, ceiling_db=-9.0)
    histogram.show_settings(settings)
    counts = np.zeros(256, np.int64)
    # What lies outside the range is piled up in the outermost shades, and is left out.
    counts[[0, 100, 200, 255]] = (9_000, 100, 25, 5_000)
    histogram.show_counts(counts)
    edges, heights = histogram.curve.getData()
    assert len(edges) == 255
    loud = np.flatnonzero(heights)
    assert heights[loud].tolist() == [1.0, 0.5]
    # 100 and 200 of 255 steps of 0.2 dB above -60 dBFS.
    assert (edges[loud] + 0.1).tolist() == pytest.approx([-40.0, -20.0])


def test_nothing_in_view_is_an_empty_histogram(histogram):
    histogram.show_counts(np.zeros(256, np.int64))
    assert not histogram.curve.getData()[1].any()


def test_it_follows_the_colour_map_and_the_theme(histogram, qapp):
    histogram.show_settings(SpectrogramSettings(colour_map="grey"))
    grey = histogram.curve.opts["fillBrush"].gradient().stops()[0][1]
    histogram.show_settings(replace(SpectrogramSettings(), colour_map="viridis"))
    assert histogram.curve.opts["fillBrush"].gradient().stops()[0][1] != grey
    before = theme().name
    try:
        for name in ("light", "dark"):
            apply_theme(qapp, name)
            ground = histogram.grab().toImage().pixelColor(3, 3)
            assert ground.name() == theme().color("panel_raised").name()
    finally:
        apply_theme(qapp, before)


def test_it_has_a_name_for_screen_readers(histogram):
    assert histogram.accessibleName() == "Levels in view"
    assert "Drag the edges" in histogram.accessibleDescription()
