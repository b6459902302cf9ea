"""Where edges may go, and what lies under the mouse."""

import pytest

from samstudio.session.prompt import Span
from samstudio.ui.timeline.spans.gesture_rules import (
    Grip,
    Hit,
    Outline,
    Point,
    dragged,
    hit_at,
    nudged,
    nudged_band,
    spread,
)


def point(time: float, position: float | None = None, *, on_bracket: bool = False) -> Point:
    return Point(time, position, 0.01, 0.01, on_bracket)


@pytest.mark.parametrize(
    ("anchor", "at", "stretch"),
    [
        (2, 5, (2, 5)),
        (5, 2, (2, 5)),
        (5, -3, (0, 5)),
        (5, 99, (5, 10)),
        (5, 5.1, (5, 6)),
        (5, 4.9, (4, 5)),
        (9.8, 9.9, (8.8, 9.8)),
        (0.2, 0.1, (0.2, 1.2)),
    ],
)
def test_a_stretch_is_ordered_inside_and_long_enough(anchor, at, stretch):
    assert spread(anchor, at, (0, 10), least=1) == pytest.approx(stretch)


def test_a_stretch_in_too_small_a_room_fills_it():
    assert spread(0.004, 0.004, (0.0, 0.006), least=0.01) == (0.0, 0.004)
    assert spread(0.006, 0.006, (0.0, 0.006), least=0.01) == (0.0, 0.006)


@pytest.mark.parametrize(
    ("follows", "shift", "edges"),
    [
        ((True, True), 2, (4, 6)),
        ((True, True), -9, (0, 2)),
        ((True, True), 9, (8, 10)),
        ((True, False), 1, (3, 4)),
        ((True, False), 5, (4, 7)),
        ((False, True), -3, (1, 2)),
        ((False, False), 3, (2, 4)),
    ],
)
def test_edges_follow_the_mouse(follows, shift, edges):
    assert dragged((2, 4), follows, shift, (0, 10), least=0.01) == edges


def test_nudging_moves_an_edge_or_the_whole():
    span = Span(2, 4, low=100, high=200)
    assert nudged(span, 0.5, Grip.BODY, 10) == Span(2.5, 4.5, low=100, high=200)
    assert nudged(span, -0.5, Grip.END, 10) == Span(2, 3.5, low=100, high=200)
    assert nudged(span, 0.5, Grip.START, 10).start == 2.5
    assert nudged(span, 99, Grip.BODY, 10) == Span(8, 10, low=100, high=200)


def test_edges_are_taken_within_four_pixels_and_bodies_between():
    outlines = (Outline(2, 4),)
    assert hit_at(dict(enumerate(outlines)), point(1.96), ()) == Hit(0, Grip.START)
    assert hit_at(dict(enumerate(outlines)), point(1.95), ()) is None
    assert hit_at(dict(enumerate(outlines)), point(4.04), ()) == Hit(0, Grip.END)
    assert hit_at(dict(enumerate(outlines)), point(3), ()) == Hit(0, Grip.BODY)


def test_a_narrow_span_can_still_be_moved():
    outlines = (Outline(2, 2.06),)
    assert hit_at(dict(enumerate(outlines)), point(2.03), ()) == Hit(0, Grip.BODY)
    assert hit_at(dict(enumerate(outlines)), point(2.01), ()) == Hit(0, Grip.START)


def test_selected_edges_come_first_then_edges_then_small_then_late():
    outlines = (Outline(2, 4), Outline(1, 4.02), Outline(2.5, 3.5), Outline(2.5, 3.5))
    assert hit_at(dict(enumerate(outlines)), point(4.01), (1,)) == Hit(1, Grip.END)
    assert hit_at(dict(enumerate(outlines)), point(4.01), ()) == Hit(0, Grip.END)
    assert hit_at(dict(enumerate(outlines)), point(3), (1,)) == Hit(3, Grip.BODY)


def test_a_box_is_taken_by_edges_corners_and_body_where_it_is():
    outlines = (Outline(2, 4, 0.2, 0.6),)
    assert hit_at(dict(enumerate(outlines)), point(3, 0.61), ()) == Hit(0, Grip.HIGH)
    assert hit_at(dict(enumerate(outlines)), point(2.01, 0.19), ()) == Hit(0, Grip.START | Grip.LOW)
    assert hit_at(dict(enumerate(outlines)), point(3, 0.4), ()) == Hit(0, Grip.BODY)
    assert hit_at(dict(enumerate(outlines)), point(3, 0.9), ()) is None
    assert hit_at(dict(enumerate(outlines)), point(3), ()) is None
    assert hit_at(dict(enumerate(outlines)), point(3, on_bracket=True), ()) == Hit(0, Grip.BODY)


def test_a_nudged_edge_stops_at_the_other_and_at_the_ends():
    assert nudged(Span(2, 2.05), 0.1, Grip.START, 10) == Span(2.04, 2.05)
    assert nudged(Span(2, 2.05), -0.1, Grip.END, 10).end == pytest.approx(2.01)
    assert nudged(Span(0.05, 1), -0.1, Grip.START, 10).start == 0
    assert nudged(Span(9, 9.95), 0.1, Grip.END, 10).end == 10
    # One that is shorter than a drag may leave it stays as long as it is.
    assert nudged(Span(2, 2.005), -0.1, Grip.END, 10) == Span(2, 2.005)


def test_frequencies_are_nudged_by_semitones_and_keep_their_order():
    box = Span(0, 1, low=100, high=200)
    assert nudged_band(box, 12, Grip.LOW, 1000) == box
    assert nudged_band(box, 1, Grip.LOW, 1000).low == pytest.approx(105.946, abs=1e-3)
    assert nudged_band(box, 12, Grip.HIGH, 1000) == Span(0, 1, low=100, high=400)
    assert nudged_band(box, 48, Grip.HIGH, 1000) == Span(0, 1, low=100, high=1000)
    assert nudged_band(box, -12, Grip.HIGH, 1000) == box
    assert nudged_band(box, 12, Grip.BODY, 1000) == Span(0, 1, low=200, high=400)
    assert nudged_band(box, 36, Grip.BODY, 1000) == box
    assert nudged_band(Span(0, 1), 12, Grip.LOW, 1000) == Span(0, 1)


def test_below_the_lowest_audible_frequency_lies_nothing():
    assert nudged_band(Span(0, 1, low=25, high=200), -12, Grip.LOW, 1000).low == 0
    assert nudged_band(Span(0, 1, low=0, high=200), 1, Grip.LOW, 1000).low == 20
    assert nudged_band(Span(0, 1, low=25, high=200), -12, Grip.BODY, 1000) == Span(0, 1, low=25, high=200)
    assert nudged_band(Span(0, 1, low=0, high=200), 12, Grip.BODY, 1000).high == 400
