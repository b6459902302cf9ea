from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.document.document import Document
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import Candidate, Scores, SeparationSettings, Sound, Stems, Take


def take(document: Document, name: str = "take", *, frames_done: int | None = None) -> Take:
    half = document.clip.samples * np.float32(0.5)
    done = document.clip.frames if frames_done is None else frames_done
    return Take(name, document.prompt, SeparationSettings(), Sound(Stems(half, half)), 0.1, done)


def test_every_edit_is_one_named_undo_step(document):
    plus = document.prompt.with_span(Span(0.1, 0.5))
    document.edit_prompt("Mark span", plus)
    document.edit_prompt("Flip span", replace(plus, spans=(plus.spans[0].flipped(),)))
    assert [document.undo_stack.text(i) for i in range(2)] == ["Mark span", "Flip span"]
    document.undo_stack.undo()
    assert document.prompt == plus
    document.undo_stack.undo()
    assert document.prompt == Prompt()
    document.undo_stack.redo()
    document.undo_stack.redo()
    assert document.prompt.spans[0].sign is Sign.MINUS


def test_an_edit_that_changes_nothing_is_no_step(document, qtbot):
    with qtbot.assertNotEmitted(document.prompt_changed):
        document.edit_prompt("Retype", Prompt())
    assert document.undo_stack.count() == 0


def test_opening_forgets_takes_and_undo(document):
    document.edit_prompt("Mark span", Prompt("x"))
    document.add_take(take(document))
    document.open(AudioClip(np.zeros((10, 1), np.float32), 8000), Prompt("bell"))
    assert document.takes == ()
    assert document.current_take is None
    assert not document.undo_stack.canUndo()
    assert document.prompt.text == "bell"


def test_takes_are_added_selected_renamed_and_deleted(document, qtbot):
    first, second = take(document, "one"), take(document, "two")
    document.add_take(first)
    document.add_take(second)
    assert document.current_take is second
    document.select_take(0)
    with qtbot.waitSignal(document.current_take_changed):
        document.rename_take(0, " chorus ")
    assert document.takes[0].name == "chorus"
    assert document.current_take is document.takes[0]
    document.rename_take(0, "  ")
    assert document.takes[0].name == "chorus"
    document.delete_take(0)
    assert document.current_take is second
    document.delete_take(0)
    assert document.current_take is None


def test_undo_does_not_take_takes_away(document):
    document.edit_prompt("Mark span", Prompt("bell"))
    document.add_take(take(document))
    document.undo_stack.undo()
    assert len(document.takes) == 1


def test_two_takes_never_have_one_name(document):
    document.add_take(take(document, "one"))
    document.add_take(take(document, "one"))
    document.rename_take(0, "one (2)")
    assert [take.name for take in document.takes] == ["one (2) (2)", "one (2)"]
    document.rename_take(1, "one (2)")
    assert document.takes[1].name == "one (2)", "its own name was taken for another's"


def test_star_and_note_are_kept_and_not_undone_away(document):
    document.edit_prompt("Mark span", Prompt("bell"))
    document.add_take(take(document))
    document.add_take(take(document))
    document.star_take(0, True)
    document.note_take(0, " Best consonants \n")
    document.undo_stack.undo()
    assert (document.takes[0].starred, document.takes[0].note) == (True, "Best consonants")
    assert not document.takes[1].starred
    assert document.undo_stack.count() == 1
    document.star_take(0, False)
    assert not document.takes[0].starred


def test_facts_about_the_current_take_leave_it_current(document, qtbot):
    document.add_take(take(document))
    with qtbot.waitSignal(document.current_take_changed):
        document.star_take(0, True)
    assert document.current_take is document.takes[0]


def test_another_candidate_takes_the_place_of_the_stems(document, qtbot):
    made = take(document)
    other = Stems(document.clip.samples, np.zeros_like(document.clip.samples))
    both = (Candidate(made.sound, Scores(4.0)), Candidate(Sound(other), Scores(3.0)))
    document.add_take(replace(made, candidates=both))
    with qtbot.waitSignal(document.current_take_changed):
        document.choose_candidate(0, 1)
    assert document.current_take.sound.stems is other
    assert document.current_take.id == made.id
    assert document.current_take.candidates == both


