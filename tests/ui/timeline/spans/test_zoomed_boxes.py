"""Boxes on a frequency axis that shows a part of them."""

import pytest

from samstudio.dsp.scales import FrequencyScale
from samstudio.session.prompt import Span
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans import span_display
from samstudio.ui.timeline.spans.gesture_context import GestureContext
from samstudio.ui.timeline.spans.gesture_rules import Grip, Hit, Point
from tests.ui.timeline.drawn_lanes import about
from tests.ui.timeline.spans.painted_colours import EMPTY, closeness

BOX = Span(2, 4, low=5000, high=10000)


@pytest.fixture
def zoomed(lanes):
    """From 4 to 8 kHz: the box's foot is at a quarter of the height, its top is outside."""
    lanes.show(BOX, selected=0)
    lanes.layer.show_scale(FrequencyScale("linear", 4000.0, 8000.0))
    return lanes


def test_an_edge_outside_is_neither_drawn_nor_grabbed(zoomed):
    image, box = zoomed.picture(), zoomed.spectrogram
    top, foot = zoomed.at(3, 0.999, box), zoomed.at(3, 0.25, box)
    assert max(closeness(image.pixelColor(3 * 100, y), "plus") for y in range(foot.y() - 2, foot.y() + 3)) > 0.8
    assert max(closeness(image.pixelColor(3 * 100 + 20, y), "plus") for y in range(top.y(), top.y() + 8)) < 0.5
    zoomed.layer.set_snapping(False)
    zoomed.drag(zoomed.at(3, 0.995, box), zoomed.at(3.5, 0.995, box))
    (_, edited) = zoomed.signals.edit()
    assert (edited.start, edited.end, edited.low, edited.high) == (about(2.5), about(4.5), 5000, 10000)


def test_the_other_edge_is_dragged_and_the_one_outside_keeps_its_frequency(zoomed):
    box = zoomed.spectrogram
    zoomed.drag(zoomed.at(3, 0.25, box), zoomed.at(3, 0.5, box))
    (_, edited) = zoomed.signals.edit()
    assert (edited.low, edited.high) == (pytest.approx(6000, abs=40), 10000)


def test_a_box_that_reaches_out_is_moved_without_a_jump(zoomed):
    box = zoomed.spectrogram
    zoomed.layer.set_snapping(False)
    zoomed.drag(zoomed.at(3, 0.5, box), zoomed.at(3.5, 0.4, box))
    (_, edited) = zoomed.signals.edit()
    assert (edited.start, edited.end) == (about(2.5), about(4.5))
    assert (edited.low, edited.high) == (pytest.approx(4600, abs=40), pytest.approx(9600, abs=40))


def test_a_box_outside_is_not_seen_and_not_hit(lanes):
    lanes.show(Span(2, 4, low=1000, high=2000))
    lanes.layer.show_scale(FrequencyScale("linear", 4000.0, 8000.0))
    image = lanes.picture()
    assert all(image.pixelColor(lanes.at(3, y, lanes.spectrogram)) == EMPTY for y in (0.005, 0.1, 0.5, 0.99))
    lanes.click(lanes.at(3, 0.02, lanes.spectrogram))
    assert lanes.signals.only("seek_requested") == (about(3),)


def test_other_frequencies_are_no_reason_to_work_out_the_spans_again(lanes, monkeypatch):
    lanes.show(BOX, selected=0)
    monkeypatch.setattr(span_display, "drawn_spans", lambda *_: pytest.fail("worked out again"))
    lanes.layer.show_scale(FrequencyScale("linear", 4000.0, 8000.0))
    lanes.layer.show_selection((1.0, 2.0))


def test_a_new_box_has_the_frequencies_under_the_mouse(zoomed):
    zoomed.layer.set_tool(Tool.BOX)
    zoomed.drag(zoomed.at(6, 0.25, zoomed.spectrogram), zoomed.at(7, 0.75, zoomed.spectrogram))
    (span,) = zoomed.signals.only("span_drawn")
    assert (span.low, span.high) == (pytest.approx(5000, abs=40), pytest.approx(7000, abs=40))


def test_the_badge_of_a_box_whose_top_is_outside_stays_visible(zoomed):
    image, box = zoomed.picture(), zoomed.spectrogram
    corner = zoomed.at(2, 1.0, box)
    plate = [closeness(image.pixelColor(corner.x() + 6, corner.y() + y), "plus") for y in range(7, 16)]
    assert max(plate) > 0.9


def test_of_many_boxes_only_those_under_the_mouse_are_looked_for_on_the_axis(monkeypatch):
    scale = FrequencyScale("linear", 4000.0, 8000.0)
    context = GestureContext(tuple(Span(2 * n, 2 * n + 1, low=5000, high=6000) for n in range(1000)), scale=scale)
    asked = []
    position = FrequencyScale.position
    monkeypatch.setattr(FrequencyScale, "position", lambda axis, hz: asked.append(hz) or position(axis, hz))
    assert context.hit(Point(1000.5, 0.4, 0.01, 0.01)) == Hit(500, Grip.BODY)
    assert context.hit(Point(1001.03, 0.4, 0.01, 0.01)) == Hit(500, Grip.END)
    assert context.hit(Point(1001.5, 0.4, 0.01, 0.01)) is None
    assert len(asked) == 4
