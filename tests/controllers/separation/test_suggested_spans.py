"""Predictions that wait for a decision."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.separation.suggested_spans import SuggestedSpans
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Sound, Stems, Take

HEARD = (Span(5, 6), Span(1, 2), Span(8, 9))


def take_of(*predicted: Span) -> Take:
    silence = np.zeros((8, 1), np.float32)
    return Take("Take", Prompt(), SeparationSettings(), Sound(Stems(silence, silence)), 1.0, 8, predicted=predicted)


@pytest.fixture
def suggestions(document) -> SuggestedSpans:
    return SuggestedSpans(document)


def test_the_suggestions_are_the_current_takes_in_order_of_time(document, suggestions, qtbot):
    with qtbot.waitSignal(suggestions.changed) as changed:
        document.add_take(take_of(*HEARD))
    assert changed.args == [(Span(1, 2), Span(5, 6), Span(8, 9))]
    document.add_take(take_of())
    assert suggestions.spans == ()
    document.select_take(0)
    assert len(suggestions.spans) == 3


def test_what_is_marked_already_is_no_suggestion(document, suggestions):
    document.edit_prompt("Mark", Prompt("", (Span(1.03, 1.97), Span(5, 6, Sign.MINUS), Span(8, 9, muted=True))))
    document.add_take(take_of(*HEARD))
    assert suggestions.spans == (Span(5, 6), Span(8, 9))


def test_accepting_is_one_named_step_there_and_back(document, suggestions):
    document.add_take(take_of(*HEARD))
    suggestions.accept("Accept suggested spans", {0: Span(1, 2), 2: Span(8, 9, Sign.MINUS)})
    assert document.prompt.spans == (Span(1, 2), Span(8, 9, Sign.MINUS))
    assert suggestions.spans == (Span(5, 6),)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Accept suggested spans"
    document.undo_stack.undo()
    assert document.prompt.spans == ()
    assert len(suggestions.spans) == 3
    document.undo_stack.redo()
    assert suggestions.spans == (Span(5, 6),)


def test_dismissing_can_be_undone_while_another_take_is_seen(document, suggestions):
    document.add_take(take_of(*HEARD))
    suggestions.dismiss([1])
    assert suggestions.spans == (Span(1, 2), Span(8, 9))
    assert document.undo_stack.undoText() == "Dismiss suggested span"
    document.add_take(take_of(Span(3, 4)))
    document.undo_stack.undo()
    assert suggestions.spans == (Span(3, 4),)
    document.select_take(0)
    assert len(suggestions.spans) == 3


def test_a_renamed_take_keeps_what_was_decided(document, suggestions):
    document.add_take(take_of(*HEARD))
    suggestions.dismiss([0])
    document.rename_take(0, "Best")
    assert len(suggestions.spans) == 2


def test_what_was_decided_stays_with_the_take(document, suggestions):
    document.add_take(take_of(*HEARD))
    assert document.current_take.suggestions is None
    suggestions.dismiss([1])
    assert document.current_take.suggestions == (Span(1, 2), Span(8, 9))
    document.undo_stack.undo()
    assert document.current_take.suggestions is None


def test_what_was_dismissed_before_a_session_was_saved_does_not_come_back(document, suggestions, tone_clip, qtbot):
    decided = (replace(take_of(*HEARD), suggestions=(Span(5, 6),)), replace(take_of(*HEARD), suggestions=()))
    document.open(tone_clip)
    document.restore_takes(document.recording, decided, decided[0].id)
    assert suggestions.spans == (Span(5, 6),)
    document.select_take(1)
    assert suggestions.spans == ()


def test_a_take_that_was_deleted_comes_back_with_its_decisions(document, suggestions):
    document.add_take(take_of(*HEARD))
    before = suggestions.spans
    suggestions.dismiss([1])
    decided = suggestions.spans
    document.delete_take(0)
    assert suggestions.spans == ()
    document.undo_stack.undo()
    assert suggestions.spans == decided
    document.undo_stack.undo()
    assert suggestions.spans == before


def test_suggestions_are_compared_with_thousands_of_marks(document, suggestions):
    marks = tuple(Span(i * 0.01, i * 0.01 + 0.005) for i in range(10_000))
    document.edit_prompt("Mark", Prompt("", marks))
    heard = tuple(Span(i * 0.01, i * 0.01 + (0.005 if i % 2 else 0.5)) for i in range(10_000))
    document.add_take(take_of(*heard))
    assert suggestions.spans == tuple(span for span in heard if span.length > 0.1)
    suggestions.dismiss(tuple(range(4999)))
    assert suggestions.spans == (heard[9998],)


def test_what_was_dismissed_does_not_come_back_with_the_same_words(document, suggestions):
    document.edit_prompt("Type", Prompt("bell"))
    document.add_take(replace(take_of(*HEARD, Span(3, 4, Sign.MINUS)), prompt=Prompt("bell")))
    suggestions.dismiss([0, 1])
    again = take_of(Span(1.1, 1.9), Span(3, 4, Sign.MINUS), Span(5, 6), Span(7, 9))
    document.add_take(replace(again, prompt=Prompt(" bell", (Span(8, 9),))))
    # All of the second one is new: the place of the minus span says nothing of plus spans.
    assert suggestions.spans == (Span(5, 6), Span(7, 9))
    suggestions.dismiss([0])
    assert suggestions.spans == (Span(7, 9),)
    for _ in "12":
        document.undo_stack.undo()
    assert suggestions.spans == (Span(1.1, 1.9), Span(3, 4, Sign.MINUS), Span(5, 6), Span(7, 9))
    document.undo_stack.redo()
    assert suggestions.spans == (Span(5, 6), Span(7, 9))


def test_they_are_of_one_text(document, suggestions):
    document.edit_prompt("Type", Prompt("bell"))
    document.add_take(replace(take_of(*HEARD), prompt=Prompt("bell")))
    suggestions.dismiss([0])
    document.edit_prompt("Type", Prompt("horn"))
    assert suggestions.spans == (), "another word was typed, whether or not it is understood"
    document.add_take(replace(take_of(*HEARD), prompt=Prompt("horn")))
    assert len(suggestions.spans) == 3, "nothing was dismissed for this one"
    document.select_take(0)
    document.edit_prompt("Type", Prompt("bell", (Span(8, 9),)))
    assert suggestions.spans == (Span(5, 6), Span(8, 9))


def test_a_guess_is_decided_like_suggestions_and_goes_with_its_words(document, suggestions):
    document.edit_prompt("Type", Prompt("dog"))
    suggestions.suggest((Span(1, 2), Span(5, 6)))
    suggestions.accept("Accept suggested span", {0: Span(1, 2)})
    assert (document.prompt.spans, suggestions.spans) == ((Span(1, 2),), (Span(5, 6),))
    document.undo_stack.undo()
    assert (document.prompt.spans, suggestions.spans) == ((), (Span(1, 2), Span(5, 6)))
    suggestions.dismiss((1,))
    assert suggestions.spans == (Span(1, 2),)
    document.edit_prompt("Type", Prompt("cat"))
    assert suggestions.spans == ()
    document.undo_stack.undo()
    assert suggestions.spans == (Span(1, 2),)


def test_a_new_take_replaces_a_guess(document, suggestions):
    suggestions.suggest((Span(1, 2),))
    document.add_take(take_of(*HEARD))
    assert suggestions.spans == (Span(1, 2), Span(5, 6), Span(8, 9))


def test_what_was_dismissed_is_part_of_the_prompt_of_the_next_take(document, suggestions):
    document.edit_prompt("Edit prompt", Prompt("siren"))
    document.add_take(replace(take_of(*HEARD), prompt=Prompt("siren")))
    suggestions.dismiss([1])
    assert document.prompt == Prompt("siren", dismissed=(Span(5, 6),))
    assert document.recording.take_of(document.prompt, SeparationSettings()) is None
    document.undo_stack.undo()
    assert document.prompt == Prompt("siren")
    document.undo_stack.redo()
    assert document.prompt.with_text(" siren ").dismissed
    assert not document.prompt.with_text("dog").dismissed


def test_what_was_not_decided_stays_offered_where_marks_kept_the_engine_from_looking(document, suggestions):
    """Beside drawn + spans the words give - spans alone, and beside both signs nothing."""
    absent = Span(3, 4, Sign.MINUS)
    document.edit_prompt("Type", Prompt("siren"))
    document.add_take(replace(take_of(*HEARD, absent), prompt=document.prompt))
    suggestions.accept("Accept suggested span", {0: Span(1, 2)})
    document.add_take(replace(take_of(absent), prompt=document.prompt))
    assert suggestions.spans == (absent, Span(5, 6), Span(8, 9))
    suggestions.accept("Accept suggested spans", {0: absent, 1: Span(5, 6)})
    document.add_take(replace(take_of(), prompt=document.prompt))
    assert suggestions.spans == (Span(8, 9),)
    suggestions.dismiss([0])
    document.add_take(replace(take_of(), prompt=document.prompt))
    assert suggestions.spans == ()


def test_what_lies_under_a_mark_is_not_offered_again(document, suggestions):
    document.edit_prompt("Type", Prompt("siren"))
    document.add_take(replace(take_of(*HEARD), prompt=document.prompt))
    document.edit_prompt("Mark", Prompt("siren", (Span(0, 2.5), Span(4.5, 5.9, Sign.MINUS))))
    document.add_take(replace(take_of(), prompt=document.prompt))
    assert suggestions.spans == (Span(8, 9),)
