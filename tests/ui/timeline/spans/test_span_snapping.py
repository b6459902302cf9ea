"""Dragged edges snap to onsets, the playhead and other edges."""

import pytest
from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.snapping import SnapTargets
from tests.ui.timeline.drawn_lanes import PIXEL, about

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def test_edges_snap_and_alt_lets_them_free(lanes):
    lanes.show(Span(6, 8, Sign.MINUS))
    lanes.layer.set_snap_targets(SnapTargets(playhead=4, onsets=(2,)))
    lanes.layer.set_tool(Tool.PLUS)
    five_off = 5 * PIXEL
    lanes.drag(lanes.at(2 + five_off), lanes.at(6 - five_off))
    assert lanes.signals.only("span_drawn") == (Span(2, 6),)
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(2 + five_off), lanes.at(6 - five_off), ALT)
    (span,) = lanes.signals.only("span_drawn")
    assert (span.start, span.end) == (about(2 + five_off), about(6 - five_off))
    assert (span.start, span.end) != (2, 6)


def test_snapping_can_be_switched_off(lanes):
    lanes.layer.set_snap_targets(SnapTargets(playhead=4))
    lanes.layer.set_snapping(False)
    lanes.layer.set_tool(Tool.PLUS)
    lanes.drag(lanes.at(2), lanes.at(4.05))
    (span,) = lanes.signals.only("span_drawn")
    assert span.end == about(4.05)
    assert span.end != 4


def test_a_body_snaps_with_the_nearer_edge_and_not_to_itself(lanes):
    lanes.show(Span(2, 4), selected=0)
    lanes.layer.set_playhead(6)
    lanes.drag(lanes.at(3), lanes.at(5.04))
    assert lanes.signals.edit() == (0, Span(4, 6))
    lanes.signals.emitted.clear()
    lanes.drag(lanes.at(3), lanes.at(3.05))
    (_, span) = lanes.signals.edit()
    assert span.start == about(2.05)
    assert span.start != 2


def test_a_playhead_that_moves_during_a_drag_does_not_pull(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.press(lanes.at(2))
    lanes.move(lanes.at(2), lanes.at(4))
    lanes.layer.set_playhead(5)
    lanes.move(lanes.at(4), lanes.at(5.05))
    lanes.release(lanes.at(5.05))
    (span,) = lanes.signals.only("span_drawn")
    assert span.end != 5


def test_spans_that_move_together_do_not_snap_to_each_other(lanes):
    lanes.show(Span(2, 4), Span(4.03, 5), selected=(0, 1))
    lanes.drag(lanes.at(3), lanes.at(3.05))
    (changes,) = lanes.signals.only("spans_edited")
    assert changes[0].start == about(2.05)
    assert changes[0].end != 4.03


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
