"""The flags over the lanes, with the mouse."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from samstudio.session.labels.marker import Marker
from samstudio.ui.markers.marker_strip import MarkerStrip
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.time_view import TimeView
from tests.ui.timeline.whole import LEFT, NO_KEY, drag, is_colour, seen, wheel

MARKERS = (Marker(10.0, "Intro"), Marker(40.0, "Verse"), Marker(90.0, "Outro"))


@pytest.fixture
def strip(qtbot):
    made = MarkerStrip()
    qtbot.addWidget(made)
    made.resize(1000, made.height())
    made.show_view(TimeView(0.0, 100.0))
    made.show_markers(MARKERS, 100.0)
    made.show()
    made.events = []
    made.marker_chosen.connect(lambda index: made.events.append(("chosen", index)))
    made.marker_moved.connect(lambda index, time: made.events.append(("moved", index, round(time, 2))))
    made.rename_requested.connect(lambda index: made.events.append(("rename", index)))
    return made


def test_it_takes_room_only_where_there_are_markers(strip):
    assert strip.isVisible()
    strip.show_markers((), 100.0)
    assert strip.isHidden()


def test_every_flag_stands_at_its_time(strip):
    columns = np.flatnonzero(is_colour(seen(strip), theme().color("marker"))[strip.height() - 2])
    assert columns.tolist() == [100, 400, 900]
    strip.show_view(TimeView(30.0, 20.0))
    columns = np.flatnonzero(is_colour(seen(strip), theme().color("marker"))[strip.height() - 2])
    assert columns.tolist() == [500]


def test_a_click_on_flag_or_name_goes_there_and_one_beside_does_nothing(strip):
    for x in (401, 430, 395, 600):
        QTest.mouseClick(strip, LEFT, NO_KEY, QPoint(x, 9))
    assert strip.events == [("chosen", 1)] * 3


def test_a_drag_moves_a_flag_within_the_recording(strip):
    drag(strip, QPoint(402, 9), QPoint(502, 9))
    assert strip.events == [("moved", 1, 50.0)]
    strip.events.clear()
    drag(strip, QPoint(902, 9), QPoint(1400, 9))
    drag(strip, QPoint(102, 9), QPoint(-300, 9))
    assert strip.events == [("moved", 2, 100.0), ("moved", 0, 0.0)]


def test_a_flag_follows_the_pointer_before_it_is_dropped(strip):
    QTest.mousePress(strip, LEFT, NO_KEY, QPoint(402, 9))
    QTest.mouseMove(strip, QPoint(452, 9))
    assert strip.time_of(1) == pytest.approx(45.0)
    # What comes meanwhile from elsewhere ends the drag.
    strip.show_markers(MARKERS[:1], 100.0)
    QTest.mouseRelease(strip, LEFT, NO_KEY, QPoint(452, 9))
    assert strip.events == []


def test_a_double_click_renames(strip):
    QTest.mouseClick(strip, LEFT, NO_KEY, QPoint(402, 9))
    QTest.mouseDClick(strip, LEFT, NO_KEY, QPoint(402, 9))
    assert strip.events == [("chosen", 1), ("rename", 1)]


def test_names_never_reach_the_next_flag(strip):
    strip.show_markers((Marker(10.0, "A very long name of a marker"), Marker(15.0, "B"), Marker(15.3, "C")), 100.0)
    extents = strip._extents()
    assert extents[0][3].endswith("…") or not extents[0][3]
    for (_, _, right, _), (_, left, _, _) in pairwise(extents):
        # Flags that stand close together lie over each other, names never do.
        assert right <= left or right - left < 8
    assert extents[2][3] == "C"


def test_the_wheel_zooms_as_over_the_lanes(qtbot, strip):
    with qtbot.waitSignal(strip.zoom_requested) as blocker:
        wheel(strip, QPoint(300, 9), 1)
    assert blocker.args == pytest.approx([0.8, 30.0])
