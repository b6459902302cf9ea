"""The queue in the window: lined up, reordered, paused, cancelled, failed, and taken up again at the next start."""

import json
import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from samstudio.app.editor import make_container
from samstudio.controllers.separation import engine_thread
from samstudio.separation.engine import Progress, SeparationError, StemChunk
from samstudio.session.prompt import Prompt, Span
from tests.app.commands.files.session_work import answer, answer_next, separate
from tests.app.editing import make_window


class HeldEngine:
    """Halves what is wanted; each separation waits for the gate, which then stays open. The word "no" is refused."""

    def __init__(self) -> None:
        self.gate, self.texts, self.steps = threading.Event(), [], 0

    def separate(self, request):
        self.texts.append(request.prompt.text)
        first, last = request.wanted
        yield Progress("Listening", 0.25, 1.0)
        assert self.gate.wait(30)
        if request.prompt.text == "no":
            raise SeparationError("It is refused.")
        self.steps += 1
        part = request.samples[first:last]
        yield StemChunk(first, part * np.float32(0.25), part - part * np.float32(0.25))


@pytest.fixture
def held(opened, monkeypatch, qtbot):
    """A recording is shown; separations wait for the gate of `opened.engine`."""
    opened.engine = HeldEngine()
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: opened.engine)
    opened.container.document.edit_prompt("Mark", Prompt("a", (Span(0.2, 0.8),)))
    opened.docks["queue"].show()
    opened.docks["queue"].raise_()
    yield opened
    opened.commands.queue.cancel_all()
    opened.engine.gate.set()
    qtbot.waitUntil(lambda: not opened.container.separation_queue.unfinished)


def ask_for(window, qtbot, *texts):
    """Type each text and press Ctrl+Enter."""
    field = window.prompt_panel.field
    for text in texts:
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def queued(window, qtbot, *texts):
    """The list, while the first of some separations runs."""
    ask_for(window, qtbot, *texts)
    qtbot.waitUntil(lambda: window.engine.texts == [texts[0]])
    view = window.queue_panel.view
    view.setFocus()
    return view


def names(window):
    return [row.name.split(" · ")[1] for row in window.queue_panel.rows.rows]


def all_done(window, qtbot):
    window.engine.gate.set()
    qtbot.waitUntil(lambda: not window.container.separation_queue.unfinished)


def test_several_takes_of_one_recording_line_up(held, qtbot):
    queued(held, qtbot, "a", "b", "c")
    panel, document = held.queue_panel, held.container.document
    assert names(held) == ["a", "b", "c"]
    assert [row.name.split(" · ")[0] for row in panel.rows.rows] == ["Take 1", "Take 2", "Take 3"]
    qtbot.waitUntil(lambda: panel.rows.rows[0].fraction == 0.25)
    assert panel.rows.rows[1].detail == f"Queued · {document.recording.name}"
    assert panel.summary.text().startswith("0 of 3 done · ")
    assert panel.bar.value() == 83, "a quarter of one of three of the same length"
    assert held.docks["queue"].windowTitle() == "Queue (3)"
    spoken = panel.rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"Take 2 · b: Queued · {document.recording.name}"
    all_done(held, qtbot)
    assert [take.prompt.text for take in document.takes] == ["a", "b", "c"]
    assert held.docks["queue"].windowTitle() == "Queue"
    assert not panel.summary.isVisible()


def test_add_to_queue_with_the_mouse_and_not_twice(held, qtbot):
    queued(held, qtbot, "a")
    running = held.prompt_panel.running
    field = held.prompt_panel.field
    QTest.mouseClick(running.queue_button, Qt.MouseButton.LeftButton)
    assert names(held) == ["a"], "exactly the same is being made"
    assert held.status.currentMessage().startswith("Exactly this is being separated")
    field.selectAll()
    QTest.keyClicks(field, "b")
    QTest.mouseClick(running.queue_button, Qt.MouseButton.LeftButton)
    assert names(held) == ["a", "b"]
    held.actions_by_name["run_again"].trigger()
    assert names(held) == ["a", "b"], "there is no take yet"


