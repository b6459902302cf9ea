"""The gate overruled in a take of the document."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.document.document import Document
from samstudio.controllers.separation.presence_override import PresenceOverride
from samstudio.session.prompt import Prompt
from samstudio.session.take import Candidate, Scores, SeparationSettings, Sound, Stems, Take

ABSENT = ((0.5, 1.0), (1.5, 2.0))


@pytest.fixture
def presence_override(document, background):
    return PresenceOverride(document, background)


def gated(document: Document, **facts) -> Take:
    """Half of the clip is the target, but for two stretches in which that is withheld."""
    clip = document.clip
    gate = np.ones((clip.frames, 1), np.float32)
    for start, end in ABSENT:
        gate[round(start * clip.sample_rate) : round(end * clip.sample_rate)] = 0
    full = clip.samples * np.float32(0.5)
    stems = Stems(full * gate, clip.samples - full * gate)
    settings = facts.pop("settings", SeparationSettings("sam-audio"))
    return replace(
        Take("take", Prompt("tone"), settings, Sound(stems, ABSENT, full * (1 - gate)), 1.0, clip.frames),
        **facts,
    )


def test_a_stretch_is_let_through_as_one_undo_step(document, presence_override, qtbot):
    document.add_take(gated(document))
    before = document.current_take
    with qtbot.waitSignal(presence_override.finished) as finished:
        presence_override.let_through(0, ABSENT[0])
    assert finished.args == [ABSENT[0]]
    take, clip = document.current_take, document.clip
    assert take.id == before.id
    assert take.sound.absent == ABSENT[1:]
    half = round(1.2 * clip.sample_rate)
    np.testing.assert_array_equal(take.sound.stems.target[:half], clip.samples[:half] * np.float32(0.5))
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.stems.residual, clip.samples)
    assert document.undo_stack.undoText() == "Restore the target"
    document.undo_stack.undo()
    assert document.current_take.sound.stems is before.sound.stems
    assert document.current_take.sound.absent == ABSENT
    assert document.current_take.sound.withheld is before.sound.withheld


def test_several_at_once_are_done_one_after_the_other(document, presence_override, qtbot):
    document.add_take(gated(document))
    presence_override.let_through(0, ABSENT[0])
    assert presence_override.is_running
    presence_override.let_through(0, ABSENT[1])
    qtbot.waitUntil(lambda: document.current_take.sound.absent == ())
    assert document.current_take.sound.withheld is None
    np.testing.assert_array_equal(document.current_take.sound.stems.target, document.clip.samples * np.float32(0.5))
    assert document.undo_stack.count() == 2


def test_the_chosen_candidate_changes_along(document, presence_override, qtbot):
    take = gated(document)
    other = Candidate(Sound(Stems(document.clip.samples, 0 * document.clip.samples)), Scores(0.1))
    own = Candidate(take.sound, Scores(0.9))
    document.add_take(replace(take, candidates=(other, own)))
    with qtbot.waitSignal(presence_override.finished):
        presence_override.let_through(0, ABSENT[0])
    candidates = document.current_take.candidates
    assert candidates[0] is other
    assert candidates[1].sound.stems is document.current_take.sound.stems
    assert candidates[1].sound.absent == ABSENT[1:]


def test_the_models_own_residual_stays(document, presence_override, qtbot):
    settings = SeparationSettings("sam-audio", options={"residual": "model"})
    document.add_take(gated(document, settings=settings))
    residual = document.current_take.sound.stems.residual
    with qtbot.waitSignal(presence_override.finished):
        presence_override.let_through(0, ABSENT[0])
    assert document.current_take.sound.stems.residual is residual


def test_a_residual_that_was_separated_on_does_not_change(document, presence_override, qtbot):
    document.add_take(gated(document))
    document.add_take(gated(document, source=document.takes[0].id, name="Birds"))
    with qtbot.waitSignal(document.refused) as refused:
        presence_override.let_through(0, ABSENT[0])
    assert "“Birds”" in refused.args[0]
    # The later take of the chain may change: its stems go on to sum to what they came from.
    total = document.current_take.sound.stems.target + document.current_take.sound.stems.residual
    with qtbot.waitSignal(presence_override.finished):
        presence_override.let_through(1, ABSENT[0])
    np.testing.assert_array_equal(
        document.current_take.sound.stems.target + document.current_take.sound.stems.residual, total
    )


def test_a_take_that_is_deleted_meanwhile(document, presence_override, qtbot):
    document.add_take(gated(document))
    presence_override.let_through(0, ABSENT[0])
    document.delete_take(0)
    qtbot.waitUntil(lambda: not presence_override.is_running)
    assert document.takes == ()
    assert document.undo_stack.count() == 1
