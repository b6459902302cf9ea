import math
from dataclasses import FrozenInstanceError

import pytest

from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches

PLUS, MINUS = Sign.PLUS, Sign.MINUS


@pytest.mark.parametrize(
    ("start", "end"), [(-0.1, 1), (2, 2), (3, 1), (0, math.inf), (math.nan, 1), (0, math.nan), (-math.inf, 0)]
)
def test_span_must_run_forward_from_zero_or_later(start, end):
    with pytest.raises(ValueError, match="must run forward"):
        Span(start, end)


@pytest.mark.parametrize(("low", "high"), [(-1, 100), (100, 100), (200, 100), (0, math.inf), (math.nan, 100)])
def test_box_must_rise(low, high):
    with pytest.raises(ValueError, match="must rise"):
        Span(0, 1, PLUS, low, high)


@pytest.mark.parametrize(("low", "high"), [(100, None), (None, 100)])
def test_box_needs_both_frequencies(low, high):
    with pytest.raises(ValueError, match="both a low and a high"):
        Span(0, 1, PLUS, low, high)


def test_span_is_a_value():
    assert Span(1, 2) == Span(1, 2, PLUS)
    assert Span(1, 2) != Span(1, 2, MINUS)
    with pytest.raises(FrozenInstanceError):
        Span(1, 2).start = 0


def test_box_knows_that_it_is_one():
    assert Span(0, 1, PLUS, 0, 100).is_box
    assert not Span(0, 1).is_box


def test_changes_keep_everything_else():
    box = Span(1.0, 2.5, MINUS, 100, 200, muted=True)
    assert box.moved(4, 5) == Span(4, 5, MINUS, 100, 200, muted=True)
    assert box.flipped() == Span(1.0, 2.5, PLUS, 100, 200, muted=True)
    assert box.flipped().flipped() == box
    assert box.length == 1.5


def test_shift_stops_at_zero_and_keeps_the_length():
    assert Span(1, 3).shifted(2) == Span(3, 5)
    assert Span(1, 3).shifted(-0.5) == Span(0.5, 2.5)
    assert Span(1, 3).shifted(-7) == Span(0, 2)


def test_prompt_changes_return_new_prompts():
    first, second = Span(0, 1), Span(2, 3)
    prompt = Prompt("bell").with_span(first).with_span(second)
    assert prompt == Prompt("bell", (first, second))
    assert prompt.with_text("drum") == Prompt("drum", (first, second))
    assert prompt == Prompt("bell", (first, second))


def test_prompt_is_empty_without_words_and_unmuted_spans():
    assert Prompt().is_empty
    assert Prompt(" \t").is_empty
    assert Prompt("", (Span(0, 1, muted=True),)).is_empty
    assert not Prompt("hum").is_empty
    assert not Prompt("", (Span(0, 1, MINUS),)).is_empty


def decide(*spans: Span, duration: float = 10.0) -> list[tuple[str, float, float]]:
    return [(s.sign.value, s.start, s.end) for s in decided_stretches(Prompt("", spans), duration)]


def test_no_span_decides_nothing():
    assert decide() == []


def test_stretches_come_in_order_of_time():
    assert decide(Span(4, 5), Span(1, 2, MINUS)) == [("-", 1, 2), ("+", 4, 5)]


def test_the_later_of_two_overlapping_spans_decides():
    assert decide(Span(1, 5), Span(2, 3, MINUS)) == [("+", 1, 2), ("-", 2, 3), ("+", 3, 5)]
    assert decide(Span(2, 3, MINUS), Span(1, 5)) == [("+", 1, 5)]
    assert decide(Span(1, 4), Span(3, 6, MINUS)) == [("+", 1, 3), ("-", 3, 6)]
    assert decide(Span(3, 6, MINUS), Span(1, 4)) == [("+", 1, 4), ("-", 4, 6)]


def test_neighbours_of_one_sign_are_joined_and_others_are_not():
    assert decide(Span(1, 2), Span(2, 3)) == [("+", 1, 3)]
    assert decide(Span(1, 3), Span(2, 5)) == [("+", 1, 5)]
    assert decide(Span(1, 2), Span(2, 3, MINUS)) == [("+", 1, 2), ("-", 2, 3)]
    assert decide(Span(1, 2), Span(2.5, 3)) == [("+", 1, 2), ("+", 2.5, 3)]


def test_stretches_end_with_the_clip():
    assert decide(Span(8, 20), Span(12, 13, MINUS)) == [("+", 8, 10)]
    assert decide(Span(10, 11)) == []


def test_muted_spans_and_boxes_decide_nothing():
    assert decide(Span(1, 5), Span(2, 3, MINUS, muted=True), Span(3, 4, MINUS, 100, 200)) == [("+", 1, 5)]