def test_reordered_and_cancelled_with_keys(held, qtbot):
    view = queued(held, qtbot, "a", "b", "c", "d")
    alt = Qt.KeyboardModifier.AltModifier
    held.queue_panel.select(3)
    QTest.keyClick(view, Qt.Key.Key_Up, alt)
    QTest.keyClick(view, Qt.Key.Key_Up, alt)
    assert names(held) == ["a", "d", "b", "c"]
    QTest.keyClick(view, Qt.Key.Key_Up, alt)
    assert names(held) == ["a", "d", "b", "c"], "the one that runs stays the first"
    QTest.keyClick(view, Qt.Key.Key_Down, alt)
    assert names(held) == ["a", "b", "d", "c"]
    assert held.queue_panel.place == 2
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert names(held) == ["a", "b", "c"]
    all_done(held, qtbot)
    assert held.engine.texts == ["a", "b", "c"]


def test_reordered_and_cancelled_with_the_mouse(held, qtbot):
    view = queued(held, qtbot, "a", "b", "c")
    panel = held.queue_panel
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(panel.rows.index(1)).center())
    assert (panel.up_button.isEnabled(), panel.down_button.isEnabled(), panel.retry_button.isEnabled()) == (
        False,
        True,
        False,
    )
    QTest.mouseClick(panel.down_button, Qt.MouseButton.LeftButton)
    assert names(held) == ["a", "c", "b"]
    QTest.mouseClick(panel.up_button, Qt.MouseButton.LeftButton)
    assert names(held) == ["a", "b", "c"]
    QTest.mouseClick(panel.remove_button, Qt.MouseButton.LeftButton)
    assert names(held) == ["a", "c"]
    panel.select(0)
    QTest.mouseClick(panel.remove_button, Qt.MouseButton.LeftButton)
    all_done(held, qtbot)
    assert [take.prompt.text for take in held.container.document.takes] == ["c"]


def test_cancel_stops_the_one_that_runs_and_cancel_all_the_rest(held, qtbot):
    queued(held, qtbot, "a", "b", "c")
    held.actions_by_name["cancel"].trigger()
    assert len(names(held)) == 3, "until its next step"
    held.actions_by_name["cancel_queue"].trigger()
    assert names(held) == ["a"]
    all_done(held, qtbot)
    assert held.container.document.takes == ()
    assert not held.actions_by_name["cancel_queue"].isEnabled()


def test_paused_and_going_on(held, qtbot):
    queued(held, qtbot, "a", "b")
    panel, container = held.queue_panel, held.container
    QTest.mouseClick(panel.pause_button, Qt.MouseButton.LeftButton)
    assert container.separation_queue.is_paused
    assert held.actions_by_name["pause_queue"].isChecked()
    qtbot.waitUntil(lambda: panel.rows.rows[0].length.endswith("paused"))
    assert panel.summary.text() == "0 of 2 done · paused"
    held.engine.gate.set()
    # The engine makes its step, and rests before the next.
    qtbot.waitUntil(lambda: held.engine.steps == 1)
    ask_for(held, qtbot, "c")
    assert held.status.currentMessage() == "Queued: it begins when the queue goes on, which is paused."
    assert container.document.takes == ()
    assert container.separator.is_busy
    held.actions_by_name["pause_queue"].trigger()
    qtbot.waitUntil(lambda: len(container.document.takes) == 3)
    assert not container.separation_queue.is_paused


def test_a_paused_one_is_cancelled_at_once(held, qtbot):
    queued(held, qtbot, "a", "b")
    held.actions_by_name["pause_queue"].trigger()
    held.engine.gate.set()
    qtbot.waitUntil(lambda: held.engine.steps == 1)
    held.actions_by_name["cancel"].trigger()
    qtbot.waitUntil(lambda: not held.container.separator.is_busy)
    assert names(held) == ["b"]
    held.actions_by_name["cancel_queue"].trigger()
    assert not held.container.separation_queue.is_paused, "the next one does not wait for nothing"


