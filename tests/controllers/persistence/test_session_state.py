"""The one place that knows whether something is not saved."""

import numpy as np
import pytest

from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.session.correction import CellMask, Direction
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take

MARKED = Prompt("bell", (Span(0.25, 0.5),))


def add_take(document):
    samples = document.clip.samples
    stems = Stems(samples * np.float32(0.5), samples * np.float32(0.5))
    document.add_take(Take("Take 1", document.prompt, SeparationSettings(), Sound(stems), 1.0, len(samples)))


def facts(state):
    return state.is_modified, state.is_at_risk, state.is_worth_journaling(state._document.recording), state.is_kept


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "a.samstudio"


def test_a_recording_just_opened_is_nothing_to_lose(state):
    assert facts(state) == (False, False, False, True)
    assert state.folder is None


def test_marks_and_takes_are_at_risk_until_they_are_exported(document, state):
    document.edit_prompt("Mark", MARKED)
    assert facts(state) == (True, True, True, False)
    add_take(document)
    state.mark_exported()
    # An export is no session: the title keeps its mark, and a crash would still take the marks.
    assert facts(state) == (True, False, True, True)
    add_take(document)
    assert facts(state) == (True, True, True, False)
    document.recordings.close_all()
    assert facts(state) == (False, False, False, True)


def test_faders_alone_are_neither_at_risk_nor_journaled_without_a_session(document, mixing, state, folder):
    mixing.set_mix(mixing.mix.soloed(Stem.CLIP))
    assert facts(state) == (True, False, False, True)
    state.mark_saved(document.recording, folder, document.recording.work)
    mixing.set_mix(mixing.mix.soloed(Stem.TARGET))
    assert facts(state) == (True, True, True, True)


def test_undo_back_to_what_was_saved_is_not_modified(document, state, folder, qtbot):
    document.edit_prompt("Mark", MARKED)
    with qtbot.waitSignals([state.folder_changed, state.modified_changed]):
        state.mark_saved(document.recording, folder, document.recording.work)
    assert (state.folder, *facts(state)) == (folder, False, False, False, True)
    document.edit_prompt("Mark", Prompt("horn"))
    assert facts(state) == (True, True, True, False)
    document.undo_stack.undo()
    assert facts(state) == (False, False, False, True)


def test_what_changed_during_a_save_is_not_saved_by_it(document, state, folder):
    document.edit_prompt("Mark", MARKED)
    work = document.recording.work
    document.edit_prompt("Mark", Prompt("horn"))
    state.mark_saved(document.recording, folder, work)
    assert facts(state) == (True, True, True, False)


def test_an_export_does_not_save_a_session(document, state, folder):
    state.mark_saved(document.recording, folder, document.recording.work)
    document.edit_prompt("Mark", MARKED)
    state.mark_exported()
    assert state.is_at_risk


def test_while_takes_are_to_come_nothing_is_at_risk_nor_journaled(document, state, folder):
    state.begin_restoring(document.recording)
    document.edit_prompt("Mark", MARKED)
    assert facts(state)[1:3] == (False, False)
    assert state.end_restoring(document.recording, folder, is_saved=True)
    assert (state.folder, *facts(state)) == (folder, False, False, False, True)
    assert not state.is_restoring


def test_a_recovered_journal_is_at_risk_whatever_is_undone(document, state):
    document.edit_prompt("Mark", MARKED)
    assert state.end_restoring(document.recording, None, is_saved=False)
    assert facts(state) == (True, True, True, False)
    document.undo_stack.undo()
    assert facts(state) == (True, True, True, False)


def test_a_session_that_another_window_has_open_is_not_saved_to(document, state, folder, tmp_path):
    other = SessionLocks(tmp_path / "locks")
    assert other.take(folder)
    assert not state.end_restoring(document.recording, folder, is_saved=True)
    assert state.folder is None
    assert state.is_at_risk
    assert not state.reserve(document.recording, folder)
    other.keep_only(())
    assert state.reserve(document.recording, folder)


def test_a_detached_session_is_to_be_saved_elsewhere(document, state, folder, tmp_path):
    state.mark_saved(document.recording, folder, document.recording.work)
    state.detach(document.recording)
    assert (state.folder, *facts(state)) == (None, True, True, False, False)
    assert SessionLocks(tmp_path / "locks").take(folder)


def test_a_change_outside_the_document_is_worth_a_save(document, state, folder):
    state.mark_saved(document.recording, folder, document.recording.work)
    state.mark_changed(document.recording)
    assert (state.folder, *facts(state)) == (folder, True, True, True, True)


def test_a_save_elsewhere_that_failed_releases_its_folder(document, state, folder, tmp_path):
    assert state.end_restoring(document.recording, folder, is_saved=True)
    assert state.reserve(document.recording, tmp_path / "b.samstudio")
    state.release_reserved()
    other = SessionLocks(tmp_path / "locks")
    assert other.take(tmp_path / "b.samstudio")
    assert not other.take(folder)


def test_a_correction_is_a_change_and_what_follows_from_it_is_none(document, state, folder):
    add_take(document)
    state.mark_saved(document.recording, folder, document.recording.work)
    take = document.current_take
    mask = CellMask(0, 0, np.full((3, 3), 255, np.uint8))
    document.correct("Paint", take.id, take.sound.correction.painted(mask, Direction.TO_TARGET, 1.0))
    assert state.is_modified
    state.mark_saved(document.recording, folder, document.recording.work)
    correction, made = document.current_take.sound.correction, take.sound.stems
    document.show_corrected(take.id, made, Stems(made.target.copy(), made.residual.copy()), correction)
    assert document.current_take.sound.stems is not made
    assert not state.is_modified
    document.undo_stack.undo()
    assert state.is_modified
    document.undo_stack.redo()
    assert not state.is_modified
