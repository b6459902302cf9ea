"""Time, spans and suggestions selected with a real mouse on two lanes."""

from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from tests.ui.timeline.drawn_lanes import about

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


CTRL = Qt.KeyboardModifier.ControlModifier


CURSOR = Qt.CursorShape


def test_a_drag_on_empty_ground_selects_time(lanes):
    lanes.drag(lanes.at(2), lanes.at(5))
    assert lanes.signals.only("selection_changed") == ((about(2), about(5)),)


def test_with_shift_time_is_selected_inside_a_span(lanes):
    lanes.show(Span(1, 9))
    lanes.drag(lanes.at(2), lanes.at(5), SHIFT)
    assert lanes.signals.only("selection_changed") == ((about(2), about(5)),)


def test_an_edge_of_the_selection_is_dragged(lanes):
    lanes.layer.show_selection((2, 5))
    assert lanes.hover(lanes.at(5)) == CURSOR.SizeHorCursor
    lanes.drag(lanes.at(5), lanes.at(7))
    assert lanes.signals.only("selection_changed") == ((2, about(7)),)


def test_shift_click_extends_the_selection_from_its_far_edge_or_the_playhead(lanes):
    lanes.layer.set_playhead(1)
    lanes.click(lanes.at(3), SHIFT)
    lanes.layer.show_selection((2, 5))
    lanes.click(lanes.at(7), SHIFT)
    lanes.click(lanes.at(1), SHIFT)
    names, stretches = zip(*lanes.signals.emitted, strict=True)
    assert set(names) == {"selection_changed"}
    assert stretches == ((1, about(3)), (2, about(7)), (about(1), 5))


def test_a_click_on_empty_ground_seeks_and_lets_go(lanes):
    lanes.show(Span(6, 8), selected=0)
    lanes.layer.show_selection((1, 2))
    lanes.click(lanes.at(4))
    assert lanes.signals.emitted == [("spans_selected", ()), ("selection_changed", None), ("seek_requested", about(4))]


def test_a_double_click_selects_the_time_of_a_span(lanes, qtbot):
    lanes.show(Span(2, 4))
    where = lanes.at(3)
    qtbot.mouseMove(lanes.widget.viewport(), where)
    qtbot.mouseDClick(lanes.widget.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    lanes.release(where)
    assert ("selection_changed", (2, 4)) in lanes.signals.emitted


def test_ctrl_click_adds_and_leaves_out(lanes):
    lanes.show(Span(1, 2), Span(3, 4), Span(5, 6), selected=(0, 1))
    lanes.click(lanes.at(5.5), CTRL)
    assert lanes.signals.only("spans_selected") == ((0, 1, 2),)
    lanes.signals.emitted.clear()
    lanes.click(lanes.at(1.5), CTRL)
    assert lanes.signals.only("spans_selected") == ((1,),)
    lanes.signals.emitted.clear()
    lanes.click(lanes.at(8), CTRL)
    assert lanes.signals.emitted == []


def test_shift_click_selects_all_spans_up_to_one_in_order_of_time(lanes):
    lanes.show(Span(7, 8), Span(1, 2), Span(5, 6), Span(3, 4), selected=1)
    lanes.click(lanes.at(5.5), SHIFT)
    assert lanes.signals.only("spans_selected") == ((1, 3, 2),)


def test_a_plain_click_on_one_of_the_selected_selects_it_alone(lanes):
    lanes.show(Span(1, 2), Span(3, 4), selected=(0, 1))
    lanes.click(lanes.at(1.5))
    assert lanes.signals.only("spans_selected") == ((0,),)


def test_a_suggestion_is_selected_by_a_click_and_gives_way_to_drags(lanes):
    lanes.layer.show_suggestions((Span(2, 4),))
    lanes.click(lanes.at(3))
    assert lanes.signals.only("suggestion_selected") == (0,)
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(2.5), lanes.at(3.5))
    lanes.signals.only("selection_changed")


def test_a_suggestion_whose_edge_is_dragged_is_accepted_trimmed(lanes):
    lanes.layer.show_suggestions((Span(1, 2), Span(5, 7)))
    lanes.drag(lanes.at(7), lanes.at(6))
    assert lanes.signals.emitted[0] == ("suggestion_selected", 1)
    (name, index, span) = lanes.signals.emitted[1]
    assert (name, index, span.start, span.end, span.sign) == ("suggestion_accepted", 1, 5, about(6), Sign.PLUS)
    lanes.hover(lanes.at(5.5))
    assert "Drag an edge to accept it trimmed" in lanes.wave.toolTip()


def test_a_span_over_a_suggestion_is_the_one_under_the_mouse(lanes):
    lanes.layer.show_suggestions((Span(2, 4),))
    lanes.show(Span(2, 4))
    lanes.click(lanes.at(3))
    assert lanes.signals.only("spans_selected") == ((0,),)
