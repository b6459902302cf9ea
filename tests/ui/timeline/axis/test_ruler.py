from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from samstudio.ui.theme import theme
from samstudio.ui.time_formats import TimeFormat, TimeUnit, time_format, use_time_format
from samstudio.ui.timeline.axis.ruler import TimeRuler
from samstudio.ui.timeline.axis.time_view import TimeView
from tests.ui.timeline.whole import LEFT, NO_KEY, drag, is_colour, seen, wheel


@pytest.fixture
def ruler(qtbot):
    made = TimeRuler()
    qtbot.addWidget(made)
    made.resize(1000, made.height())
    made.show_view(TimeView(0.0, 100.0))
    return made


@pytest.mark.parametrize("width", [150, 400, 1000, 3000])
@pytest.mark.parametrize("length", [7200.0, 3600.0, 95.0, 10.0, 1.0, 0.03, 0.0021, 0.00017])
@pytest.mark.parametrize("start", [0.0, 59.7, 3599.5])
def test_labels_never_touch_and_never_leave(ruler, width, length, start):
    ruler.resize(width, ruler.height())
    ruler.show_view(TimeView(start, length))
    metrics = QFontMetrics(theme().font("caption"))
    labels = ruler.labels()
    assert labels
    assert labels[0][0] >= 0
    assert labels[-1][0] + metrics.horizontalAdvance(labels[-1][1]) <= width
    assert all(b[0] - (a[0] + metrics.horizontalAdvance(a[1])) >= 8 for a, b in pairwise(labels))


@pytest.mark.parametrize("unit", TimeUnit)
@pytest.mark.parametrize("start", [0.0, 59.7])
def test_every_tick_with_room_has_its_label(ruler, unit, start):
    """Not even the second one is left out for the first, which is moved in from the ruler's end."""
    shown = time_format()
    use_time_format(TimeFormat(unit))
    try:
        for length in np.geomspace(0.01, 4000.0, 150):
            ruler.show_view(TimeView(start, length))
            assert [text for _, text in ruler.labels()] == [tick.label for tick in ruler.grid.majors], length
    finally:
        use_time_format(shown)


def test_ticks_are_drawn_at_their_times(ruler):
    pixels = is_colour(seen(ruler), theme().color("text_dim"))
    row = pixels[ruler.height() - 8]
    for tick in ruler.grid.majors[1:-1]:
        assert row[round(tick.value * 10) - 1 : round(tick.value * 10) + 2].any()


def test_a_click_seeks(qtbot, ruler):
    with qtbot.waitSignal(ruler.seek_requested) as blocker:
        QTest.mouseClick(ruler, LEFT, NO_KEY, QPoint(250, 10))
    assert blocker.args == pytest.approx([25.0])


def test_a_drag_selects_and_does_not_seek(qtbot, ruler):
    selected = []
    ruler.selection_drawn.connect(selected.append)
    with qtbot.assertNotEmitted(ruler.seek_requested):
        drag(ruler, QPoint(600, 10), QPoint(200, 10))
    assert selected[-1] == pytest.approx((20.0, 60.0))


def test_the_wheel_zooms_at_the_pointer(qtbot, ruler):
    with qtbot.waitSignal(ruler.zoom_requested) as blocker:
        wheel(ruler, QPoint(300, 10), 1)
    assert blocker.args == pytest.approx([0.8, 30.0])


def test_the_playhead_stands_over_its_time(ruler):
    ruler.show_playhead(40.0)
    columns = is_colour(seen(ruler), theme().color("playhead"))[ruler.height() - 8]
    assert columns[396:405].sum() >= 6


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier])
def test_alt_or_ctrl_and_a_drag_scrub_and_select_nothing(ruler, held):
    scrubbed, ended, others = [], [], []
    ruler.scrubbed.connect(scrubbed.append)
    ruler.scrub_ended.connect(ended.append)
    ruler.selection_drawn.connect(others.append)
    ruler.seek_requested.connect(others.append)
    QTest.mousePress(ruler, LEFT, held, QPoint(200, 10))
    for x in (300, 400, 1200):
        QTest.mouseMove(ruler, QPoint(x, 10))
    QTest.mouseRelease(ruler, LEFT, held, QPoint(500, 10))
    assert scrubbed == pytest.approx([20.0, 30.0, 40.0, 100.0], abs=0.2)
    assert ended == pytest.approx([50.0], abs=0.2)
    drag(ruler, QPoint(200, 10), QPoint(300, 10))
    assert len(scrubbed) == 4
    assert len(others) > 0