def test_one_that_fails_says_why_and_the_rest_goes_on(held, qtbot):
    queued(held, qtbot, "no", "b")
    panel, summaries = held.queue_panel, []
    held.container.separation_queue.changed.connect(lambda _recording: summaries.append(panel.summary.text()))
    all_done(held, qtbot)
    assert any(text.startswith("0 of 2 done · 1 failed · ") for text in summaries)
    assert not any(text.startswith("1 of 2 done") for text in summaries)
    assert [take.prompt.text for take in held.container.document.takes] == ["b"]
    (row,) = panel.rows.rows
    assert (row.has_failed, row.state) == (True, "It is refused.")
    assert panel.retry_button.isEnabled()
    QTest.mouseClick(panel.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: held.engine.texts == ["no", "b", "no"] and not held.container.separator.is_busy)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.rows.rows == ()


def test_a_failure_is_forgotten_once_the_recording_has_what_was_asked_for_last(held, qtbot):
    held.engine.gate.set()
    recordings = held.recordings_panel.rows
    # One after the other.
    for text, has_failed, waits in (
        ("b", False, 0),
        ("no", True, 1),
        ("c", False, 1),
        ("no", True, 1),
        ("b", False, 1),
    ):
        ask_for(held, qtbot, text)
        all_done(held, qtbot)
        assert recordings.rows[0].has_failed is has_failed, text
        assert len(held.queue_panel.rows.rows) == waits, "the one that failed may be tried again, once"
        assert held.docks["queue"].windowTitle() == "Queue"


def test_the_queue_is_shown_while_there_is_one(held, qtbot):
    dock, engine = held.docks["queue"], held.engine
    dock.hide()
    queued(held, qtbot, "a")
    assert dock.isHidden(), "the row of the take that is made tells it all"
    ask_for(held, qtbot, "b")
    assert not dock.isHidden()
    assert dock.visibleRegion().isEmpty(), "behind the takes"
    engine.gate.set()
    qtbot.waitUntil(dock.isHidden)
    ask_for(held, qtbot, "no")
    all_done(held, qtbot)
    assert dock.isHidden(), "the prompt tells it"
    ask_for(held, qtbot, "no", "d")
    qtbot.waitUntil(lambda: not dock.isHidden())
    dock.raise_()
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
    held.commands.queue.remove(0)
    assert not dock.isHidden(), "it is looked at"


