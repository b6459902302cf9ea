"""Continuing from a residual in the real window: it asks what comes next, and there is a way back."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from samstudio.session.correction import CellMask, Direction
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import Stem
from tests.app.commands.files.session_work import answer

PROMPT = Prompt("bell", (Span(0.2, 0.4),))


@pytest.fixture
def separated(opened, qtbot):
    """A window with a take of the bell."""
    opened.container.document.edit_prompt("Mark", PROMPT)
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    opened.activateWindow()
    opened.timeline.setFocus()
    return opened


@pytest.fixture
def continuing(separated, qtbot):
    """The same window, which continues from the take's residual."""
    press_continue(separated, qtbot)
    return separated


def press_continue(window, qtbot):
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window.timeline, Qt.Key.Key_Return, modifiers)


def test_it_does_not_start_but_asks_for_the_next_sound(continuing, qtbot):
    document, bar = continuing.container.document, continuing.prompt_panel.ground
    first = document.takes[0]
    assert not continuing.container.separator.is_running
    assert document.takes == (first,)
    assert document.ground is first
    assert document.prompt == Prompt()
    assert first.prompt == PROMPT
    assert bar.isVisible()
    assert bar.title.text() == "Residual of “Take 1 · bell”"
    assert QApplication.focusWidget() is continuing.prompt_panel.field
    assert continuing.container.mixing.auditioned is Stem.RESIDUAL
    assert continuing.status.currentMessage() == (
        "Separate now takes the sound out of the residual of “Take 1 · bell”."
    )


def test_separate_takes_what_was_typed_out_of_the_residual(continuing, qtbot, tone_clip):
    document = continuing.container.document
    first = document.current_take
    qtbot.keyClicks(continuing.prompt_panel.field, "voice")
    with qtbot.waitSignal(continuing.container.separator.finished):
        qtbot.mouseClick(continuing.prompt_panel.separate_button, Qt.MouseButton.LeftButton)
    second = document.current_take
    assert (second.source, second.prompt) == (first.id, Prompt("voice"))
    parts = (second.sound.stems.target, second.sound.stems.residual, first.sound.stems.target)
    assert np.allclose(sum(parts), tone_clip.samples, atol=1e-6)
    # The next one comes out of the same residual, until the user goes on from this take or back.
    assert document.ground is first


def test_back_to_the_recording(continuing, qtbot, tone_clip):
    document, panel = continuing.container.document, continuing.prompt_panel
    qtbot.mouseClick(panel.ground.back_button, Qt.MouseButton.LeftButton)
    assert document.ground is None
    assert document.prompt == PROMPT
    assert not panel.ground.isVisible()
    assert continuing.container.mixing.auditioned is None
    document.edit_prompt("Retype", Prompt("voice"))
    with qtbot.waitSignal(continuing.container.separator.finished):
        qtbot.mouseClick(panel.separate_button, Qt.MouseButton.LeftButton)
    assert document.current_take.source == ""


def test_a_batch_says_that_it_separates_the_whole_recording(continuing, qtbot):
    continuing.container.document.edit_prompt("Type", Prompt("voice"))
    continuing.commands.recordings.separate((0,))
    assert "whole recordings are separated, not the residuals" in answer("batch_box", "Cancel", qtbot)
    continuing.actions_by_name["back_to_recording"].trigger()
    continuing.commands.recordings.separate((0,))
    assert "residuals" not in answer("batch_box", "Cancel", qtbot)


