"""Gestures with a real mouse on two lanes."""

import pytest
from PySide6.QtCore import Qt

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.marking import Ground
from samstudio.ui.timeline.spans.snapping import SnapTargets
from tests.ui.timeline.drawn_lanes import PIXEL, Lanes

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
CURSOR = Qt.CursorShape


@pytest.fixture
def lanes(qtbot) -> Lanes:
    return Lanes(qtbot)


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=1.5 * PIXEL)


@pytest.mark.parametrize(("tool", "sign"), [(Tool.PLUS, Sign.PLUS), (Tool.MINUS, Sign.MINUS)])
def test_a_drag_with_a_span_tool_draws_one_span(lanes, tool, sign):
    lanes.layer.set_tool(tool)
    lanes.drag(lanes.at(2), lanes.at(5))
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end, span.sign, span.is_box) == (about(2), about(5), sign, False)


def test_a_span_is_drawn_backwards_and_in_the_spectrogram_too(lanes):
    lanes.layer.set_tool(Tool.MINUS)
    lanes.drag(lanes.at(5, 0.5, lanes.spectrogram), lanes.at(2, 0.7, lanes.spectrogram))
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end, span.is_box) == (about(2), about(5), False)


def test_a_span_is_drawn_inside_another(lanes):
    lanes.layer.set_tool(Tool.MINUS)
    lanes.show(Span(1, 8), selected=0)
    lanes.drag(lanes.at(3), lanes.at(5))
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end, span.sign) == (about(3), about(5), Sign.MINUS)


def test_a_span_tool_takes_the_edge_of_the_selected_span_only(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.layer.set_snapping(False)
    lanes.show(Span(1, 3), Span(5, 7), selected=0)
    lanes.drag(lanes.at(3), lanes.at(4))
    (index, span) = lanes.news.edit()
    assert (index, span.start, span.end) == (0, 1, about(4))
    lanes.news.heard.clear()
    lanes.drag(lanes.at(7), lanes.at(8))
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end) == (about(7), about(8))


def test_a_drawn_span_stays_inside_the_clip(lanes):
    lanes.layer.set_duration(6)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(4), lanes.at(9))
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end) == (about(4), 6)


def test_nothing_is_marked_without_a_clip(lanes):
    lanes.layer.set_duration(0)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(4), lanes.at(9))
    lanes.click(lanes.at(2))
    assert lanes.news.heard == []


def test_an_edge_is_dragged(lanes):
    lanes.show(Span(2, 4, Sign.MINUS, muted=True), selected=0)
    lanes.drag(lanes.at(4), lanes.at(6))
    (index, span) = lanes.news.edit()
    assert (index, span.start, span.end, span.sign, span.muted) == (0, 2, about(6), Sign.MINUS, True)


