"""The row of the take that is being made, in the real window."""

import pytest
from PySide6.QtCore import Qt

from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.session.take import Stem
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
    separator._paces.add("spectral auto", 80.0, 2.0, 4.0)
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
    assert len(PaceHistory(separator._paces._path)._runs["spectral auto"]) == 2


def test_without_earlier_runs_it_says_that_the_time_is_not_known_yet(opened, engine, qtbot):
    with qtbot.waitSignal(opened.container.separator.progressed):
        opened.actions_by_name["separate"].trigger()
    assert opened.takes_panel.running.left.text() == "0.0% · estimating the time left"


def test_cancel_on_the_row_keeps_what_is_finished_and_is_no_pace(opened, engine, qtbot):
    separator, row = opened.container.separator, opened.takes_panel.running
    with qtbot.waitSignal(separator.stems_grew):
        opened.actions_by_name["separate"].trigger()
        engine.gates[0].set()
    with qtbot.waitSignal(separator.finished):
        qtbot.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
        engine.gates[1].set()
    assert not row.isVisible()
    assert opened.container.document.current_take.frames_done == 48_000
    for stem in (Stem.TARGET, Stem.RESIDUAL):
        band = opened.timeline.stack._left_out[stem]
        assert [stretch for stretch, _ in band._visible()] == [(1.0, 2.0)], "what is missing is not hatched"
    assert separator._paces.seconds_per_unit("spectral auto") is None


def test_a_range_made_again_has_its_own_name(opened, engine, qtbot):
    for gate in engine.gates:
        gate.set()
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    opened.container.selection.select_range((0.5, 1.0))
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["redo_stretch"].trigger()
        assert opened.takes_panel.running.name.text() == "Take 2 · redone"