def test_enter_shows_the_recording(held, tone_file, qtbot):
    queued(held, qtbot, "a", "b")
    other = tone_file.with_name("other.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(held.container.clip_loader.completed):
        held.commands.files.open_path(other)
    held.docks["queue"].raise_()
    held.queue_panel.select(1)
    held.queue_panel.view.setFocus()
    QTest.keyClick(held.queue_panel.view, Qt.Key.Key_Return)
    assert held.container.document.recording is held.container.document.recordings.all[0]


# From one start to the next


def closed(window, monkeypatch, label, qtbot):
    """Close the window with that answer to what it asks of the queue; what it asked."""
    for recording in window.container.document.recordings.all:
        recording.kept = recording.work
    asked = answer_next(label, monkeypatch)
    window.close()
    window.engine.gate.set()
    if not window.isVisible():
        window.container.shut_down()
    return asked


@pytest.fixture
def started_again(qtbot, monkeypatch):
    windows = []

    def start():
        window = make_window(make_container())
        windows.append(window)
        qtbot.addWidget(window, before_close_func=lambda window: window.container.document.recordings.close_all())
        with qtbot.waitExposed(window):
            window.show()
        window.commands.recovery.offer()
        return window

    yield start
    for window in windows:
        window.container.shut_down()


def test_what_waits_survives_a_restart(held, started_again, tone_file, monkeypatch, qtbot):
    queued(held, qtbot, "a", "b", "c")
    held.queue_panel.select(2)
    QTest.keyClick(held.queue_panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    prompts = [one.prompt for one in held.container.separation_queue.unfinished]
    assert closed(held, monkeypatch, "Quit and keep the queue", qtbot) == [
        "3 separations are not finished. Quit all the same?"
    ]
    again = started_again()
    again.engine = held.engine
    said = answer("queue_box", "Queue again", qtbot)
    assert "3 separations were not finished when SAM Studio was closed." in said
    assert f"{tone_file.name}: Take 3 · c" in said
    document = again.container.document
    qtbot.waitUntil(lambda: len(document.takes) == 3)
    assert [take.prompt for take in document.takes] == prompts
    assert list((again.container.queue_journal._root).glob("*.json")) == []


def test_quit_is_taken_back_or_drops_the_queue(held, started_again, monkeypatch, qtbot):
    queued(held, qtbot, "a", "b")
    held.engine.gate.clear()
    asked = answer_next("Cancel", monkeypatch)
    for recording in held.container.document.recordings.all:
        recording.kept = recording.work
    held.close()
    assert asked
    assert held.isVisible()
    closed(held, monkeypatch, "Quit and cancel all", qtbot)
    again = started_again()
    assert again.findChild(QMessageBox, "queue_box") is None


def test_what_becomes_of_the_queue_is_asked_once(held, monkeypatch, qtbot):
    queued(held, qtbot, "a")
    asked = []

    def answer_all(box):
        asked.append(f"{box.text()} {box.informativeText()}")
        wanted = "Quit and cancel all" if len(asked) == 1 else "Don't save"
        next(button for button in box.buttons() if button.text().replace("&", "") == wanted).click()

    monkeypatch.setattr(QMessageBox, "exec", answer_all)
    held.close()
    assert not held.isVisible()
    assert ["queue" in said for said in asked] == [True, False]
    assert "stopped" not in asked[1]


def test_offered_again_later_and_then_discarded(held, started_again, monkeypatch, qtbot):
    queued(held, qtbot, "a")
    closed(held, monkeypatch, "Quit and keep the queue", qtbot)
    again = started_again()
    answer("queue_box", "Decide later", qtbot)
    again.commands.queue.offer()
    answer("queue_box", "Discard", qtbot)
    again.commands.queue.offer()
    assert not any(box.isVisible() for box in again.findChildren(QMessageBox, "queue_box"))
    assert again.container.document.recordings.all == ()


def test_a_recording_that_is_gone_is_told(held, started_again, tone_file, monkeypatch, qtbot):
    queued(held, qtbot, "a", "b")
    closed(held, monkeypatch, "Quit and keep the queue", qtbot)
    tone_file.unlink()
    again = started_again()
    answer("queue_box", "Queue again", qtbot)
    qtbot.waitUntil(lambda: again.findChild(QMessageBox, "error_box") is not None)
    assert again.container.queue_journal.unfinished == 0


def test_a_damaged_file_is_no_queue(held, started_again, monkeypatch, qtbot):
    queued(held, qtbot, "a")
    root = held.container.queue_journal._root
    closed(held, monkeypatch, "Quit and keep the queue", qtbot)
    (path,) = root.glob("*.json")
    facts = json.loads(path.read_text("utf-8"))
    assert facts["waiting"][0]["name"] == "Take 1 · a"
    path.write_text('{"format": "samstudio-queue", "waiting": [{}]}', "utf-8")
    again = started_again()
    assert again.findChild(QMessageBox, "queue_box") is None
    assert list(root.glob("*.json")) == []


def test_run_again_twice_takes_two_seeds(opened, qtbot, monkeypatch):
    opened.container.document.edit_prompt("Mark", Prompt("a", (Span(0.2, 0.8),)))
    separate(opened, qtbot)
    opened.engine = HeldEngine()
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: opened.engine)
    for _ in range(2):
        opened.actions_by_name["run_again"].trigger()
    assert [one.settings.seed for one in opened.container.separation_queue.unfinished] == [1, 2]
    opened.engine.gate.set()
    qtbot.waitUntil(lambda: len(opened.container.document.takes) == 3)
