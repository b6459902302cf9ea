"""The strip that shows how certain an object was followed."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.session.video.objects import Click, Mark
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.certainty_strip import CertaintyStrip
from samstudio.ui.timeline.axis.time_view import TimeView
from tests.signals import emissions

MASK = packed_mask(np.ones((2, 2), bool))
MARKS = (Mark(1.0, (Click(0.5, 0.5),)), Mark(9.0, absent=True))
TIMES = tuple(k / 25 for k in range(200))
"""Eight seconds, of ten: sure for two, unsure for two, lost for two, sure for the rest."""
CERTAINTY = tuple(0.9 if k < 50 or k >= 150 else 0.3 if k < 100 else 0.0 for k in range(200))


@pytest.fixture
def strip(qtbot):
    made = CertaintyStrip()
    qtbot.addWidget(made)
    made.resize(500, made.height())
    made.show_view(TimeView(0.0, 10.0))
    masks = tuple(b"" if 100 <= k < 150 else MASK for k in range(200))
    made.show_object(MARKS, MaskTrack("", TIMES, masks, CERTAINTY, 2, 2))
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_height_and_colour_say_how_certain(strip):
    image, look = strip.grab().toImage(), theme()

    def column(seconds):
        x = round(strip.x_of(seconds))
        return [QColor(image.pixel(x, y)).name() for y in range(3, strip.height() - 1)]

    sure, unsure = column(1.5), column(3.0)
    assert sure.count(look.color("plus").name()) > 2 * unsure.count(look.color("warning").name()) > 0
    lost = {name for seconds in np.arange(4.5, 5.0, 0.02) for name in column(seconds)}
    # Hatched: the ground is seen between the lines.
    assert {look.color("error").name(), look.color("panel").name()} <= lost
    assert set(column(8.5)) == {look.color("panel").name()}


def test_it_says_what_is_there(strip):
    texts = [strip.text_at(strip.x_of(seconds)) for seconds in (1.0, 1.5, 3.0, 5.0, 8.5)]
    for text, part in zip(texts, ("a mark", "90 %", "30 %", "lost", "not followed"), strict=True):
        assert part in text
    assert strip.accessibleDescription() == "Marks: 2. Places to check: 1."


def test_a_click_goes_there_and_onto_a_mark(strip):
    seeks = emissions(strip.seek_requested)
    for seconds in (3.0, 1.06):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(seconds)), 9))
    assert seeks == [pytest.approx(3.0, abs=0.03), 1.0]


def test_closely_zoomed_in_nothing_is_missing(strip):
    strip.show_view(TimeView(1.0, 1.2))
    assert len(strip.columns()) == 500
    strip.show_view(TimeView(7.9, 8.5))
    assert len(strip.columns()) < 300


def test_without_marks_it_is_away(strip):
    strip.show_object((), None)
    assert not strip.isVisible()
