"""The picture of an object: what is drawn, what is asked for, what is said."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from samstudio.session.video.objects import Click, Mark
from samstudio.ui.video.mask_image import MaskLook, mask_image
from samstudio.ui.video.mask_words import mask_words
from samstudio.ui.video.object_page import ObjectPage, object_state
from samstudio.ui.video.video_panel import VideoPanel
from tests.signals import emissions

KEY, NONE, LEFT = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot):
    made = ObjectPage()
    qtbot.addWidget(made)
    made.resize(424, 360)
    with qtbot.waitExposed(made):
        made.show()
    made.view.show_frame(np.full((90, 160, 3), 128, np.uint8))
    made.view.setFocus()
    return made


def at(page, x: float, y: float) -> QPoint:
    rect = page.view.image_rect()
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()


def box_mask(top=20, bottom=70, left=40, right=120):
    mask = np.zeros((90, 160), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_a_mask_is_tinted_hatched_and_outlined():
    image = mask_image(box_mask(), QSize(320, 180), QColor(0, 200, 100), MaskLook.MARKED)
    alpha = np.array([[QColor(image.pixelColor(x, y)).alpha() for x in range(320)] for y in range(90, 100)])
    middle = alpha[:, 90:230]
    assert (alpha[:, :70] == 0).all()
    # Two levels inside, in a pattern that repeats: seen without colour.
    assert len(np.unique(middle)) == 2
    assert 0.08 < (middle == middle.max()).mean() < 0.16
    assert alpha.max() == 255


def test_an_unsure_outline_is_broken():
    def share_of_edge(look):
        image = mask_image(box_mask(), QSize(320, 180), QColor(0, 200, 100), look)
        return np.mean([image.pixelColor(x, 41).alpha() == 255 for x in range(90, 230)])

    assert share_of_edge(MaskLook.MARKED) == 1.0
    assert 0.3 < share_of_edge(MaskLook.UNSURE) < 0.7


def test_masks_clicks_and_cross_are_drawn_over_the_frame(page):
    page.view.show_mask(box_mask())
    page.view.show_mark(Mark(0.0, (Click(0.5, 0.5), Click(0.1, 0.1, positive=False))))
    QTest.keyClick(page.view, KEY.Key_Right)
    image = page.view.grab().toImage()

    def colour(x, y, dx=0, dy=0):
        place = at(page, x, y) + QPoint(dx, dy)
        return QColor(image.pixel(place)).getRgb()[:3]

    assert colour(0.05, 0.95) == (128, 128, 128)
    assert colour(0.4, 0.4) != (128, 128, 128)
    # A + of black on white; a − has nothing above its middle.
    assert max(colour(0.1, 0.1, 0, 3)) > 200
    assert max(colour(0.5, 0.5)) < 120


def test_the_right_button_and_alt_exclude(page):
    clicks = emissions(page.view.clicked)
    for button, modifiers in (
        (LEFT, NONE),
        (LEFT, Qt.KeyboardModifier.AltModifier),
        (Qt.MouseButton.RightButton, NONE),
    ):
        QTest.mouseClick(page.view, button, modifiers, at(page, 0.5, 0.5))
    assert [positive for *_, positive in clicks] == [True, False, False]
    QTest.mouseClick(page.view, LEFT, NONE, QPoint(page.view.width() // 2, 1))
    assert len(clicks) == 3


def test_a_drag_that_is_dropped_asks_for_nothing(page):
    boxes, clicks = emissions(page.view.boxed), emissions(page.view.clicked)
    QTest.mousePress(page.view, LEFT, NONE, at(page, 0.2, 0.2))
    QTest.mouseMove(page.view, at(page, 0.6, 0.6))
    QTest.keyClick(page.view, KEY.Key_Escape)
    QTest.mouseRelease(page.view, LEFT, NONE, at(page, 0.6, 0.6))
    assert boxes == clicks == []


def test_escape_stops_only_what_runs(page):
    stops = emissions(page.view.stop_requested)
    QTest.keyClick(page.view, KEY.Key_Escape)
    assert stops == []
    page.show_following(following=True)
    assert page.stop.isVisible()
    assert not page.follow.isVisible()
    QTest.keyClick(page.view, KEY.Key_Escape)
    assert len(stops) == 1


def test_nothing_moves_under_the_mouse_while_the_object_is_followed(page, qtbot):
    def places():
        parts = (page.view, page.check, page.previous, page.next)
        return page.minimumSizeHint(), [(part.mapTo(page, QPoint()), part.size()) for part in parts]

    page.show_unsure(1)
    qtbot.wait_until(page.check.isVisible)
    before = places()
    for following, count in ((True, 0), (True, 1), (False, 1)):
        page.show_following(following=following)
        page.show_unsure(count)
        page.layout().activate()
        assert places() == before


def test_tab_leaves_a_picture_without_a_mark(page):
    sizes = emissions(page.view.size_requested)
    QTest.keyClick(page.view, KEY.Key_Tab)
    assert sizes == []
    assert not page.view.hasFocus()


def test_every_control_has_a_name_and_a_tooltip(qtbot):
    panel = VideoPanel()
    qtbot.addWidget(panel)
    bar, page = panel.bar, panel.objects
    for control in (
        *(bar.list, bar.add, bar.remove, bar.rectangles),
        *(page.view, page.follow, page.stop, page.check, page.previous, page.next),
    ):
        assert control.accessibleName()
        assert control.toolTip()


def test_a_mask_in_words():
    assert mask_words(box_mask(), "Object 1") == "Object 1, middle, 28 % of the picture"
    assert mask_words(box_mask(0, 9, 0, 8), "drummer") == "drummer, left top, less than 1 % of the picture"
    assert mask_words(box_mask(30, 60, 0, 60), "Object 1") == "Object 1, left middle, 12 % of the picture"
    assert mask_words(np.zeros((9, 16), bool), "Object 1") == "Object 1, not in the picture"


@pytest.mark.parametrize(
    ("mark", "certainty", "marked", "found", "part"),
    [
        (None, None, False, False, "Click what makes the sound"),
        (Mark(0.0, absent=True), 1.0, True, False, "not in the picture here"),
        (Mark(0.0, (Click(0.5, 0.5),)), None, True, True, "Marked here"),
        (None, None, True, False, "Not followed to here yet"),
        (None, 0.9, True, True, "Followed here"),
        (None, 1.0, True, False, "Not in the picture here"),
        (None, 0.3, True, True, "Unsure here"),
        (None, 0.0, True, False, "Lost here"),
    ],
)
def test_how_things_stand_in_words(mark, certainty, marked, found, part):
    assert part in object_state(mark, certainty, box_mask() if found else None, marked=marked)


@pytest.mark.parametrize("mark", [Mark(0.0, (Click(0.5, 0.5),)), None])
def test_a_mask_of_nearly_the_whole_picture_is_told(mark):
    whole = box_mask(0, 90, 4, 160)
    assert "Nearly the whole picture" in object_state(mark, 0.4, whole, marked=True)
    assert "Nearly" not in object_state(mark, 0.4, box_mask(0, 90, 20, 160), marked=True)
