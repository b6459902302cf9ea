import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from samstudio.dsp.peaks import PeakPyramid
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.overview import Overview
from samstudio.ui.timeline.axis.time_view import TimeView
from tests.ui.timeline.whole import LEFT, NO_KEY, RATE, clip_of, drag, is_colour, seen


@pytest.fixture
def strip(qtbot):
    """A hundred seconds on a thousand pixels, loud in one channel from 50 to 60 s; 20 to 40 s are seen."""
    samples = np.zeros((100 * RATE, 2), np.float32)
    samples[50 * RATE : 60 * RATE, 1] = 0.8 * np.sin(np.arange(10 * RATE))
    clip = clip_of(samples)
    made = Overview()
    qtbot.addWidget(made)
    made.resize(1000, made.height())
    made.show_clip(clip)
    peaks = PeakPyramid(*samples.shape)
    peaks.fill(samples, len(samples))
    made.show_peaks(peaks)
    made.show_view(TimeView(20.0, 20.0))
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def views(strip):
    emitted = []
    strip.view_requested.connect(lambda start, end: emitted.append((start, end)))
    return emitted


def test_the_whole_clip_is_seen(strip):
    strip.show_view(TimeView(0.0, 100.0))
    loud = is_colour(seen(strip), theme().color("rms_clip"), 20)[strip.height() // 3]
    columns = np.flatnonzero(loud)
    assert (columns.min(), columns.max()) == pytest.approx((500, 599), abs=2)


def test_the_frame_is_where_the_view_is(strip):
    frame = is_colour(seen(strip), theme().color("accent"))
    columns = np.flatnonzero(frame.all(axis=0))
    assert (columns.min(), columns.max()) == pytest.approx((200, 399), abs=1)


def test_dragging_the_frame_pans(strip, views):
    drag(strip, QPoint(300, 20), QPoint(450, 20))
    assert views[-1] == pytest.approx((35.0, 55.0))


def test_dragging_an_edge_zooms(strip, views):
    drag(strip, QPoint(400, 20), QPoint(500, 20))
    assert views[-1] == pytest.approx((20.0, 50.0), abs=0.2)
    drag(strip, QPoint(200, 20), QPoint(150, 20))
    assert views[-1] == pytest.approx((15.0, 40.0), abs=0.2)


def test_a_click_outside_jumps_there(strip, views):
    QTest.mouseClick(strip, LEFT, NO_KEY, QPoint(800, 20))
    assert views == [pytest.approx((70.0, 90.0))]


def test_the_cursor_says_what_can_be_done(strip):
    shapes = {}
    for x in (400, 300, 800):
        QTest.mouseMove(strip, QPoint(x, 20))
        shapes[x] = strip.cursor().shape()
    assert shapes == {
        400: Qt.CursorShape.SizeHorCursor,
        300: Qt.CursorShape.OpenHandCursor,
        800: Qt.CursorShape.PointingHandCursor,
    }


def test_what_is_not_read_yet_is_distinguished(strip):
    strip.show_view(TimeView(0.0, 100.0))
    strip.show_growth(30 * RATE)
    row = seen(strip)[3]
    assert is_colour(row[310:], theme().color("panel")).all()
    assert not is_colour(row[:290], theme().color("panel"), 2).any()


def test_the_playhead_and_the_selection_are_shown(strip):
    strip.show_view(TimeView(0.0, 100.0))
    strip.show_playhead(25.0)
    assert is_colour(seen(strip), theme().color("playhead"))[:, 250].all()
    plain = seen(strip)
    strip.show_selection((70.0, 80.0))
    changed = np.flatnonzero((plain != seen(strip)).any(axis=(0, 2)))
    assert (changed.min(), changed.max()) == pytest.approx((700, 799), abs=1)


def test_a_narrow_view_can_still_be_seen_and_held(strip, views):
    strip.show_view(TimeView(50.0, 0.001))
    assert is_colour(seen(strip), theme().color("accent")).any()
    drag(strip, QPoint(500, 20), QPoint(700, 20))
    assert views[-1][0] == pytest.approx(70.0)
