"""The picture: frames in, places out, by mouse and by keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.ui.video.rectangle_page import RectanglePage, caption
from samstudio.ui.video.video_view import FIRST, STEP
from tests.signals import emissions

PLACE = Region(0.25, 0.25, 0.5, 0.5)
KEY = Qt.Key
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(qtbot):
    made = RectanglePage()
    qtbot.addWidget(made)
    made.resize(424, 380)
    with qtbot.waitExposed(made):
        made.show()
    frame = np.full((90, 160, 3), 200, np.uint8)
    made.show_frame(frame, 1.5)
    made.view.setFocus()
    return made


@pytest.fixture
def marked(panel):
    panel.show_prompt(Prompt().with_regions(PLACE))
    return panel


def at(panel, x: float, y: float) -> QPoint:
    rect = panel.view.image_rect()
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()


def drag(panel, start: QPoint, end: QPoint) -> None:
    view = panel.view
    QTest.mouseMove(view, start)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, NONE, start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NONE, end)


def close_to(region: Region, *corners: float) -> bool:
    return region.corners == pytest.approx(corners, abs=0.01)


def grabbed(panel) -> QImage:
    return panel.view.grab().toImage()


def test_a_drag_marks_a_place_at_the_frame_s_time(panel):
    marks = emissions(panel.region_marked)
    drag(panel, at(panel, 0.2, 0.3), at(panel, 0.6, 0.9))
    ((region, moves),) = marks
    assert close_to(region, 0.2, 0.3, 0.6, 0.9)
    assert region.time == 1.5
    assert moves is False


def test_a_drag_beyond_the_edge_stops_there(panel):
    marks = emissions(panel.region_marked)
    drag(panel, at(panel, 0.5, 0.5), QPoint(-200, 900))
    assert close_to(marks[0][0], 0.0, 0.5, 0.5, 1.0)


def test_a_click_marks_nothing(panel):
    marks = emissions(panel.region_marked)
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, NONE, at(panel, 0.5, 0.5))
    drag(panel, at(panel, 0.5, 0.5), at(panel, 0.5, 0.5) + QPoint(1, 1))
    assert marks == []


@pytest.mark.parametrize(
    ("start", "end", "corners"),
    [
        ((0.5, 0.5), (0.6, 0.4), (0.35, 0.15, 0.85, 0.65)),
        ((0.25, 0.5), (0.1, 0.5), (0.1, 0.25, 0.75, 0.75)),
        ((0.5, 0.75), (0.5, 0.95), (0.25, 0.25, 0.75, 0.95)),
        ((0.75, 0.25), (0.9, 0.1), (0.25, 0.1, 0.9, 0.75)),
        ((0.25, 0.5), (0.9, 0.5), (0.75, 0.25, 0.9, 0.75)),
        ((0.9, 0.9), (0.8, 0.8), (0.8, 0.8, 0.9, 0.9)),
    ],
    ids=["body", "left edge", "bottom edge", "corner", "edge across the other", "beside it: a new one"],
)
def test_what_is_taken_hold_of_moves(marked, start, end, corners):
    marks = emissions(marked.region_marked)
    drag(marked, at(marked, *start), at(marked, *end))
    assert close_to(marks[0][0], *corners)


def test_escape_drops_a_drag(marked):
    marks = emissions(marked.region_marked)
    QTest.mousePress(marked.view, Qt.MouseButton.LeftButton, NONE, at(marked, 0.5, 0.5))
    QTest.mouseMove(marked.view, at(marked, 0.6, 0.6))
    QTest.keyClick(marked.view, KEY.Key_Escape)
    QTest.mouseRelease(marked.view, Qt.MouseButton.LeftButton, NONE, at(marked, 0.6, 0.6))
    assert marks == []


def test_keys_make_move_resize_and_clear(panel):
    marks, nudges, clears = (
        emissions(panel.region_marked),
        emissions(panel.region_nudged),
        emissions(panel.clear_requested),
    )
    QTest.keyClick(panel.view, KEY.Key_Right)
    QTest.keyClick(panel.view, KEY.Key_Delete)
    assert nudges == clears == []
    QTest.keyClick(panel.view, KEY.Key_Return)
    assert marks == [(FIRST.at(1.5), False)]
    panel.show_prompt(Prompt().with_regions(PLACE))
    for key, modifier in ((KEY.Key_Right, NONE), (KEY.Key_Up, NONE), (KEY.Key_Right, SHIFT), (KEY.Key_Up, SHIFT)):
        QTest.keyClick(panel.view, key, modifier)
    moved = [region.corners for region, *_ in nudges]
    assert moved[0] == pytest.approx((0.25 + STEP, 0.25, 0.75 + STEP, 0.75))
    assert moved[1] == pytest.approx((0.25, 0.25 - STEP, 0.75, 0.75 - STEP))
    assert moved[2] == pytest.approx((0.25, 0.25, 0.75 + STEP, 0.75))
    assert moved[3] == pytest.approx((0.25, 0.25, 0.75, 0.75 - STEP))
    # A run of moves begins once, a run of resizes begins anew.
    assert [begins for *_, begins in nudges] == [True, False, True, False]
    QTest.keyClick(panel.view, KEY.Key_Delete)
    assert len(clears) == 1
    QTest.keyClick(panel.view, KEY.Key_Return)
    assert len(marks) == 1


def test_a_run_of_keys_ends_with_the_focus_or_a_drag(marked):
    nudges = emissions(marked.region_nudged)
    QTest.keyClick(marked.view, KEY.Key_Left)
    marked.moves.setFocus()
    marked.view.setFocus()
    QTest.keyClick(marked.view, KEY.Key_Left)
    drag(marked, at(marked, 0.9, 0.9), at(marked, 0.8, 0.8))
    QTest.keyClick(marked.view, KEY.Key_Left)
    assert [begins for *_, begins in nudges] == [True, True, True]


def test_at_the_edge_an_arrow_asks_for_nothing(panel):
    panel.show_prompt(Prompt().with_region(Region(0, 0, 0.5, 1)))
    nudges = emissions(panel.region_nudged)
    QTest.keyClick(panel.view, KEY.Key_Left)
    QTest.keyClick(panel.view, KEY.Key_Down)
    assert nudges == []


def test_all_but_the_place_is_dark(marked):
    image = grabbed(marked)

    def level(x: float, y: float) -> int:
        return QColor(image.pixel(at(marked, x, y))).red()

    assert level(0.5, 0.5) == 200
    for x, y in ((0.1, 0.5), (0.9, 0.5), (0.5, 0.1), (0.5, 0.9)):
        assert level(x, y) < 90
    marked.show_prompt(Prompt())
    image = grabbed(marked)
    assert level(0.1, 0.5) == 200


def test_the_frame_keeps_its_proportions_and_colours(panel):
    frame = np.zeros((100, 50, 3), np.uint8)
    frame[:, :25] = (255, 0, 0)
    panel.show_frame(frame, 0.0)
    rect = panel.view.image_rect()
    assert rect.width() * 2 == pytest.approx(rect.height())
    image = grabbed(panel)
    assert QColor(image.pixel(at(panel, 0.25, 0.5))).getRgb()[:3] == (255, 0, 0)
    assert QColor(image.pixel(at(panel, 0.75, 0.5))).getRgb()[:3] == (0, 0, 0)


def test_a_moving_place_is_shown_where_it_is_now(panel):
    way = (Region(0, 0, 0.5, 1, time=1.0), Region(0.5, 0, 0.5, 1, time=2.0))
    panel.show_prompt(Prompt().with_regions(*way))
    assert panel.moves.isChecked()
    marks = emissions(panel.region_marked)
    drag(panel, at(panel, 0.5, 0.5), at(panel, 0.6, 0.5))  # at 1.5 s it covers 0.25 to 0.75
    ((region, moves),) = marks
    assert close_to(region, 0.35, 0, 0.85, 1)
    assert (region.time, moves) == (1.5, True)


def test_places_on_the_way_can_be_gone_to(panel):
    seeks = emissions(panel.seek_requested)
    assert not panel.next.isVisible()
    way = tuple(Region(0, 0, 0.5, 1, time=time) for time in (0.5, 1.0, 1.5, 4.0))
    panel.show_prompt(Prompt().with_regions(*way))
    QTest.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.previous, Qt.MouseButton.LeftButton)
    assert seeks == [4.0, 1.0]
    panel.show_frame(np.zeros((9, 9, 3), np.uint8), 4.0)
    assert not panel.next.isEnabled()
    assert panel.previous.isEnabled()


def test_what_rests_again_stays_where_it_is_seen(panel):
    rests = emissions(panel.rest_requested)
    panel.moves.click()
    panel.moves.click()
    assert rests == []
    panel.show_prompt(Prompt().with_regions(Region(0, 0, 0.5, 1, time=1.0), Region(0.5, 0, 0.5, 1, time=2.0)))
    assert rests == []
    panel.moves.click()
    assert rests == [Region(0.25, 0, 0.5, 1, time=1.5)]


def test_it_moves_may_be_said_before_the_second_place(marked):
    marked.moves.click()
    marked.show_prompt(Prompt("other words").with_regions(PLACE))
    marks = emissions(marked.region_marked)
    drag(marked, at(marked, 0.5, 0.5), at(marked, 0.6, 0.5))
    assert marks[0][1] is True
    marked.show_prompt(Prompt())
    assert not marked.moves.isChecked()


@pytest.mark.parametrize(
    ("regions", "time", "part"),
    [
        ((), 0.0, "Drag a rectangle"),
        ((PLACE,), 9.0, "only this rectangle, all the time"),
        ((PLACE, PLACE.at(2.0)), 2.01, "Rectangle 2 of 2, at 0:02"),
        ((PLACE, PLACE.at(2.0)), 1.0, "Between the 2 rectangles"),
    ],
)
def test_the_caption_says_what_the_mark_means(regions, time, part):
    assert part in caption(regions, time)


@pytest.mark.parametrize("width", [240, 424])
def test_the_frame_keeps_its_place_when_a_region_is_drawn(panel, width, qtbot):
    panel.resize(width, 380)
    places = []
    for prompt in (Prompt(), Prompt().with_regions(PLACE), Prompt().with_regions(PLACE, PLACE.at(2.0))):
        panel.show_prompt(prompt)
        qtbot.wait(20)
        places.append(panel.view.geometry())
    assert places[0] == places[1] == places[2]


def test_every_control_has_a_name_and_a_tooltip(panel):
    for control in (panel.view, panel.moves, panel.previous, panel.next, panel.clear):
        assert control.accessibleName()
        assert control.toolTip()
    assert "Del" in panel.clear.toolTip()


def test_in_a_low_panel_the_frame_and_the_buttons_are_whole(panel):
    panel.setMinimumSize(1, 1)
    seen = []
    for height in range(90, 310, 10):
        panel.resize(224, height)
        QApplication.sendPostedEvents()
        seen.append(panel._caption.isVisible())
        if seen[-1]:
            assert panel.view.height() >= 80
            assert panel.clear.geometry().bottom() < panel.height()
    assert not seen[0]
    assert seen[-1]
    assert seen == sorted(seen)


@pytest.mark.parametrize(("width", "height"), [(224, 160), (224, 300), (320, 200), (600, 400)])
def test_the_caption_says_as_much_as_there_is_room_for_and_the_rest_in_a_tooltip(panel, width, height):
    panel.resize(width, height)
    QApplication.sendPostedEvents()
    caption = panel._caption
    for words in (2, 12, 60):
        view = panel.view.geometry()
        caption.show_text("frame " * words)
        assert panel.view.geometry() == view
        assert panel.view.height() >= 80
        needed = caption.heightForWidth(caption.width())
        assert needed <= caption.height()
        assert bool(caption.toolTip()) == caption.text().endswith("…") == (caption.text() != caption.whole_text)
    assert panel.caption == "frame " * 60
