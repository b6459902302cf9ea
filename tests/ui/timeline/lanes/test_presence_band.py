"""The band over the target's lane where the target was made silent."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.session.take import Stem, Stems
from samstudio.ui.theme import theme
from tests.ui.timeline.whole import RATE, Whole, clip_of, is_colour, seen

ABSENT = ((2.0, 8.0), (15.0, 15.1))


@pytest.fixture
def whole(qtbot):
    """Twenty seconds of silence with stems, of which two stretches are absent."""
    clip = clip_of(np.zeros(20 * RATE))
    made = Whole(qtbot, clip)
    made.timeline.show_stems(Stems(clip.samples, clip.samples))
    made.timeline.presence.show_stretches(ABSENT)
    made.settle()
    yield made
    made.pictures.close()


def lines(whole: Whole, seconds: float, lane: int = 2) -> int:
    """How many rows of a column of a lane, the target's by default, are not its ground."""
    picture = seen(whole.canvas(lane))
    return int((~is_colour(picture[:, whole.x(seconds)], theme().color("canvas"), 6)).sum())


def test_absent_stretches_are_hatched_and_the_others_are_not(whole):
    assert lines(whole, 3.3) > 3 * lines(whole, 12.7)
    before = lines(whole, 3.3)
    whole.timeline.presence.show_stretches(())
    QApplication.processEvents()
    assert lines(whole, 3.3) < before / 2


def test_it_follows_the_view(whole):
    whole.timeline.zoom_to(10.0, 20.0)
    QApplication.processEvents()
    assert lines(whole, 15.05) > 3 * lines(whole, 12.7)


def test_the_word_stands_where_it_has_room(whole):
    picture = seen(whole.canvas(2))
    middle = picture[:, whole.x(5.0) - 20 : whole.x(5.0) + 20]
    writing = is_colour(middle, theme().color("text_dim"), 60).sum()
    elsewhere = is_colour(picture[:, whole.x(3.0) - 20 : whole.x(3.0) + 20], theme().color("text_dim"), 60).sum()
    assert writing > elsewhere + 20


def test_only_the_stretches_are_the_mouses_business(whole):
    band = whole.timeline.presence
    shape = band.shape()
    assert shape.contains(QPointF(whole.x(3.0), 10))
    assert not shape.contains(QPointF(whole.x(12.0), 10))
    assert band.stretch_at(whole.x(3.0)) == ABSENT[0]
    assert band.stretch_at(whole.x(15.05)) == ABSENT[1]
    assert band.stretch_at(whole.x(12.0)) is None
    assert "right-click" in band.toolTip()


def test_the_right_button_asks_for_the_menu_and_the_left_one_seeks(whole):
    asked, clicked = [], []
    whole.timeline.presence.menu_requested.connect(lambda stretch, _place: asked.append(stretch))
    whole.timeline.stack.lanes[Stem.TARGET].box.clicked.connect(lambda gesture: clicked.append(gesture.time))
    canvas = whole.canvas(2).viewport()
    for seconds in (3.0, 12.0):
        QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(whole.x(seconds), 20))
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(whole.x(seconds), 20))
        QTest.qWait(QApplication.doubleClickInterval() + 10)
    assert asked == [ABSENT[0]]
    assert clicked == pytest.approx([3.0, 12.0], abs=0.05)


def test_what_was_not_separated_is_hatched_in_both_stems_and_leaves_the_mouse_to_the_lane(whole):
    whole.timeline.presence.show_stretches(())
    QApplication.processEvents()
    bare = [lines(whole, 12.7, lane) for lane in (2, 3)]
    whole.timeline.stack.show_left_out(((10.0, 20.0),))
    QApplication.processEvents()
    assert all(lines(whole, 12.7, lane) > 3 * before for lane, before in zip((2, 3), bare, strict=True))
    assert all(lines(whole, 3.3, lane) <= before for lane, before in zip((2, 3), bare, strict=True))
    assert "residual is the clip" in whole.timeline.stack._left_out[Stem.TARGET].toolTip()
    assert whole.timeline.stack._left_out[Stem.TARGET].acceptedMouseButtons() == Qt.MouseButton.NoButton
