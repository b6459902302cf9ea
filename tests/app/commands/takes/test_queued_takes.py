"""Takes made from takes while another recording is being separated: they wait for their turn."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton

from samstudio.app import requirements
from samstudio.app.commands.takes import partial_takes
from samstudio.app.input.key_guard import KeyGuard
from samstudio.controllers.separation import engine_thread
from samstudio.separation.engine import StemChunk
from samstudio.session.prompt import Prompt, Span
from tests.app.commands.files.session_work import mark, separate


class HeldEngine:
    """Halves what is wanted; the first separation waits for its gate."""

    def __init__(self) -> None:
        self.gate, self.requests = threading.Event(), []

    def separate(self, request):
        self.requests.append(request)
        first, last = request.wanted
        assert self.gate.wait(30)
        part = request.samples[first:last]
        yield StemChunk(first, part * np.float32(0.25), part - part * np.float32(0.25))


@pytest.fixture
def busy(opened, tone_file, qtbot, monkeypatch):
    """A recording with a take and half a second selected is shown, while another one is being separated."""
    monkeypatch.setattr(requirements, "LONG", 2.0)
    mark(opened, Span(1.2, 1.6))
    separate(opened, qtbot)
    other = tone_file.with_name("other.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(other)
    opened.engine = HeldEngine()
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: opened.engine)
    opened.actions_by_name["separate"].trigger()
    qtbot.waitUntil(lambda: len(opened.engine.requests) == 1)
    opened.commands.recordings.show(0)
    opened.container.selection.select_range((0.5, 1.0))
    opened.activateWindow()
    opened.timeline.setFocus()
    yield opened
    opened.engine.gate.set()


@pytest.fixture
def key_guard(qapp):
    guard = KeyGuard(qapp)
    yield guard
    guard.deleteLater()


def queued_take(window, qtbot):
    """The take of the shown recording that waits now, when the other recording is done."""
    queue, document = window.container.separation_queue, window.container.document
    count = len(document.takes)
    assert queue.is_waiting(document.recording)
    assert window.recordings_panel.rows.rows[0].state == "Queued"
    assert window.takes_panel.running.isVisible()
    assert window.takes_panel.running.left.text() == "Queued"
    window.engine.gate.set()
    qtbot.waitUntil(lambda: len(document.takes) == count + 1 and not window.container.separator.is_busy)
    assert not window.takes_panel.running.isVisible()
    return document.current_take


def test_redo_the_selection_is_cancelled_in_its_row_and_begun_anew(busy, qtbot):
    before = busy.container.document.current_take
    busy.actions_by_name["redo_stretch"].trigger()
    QTest.mouseClick(busy.takes_panel.running.cancel_button, Qt.MouseButton.LeftButton)
    assert not busy.container.separation_queue.is_waiting(busy.container.document.recording)
    assert busy.recordings_panel.rows.rows[0].state == "1 take"
    assert not busy.takes_panel.running.isVisible()
    busy.timeline.setFocus()
    QTest.keyClick(busy.timeline, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    take = queued_take(busy, qtbot)
    assert len(busy.engine.requests) == 2, "what was cancelled was made, too"
    clip = busy.container.document.clip.samples
    old, new = before.sound.stems.target, take.sound.stems.target
    assert np.array_equal(new[:20_000], old[:20_000]), "outside it is the take that it was made from"
    assert np.allclose(new[30_000:42_000], clip[30_000:42_000] * 0.25)


def test_from_the_residual_as_it_is_when_its_turn_comes(busy, qtbot):
    document = busy.container.document
    first = document.current_take
    busy.actions_by_name["continue_from_residual"].trigger()
    document.edit_prompt("Mark", Prompt("horn", (Span(0.2, 0.4),)))
    busy.actions_by_name["separate"].trigger()
    busy.container.corrector.set_strength(3.0)
    qtbot.waitUntil(lambda: not busy.container.corrector.is_pending)
    take = queued_take(busy, qtbot)
    assert take.source == first.id
    assert busy.engine.requests[-1].samples is document.take(first.id).sound.stems.residual
    assert busy.engine.requests[-1].samples is not first.sound.stems.residual


def test_only_the_area_out_of_the_residual(busy, qtbot):
    busy.actions_by_name["continue_from_residual"].trigger()
    mark(busy, Span(0.2, 0.4), text="horn")
    busy.timeline.setFocus()
    busy.actions_by_name["area_from_selection"].trigger()
    busy.actions_by_name["separate_area"].trigger()
    assert queued_take(busy, qtbot).stretch == (0.5, 1.0)


def test_a_try_is_played_when_its_turn_has_come(busy, qtbot, monkeypatch):
    monkeypatch.setattr(partial_takes, "TRIED_SECONDS", 0.75)
    played = []
    monkeypatch.setattr(busy.container.transport, "play_range", lambda *stretch: played.append(stretch))
    QTest.mouseClick(busy.prompt_panel.partial.buttons["try_here"], Qt.MouseButton.LeftButton)
    take = queued_take(busy, qtbot)
    assert played == [take.stretch]


def test_the_take_that_it_was_to_be_made_from_was_deleted(busy, qtbot):
    busy.actions_by_name["redo_stretch"].trigger()
    busy.actions_by_name["delete_take"].trigger()
    busy.engine.gate.set()
    qtbot.waitUntil(lambda: bool(busy.container.separation_queue.failures))
    sentence = "“Take 2 · bell (redone)” was not begun: the take that it was to be made from was deleted."
    assert busy.prompt_panel.error.text == sentence
    assert busy.recordings_panel.rows.rows[0].state == sentence
    assert not busy.container.separator.is_busy


def test_each_of_two_sounds_becomes_a_take_of_its_own(opened, qtbot):
    document, panel = opened.container.document, opened.prompt_panel
    panel.field.setFocus()
    QTest.keyClicks(panel.field, "guitar and drums")
    QTest.mouseClick(panel.wording.each_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(document.takes) == 2 and not opened.container.separator.is_busy)
    assert {take.name for take in document.takes} == {"Take 1 · guitar", "Take 2 · drums"}
    assert {take.prompt.text for take in document.takes} == {"guitar", "drums"}
    assert document.prompt.text == "guitar and drums"


def test_the_second_sound_waits_in_a_row_of_its_own_and_can_be_cancelled_there(opened, qtbot, monkeypatch):
    engine = HeldEngine()
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: engine)
    document, panel, takes = opened.container.document, opened.prompt_panel, opened.takes_panel
    QTest.keyClicks(panel.field, "guitar and drums and horn")
    QTest.mouseClick(panel.wording.each_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(engine.requests) == 1)
    assert takes.running.name.text() == "Take 1 · guitar"
    assert takes.queued.isVisible()
    assert takes.queued.names == ["Take 2 · drums", "Take 3 · horn"]
    QApplication.processEvents()
    row, _ = (row for row in takes.queued.findChildren(QFrame) if row.accessibleName() and row.isVisible())
    assert [part.text() for part in row.findChildren(QLabel)] == ["Take 2 · drums", "Queued"]
    QTest.mouseClick(row.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert takes.queued.names == ["Take 3 · horn"]
    # The row of the one that runs is its own, too: the last one is made.
    QTest.mouseClick(takes.running.cancel_button, Qt.MouseButton.LeftButton)
    engine.gate.set()
    qtbot.waitUntil(lambda: not opened.container.separation_queue.is_pending(document.recording))
    assert engine.requests[-1].prompt.text == "horn"
    assert "Take 2 · drums" not in {take.name for take in document.takes}
    assert "Take 3 · horn" in {take.name for take in document.takes}
    assert not takes.queued.isVisible()


def test_wording_and_each_sound_from_the_menu(opened, qtbot):
    document, names = opened.container.document, ("use_wording", "separate_each")
    assert not any(opened.actions_by_name[name].isEnabled() for name in names), "there is nothing to offer"
    opened.commands.spans.change_text("guitar and drums")
    assert opened.actions_by_name["separate_each"].isEnabled()
    opened.actions_by_name["separate_each"].trigger()
    qtbot.waitUntil(lambda: len(document.takes) == 2 and not opened.container.separator.is_busy)


def test_without_a_take_the_queued_one_stands_where_takes_will_be(busy):
    busy.actions_by_name["delete_take"].trigger()
    assert busy.takes_panel._stack.currentIndex() == 0, "nothing says what takes are"
    busy.container.document.edit_prompt("Type", Prompt("horn", (Span(0.2, 0.4),)))
    busy.actions_by_name["separate"].trigger()
    running = busy.takes_panel.running
    assert running.isVisible()
    assert busy.takes_panel._stack.currentIndex() == 2, "the empty state takes its room"
    assert running.stage.isHidden()
    busy.takes_panel.setMinimumHeight(1)
    busy.takes_panel.resize(busy.takes_panel.width(), 150)
    QApplication.processEvents()
    assert running.cancel_button.height() >= running.cancel_button.sizeHint().height()
    QTest.mouseClick(running.cancel_button, Qt.MouseButton.LeftButton)
    assert busy.takes_panel._stack.currentIndex() == 0


def test_enter_leaves_the_keys_to_the_window_though_the_job_is_queued(busy, key_guard, qtbot):
    field = busy.prompt_panel.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "tone")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert busy.container.separation_queue.is_waiting(busy.container.document.recording)
    assert busy.timeline.hasFocus()
    # A text that is typed while the job waits goes on being typed when it begins.
    field.setFocus()
    busy.engine.gate.set()
    qtbot.waitUntil(lambda: len(busy.container.document.takes) == 2)
    assert field.hasFocus()