def test_back_brings_the_marks_of_before_and_undo_what_was_typed_meanwhile(separated, qtbot):
    document, panel = separated.container.document, separated.prompt_panel
    # Not what the take was made of.
    newer = Prompt("dog", (Span(0.2, 0.4), Span(0.6, 0.9)))
    document.edit_prompt("Mark", newer)
    press_continue(separated, qtbot)
    qtbot.keyClicks(panel.field, "tone")
    separated.actions_by_name["back_to_recording"].trigger()
    assert document.prompt == newer
    separated.timeline.setFocus()
    qtbot.keyClick(separated.timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (document.ground, document.prompt) == (document.takes[0], Prompt("tone"))


def test_the_panels_name_what_is_put_aside(continuing):
    shown = [label.text() for label in continuing.prompt_panel.ground.findChildren(QLabel)]
    assert any("Put aside: “bell” and 1 span. Back brings them back." in text for text in shown)
    spans = [label.text() for label in continuing.span_list.findChildren(QLabel)]
    assert "1 span is put aside" in spans
    continuing.actions_by_name["back_to_recording"].trigger()
    continuing.container.document.edit_prompt("Clear", Prompt())
    assert "No spans yet" in [label.text() for label in continuing.span_list.findChildren(QLabel)]


def test_a_deleted_ground_comes_back_with_its_take_in_one_step(continuing, qtbot):
    document = continuing.container.document
    qtbot.keyClicks(continuing.prompt_panel.field, "voice")
    continuing.prompt_panel.commit_text()
    steps = document.undo_stack.count()
    continuing.timeline.setFocus()
    continuing.actions_by_name["delete_take"].trigger()
    assert (document.takes, document.ground, document.prompt) == ((), None, PROMPT)
    assert document.undo_stack.count() == steps + 1
    qtbot.keyClick(continuing.timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.ground is document.takes[0]
    assert document.prompt == Prompt("voice")
    assert continuing.prompt_panel.ground.isVisible()
    # A click meets the button where it is once the panel is laid out.
    QApplication.processEvents()
    qtbot.mouseClick(continuing.prompt_panel.ground.back_button, Qt.MouseButton.LeftButton)
    assert document.prompt == PROMPT


def test_it_is_one_undo_step_each_way_and_ends_when_the_take_goes(continuing, qtbot):
    document, stack = continuing.container.document, continuing.container.document.undo_stack
    first = document.current_take
    assert stack.undoText() == "Continue from the residual"
    stack.undo()
    assert (document.ground, document.prompt) == (None, PROMPT)
    assert not continuing.prompt_panel.ground.isVisible()
    stack.redo()
    assert (document.ground, document.prompt) == (first, Prompt())
    continuing.actions_by_name["back_to_recording"].trigger()
    stack.undo()
    assert document.ground is first
    # Pressed again it keeps the prompt and only asks.
    document = continuing.container.document
    document.edit_prompt("Retype", Prompt("voice"))
    count = document.undo_stack.count()
    continuing.actions_by_name["continue_from_residual"].trigger()
    assert document.prompt == Prompt("voice")
    assert document.undo_stack.count() == count
    # It follows a new name and ends when the take goes.
    document, bar = continuing.container.document, continuing.prompt_panel.ground
    document.rename_take(0, "Bell")
    assert bar.title.text() == "Residual of “Bell”"
    document.delete_take(0)
    assert document.ground is None
    assert not bar.isVisible()
    assert not continuing.actions_by_name["back_to_recording"].isEnabled()


def test_a_part_and_a_try_come_out_of_the_residual_too(continuing, qtbot):
    first = continuing.container.document.current_take
    continuing.container.selection.select_range((0.5, 1.0))
    with qtbot.waitSignal(continuing.container.separator.finished):
        continuing.actions_by_name["separate_selection"].trigger()
    assert continuing.container.document.current_take.source == first.id


def test_it_is_saved_with_the_session(continuing, qtbot, tmp_path):
    folder = tmp_path / "work.samstudio"
    qtbot.keyClicks(continuing.prompt_panel.field, "voice")
    continuing.prompt_panel.commit_text()
    with qtbot.waitSignal(continuing.container.session_saver.saved):
        continuing.container.session_saver.save(folder)
    continuing.commands.files.close()
    with qtbot.waitSignal(continuing.container.session_opener.opened):
        continuing.commands.files.open_path(folder)
    document = continuing.container.document
    assert document.ground is document.takes[0]
    assert document.prompt == Prompt("voice")
    assert continuing.prompt_panel.ground.isVisible()
    assert not continuing.isWindowModified()
    continuing.actions_by_name["back_to_recording"].trigger()
    assert document.prompt == PROMPT
    assert continuing.isWindowModified()
    document.undo_stack.undo()
    assert document.prompt == Prompt("voice")
    document.recordings.close_all()


def test_undo_stops_at_an_edit_of_the_sound_that_was_separated_on(opened, qtbot):
    """By key and by the history's list: what is still heard is not struck through."""
    container, document = opened.container, opened.container.document
    document.edit_prompt("Mark", PROMPT)
    with qtbot.waitSignal(container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    container.corrector.paint(CellMask(20, 3, np.full((10, 60), 255, np.uint8)), Direction.TO_TARGET, 0.8, "Paint")
    qtbot.waitUntil(lambda: not container.corrector.is_pending)
    painted = document.takes[0].sound.correction
    opened.actions_by_name["continue_from_residual"].trigger()
    document.edit_prompt("Retype", Prompt("voice"))
    with qtbot.waitSignal(container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    qtbot.waitUntil(lambda: not container.separator.is_running)
    opened.activateWindow()
    opened.timeline.setFocus()
    view = opened.history_panel.view
    for _ in range(6):
        qtbot.keyClick(opened.timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.takes[0].sound.correction == painted
    assert view.currentIndex().data() == "Paint"
    assert "was separated from this take's residual" in opened.status.currentMessage()
    opened.history_panel.parentWidget().raise_()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    assert document.takes[0].sound.correction == painted
    assert view.currentIndex().data() == "Paint"
    assert document.prompt == PROMPT
