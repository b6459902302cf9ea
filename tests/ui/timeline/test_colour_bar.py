from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.ui.theme import apply_theme, theme
from samstudio.ui.timeline.colour_bar import ColourBar
from tests.signals import emissions
from tests.ui.timeline.whole import LEFT, NO_KEY, drag, is_colour, seen, wheel

SHIFT = Qt.KeyboardModifier.ShiftModifier
USUAL = SpectrogramSettings()


@pytest.fixture
def bar(qtbot) -> ColourBar:
    """Two logical pixels a dB; it shows what it requests."""
    made = ColourBar()
    qtbot.addWidget(made)
    made.resize(made.width(), 330)
    made.levels_requested.connect(
        lambda covered, ceiling: made.show_settings(replace(USUAL, range_db=covered, ceiling_db=ceiling))
    )
    made.show_settings(USUAL)
    made.show()
    return made


def place(bar, level: float) -> QPoint:
    return QPoint(8, round(bar._y(level)))


def levels(bar) -> tuple[float, float]:
    return bar._settings.floor_db, bar._settings.ceiling_db


def test_its_ends_set_the_range(bar):
    drag(bar, place(bar, 0.0), place(bar, -20.0))
    assert levels(bar) == (-90.0, -20.0)
    drag(bar, place(bar, -90.0), place(bar, -70.0))
    assert levels(bar) == (-70.0, -20.0)


def test_its_middle_sets_the_gain(bar):
    drag(bar, place(bar, -45.0), place(bar, -65.0))
    assert levels(bar) == (-110.0, -20.0)


def test_no_drag_leaves_what_can_be_set(bar):
    drag(bar, place(bar, 0.0), place(bar, -140.0))
    assert levels(bar) == (-90.0, -60.0)
    drag(bar, place(bar, -90.0), place(bar, 0.0))
    assert levels(bar) == (-80.0, -60.0)
    drag(bar, place(bar, -60.0), place(bar, 6.0) - QPoint(0, 200))
    assert levels(bar) == (-80.0, 0.0)


def test_a_double_click_resets(bar):
    drag(bar, place(bar, -45.0), place(bar, -65.0))
    QTest.mouseDClick(bar, LEFT, NO_KEY, place(bar, -45.0))
    assert levels(bar) == (-90.0, 0.0)


def test_the_wheel_sets_the_gain_and_with_shift_the_range(bar):
    wheel(bar, place(bar, -45.0), -5)
    assert levels(bar) == (-100.0, -10.0)
    wheel(bar, place(bar, -45.0), -5, SHIFT)
    assert levels(bar) == (-90.0, -10.0)


def test_it_is_set_by_keys(bar):
    QTest.keyClick(bar, Qt.Key.Key_PageDown)
    QTest.keyClick(bar, Qt.Key.Key_Up)
    assert levels(bar) == (-99.0, -9.0)
    QTest.keyClick(bar, Qt.Key.Key_Down, SHIFT)
    assert levels(bar) == (-98.0, -9.0)
    QTest.keyClick(bar, Qt.Key.Key_Home)
    assert levels(bar) == (-90.0, 0.0)


def test_what_is_shown_is_not_requested(bar):
    requests = emissions(bar.levels_requested)
    bar.show_settings(SpectrogramSettings(range_db=72.5, ceiling_db=-20.25))
    assert requests == []


def test_a_screen_reader_reads_and_sets_the_gain(bar):
    interface = QAccessible.queryAccessibleInterface(bar)
    assert interface.text(QAccessible.Text.Name) == "Levels of the colours"
    assert interface.role() == QAccessible.Role.Slider
    bar.setValue(-12)
    assert levels(bar) == (-102.0, -12.0)


def test_the_histogram_has_each_level_where_it_belongs(bar):
    counts = np.zeros(256, np.int64)
    # What lies outside the range is piled up in the outermost shades, and is left out.
    counts[[0, 85, 170, 255]] = (9_000, 100, 25, 5_000)
    bar.show_counts(counts)
    lengths = is_colour(seen(bar)[:, 15:28], theme().color("text_dim")).sum(axis=1)
    rows = np.flatnonzero(lengths)
    quiet, loud = place(bar, -60.0).y(), place(bar, -30.0).y()
    assert all(min(abs(row - quiet), abs(row - loud)) <= 1 for row in rows)
    assert lengths[quiet - 1 : quiet + 2].max() == 13
    assert lengths[loud - 1 : loud + 2].max() == pytest.approx(6.5, abs=1)


def test_it_shows_the_colours_at_their_levels_in_both_themes(bar, qapp):
    bar.show_settings(SpectrogramSettings(colour_map="grey"))
    before = theme().name
    try:
        for name in ("light", "dark"):
            apply_theme(qapp, name)
            column = seen(bar)[:, 8].astype(int)
            assert column[place(bar, -45.0).y()] == pytest.approx([127] * 3, abs=4)
            assert column[place(bar, -120.0).y()].tolist() == [0, 0, 0]
            assert is_colour(column, theme().color("accent"), 3)[place(bar, -90.0).y()]
    finally:
        apply_theme(qapp, before)


@pytest.mark.parametrize("height", [40, 80, 300, 1200])
def test_it_is_drawn_at_every_height(bar, height):
    bar.resize(bar.width(), height)
    assert seen(bar).shape[0] == height
