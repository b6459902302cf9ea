import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand, QUndoGroup, QUndoStack
from PySide6.QtWidgets import QLabel

from samstudio.ui.history_panel import HistoryPanel


@pytest.fixture
def stack(qapp):
    stack = QUndoStack()
    for name in ("Mark span +", "Move span", "Flip span"):
        stack.push(QUndoCommand(name))
    return stack


@pytest.fixture
def panel(qtbot, stack):
    panel = HistoryPanel()
    qtbot.addWidget(panel)
    stacks = QUndoGroup(panel)
    stacks.addStack(stack)
    panel.follow(stacks)
    stacks.setActiveStack(stack)
    panel.show_open(True)
    panel.resize(240, 300)
    panel.show()
    return panel


def rows(panel):
    model = panel.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_every_edit_is_listed_by_name_from_the_opening_on(panel):
    assert rows(panel) == ["Opened", "Mark span +", "Move span", "Flip span"]
    assert panel.view.currentIndex().row() == 3


def test_a_click_jumps_there_and_back(panel, stack, qtbot):
    place = panel.view.visualRect(panel.view.model().index(1, 0)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert stack.index() == 1
    assert rows(panel) == ["Opened", "Mark span +", "Move span", "Flip span"]
    stack.setIndex(3)
    assert panel.view.currentIndex().row() == 3


def test_the_keys_step_through_it(panel, stack, qtbot):
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    assert stack.index() == 1
    qtbot.keyClick(panel.view, Qt.Key.Key_Home)
    assert stack.index() == 0
    qtbot.keyClick(panel.view, Qt.Key.Key_End)
    assert stack.index() == 3


def test_what_was_taken_back_looks_otherwise(panel, stack):
    before = panel.view.grab().toImage()
    stack.undo()
    assert panel.view.grab().toImage() != before


def test_the_buttons_ask_and_know_when_they_make_sense(panel, stack, qtbot):
    stack.undo()
    assert panel.redo_button.isEnabled()
    with qtbot.waitSignal(panel.redo_requested):
        panel.redo_button.click()
    stack.redo()
    assert not panel.redo_button.isEnabled()
    stack.setIndex(0)
    assert not panel.undo_button.isEnabled()


def test_without_a_recording_it_teaches(panel):
    panel.show_open(False)
    assert not panel.view.isVisible()
    texts = " ".join(label.text() for label in panel.findChildren(QLabel))
    assert "corrections and deletions of takes" in texts
    assert "not affected" not in texts