def test_a_take_already_made_is_found_but_a_partial_one_is_not(document):
    document.add_take(take(document, frames_done=10))
    assert document.recording.take_of(document.prompt, SeparationSettings()) is None
    document.add_take(take(document))
    assert document.recording.take_of(document.prompt, SeparationSettings()) == 1
    assert document.recording.take_of(document.prompt, SeparationSettings(seed=1)) is None


def test_a_take_that_was_edited_is_not_what_separating_makes(document):
    made = take(document)
    document.add_take(made)
    document.correct("Paint", made.id, replace(made.sound.correction, strength_db=3.0))
    assert document.recording.take_of(document.prompt, SeparationSettings()) is None
    document.undo_stack.undo()
    assert document.recording.take_of(document.prompt, SeparationSettings()) == 0


def test_edits_of_one_gesture_are_one_step(document):
    for number, text in enumerate(("a", "b", "c")):
        document.edit_prompt("Nudge", Prompt(text), gesture=7)
        assert document.undo_stack.count() == 1, number
    document.edit_prompt("Nudge", Prompt("d"), gesture=8)
    document.edit_prompt("Type", Prompt("e"))
    document.edit_prompt("Type", Prompt("f"))
    assert document.undo_stack.count() == 4
    document.undo_stack.setIndex(1)
    assert document.prompt == Prompt("c")
    document.undo_stack.undo()
    assert document.prompt == Prompt()


def test_a_gesture_that_comes_back_leaves_no_step(document):
    document.edit_prompt("Nudge", Prompt("a"), gesture=7)
    document.edit_prompt("Nudge", Prompt(), gesture=7)
    assert document.undo_stack.count() == 0


def test_another_candidate_brings_what_its_gate_withheld(document):
    sounds = [Stems(document.clip.samples * np.float32(part), document.clip.samples) for part in (0.5, 0.25)]
    gone = np.ones_like(document.clip.samples)
    candidates = (
        Candidate(Sound(sounds[0], ((0.0, 0.5),), gone), Scores(0.1)),
        Candidate(Sound(sounds[1]), Scores(0.9)),
    )
    document.add_take(replace(take(document), sound=Sound(sounds[1]), candidates=candidates))
    document.choose_candidate(0, 0)
    chosen = document.current_take
    assert chosen.sound.stems is sounds[0]
    assert chosen.sound.absent == ((0.0, 0.5),)
    assert chosen.sound.withheld is gone
    document.choose_candidate(0, 1)
    assert document.current_take.sound.absent == ()
    assert document.current_take.sound.withheld is None


def test_exchanged_sound_is_an_undo_step_and_stays_with_its_candidate(document):
    stems = [Stems(document.clip.samples * np.float32(part), document.clip.samples) for part in (0.5, 0.25, 0.75)]
    candidates = tuple(Candidate(Sound(made), Scores(score)) for made, score in zip(stems[:2], (0.9, 0.1), strict=True))
    document.add_take(replace(take(document), sound=Sound(stems[0]), candidates=candidates))
    document.exchange_sound("Let through", document.takes[0].id, Sound(stems[0]), Sound(stems[2]))
    assert document.current_take.sound.stems is stems[2]
    assert [candidate.sound.stems for candidate in document.takes[0].candidates] == [stems[2], stems[1]]
    assert document.takes[0].candidates[0].scores == Scores(0.9)
    assert document.undo_stack.undoText() == "Let through"
    document.choose_candidate(0, 1)
    document.undo_stack.undo()
    assert document.current_take.sound.stems is stems[1]
    document.choose_candidate(0, 0)
    assert document.current_take.sound.stems is stems[0]
    document.delete_take(0)
    document.undo_stack.redo()
    assert document.takes == ()


