from dataclasses import replace

import pytest

from samstudio.controllers.document.selection import Selection
from samstudio.session.prompt import Prompt, Span
from samstudio.session.span_edits import put, without


@pytest.fixture
def selection(qapp) -> Selection:
    return Selection()


def prompt_of(count: int) -> Prompt:
    return Prompt("", tuple(Span(i, i + 0.5) for i in range(count)))


def test_a_range_without_length_is_none(selection, qtbot):
    selection.select_range((1.0, 2.0))
    with qtbot.waitSignal(selection.range_changed) as changed:
        selection.select_range((2.0, 2.0))
    assert changed.args == [None]


def test_selecting_the_same_again_says_nothing(selection, qtbot):
    selection.select_range((1.0, 2.0))
    with qtbot.assertNotEmitted(selection.range_changed):
        selection.select_range((1.0, 2.0))


def test_spans_that_come_with_a_recording_are_not_selected(selection):
    selection.follow_prompt(prompt_of(3))
    assert selection.spans == ()
    selection.select_spans((0, 1))
    selection.follow_clip()
    assert selection.spans == ()
    selection.follow_prompt(prompt_of(2))
    assert selection.spans == ()


@pytest.fixture
def begun(selection) -> Selection:
    selection.follow_prompt(Prompt())
    return selection


def test_what_comes_is_selected_and_what_goes_is_let_go(begun):
    begun.follow_prompt(prompt_of(1))
    assert begun.span == 0
    begun.follow_prompt(prompt_of(4))
    assert begun.spans == (1, 2, 3)
    assert begun.span == 3
    begun.follow_prompt(prompt_of(1))
    assert begun.spans == ()
    assert begun.span is None


def test_a_copy_that_equals_its_original_is_the_one_selected(begun):
    begun.follow_prompt(prompt_of(2))
    begun.follow_prompt(prompt_of(2).with_span(Span(0, 0.5)))
    assert begun.spans == (2,)


def test_a_selected_span_is_followed_to_its_new_place(begun):
    begun.follow_prompt(prompt_of(3))
    begun.select_spans((2, 1))
    begun.follow_prompt(Prompt("", prompt_of(3).spans[1:]))
    assert begun.spans == (1, 0)
    begun.follow_prompt(Prompt("", prompt_of(3).spans[2:0:-1]))
    assert begun.spans == (0, 1)


def test_a_changed_span_stays_selected(begun):
    begun.follow_prompt(prompt_of(2))
    begun.select_span(0)
    begun.follow_prompt(replace(prompt_of(2), spans=put(prompt_of(2).spans, {0: Span(0.1, 0.2)})))
    assert begun.spans == (0,)


def test_a_span_that_is_not_there_cannot_be_selected(begun, qtbot):
    begun.follow_prompt(prompt_of(2))
    begun.select_spans((5, 1, 0, 1, -1))
    assert begun.spans == (1, 0)
    with qtbot.assertNotEmitted(begun.spans_changed):
        begun.select_spans([1, 0])


def test_a_suggestion_is_selected_instead_of_spans(begun):
    begun.follow_prompt(prompt_of(2))
    begun.follow_suggestions(prompt_of(2).spans)
    begun.select_span(0)
    begun.select_suggestion(1)
    assert (begun.spans, begun.suggestion) == ((), 1)
    begun.select_suggestion(2)
    assert begun.suggestion is None
    begun.select_suggestion(0)
    begun.select_span(1)
    assert (begun.spans, begun.suggestion) == ((1,), None)


def test_when_a_suggestion_goes_the_next_is_selected(begun):
    begun.follow_suggestions(prompt_of(3).spans)
    begun.select_suggestion(1)
    begun.follow_suggestions(prompt_of(2).spans)
    assert begun.suggestion == 1
    begun.follow_suggestions(prompt_of(1).spans)
    assert begun.suggestion == 0
    begun.follow_suggestions(())
    assert begun.suggestion is None


def test_twenty_thousand_selected_spans_stay_selected_when_one_goes(begun):
    prompt = prompt_of(20_000)
    begun.follow_prompt(prompt)
    assert len(begun.spans) == 20_000
    begun.follow_prompt(replace(prompt, spans=without(prompt.spans, {10_000})))
    assert begun.spans == tuple(range(19_999))
