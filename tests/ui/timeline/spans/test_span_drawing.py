"""New spans and boxes drawn with a real mouse on two lanes."""

import pytest
from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.lanes.lane_box import Tool
from tests.ui.timeline.drawn_lanes import PIXEL, about

CTRL = Qt.KeyboardModifier.ControlModifier


CURSOR = Qt.CursorShape


@pytest.mark.parametrize(("tool", "sign"), [(Tool.PLUS, Sign.PLUS), (Tool.MINUS, Sign.MINUS)])
def test_a_drag_with_a_span_tool_draws_one_span(lanes, tool, sign):
    lanes.layer.set_tool(tool)
    lanes.drag(lanes.at(2), lanes.at(5))
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end, span.sign, span.is_box) == (about(2), about(5), sign, False)


def test_a_span_is_drawn_backwards_and_in_the_spectrogram_too(lanes):
    lanes.layer.set_tool(Tool.MINUS)
    lanes.drag(lanes.at(5, 0.5, lanes.spectrogram), lanes.at(2, 0.7, lanes.spectrogram))
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end, span.is_box) == (about(2), about(5), False)


def test_a_span_is_drawn_inside_another(lanes):
    lanes.layer.set_tool(Tool.MINUS)
    lanes.show(Span(1, 8), selected=0)
    lanes.drag(lanes.at(3), lanes.at(5))
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end, span.sign) == (about(3), about(5), Sign.MINUS)


def test_nothing_is_marked_without_a_clip(lanes):
    lanes.layer.set_duration(0)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(4), lanes.at(9))
    lanes.click(lanes.at(2))
    assert lanes.signals.emitted == []


def test_a_box_is_drawn_with_its_frequencies(lanes):
    lanes.layer.set_tool(Tool.BOX)
    lanes.drag(lanes.at(2, 0.25, lanes.spectrogram), lanes.at(4, 0.75, lanes.spectrogram))
    (box,) = lanes.signals.only("span_drawn")
    assert (box.start, box.end, box.sign) == (about(2), about(4), Sign.PLUS)
    assert (box.low, box.high) == (pytest.approx(5000, abs=150), pytest.approx(15000, abs=150))


def test_a_box_is_not_drawn_where_there_is_no_frequency(lanes):
    words = []
    lanes.layer.readout_changed.connect(words.append)
    lanes.layer.set_tool(Tool.BOX)
    lanes.drag(lanes.at(2), lanes.at(4))
    assert lanes.signals.emitted == []
    assert lanes.hover(lanes.at(3)) == CURSOR.ForbiddenCursor
    assert words[-1] == "Draw boxes in the spectrogram."


def test_a_drag_of_two_pixels_is_a_click(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    start = lanes.at(4)
    end = lanes.at(4 + 2 * PIXEL)
    assert end.x() - start.x() == 2
    lanes.drag(start, end)
    assert lanes.signals.only("seek_requested") == (about(4),)
    lanes.signals.emitted.clear()
    lanes.drag(start, lanes.at(4 + 3 * PIXEL))
    lanes.signals.only("span_drawn")


def test_a_short_drag_far_in_makes_ten_milliseconds(lanes):
    lanes.wave.show_times(4, 4.05)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(4.02), lanes.at(4.0205))
    (span,) = lanes.signals.only("span_drawn")
    assert span.length == pytest.approx(0.01)


def test_a_cancelled_drag_leaves_nothing(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    before = lanes.picture()
    assert lanes.layer.cancel_gesture() is False
    lanes.press(lanes.at(2))
    lanes.move(lanes.at(2), lanes.at(5))
    assert lanes.picture() != before
    assert lanes.layer.cancel_gesture() is True
    assert lanes.picture() == before
    lanes.move(lanes.at(5), lanes.at(6))
    lanes.release(lanes.at(6))
    assert lanes.signals.emitted == []
    assert lanes.picture() == before


def test_the_view_may_scroll_under_a_drag(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.layer.set_duration(20)
    lanes.press(lanes.at(8))
    lanes.move(lanes.at(8), lanes.at(9))
    lanes.wave.show_times(5, 15)
    end = lanes.at(12)
    lanes.move(end, end)
    lanes.release(end)
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end) == (about(8), about(12))


def test_a_drag_held_outside_the_lane_scrolls_on(lanes, qtbot):
    def scroll(seconds: float) -> None:
        start, end = lanes.wave.times
        seconds = min(seconds, 12 - end)
        lanes.wave.show_times(start + seconds, end + seconds)

    lanes.wave.scroll_requested.connect(scroll)
    lanes.layer.set_duration(12)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.press(lanes.at(8))
    outside = lanes.at(10.5)
    lanes.move(lanes.at(8), outside)
    qtbot.waitUntil(lambda: lanes.wave.times[1] == pytest.approx(12))
    lanes.release(outside)
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end) == (about(8), 12)
    here = lanes.wave.times
    qtbot.wait(100)
    assert lanes.wave.times == here


def test_ctrl_drag_draws_another_span_of_the_same_sign(lanes):
    lanes.show(Span(2, 4, Sign.MINUS), selected=0)
    lanes.drag(lanes.at(2.5), lanes.at(3.5), CTRL)
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end, span.sign) == (about(2.5), about(3.5), Sign.MINUS)
