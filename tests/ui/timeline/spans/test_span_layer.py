"""What the span layer shows besides spans: pointers, read-outs, tool tips and menus."""

import pytest
from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from samstudio.ui.theme import theme
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.gesture_context import MenuTarget
from tests.ui.timeline.drawn_lanes import LinearScale, about

CURSOR = Qt.CursorShape


def test_the_cursor_tells_what_a_drag_would_do(lanes):
    lanes.show(Span(2, 4), Span(6, 8, low=5000, high=10000), selected=0)
    assert lanes.hover(lanes.at(5)) == CURSOR.IBeamCursor
    assert lanes.hover(lanes.at(3)) == CURSOR.SizeAllCursor
    assert lanes.hover(lanes.at(4)) == CURSOR.SizeHorCursor
    assert lanes.hover(lanes.at(7, 0.5, lanes.spectrogram)) == CURSOR.SizeVerCursor
    assert lanes.hover(lanes.at(8, 0.5, lanes.spectrogram)) == CURSOR.SizeBDiagCursor
    assert lanes.hover(lanes.at(6, 0.5, lanes.spectrogram)) == CURSOR.SizeFDiagCursor
    lanes.layer.set_tool(Tool.MINUS)
    assert lanes.hover(lanes.at(3)) == CURSOR.CrossCursor
    assert lanes.hover(lanes.at(2)) == CURSOR.SizeHorCursor


def test_the_readout_follows_the_drag(lanes):
    words = []
    lanes.layer.readout_changed.connect(words.append)
    lanes.layer.set_snapping(False)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.press(lanes.at(1.25))
    lanes.move(lanes.at(1.25), lanes.at(3.1))
    assert words[-1] == "+ 1.250 – 3.100 s  ·  1.850 s"
    lanes.release(lanes.at(3.1))
    assert words[-1] == ""


def test_a_tool_tip_tells_the_span_under_the_mouse(lanes):
    lanes.show(Span(6, 8, Sign.MINUS, muted=True))
    lanes.hover(lanes.at(7))
    assert lanes.wave.toolTip().startswith("− 6.000 – 8.000 s  ·  2.000 s\nMuted: kept, but not used.\n")
    lanes.hover(lanes.at(5))
    assert lanes.wave.toolTip() == ""


def test_the_context_menus(lanes):
    asked = []
    lanes.layer.menu_requested.connect(lambda target, place: asked.append((target, place)))
    lanes.show(Span(2, 4), Span(6, 8))
    lanes.layer.show_suggestions((Span(9, 9.5),))
    lanes.layer.show_selection((0, 1))
    for time in (5, 0.5, 9.2, 7):
        lanes.click(lanes.at(time), button=Qt.MouseButton.RightButton)
    assert [target for target, _ in asked] == [
        MenuTarget.EMPTY,
        MenuTarget.SELECTION,
        MenuTarget.SUGGESTION,
        MenuTarget.SPAN,
    ]
    assert lanes.signals.emitted == [("suggestion_selected", 0), ("spans_selected", (1,))]
    (_, place) = asked[-1]
    assert (place - lanes.widget.viewport().mapToGlobal(lanes.at(7))).manhattanLength() <= 1


def test_a_right_click_on_one_of_the_selected_keeps_them_all(lanes):
    lanes.show(Span(2, 4), Span(6, 8), selected=(0, 1))
    lanes.click(lanes.at(3), button=Qt.MouseButton.RightButton)
    assert lanes.signals.emitted == []


def test_the_menu_key_asks_at_what_is_selected(lanes):
    asked = []
    lanes.layer.menu_requested.connect(lambda target, place: asked.append((target, place)))
    lanes.show(Span(2, 4), selected=0)
    lanes.layer.request_menu()
    ((target, place),) = asked
    assert target is MenuTarget.SPAN
    assert lanes.widget.viewport().mapFromGlobal(place).x() == pytest.approx(lanes.at(2).x(), abs=2)


def test_lanes_can_be_attached_again(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.layer.attach([lanes.wave])
    lanes.drag(lanes.at(4), lanes.at(6))
    lanes.signals.edit()
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(4, 0.5, lanes.spectrogram), lanes.at(6, 0.5, lanes.spectrogram))
    assert lanes.signals.emitted == []


def test_a_bare_lane_shows_no_spans_and_holds_none(lanes):
    lanes.layer.attach([lanes.wave, lanes.spectrogram], [lanes.spectrogram], LinearScale(), bare=[lanes.wave])
    lanes.show(Span(2, 4), selected=0)
    assert lanes.color(3.0) == theme().color("canvas")
    assert lanes.color(3.0, 0.5, lanes.spectrogram) != theme().color("canvas")
    lanes.click(lanes.at(3.0))
    assert lanes.signals.emitted[-1] == ("seek_requested", about(3.0))
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(2.0), lanes.at(6.0))
    assert lanes.signals.emitted == [("selection_changed", (about(2.0), about(6.0)))]