def test_an_edge_dragged_over_the_other_changes_places_with_it(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.drag(lanes.at(4), lanes.at(1))
    (index, span) = lanes.news.edit()
    assert (index, span.start, span.end) == (0, about(1), 2)


def test_a_body_is_dragged_and_selected_first(lanes):
    lanes.show(Span(2, 4), Span(5, 6))
    lanes.drag(lanes.at(3), lanes.at(3.5))
    assert [said[0] for said in lanes.news.heard] == ["spans_selected", "spans_edited"]
    assert lanes.news.heard[0] == ("spans_selected", (0,))
    ((index, span),) = lanes.news.heard[1][1].items()
    assert (index, span.start, span.length) == (0, about(2.5), pytest.approx(2))


def test_a_body_stops_at_the_ends_of_the_clip(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.drag(lanes.at(3), lanes.at(0.2))
    assert lanes.news.edit() == (0, Span(0, 2))


def test_a_drag_that_returns_edits_nothing(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(5))
    lanes.move(lanes.at(5), lanes.at(3))
    lanes.release(lanes.at(3))
    assert lanes.news.heard == []


def test_the_smaller_of_two_nested_spans_is_under_the_mouse(lanes):
    lanes.show(Span(3, 5, Sign.MINUS), Span(1, 8))
    lanes.click(lanes.at(4))
    assert lanes.news.only("spans_selected") == ((0,),)


def test_a_box_is_drawn_with_its_frequencies(lanes):
    lanes.layer.set_tool(Tool.BOX)
    lanes.drag(lanes.at(2, 0.25, lanes.spectrogram), lanes.at(4, 0.75, lanes.spectrogram))
    (box,) = lanes.news.only("span_drawn")
    assert (box.start, box.end, box.sign) == (about(2), about(4), Sign.PLUS)
    assert (box.low, box.high) == (pytest.approx(5000, abs=150), pytest.approx(15000, abs=150))


def test_a_box_is_not_drawn_where_there_is_no_frequency(lanes):
    words = []
    lanes.layer.readout_changed.connect(words.append)
    lanes.layer.set_tool(Tool.BOX)
    lanes.drag(lanes.at(2), lanes.at(4))
    assert lanes.news.heard == []
    assert lanes.hover(lanes.at(3)) == CURSOR.ForbiddenCursor
    assert words[-1] == "Draw boxes in the spectrogram."


def test_a_boxs_upper_edge_and_corner_are_dragged(lanes):
    box = Span(2, 4, low=5000, high=10000)
    lanes.show(box, selected=0)
    lanes.drag(lanes.at(3, 0.5, lanes.spectrogram), lanes.at(3, 0.8, lanes.spectrogram))
    (_, edited) = lanes.news.edit()
    assert (edited.start, edited.end) == (2, 4)
    assert (edited.low, edited.high) == (5000, pytest.approx(16000, abs=150))
    lanes.news.heard.clear()
    lanes.drag(lanes.at(4, 0.25, lanes.spectrogram), lanes.at(5, 0.1, lanes.spectrogram))
    (_, edited) = lanes.news.edit()
    assert (edited.start, edited.end) == (2, about(5))
    assert (edited.low, edited.high) == (pytest.approx(2000, abs=150), 10000)


def test_a_box_moved_in_time_keeps_its_frequencies_exactly(lanes):
    lanes.show(Span(2, 4, low=1234.5, high=9876.5), selected=0)
    lanes.drag(lanes.at(3, 0.3, lanes.spectrogram), lanes.at(5, 0.31, lanes.spectrogram))
    (_, box) = lanes.news.edit()
    assert (box.start, box.low, box.high) == (about(4), 1234.5, 9876.5)


def test_a_box_is_moved_by_its_bracket_in_a_wave_lane_and_not_beside_it(lanes):
    lanes.show(Span(2, 4, low=1000, high=2000), selected=0)
    lanes.drag(lanes.at(3, -0.97), lanes.at(5, -0.97))
    (_, box) = lanes.news.edit()
    assert (box.start, box.end, box.low, box.high) == (about(4), about(6), 1000, 2000)
    lanes.news.heard.clear()
    lanes.drag(lanes.at(3, 0.5), lanes.at(3.5, 0.5))
    lanes.news.only("selection_changed")


def test_edges_snap_and_alt_lets_them_free(lanes):
    lanes.show(Span(6, 8, Sign.MINUS))
    lanes.layer.set_snap_targets(SnapTargets(playhead=4, onsets=(2,)))
    lanes.layer.set_tool(Tool.PLUS)
    five_off = 5 * PIXEL
    lanes.drag(lanes.at(2 + five_off), lanes.at(6 - five_off))
    assert lanes.news.only("span_drawn") == (Span(2, 6),)
    lanes.news.heard.clear()
    lanes.drag(lanes.at(2 + five_off), lanes.at(6 - five_off), ALT)
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end) == (about(2 + five_off), about(6 - five_off))
    assert (span.start, span.end) != (2, 6)


def test_snapping_can_be_switched_off(lanes):
    lanes.layer.set_snap_targets(SnapTargets(playhead=4))
    lanes.layer.set_snapping(False)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(2), lanes.at(4.05))
    (span,) = lanes.news.only("span_drawn")
    assert span.end == about(4.05)
    assert span.end != 4


