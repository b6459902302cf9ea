"""Takes of the document corrected by hand and by strength."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from samstudio.controllers.separation.comping import Comping
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.separation.presence_override import PresenceOverride
from samstudio.separation.correction.derive import PartlyCorrected, corrected
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import CellMask, Direction
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import ScratchError
from samstudio.session.take import Candidate, Scores, SeparationSettings, Sound, Stems, Take

TO_TARGET, TO_RESIDUAL, RESTORE = Direction


@pytest.fixture
def document(document):
    steps = 2.0**15
    samples = (np.rint(document.clip.samples * steps) / steps).astype(np.float32)
    document.open(replace(document.clip, samples=samples))
    return document


@pytest.fixture
def corrector(document, background):
    return Corrector(document, background, lambda: 0.5)


def add(document, name="take", **facts) -> Take:
    clip = document.clip
    noise = np.random.default_rng(0).integers(-200, 200, clip.samples.shape)
    target = ((np.rint(clip.samples * (1 << 14)) + noise) / (1 << 15)).astype(np.float32)
    take = Take(
        name, Prompt("tone"), SeparationSettings(), Sound(Stems(target, clip.samples - target)), 1.0, clip.frames
    )
    document.add_take(replace(take, **facts))
    return document.current_take


def mask(first=20, frames=10) -> CellMask:
    return CellMask(first, 0, np.full((frames, 5000), 255, np.uint8))


def heard(document) -> Stems:
    return document.current_take.sound.stems


def paint(corrector, qtbot, edit: CellMask, direction=TO_TARGET, name="Paint"):
    with qtbot.waitSignal(corrector.applied):
        corrector.paint(edit, direction, 1.0, name)


def settle(corrector, qtbot):
    qtbot.waitUntil(lambda: not corrector.is_pending)


def changed_frames(one: Stems, other: Stems) -> np.ndarray:
    return np.flatnonzero((one.target != other.target).any(axis=1))


def test_a_stroke_is_one_undo_step_and_changes_what_is_heard(document, corrector, qtbot):
    take, clip = add(document), document.clip
    paint(corrector, qtbot, mask(), name="Brush to target")
    grid = CellGrid(clip.sample_rate)
    changed = changed_frames(take.sound.stems, heard(document))
    assert 18 * grid.hop <= changed[0] <= changed[-1] < 32 * grid.hop
    inside = slice(23 * grid.hop, 27 * grid.hop)
    np.testing.assert_array_equal(heard(document).target[inside], clip.samples[inside])
    np.testing.assert_array_equal(heard(document).target + heard(document).residual, clip.samples)
    assert document.current_take.sound.correction.strokes == 1
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Brush to target"


def test_undo_and_redo_bring_the_same_bits_back(document, corrector, qtbot):
    take = add(document)
    paint(corrector, qtbot, mask())
    once = heard(document)
    paint(corrector, qtbot, mask(25, 20), TO_RESIDUAL)
    twice = heard(document)
    document.undo_stack.undo()
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, once.target)
    document.undo_stack.undo()
    settle(corrector, qtbot)
    assert heard(document) is take.sound.stems
    document.undo_stack.redo()
    document.undo_stack.redo()
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, twice.target)


def test_strokes_that_come_quickly_are_all_heard(document, corrector, qtbot):
    take = add(document)
    for first in (10, 20, 30, 40):
        corrector.paint(mask(first, 5), TO_TARGET, 1.0, "Paint")
    assert document.undo_stack.count() == 4
    assert corrector.is_pending
    settle(corrector, qtbot)
    at_once = document.current_take.sound
    changed = changed_frames(take.sound.stems, at_once.stems) // CellGrid(document.clip.sample_rate).hop
    assert set(changed) >= {11, 21, 31, 41}
    assert at_once.correction.strokes == 4


def test_a_stroke_that_changes_nothing_is_no_step(document, corrector):
    add(document)
    corrector.paint(mask(), RESTORE, 1.0, "Restore")
    corrector.paint(mask(10**7), TO_TARGET, 1.0, "Paint beyond the end")
    assert document.undo_stack.count() == 0
    assert not corrector.is_pending


def test_a_take_that_was_continued_from_stays_as_it_is(document, corrector, qtbot):
    take = add(document)
    add(document, "child", source=take.id)
    document.select_take(0)
    with qtbot.waitSignal(document.refused):
        corrector.paint(mask(), TO_TARGET, 1.0, "Paint")
    assert document.undo_stack.count() == 0


def test_the_chosen_candidate_is_corrected_and_keeps_it(document, corrector, qtbot):
    clip = document.clip
    own = Candidate(Sound(Stems(clip.samples * np.float32(0.5), clip.samples * np.float32(0.5))), Scores(0.9))
    other = Candidate(Sound(Stems(clip.samples, 0 * clip.samples)), Scores(0.1))
    add(document, sound=own.sound, candidates=(other, own))
    paint(corrector, qtbot, mask())
    corrected = heard(document)
    document.choose_candidate(0, 0)
    assert heard(document) is other.sound.stems
    document.choose_candidate(0, 1)
    assert heard(document) is corrected
    # The stroke belongs to that candidate, whichever is chosen.
    document.choose_candidate(0, 0)
    document.undo_stack.undo()
    settle(corrector, qtbot)
    assert heard(document) is other.sound.stems
    document.choose_candidate(0, 1)
    assert heard(document) is own.sound.stems


def test_a_session_s_corrections_are_applied_when_its_takes_come(document, corrector, qtbot):
    add(document)
    paint(corrector, qtbot, mask())
    expected, stored = heard(document), document.current_take.stored
    assert stored.sound.stems is not expected
    document.open(document.clip)
    document.restore_takes(document.recording, (stored,), stored.id)
    assert corrector.is_pending
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, expected.target)
    np.testing.assert_array_equal(heard(document).residual, expected.residual)
    assert document.undo_stack.count() == 0


def test_a_strength_is_one_step_and_0_db_is_the_engine_s_result(document, corrector, qtbot):
    take = add(document)
    corrector.set_strength(4.0)
    settle(corrector, qtbot)
    assert document.undo_stack.undoText() == "Change strength"
    stronger = heard(document)
    assert np.square(stronger.target).sum() > np.square(take.sound.stems.target).sum()
    np.testing.assert_array_equal(stronger.target + stronger.residual, document.clip.samples)
    corrector.set_strength(0.0)
    settle(corrector, qtbot)
    assert heard(document) is take.sound.stems
    document.undo_stack.undo()
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, stronger.target)


def test_strength_and_strokes_lie_over_each_other(document, corrector, qtbot):
    add(document)
    corrector.set_strength(-6.0)
    settle(corrector, qtbot)
    paint(corrector, qtbot, mask())
    grid = CellGrid(document.clip.sample_rate)
    inside = slice(23 * grid.hop, 27 * grid.hop)
    np.testing.assert_array_equal(heard(document).target[inside], document.clip.samples[inside])
    corrector.set_strength(0.0)
    settle(corrector, qtbot)
    assert document.current_take.sound.correction.strokes == 1
    np.testing.assert_array_equal(heard(document).target[inside], document.clip.samples[inside])


def test_a_strength_is_limited(document, corrector):
    add(document)
    corrector.set_strength(99.0)
    assert document.current_take.sound.correction.strength_db == 12.0


def test_a_preview_is_heard_and_changes_nothing(document, corrector, qtbot):
    take = add(document)
    with qtbot.waitSignal(corrector.preview_changed) as heard_first:
        corrector.preview_strength(6.0)
    preview = heard_first.args[0]
    assert preview.of is take.sound.stems
    assert preview.partly.start <= document.clip.sample_rate / 2 < preview.partly.stop
    assert document.current_take is take
    assert document.undo_stack.count() == 0
    with qtbot.waitSignal(corrector.preview_changed, check_params_cb=lambda it: it is None):
        corrector.end_preview()
    assert document.current_take is take


def test_what_was_heard_as_a_preview_is_what_is_kept(document, corrector, qtbot):
    add(document)
    previews = []
    corrector.preview_changed.connect(previews.append)
    corrector.preview_strength(6.0)
    whole = 0, document.clip.frames
    # Once from its last step, and once as what it returned.
    qtbot.waitUntil(lambda: [(it.partly.start, it.partly.stop) for it in previews[-2:]] == [whole, whole])
    corrector.set_strength(6.0)
    settle(corrector, qtbot)
    # The same memory, so that nothing fades.
    assert heard(document) is previews[0].partly.stems
    assert previews[-1] is None
    assert document.undo_stack.count() == 1


def test_a_strength_that_is_kept_before_its_preview_is_whole_is_computed_once(document, corrector, qtbot):
    add(document)
    previews = []
    corrector.preview_changed.connect(previews.append)
    with qtbot.waitSignal(corrector.preview_changed):
        corrector.preview_strength(6.0)
    corrector.set_strength(6.0)
    settle(corrector, qtbot)
    assert {preview.partly.stems for preview in previews if preview} == {heard(document)}


def test_the_newest_preview_wins(document, corrector, qtbot):
    add(document)
    for strength in (1.0, 2.0, 3.0, 9.0):
        corrector.preview_strength(strength)
    corrector.set_strength(9.0)
    settle(corrector, qtbot)
    loud = heard(document)
    document.undo_stack.undo()
    corrector.set_strength(9.0)
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, loud.target)


def test_a_preview_ends_with_another_take(document, corrector, qtbot):
    add(document)
    other = add(document, "other")
    with qtbot.waitSignal(corrector.preview_changed):
        corrector.preview_strength(6.0)
    with qtbot.waitSignal(corrector.preview_changed, check_params_cb=lambda it: it is None):
        document.select_take(0)
    assert document.takes[1] is other


def test_what_must_have_the_edits_waits_for_them(document, corrector, qtbot):
    add(document)
    seen = []
    corrector.paint(mask(), TO_TARGET, 1.0, "Paint")
    with qtbot.waitSignal(corrector.noted):
        corrector.when_applied(lambda: seen.append(document.current_take.sound.is_up_to_date))
    assert seen == []
    qtbot.waitUntil(lambda: seen == [True])
    corrector.when_applied(lambda: seen.append("now"))
    assert seen == [True, "now"]


def test_without_room_on_the_disk_the_take_stays_as_it_is(document, corrector, qtbot, monkeypatch):
    take = add(document)

    def full(*_args):
        raise ScratchError("no room")
        yield

    monkeypatch.setattr("samstudio.controllers.separation.corrector.corrected", full)
    with qtbot.waitSignal(corrector.failed) as failed:
        corrector.set_strength(3.0)
    assert failed.args == ["no room"]
    assert document.current_take.sound.correction.is_neutral
    assert heard(document) is take.sound.stems
    assert not corrector.is_pending


def test_overriding_the_gate_works_below_the_correction(document, corrector, background, qtbot):
    clip = document.clip
    gate = np.ones((clip.frames, 1), np.float32)
    gate[: clip.frames // 2] = 0
    full = clip.samples * np.float32(0.5)
    absent = ((0.0, clip.frames // 2 / clip.sample_rate),)
    sound = Sound(Stems(full * gate, clip.samples - full * gate), absent, full * (1 - gate))
    add(document, sound=sound, settings=SeparationSettings("sam-audio"))
    paint(corrector, qtbot, mask(20, 10), TO_RESIDUAL)
    painted = heard(document)
    override = PresenceOverride(document, background)
    with qtbot.waitSignal(override.finished):
        override.let_through(0, absent[0])
    settle(corrector, qtbot)
    sound = document.current_take.sound
    grid = CellGrid(clip.sample_rate)
    np.testing.assert_array_equal(sound.made.target[: grid.hop], full[: grid.hop])
    assert not heard(document).target[23 * grid.hop : 27 * grid.hop].any()
    np.testing.assert_array_equal(heard(document).target[: grid.hop], full[: grid.hop])
    document.undo_stack.undo()
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, painted.target)
    document.undo_stack.undo()
    settle(corrector, qtbot)
    assert not heard(document).target[: clip.frames // 2].any()


def test_nothing_is_corrected_while_its_recording_is_still_read(document, corrector, qtbot):
    add(document)
    paint(corrector, qtbot, mask())
    expected, stored = heard(document), document.current_take.stored
    clip = document.clip
    # As a session is opened: the takes are there before all of the recording is.
    samples = clip.samples.copy()
    samples[1000:] = 0
    document.open(replace(clip, samples=samples))
    document.recording.is_complete = False
    document.restore_takes(document.recording, (stored,), stored.id)
    for _ in range(20):
        QCoreApplication.processEvents()
    assert heard(document) is stored.sound.stems
    samples[:] = clip.samples
    document.complete(document.recording)
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).residual, expected.residual)


@pytest.mark.parametrize("strength", [0.0, 6.0])
def test_a_comp_is_made_of_what_is_heard_and_edits_by_hand_stay_edits(strength, document, corrector, background, qtbot):
    other = add(document, "other")
    paint(corrector, qtbot, mask(20, 30))
    if strength:
        corrector.set_strength(strength)
        settle(corrector, qtbot)
    painted, made = heard(document), document.current_take.sound.made
    base = add(document, "base")
    comping, rate = Comping(document, background), document.clip.sample_rate
    hop = CellGrid(rate).hop
    with qtbot.waitSignal(comping.finished):
        comping.take_over(document.take(other.id), (25 * hop / rate, 45 * hop / rate))
    comp = document.current_take
    assert comp.id != base.id
    inside = slice(30 * hop, 40 * hop)
    np.testing.assert_array_equal(comp.sound.stems.target[inside], painted.target[inside])
    if strength:
        # Each take has one: what is heard of both is put together.
        assert comp.sound.correction.is_neutral
    else:
        np.testing.assert_array_equal(comp.sound.made.target[inside], made.target[inside])
        cells = comp.sound.correction.cells.values(0, 60, 1025).any(axis=1)
        assert np.flatnonzero(cells).tolist() == list(range(25, 45)), "what was painted in the range"
        assert comp.sound.is_up_to_date
    np.testing.assert_array_equal(comp.sound.stems.target + comp.sound.stems.residual, document.clip.samples)


def test_undo_of_a_comp_brings_the_correction_back(document, corrector, background, qtbot):
    other = add(document, "other")
    add(document, "base")
    comping = Comping(document, background)
    for stretch in ((0.1, 0.2), (0.4, 0.5)):
        paint(corrector, qtbot, mask(30, 10), list(Direction)[stretch == (0.4, 0.5)])
        before, strokes = heard(document), document.current_take.sound.correction.strokes
        with qtbot.waitSignal(comping.finished):
            comping.take_over(document.take(other.id), stretch)
        settle(corrector, qtbot)
    # Painted from 0.32 s on: the end of that is in what comes from the other, of which nothing was painted.
    after = heard(document)
    assert document.current_take.sound.correction.strokes == strokes
    assert not np.array_equal(after.target, before.target)
    document.undo_stack.undo()
    settle(corrector, qtbot)
    assert document.current_take.sound.correction.strokes == strokes
    np.testing.assert_array_equal(heard(document).target, before.target)


def test_a_stroke_is_heard_while_another_strength_is_still_computed(document, corrector, qtbot, monkeypatch):
    take, goes_on = add(document), threading.Event()

    def held(sound, *args):
        steps = corrected(sound, *args)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            yield step
            # At the first part of it, the pass over all of the sound waits, as if the sound were very long.
            while isinstance(step, PartlyCorrected) and not goes_on.wait(0.005):
                yield None

    monkeypatch.setattr("samstudio.controllers.separation.corrector.corrected", held)
    previews = []
    corrector.preview_changed.connect(previews.append)
    corrector.set_strength(6.0)
    qtbot.waitUntil(lambda: bool(previews))
    stronger = previews[0].partly
    paint(corrector, qtbot, mask())
    grid = CellGrid(document.clip.sample_rate)
    inside = slice(23 * grid.hop, 27 * grid.hop)
    assert corrector.is_pending
    np.testing.assert_array_equal(heard(document).target[inside], document.clip.samples[inside])
    assert previews[-1].of is heard(document)
    assert previews[-1].partly is stronger, "what was heard of it is heard on"
    goes_on.set()
    settle(corrector, qtbot)
    assert None not in previews[:-1]
    both = heard(document)
    np.testing.assert_array_equal(both.target[inside], document.clip.samples[inside])
    document.undo_stack.undo()
    document.undo_stack.undo()
    settle(corrector, qtbot)
    assert heard(document) is take.sound.stems
    corrector.set_strength(6.0)
    settle(corrector, qtbot)
    corrector.paint(mask(), TO_TARGET, 1.0, "Paint")
    settle(corrector, qtbot)
    np.testing.assert_array_equal(heard(document).target, both.target)
