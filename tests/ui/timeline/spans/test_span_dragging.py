"""Spans and boxes changed with a real mouse on two lanes."""

import pytest
from PySide6.QtCore import Qt

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.timeline.lanes.lane_box import Tool
from tests.ui.timeline.drawn_lanes import about


def test_a_span_tool_takes_the_edge_of_the_selected_span_only(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.layer.set_snapping(False)
    lanes.show(Span(1, 3), Span(5, 7), selected=0)
    lanes.drag(lanes.at(3), lanes.at(4))
    (index, span) = lanes.signals.edit()
    assert (index, span.start, span.end) == (0, 1, about(4))
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(7), lanes.at(8))
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end) == (about(7), about(8))


def test_an_edge_is_dragged(lanes):
    lanes.show(Span(2, 4, Sign.MINUS, muted=True), selected=0)
    lanes.drag(lanes.at(4), lanes.at(6))
    (index, span) = lanes.signals.edit()
    assert (index, span.start, span.end, span.sign, span.muted) == (0, 2, about(6), Sign.MINUS, True)


def test_time_is_selected_inside_a_span_that_is_not_selected(lanes):
    lanes.layer.set_snapping(False)
    lanes.show(Span(2, 4), Span(5, 6), selected=1)
    lanes.drag(lanes.at(2.5), lanes.at(3.5))
    ((start, end),) = lanes.signals.only("selection_changed")
    assert (start, end) == (about(2.5), about(3.5))


def test_a_span_is_selected_with_a_click_and_then_dragged(lanes):
    lanes.layer.set_snapping(False)
    lanes.show(Span(2, 4), Span(5, 6))
    lanes.click(lanes.at(3))
    assert lanes.signals.only("spans_selected") == ((0,),)
    lanes.signals.emitted.clear()
    lanes.show(Span(2, 4), Span(5, 6), selected=0)
    lanes.drag(lanes.at(3), lanes.at(3.5))
    (index, span) = lanes.signals.edit()
    assert (index, span.start, span.length) == (0, about(2.5), pytest.approx(2))


def test_time_is_selected_inside_a_selected_span_with_shift(lanes):
    lanes.layer.set_snapping(False)
    lanes.show(Span(2, 4), selected=0)
    lanes.drag(lanes.at(2.5), lanes.at(3.5), Qt.KeyboardModifier.ShiftModifier)
    ((_, end),) = lanes.signals.only("selection_changed")
    assert end == about(3.5)


def test_the_edge_of_a_span_that_is_not_selected_is_dragged_at_once(lanes):
    lanes.layer.set_snapping(False)
    lanes.show(Span(2, 4))
    lanes.drag(lanes.at(4), lanes.at(6))
    assert [messages[0] for messages in lanes.signals.emitted] == ["spans_selected", "spans_edited"]


def test_the_cursor_and_the_tip_tell_whether_a_span_is_moved_or_time_selected(lanes):
    lanes.show(Span(2, 4), Span(6, 8), selected=0)
    assert lanes.hover(lanes.at(3)) is Qt.CursorShape.SizeAllCursor
    assert lanes.wave.toolTip().endswith("Drag to move it; Shift+drag selects time.")
    assert lanes.hover(lanes.at(7)) is Qt.CursorShape.IBeamCursor
    assert lanes.wave.toolTip().endswith("Click to select it, then drag to move it; drag at once to select time.")


def test_a_drag_that_returns_edits_nothing(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(5))
    lanes.move(lanes.at(5), lanes.at(3))
    lanes.release(lanes.at(3))
    assert lanes.signals.emitted == []


def test_a_boxs_upper_edge_and_corner_are_dragged(lanes):
    box = Span(2, 4, low=5000, high=10000)
    lanes.show(box, selected=0)
    lanes.drag(lanes.at(3, 0.5, lanes.spectrogram), lanes.at(3, 0.8, lanes.spectrogram))
    (_, edited) = lanes.signals.edit()
    assert (edited.start, edited.end) == (2, 4)
    assert (edited.low, edited.high) == (5000, pytest.approx(16000, abs=150))
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(4, 0.25, lanes.spectrogram), lanes.at(5, 0.1, lanes.spectrogram))
    (_, edited) = lanes.signals.edit()
    assert (edited.start, edited.end) == (2, about(5))
    assert (edited.low, edited.high) == (pytest.approx(2000, abs=150), 10000)


def test_a_box_moved_in_time_keeps_its_frequencies_exactly(lanes):
    lanes.show(Span(2, 4, low=1234.5, high=9876.5), selected=0)
    lanes.drag(lanes.at(3, 0.3, lanes.spectrogram), lanes.at(5, 0.31, lanes.spectrogram))
    (_, box) = lanes.signals.edit()
    assert (box.start, box.low, box.high) == (about(4), 1234.5, 9876.5)


def test_a_box_is_moved_by_its_bracket_in_a_wave_lane_and_not_beside_it(lanes):
    lanes.show(Span(2, 4, low=1000, high=2000), selected=0)
    lanes.drag(lanes.at(3, -0.97), lanes.at(5, -0.97))
    (_, box) = lanes.signals.edit()
    assert (box.start, box.end, box.low, box.high) == (about(4), about(6), 1000, 2000)
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(3, 0.5), lanes.at(3.5, 0.5))
    lanes.signals.only("selection_changed")


def test_a_prompt_that_changes_under_the_mouse_ends_the_drag(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(5))
    lanes.layer.show_prompt(Prompt())
    lanes.release(lanes.at(5))
    assert lanes.signals.emitted == []


def test_text_that_changes_under_the_mouse_does_not(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(5))
    lanes.layer.show_prompt(Prompt("bell", (Span(2, 4),)))
    lanes.release(lanes.at(5))
    lanes.signals.edit()


def test_a_box_edge_outside_the_axis_stays_when_another_moves(lanes):
    lanes.show(Span(2, 4, low=5000, high=24000), selected=0)
    lanes.drag(lanes.at(3, 0.25, lanes.spectrogram), lanes.at(3, 0.5, lanes.spectrogram))
    (_, box) = lanes.signals.edit()
    assert (box.low, box.high) == (pytest.approx(10000, abs=150), 24000)


def test_selected_spans_move_together_and_stop_together(lanes):
    box = Span(5, 6, low=1000, high=2000)
    lanes.show(Span(1, 2), Span(3, 4, Sign.MINUS), box, selected=(0, 2))
    lanes.drag(lanes.at(1.5), lanes.at(3.5))
    (changes,) = lanes.signals.only("spans_edited")
    assert set(changes) == {0, 2}
    assert (changes[0].start, changes[2].start) == (about(3), about(7))
    assert changes[2].start - changes[0].start == pytest.approx(4)
    assert (changes[2].low, changes[2].high) == (1000, 2000)
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(1.5), lanes.at(9.5))
    (changes,) = lanes.signals.only("spans_edited")
    assert (changes[0].start, changes[2].end) == (pytest.approx(5), 10)


def test_an_edge_of_one_of_the_selected_is_dragged_alone(lanes):
    lanes.show(Span(1, 2), Span(3, 4), selected=(0, 1))
    lanes.drag(lanes.at(2), lanes.at(2.5))
    index, span = lanes.signals.edit()
    assert (index, span.start, span.end) == (0, 1, about(2.5))