@pytest.fixture
def choice(document) -> Take:
    """A take with two candidates, the first of which is heard."""
    made = tuple(Stems(document.clip.samples * np.float32(part), document.clip.samples) for part in (0.5, 0.25))
    candidates = tuple(Candidate(Sound(stems), Scores(0.5)) for stems in made)
    document.add_take(replace(take(document, "first"), sound=Sound(made[0]), candidates=candidates))
    return document.current_take


def test_a_residual_that_was_separated_on_stays(document, choice, qtbot):
    document.add_take(replace(take(document, "second"), source=choice.id))
    with qtbot.waitSignal(document.takes_changed), qtbot.waitSignal(document.refused) as refused:
        document.choose_candidate(0, 1)
    assert "“second”" in refused.args[0]
    assert document.takes[0] is choice
    document.delete_take(1)
    document.choose_candidate(0, 1)
    assert document.takes[0].sound.stems is choice.candidates[1].sound.stems


def test_a_residual_that_is_being_separated_stays(document, choice, qtbot):
    document.held = choice.sound.stems.residual
    with qtbot.waitSignal(document.refused):
        document.choose_candidate(0, 1)
    assert document.takes[0] is choice
    document.held = None
    document.choose_candidate(0, 1)
    assert document.takes[0].sound.stems is choice.candidates[1].sound.stems


def test_no_undo_changes_a_residual_that_was_separated_on(document, choice, qtbot):
    before = choice.sound
    after, third = (Sound(Stems(document.clip.samples * np.float32(part), document.clip.samples)) for part in (0.1, 1))
    document.exchange_sound("Let through", choice.id, before, after)
    document.add_take(replace(take(document, "second"), source=choice.id))
    for order in (document.undo_stack.undo, document.undo_stack.redo, document.undo_stack.undo):
        order()
        assert document.takes[0].sound.stems is after.stems
        # What is still done is listed as done.
        assert document.undo_stack.index() == 1
    with qtbot.waitSignal(document.refused):
        document.exchange_sound("Let through", choice.id, after, third)
    assert document.undo_stack.count() == 1
    assert document.takes[0].sound.stems is after.stems
    document.undo_stack.redo()
    document.delete_take(1)
    # The other take comes back before the sound that it was separated from could change.
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert len(document.takes) == 2
    assert document.takes[0].sound.stems is after.stems
    assert document.undo_stack.index() == 1


def test_the_history_stops_at_a_step_that_must_stay(document, choice, qtbot):
    """Jumped to from its list, over several steps, in both directions."""
    before, stack = choice.sound.correction, document.undo_stack
    document.edit_prompt("Type", Prompt("a"))
    strokes = [replace(before, strength_db=strength) for strength in (3.0, 6.0)]
    for stroke in strokes:
        document.correct("Paint", choice.id, stroke)
    document.edit_prompt("Type", Prompt("b"))
    document.add_take(replace(take(document, "second"), source=choice.id))
    with qtbot.waitSignal(document.refused):
        stack.setIndex(0)
    assert stack.index() == 3
    assert document.takes[0].sound.correction == strokes[1]
    assert document.prompt == Prompt("a")
    assert stack.count() == 4


def test_a_step_that_must_stay_undone_stays_listed_as_undone(document, choice, qtbot):
    after, stack = replace(choice.sound.correction, strength_db=3.0), document.undo_stack
    document.correct("Paint", choice.id, after)
    document.edit_prompt("Type", Prompt("b"))
    stack.setIndex(0)
    document.add_take(replace(take(document, "second"), source=choice.id))
    with qtbot.waitSignal(document.refused):
        stack.setIndex(2)
    assert (stack.index(), stack.count()) == (0, 2)
    assert document.prompt != Prompt("b")
    assert document.takes[0].sound.correction.is_neutral


def test_what_is_not_heard_of_it_may_change(document, choice):
    other, new = choice.candidates[1].sound, Sound(Stems(document.clip.samples, document.clip.samples))
    document.add_take(replace(take(document, "second"), source=choice.id))
    document.exchange_sound("Let through", choice.id, other, new)
    assert document.takes[0].candidates[1].sound.stems is new.stems
    assert document.takes[0].sound.stems is choice.sound.stems
