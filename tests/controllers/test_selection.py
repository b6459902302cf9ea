import pytest

from samstudio.controllers.selection import Selection
from samstudio.session.prompt import Prompt, Span


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


def test_a_new_span_is_selected_and_a_deleted_one_let_go(selection):
    selection.follow_prompt(prompt_of(1))
    assert selection.span == 0
    selection.follow_prompt(prompt_of(2))
    assert selection.span == 1
    selection.follow_prompt(prompt_of(1))
    assert selection.span is None


def test_a_changed_span_stays_selected(selection):
    selection.follow_prompt(prompt_of(2))
    selection.select_span(0)
    selection.follow_prompt(prompt_of(2).with_span_at(0, Span(0.1, 0.2)))
    assert selection.span == 0


def test_a_span_that_is_not_there_cannot_be_selected(selection):
    selection.follow_prompt(prompt_of(1))
    selection.select_span(5)
    assert selection.span is None
