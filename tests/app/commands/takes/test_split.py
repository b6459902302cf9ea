"""Splitting a recording into parts, with keys through the dialog."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.app.commands.takes import split
from samstudio.controllers.separation import engine_thread
from samstudio.separation.engine import SeparationError, StemChunk
from samstudio.session.take_tree import chain_to
from samstudio.ui.takes.take_text import part_role


class Splitting:
    """Halves what it is given in two chunks, and refuses “horn”. In the part that is `held` it waits for its gate."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate, self.reached, self.held = threading.Event(), threading.Event(), ""

    def separate(self, request):
        text, frames = request.prompt.text, len(request.samples)
        self.asked.append(text)
        if text == "horn":
            raise SeparationError("“horn” is not heard.")
        for first, last in ((0, frames // 2), (frames // 2, frames)):
            if first and text == self.held:
                self.reached.set()
                assert self.gate.wait(30)
            half = request.samples[first:last] * np.float32(0.5)
            yield StemChunk(first, half, request.samples[first:last] - half)


@pytest.fixture
def engine(monkeypatch):
    made = Splitting()
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: made)
    return made


@pytest.fixture
def listened(monkeypatch):
    """What was listened for; “tuba” is not heard."""
    words: list[str] = []

    def listen(asked, _samples, _rate, _settings):
        words.extend(asked)
        yield 0.5
        yield tuple("No “tuba” is heard here." if word == "tuba" else "" for word in asked)

    monkeypatch.setattr(split, "listen_for_words", listen)
    return words


@pytest.fixture
def dialog(opened, engine, listened, qtbot):
    """The dialog as its key opens it."""
    with qtbot.waitActive(opened):
        opened.activateWindow()
    opened.timeline.setFocus()
    QTest.keyClick(
        opened.timeline, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    shown = opened.commands.split._dialog
    qtbot.waitUntil(lambda: shown.isVisible() and shown.words.hasFocus())
    return shown


def _type(dialog, text):
    dialog.words.selectAll()
    QTest.keyClicks(dialog.words, text)


def _end(opened, qtbot):
    queue = opened.container.separation_queue
    qtbot.waitUntil(lambda: not queue.unfinished and not opened.container.separator.is_busy)


def _sum(takes):
    """The last pair first, then each earlier part: only so float32 loses nothing."""
    total = takes[-1].sound.stems.residual
    for take in reversed(takes):
        total = total + take.sound.stems.target
    return total


def test_the_parts_of_a_preset_become_a_chain_that_sums_to_the_recording(opened, dialog, engine, listened, qtbot):
    document, said = opened.container.document, []
    opened.commands.split.noted.connect(said.append)
    before = document.prompt, document.undo_stack.count()
    assert dialog.words.text() == "vocals, drums, bass"
    assert dialog.split_button.text() == "Split into 3 parts and the rest"
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(document.takes) == 3)
    _end(opened, qtbot)
    assert not dialog.isVisible()
    assert listened == engine.asked == ["vocals", "drums", "bass"]
    takes = document.takes
    assert [take.name for take in takes] == ["vocals", "drums", "bass"]
    assert chain_to(takes[-1], takes) == takes
    assert takes[0].source == ""
    assert (_sum(takes) == document.clip.samples).all()
    assert said == ["“vocals”, “drums”, “bass” and the rest together are exactly the recording."]
    assert (document.prompt, document.undo_stack.count()) == before
    roles = [opened.mixer_panel.strips[take.id]._role for take in takes[:-1]]
    assert roles == [part_role(take) for take in takes[:-1]] == ["part_0", "part_1"]


def test_what_is_not_heard_is_told_and_left_out_unless_it_is_ticked(opened, dialog, engine, listened, qtbot):
    document = opened.container.document
    _type(dialog, "vocals, tuba, bass, the rest")
    assert dialog.preset.currentText() == "Own words"
    assert list(dialog.boxes) == ["vocals", "tuba", "bass"]
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.notes["tuba"].isVisible)
    assert dialog.notes["tuba"].text() == "No “tuba” is heard here."
    assert dialog.chosen == ("vocals", "bass")
    assert dialog.isVisible()
    assert engine.asked == []
    QTest.keyClick(dialog.boxes["tuba"], Qt.Key.Key_Space)
    assert dialog.split_button.text() == "Split into 3 parts and the rest"
    QTest.keyClick(dialog.boxes["tuba"], Qt.Key.Key_Space)
    assert dialog.split_button.hasFocus()
    QTest.keyClick(dialog.split_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(document.takes) == 2)
    _end(opened, qtbot)
    assert listened == ["vocals", "tuba", "bass"]
    assert engine.asked == ["vocals", "bass"]


def test_a_part_that_is_refused_stays_in_the_rest_and_can_be_tried_again_from_what_is_left(
    opened, dialog, engine, qtbot
):
    document, queue, said = opened.container.document, opened.container.separation_queue, []
    opened.commands.split.noted.connect(said.append)
    _type(dialog, "vocals, horn, bass")
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(document.takes) == 2)
    _end(opened, qtbot)
    takes = document.takes
    assert [take.name for take in takes] == ["vocals", "bass"]
    assert takes[1].source == takes[0].id
    assert (_sum(takes) == document.clip.samples).all()
    assert said[0] == "“horn” stays in the rest: “horn” is not heard."
    (failed,) = queue.failed
    assert failed.source == takes[1].id, "tried again, it must not begin a second chain"


def test_a_cancel_keeps_what_is_finished_and_ends_the_split(opened, dialog, engine, qtbot):
    document = opened.container.document
    engine.held = "bass"
    _type(dialog, "vocals, bass, drums")
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(engine.reached.is_set)
    opened.actions_by_name["cancel"].trigger()
    engine.gate.set()
    _end(opened, qtbot)
    assert document.takes[0].name == "vocals"
    assert engine.asked == ["vocals", "bass"]
    assert (_sum(chain_to(document.takes[-1], document.takes)) == document.clip.samples).all()


def test_a_part_that_is_deleted_comes_back_with_undo(opened, dialog, qtbot):
    document = opened.container.document
    _type(dialog, "vocals, bass")
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(document.takes) == 2)
    _end(opened, qtbot)
    takes = document.takes
    opened.actions_by_name["delete_take"].trigger()
    assert document.takes == takes[:1]
    opened.actions_by_name["undo"].trigger()
    assert [take.id for take in chain_to(document.takes[-1], document.takes)] == [take.id for take in takes]


def test_it_needs_a_part_and_escape_leaves_everything_as_it_was(opened, dialog, engine, listened, qtbot):
    _type(dialog, " , the rest")
    assert not dialog.split_button.isEnabled()
    assert dialog.state.text() == "Name at least one part: vocals, drums, bass."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    QApplication.processEvents()
    assert (engine.asked, listened, opened.container.separation_queue.unfinished) == ([], [], ())
