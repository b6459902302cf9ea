"""The row of the take that is being made, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.session.prompt import Prompt
from samstudio.session.take import Stem
from samstudio.ui.takes.take_rows import CURRENT
from tests.app.commands.takes.gated_engine import GatedEngine


@pytest.fixture
def engine(monkeypatch) -> GatedEngine:
    made = GatedEngine()
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: made)
    yield made
    for gate in made.gates:
        gate.set()


def test_it_is_there_from_the_first_moment_with_a_time_that_earlier_runs_took(opened, engine, qtbot):
    row, separator = opened.takes_panel.running, opened.container.separator
    assert not row.isVisible()
    separator.paces.add("spectral auto", 80.0, 2.0, 4.0)
    qtbot.mouseClick(opened.prompt_panel.separate_button, Qt.MouseButton.LeftButton)
    assert row.isVisible()
    assert row.name.text() == "Take 1"
    assert (row.stage.text(), row.left.text()) == ("Starting", "0.0% · about 40 s left")
    with qtbot.waitSignal(separator.progressed):
        pass
    assert (row.stage.text(), row.left.text()) == ("Listening", "0.0% · about 40 s left")
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[0].set()
    qtbot.waitUntil(lambda: row.bar.value() == 500)
    assert row.stage.text() == "Halving"
    assert row.left.text().startswith("50% · about ")
    with qtbot.waitSignal(separator.finished):
        engine.gates[1].set()
    assert not row.isVisible()
    assert len(PaceHistory(separator.paces._path)._runs["spectral auto"]) == 2


def test_cancel_on_the_row_keeps_what_is_finished_and_gives_no_time_for_later_runs(opened, engine, qtbot):
    separator, row = opened.container.separator, opened.takes_panel.running
    with qtbot.waitSignal(separator.progressed):
        opened.actions_by_name["separate"].trigger()
    assert row.left.text() == "0.0% · estimating the time left"
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[0].set()
    with qtbot.waitSignal(separator.finished):
        qtbot.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
        engine.gates[1].set()
    assert not row.isVisible()
    assert opened.container.document.current_take.frames_done == 48_000
    for stem in (Stem.TARGET, Stem.RESIDUAL):
        band = opened.timeline.stack._left_out[stem]
        assert [stretch for stretch, _ in band._visible()] == [(1.0, 2.0)], "what is missing is not hatched"
    assert separator.paces.seconds_per_unit("spectral auto") is None


def test_a_range_made_again_has_its_own_name(opened, engine, qtbot):
    for gate in engine.gates:
        gate.set()
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    opened.container.selection.select_range((0.5, 1.0))
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["redo_stretch"].trigger()
        assert opened.takes_panel.running.name.text() == "Take 2 · redone"


def _lane_target(window):
    return window.timeline.sounds._sounds[Stem.TARGET].samples


def _drawn(window) -> bool:
    return not window.container.timeline_renderer.is_busy


@pytest.mark.parametrize("has_base", [True, False])
def test_a_part_is_heard_and_drawn_as_it_grows_in_what_is_around_it(opened, engine, qtbot, has_base):
    container, clip = opened.container, opened.container.document.clip.samples
    separator, audition = container.separator, container.audition
    before = 0 * clip
    if has_base:
        for gate in engine.gates:
            gate.set()
        with qtbot.waitSignal(separator.finished):
            opened.actions_by_name["separate"].trigger()
        before = np.array(container.document.current_take.sound.stems.target)
        engine.part = 0.25
        for gate in engine.gates:
            gate.clear()
    container.selection.select_range((0.5, 1.0))
    with qtbot.waitSignal(separator.started):
        opened.actions_by_name["redo_stretch" if has_base else "separate_selection"].trigger()
    assert not audition.is_awaited, "the clip is heard in place of what is there"
    assert np.array_equal(_lane_target(opened), before)
    assert np.array_equal(audition.sound_of(Stem.RESIDUAL), clip - before)
    qtbot.waitUntil(lambda: _drawn(opened))
    peaks = opened.timeline.sounds._sounds[Stem.TARGET].peaks
    assert peaks.frames_ready == len(clip)
    with qtbot.waitSignal(separator.part_grew):
        engine.gates[0].set()
    qtbot.waitUntil(lambda: _drawn(opened))
    made = slice(26_000, 34_000)
    for target in (_lane_target(opened), audition.sound_of(Stem.TARGET), container.mixing.mixer.tracks[1].samples):
        assert np.array_equal(target[made], clip[made] * np.float32(engine.part))
        assert np.array_equal(target[:24_000], before[:24_000])
        assert np.array_equal(target[36_000:], before[36_000:])
    with qtbot.waitSignal(separator.finished):
        engine.gates[1].set()
    assert audition.stems is container.document.current_take.sound.stems
    assert np.array_equal(_lane_target(opened)[made], clip[made] * np.float32(engine.part))


def test_who_looks_at_the_take_itself_sees_no_part_of_another_grow_in_it(opened, engine, qtbot):
    container = opened.container
    for gate in engine.gates:
        gate.set()
    with qtbot.waitSignal(container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    base = container.document.current_take
    engine.part = 0.25
    engine.gates[1].clear()
    container.selection.select_range((0.5, 1.0))
    container.separator.started.connect(
        lambda _stems: (container.document.select_take(None), container.document.select_take(0))
    )
    with qtbot.waitSignal(container.separator.part_grew):
        opened.actions_by_name["redo_stretch"].trigger()
    assert container.audition.stems is base.sound.stems
    assert _lane_target(opened) is base.sound.stems.target
    with qtbot.waitSignal(container.separator.finished):
        engine.gates[1].set()


def test_the_lanes_show_what_is_marked_and_a_click_changes_it(opened, engine, qtbot):
    container, panel = opened.container, opened.takes_panel
    audition, row, view = container.audition, panel.running, panel.view
    for gate in engine.gates:
        gate.set()
    with qtbot.waitSignal(container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    first = container.document.current_take.sound.stems
    engine.gates[1].clear()
    container.document.edit_prompt("Type", Prompt("other"))
    with qtbot.waitSignal(container.separator.stems_grew):
        opened.actions_by_name["separate"].trigger()

    def marked() -> tuple[bool, bool]:
        """Whether the take that is made is marked as heard, and the current one."""
        return row.speaker.isVisible(), panel.rows.index(0).data(CURRENT)

    making = container.separator.stems
    assert (audition.stems is making, *marked()) == (True, True, False)
    place = view.visualRect(panel.rows.index(0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (audition.stems is first, *marked()) == (True, False, True)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert (audition.stems is making, *marked()) == (True, True, False)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert audition.stems is first
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert audition.stems is making
    with qtbot.waitSignal(container.separator.finished):
        engine.gates[1].set()
    assert [panel.rows.index(number).data(CURRENT) for number in range(2)] == [False, True]


def test_what_is_being_made_already_is_not_queued_and_leaves_the_seed(opened, engine, qtbot):
    for gate in engine.gates:
        gate.set()
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    opened.container.selection.select_range((0.5, 1.0))
    for gate in engine.gates:
        gate.clear()
    notes = []
    opened.commands.separation.noted.connect(notes.append)
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["redo_stretch"].trigger()
        seed = opened.commands.separation.settings.seed
        opened.actions_by_name["redo_stretch"].trigger()
        assert notes == ["Exactly this is being separated already, or waits in the queue."]
        assert opened.commands.separation.settings.seed == seed
        for gate in engine.gates:
            gate.set()