def test_a_body_snaps_with_the_nearer_edge_and_not_to_itself(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.layer.set_playhead(6)
    lanes.drag(lanes.at(3), lanes.at(5.04))
    assert lanes.news.edit() == (0, Span(4, 6))
    lanes.news.heard.clear()
    lanes.drag(lanes.at(3), lanes.at(3.05))
    (_, span) = lanes.news.edit()
    assert span.start == about(2.05)
    assert span.start != 2


def test_a_playhead_that_moves_during_a_drag_does_not_pull(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.press(lanes.at(2))
    lanes.move(lanes.at(2), lanes.at(4))
    lanes.layer.set_playhead(5)
    lanes.move(lanes.at(4), lanes.at(5.05))
    lanes.release(lanes.at(5.05))
    (span,) = lanes.news.only("span_drawn")
    assert span.end != 5


def test_a_drag_on_empty_ground_selects_time(lanes):
    lanes.drag(lanes.at(2), lanes.at(5))
    assert lanes.news.only("selection_changed") == ((about(2), about(5)),)


def test_with_shift_time_is_selected_inside_a_span(lanes):
    lanes.show(Span(1, 9))
    lanes.drag(lanes.at(2), lanes.at(5), SHIFT)
    assert lanes.news.only("selection_changed") == ((about(2), about(5)),)


def test_an_edge_of_the_selection_is_dragged(lanes):
    lanes.layer.show_selection((2, 5))
    assert lanes.hover(lanes.at(5)) == CURSOR.SizeHorCursor
    lanes.drag(lanes.at(5), lanes.at(7))
    assert lanes.news.only("selection_changed") == ((2, about(7)),)


def test_shift_click_extends_the_selection_from_its_far_edge_or_the_playhead(lanes):
    lanes.layer.set_playhead(1)
    lanes.click(lanes.at(3), SHIFT)
    lanes.layer.show_selection((2, 5))
    lanes.click(lanes.at(7), SHIFT)
    lanes.click(lanes.at(1), SHIFT)
    names, stretches = zip(*lanes.news.heard, strict=True)
    assert set(names) == {"selection_changed"}
    assert stretches == ((1, about(3)), (2, about(7)), (about(1), 5))


def test_a_click_on_empty_ground_seeks_and_lets_go(lanes):
    lanes.show(Span(6, 8), selected=0)
    lanes.layer.show_selection((1, 2))
    lanes.click(lanes.at(4))
    assert lanes.news.heard == [("spans_selected", ()), ("selection_changed", None), ("seek_requested", about(4))]


def test_a_double_click_selects_the_time_of_a_span(lanes, qtbot):
    lanes.show(Span(2, 4))
    where = lanes.at(3)
    qtbot.mouseMove(lanes.widget.viewport(), where)
    qtbot.mouseDClick(lanes.widget.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    lanes.release(where)
    assert ("selection_changed", (2, 4)) in lanes.news.heard


def test_a_drag_of_two_pixels_is_a_click(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    start = lanes.at(4)
    end = lanes.at(4 + 2 * PIXEL)
    assert end.x() - start.x() == 2
    lanes.drag(start, end)
    assert lanes.news.only("seek_requested") == (about(4),)
    lanes.news.heard.clear()
    lanes.drag(start, lanes.at(4 + 3 * PIXEL))
    lanes.news.only("span_drawn")


def test_a_short_drag_far_in_makes_ten_milliseconds(lanes):
    lanes.wave.show_times(4, 4.05)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(4.02), lanes.at(4.0205))
    (span,) = lanes.news.only("span_drawn")
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
    assert lanes.news.heard == []
    assert lanes.picture() == before


def test_a_prompt_that_changes_under_the_mouse_ends_the_drag(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(5))
    lanes.layer.show_prompt(Prompt())
    lanes.release(lanes.at(5))
    assert lanes.news.heard == []


def test_text_that_changes_under_the_mouse_does_not(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(5))
    lanes.layer.show_prompt(Prompt("bell", (Span(2, 4),)))
    lanes.release(lanes.at(5))
    lanes.news.edit()


def test_the_view_may_scroll_under_a_drag(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.layer.set_duration(20)
    lanes.press(lanes.at(8))
    lanes.move(lanes.at(8), lanes.at(9))
    lanes.wave.show_times(5, 15)
    end = lanes.at(12)
    lanes.move(end, end)
    lanes.release(end)
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end) == (about(8), about(12))


def test_a_drag_held_outside_the_lane_scrolls_on(lanes, qtbot):
    def scroll(seconds: float) -> None:
        start, end = lanes.wave.times
        seconds = min(seconds, 20 - end)
        lanes.wave.show_times(start + seconds, end + seconds)

    lanes.wave.scroll_requested.connect(scroll)
    lanes.layer.set_duration(20)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.press(lanes.at(8))
    outside = lanes.at(10.5)
    lanes.move(lanes.at(8), outside)
    qtbot.waitUntil(lambda: lanes.wave.times[1] == pytest.approx(20))
    lanes.release(outside)
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end) == (about(8), 20)
    here = lanes.wave.times
    qtbot.wait(100)
    assert lanes.wave.times == here


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
    assert lanes.wave.toolTip() == "− 6.000 – 8.000 s  ·  2.000 s\nMuted: kept, but not used."
    lanes.hover(lanes.at(5))
    assert lanes.wave.toolTip() == ""


def test_a_box_edge_outside_the_axis_stays_when_another_moves(lanes):
    lanes.show(Span(2, 4, low=5000, high=24000), selected=0)
    lanes.drag(lanes.at(3, 0.25, lanes.spectrogram), lanes.at(3, 0.5, lanes.spectrogram))
    (_, box) = lanes.news.edit()
    assert (box.low, box.high) == (pytest.approx(10000, abs=150), 24000)


def test_the_context_menus(lanes):
    asked = []
    lanes.layer.menu_requested.connect(lambda ground, place: asked.append((ground, place)))
    lanes.show(Span(2, 4), Span(6, 8))
    lanes.layer.show_suggestions((Span(9, 9.5),))
    lanes.layer.show_selection((0, 1))
    for time in (5, 0.5, 9.2, 7):
        lanes.click(lanes.at(time), button=Qt.MouseButton.RightButton)
    assert [ground for ground, _ in asked] == [Ground.EMPTY, Ground.SELECTION, Ground.SUGGESTION, Ground.SPAN]
    assert lanes.news.heard == [("suggestion_selected", 0), ("spans_selected", (1,))]
    (_, place) = asked[-1]
    assert (place - lanes.widget.viewport().mapToGlobal(lanes.at(7))).manhattanLength() <= 1


def test_a_right_click_on_one_of_the_selected_keeps_them_all(lanes):
    lanes.show(Span(2, 4), Span(6, 8), selected=(0, 1))
    lanes.click(lanes.at(3), button=Qt.MouseButton.RightButton)
    assert lanes.news.heard == []


def test_the_menu_key_asks_at_what_is_selected(lanes):
    asked = []
    lanes.layer.menu_requested.connect(lambda ground, place: asked.append((ground, place)))
    lanes.show(Span(2, 4), selected=0)
    lanes.layer.ask_for_menu()
    ((ground, place),) = asked
    assert ground is Ground.SPAN
    assert lanes.widget.viewport().mapFromGlobal(place).x() == pytest.approx(lanes.at(2).x(), abs=2)


def test_ctrl_click_adds_and_leaves_out(lanes):
    lanes.show(Span(1, 2), Span(3, 4), Span(5, 6), selected=(0, 1))
    lanes.click(lanes.at(5.5), CTRL)
    assert lanes.news.only("spans_selected") == ((0, 1, 2),)
    lanes.news.heard.clear()
    lanes.click(lanes.at(1.5), CTRL)
    assert lanes.news.only("spans_selected") == ((1,),)
    lanes.news.heard.clear()
    lanes.click(lanes.at(8), CTRL)
    assert lanes.news.heard == []


def test_shift_click_selects_all_spans_up_to_one_in_order_of_time(lanes):
    lanes.show(Span(7, 8), Span(1, 2), Span(5, 6), Span(3, 4), selected=1)
    lanes.click(lanes.at(5.5), SHIFT)
    assert lanes.news.only("spans_selected") == ((1, 3, 2),)


def test_a_plain_click_on_one_of_the_selected_selects_it_alone(lanes):
    lanes.show(Span(1, 2), Span(3, 4), selected=(0, 1))
    lanes.click(lanes.at(1.5))
    assert lanes.news.only("spans_selected") == ((0,),)


def test_selected_spans_move_together_and_stop_together(lanes):
    box = Span(5, 6, low=1000, high=2000)
    lanes.show(Span(1, 2), Span(3, 4, Sign.MINUS), box, selected=(0, 2))
    lanes.drag(lanes.at(1.5), lanes.at(3.5))
    (changes,) = lanes.news.only("spans_edited")
    assert set(changes) == {0, 2}
    assert (changes[0].start, changes[2].start) == (about(3), about(7))
    assert changes[2].start - changes[0].start == pytest.approx(4)
    assert (changes[2].low, changes[2].high) == (1000, 2000)
    lanes.news.heard.clear()
    lanes.drag(lanes.at(1.5), lanes.at(9.5))
    (changes,) = lanes.news.only("spans_edited")
    assert (changes[0].start, changes[2].end) == (pytest.approx(5), 10)


def test_spans_that_move_together_do_not_snap_to_each_other(lanes):
    lanes.show(Span(2, 4), Span(4.03, 5), selected=(0, 1))
    lanes.drag(lanes.at(3), lanes.at(3.05))
    (changes,) = lanes.news.only("spans_edited")
    assert changes[0].start == about(2.05)
    assert changes[0].end != 4.03


def test_an_edge_of_one_of_the_selected_is_dragged_alone(lanes):
    lanes.show(Span(1, 2), Span(3, 4), selected=(0, 1))
    lanes.drag(lanes.at(2), lanes.at(2.5))
    index, span = lanes.news.edit()
    assert (index, span.start, span.end) == (0, 1, about(2.5))


def test_ctrl_drag_draws_another_span_of_the_same_sign(lanes):
    lanes.show(Span(2, 4, Sign.MINUS), selected=0)
    lanes.drag(lanes.at(2.5), lanes.at(3.5), CTRL)
    (span,) = lanes.news.only("span_drawn")
    assert (span.start, span.end, span.sign) == (about(2.5), about(3.5), Sign.MINUS)


def test_a_suggestion_is_selected_by_a_click_and_gives_way_to_drags(lanes):
    lanes.layer.show_suggestions((Span(2, 4),))
    lanes.click(lanes.at(3))
    assert lanes.news.only("suggestion_selected") == (0,)
    lanes.news.heard.clear()
    lanes.drag(lanes.at(2.5), lanes.at(3.5))
    lanes.news.only("selection_changed")


def test_a_suggestion_whose_edge_is_dragged_is_accepted_trimmed(lanes):
    lanes.layer.show_suggestions((Span(1, 2), Span(5, 7)))
    lanes.drag(lanes.at(7), lanes.at(6))
    assert lanes.news.heard[0] == ("suggestion_selected", 1)
    (name, index, span) = lanes.news.heard[1]
    assert (name, index, span.start, span.end, span.sign) == ("suggestion_accepted", 1, 5, about(6), Sign.PLUS)
    lanes.hover(lanes.at(5.5))
    assert "Drag an edge to accept it trimmed" in lanes.wave.toolTip()


def test_a_span_over_a_suggestion_is_the_one_under_the_mouse(lanes):
    lanes.layer.show_suggestions((Span(2, 4),))
    lanes.show(Span(2, 4))
    lanes.click(lanes.at(3))
    assert lanes.news.only("spans_selected") == ((0,),)


@pytest.mark.parametrize(
    ("time", "name"), [(1, "onset"), (4, "playhead"), (6, "edge"), (8, "suggested span"), (10, "end of the recording")]
)
def test_what_is_snapped_to_is_named(lanes, time, name):
    words = []
    lanes.layer.readout_changed.connect(words.append)
    lanes.layer.set_snap_targets(SnapTargets(playhead=4, onsets=(1,)))
    lanes.show(Span(6, 6.5, Sign.MINUS))
    lanes.layer.show_suggestions((Span(8, 8.5),))
    lanes.layer.set_tool(Tool.PLUS)
    lanes.press(lanes.at(3))
    lanes.move(lanes.at(3), lanes.at(time - 0.04))
    assert words[-1].endswith(f"snapped to {name}")
    labels = [child for item in lanes.wave.childItems() for child in item.childItems() if child.isVisible()]
    assert name in {label.text for label in labels}
    lanes.move(lanes.at(time - 0.04), lanes.at(time - 0.04), ALT)
    assert "snapped" not in words[-1]


def test_lanes_can_be_attached_again(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.layer.attach([lanes.wave], None, None)
    lanes.drag(lanes.at(4), lanes.at(6))
    lanes.news.edit()
    lanes.news.heard.clear()
    lanes.drag(lanes.at(4, 0.5, lanes.spectrogram), lanes.at(6, 0.5, lanes.spectrogram))
    assert lanes.news.heard == []
