import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Stems, Take
from samstudio.ui.take_text import describe_take, prompt_line, work_line
from samstudio.ui.takes_panel import TakesPanel

SILENCE = np.zeros((480, 1), np.float32)
PROMPT = Prompt("acoustic guitar", (Span(1, 2), Span(2, 3), Span(4, 5, Sign.MINUS)))


def make_take(name: str, frames: int = 480, remarks: tuple[str, ...] = ()) -> Take:
    return Take(name, PROMPT, SeparationSettings(), Stems(SILENCE, SILENCE), 12.34, frames, remarks)


TAKES = (make_take("One"), make_take("Two", frames=240), make_take("Three", remarks=("Rough: found by a word.",)))


@pytest.fixture
def panel(qtbot) -> TakesPanel:
    panel = TakesPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 320)
    panel.show()
    panel.show_clip_rate(40, 480)
    panel.show_takes(TAKES)
    panel.show_current(TAKES[0])
    return panel


def heard(signal) -> list:
    said: list = []
    signal.connect(lambda *args: said.append(args if len(args) > 1 else args[0]))
    return said


def test_an_empty_list_teaches(qtbot):
    panel = TakesPanel()
    qtbot.addWidget(panel)
    assert panel._stack.currentIndex() == 0
    assert not panel.rename_button.isEnabled()
    panel.show_takes(TAKES)
    assert panel._stack.currentIndex() == 1


def test_takes_are_selected_with_the_arrows_and_told_once(panel):
    told = heard(panel.take_selected)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert told == [1]


def test_showing_is_not_told_back(panel):
    told = heard(panel.take_selected)
    panel.show_current(TAKES[2])
    panel.show_takes(TAKES[1:])
    panel.show_current(None)
    assert told == []


def test_the_current_take_is_told_not_only_coloured(panel):
    current = panel.rows.data(panel.rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    other = panel.rows.data(panel.rows.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert current.startswith("Current take. One")
    assert other.startswith("Two")


def test_a_name_is_changed_in_place(panel):
    told = heard(panel.take_renamed)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    editor = panel.view.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, " Best one ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert told == [(0, "Best one")]


def test_an_empty_or_unchanged_name_asks_for_nothing(panel):
    told = heard(panel.take_renamed)
    index = panel.rows.index(0)
    assert not panel.rows.setData(index, "  ")
    panel.rows.setData(index, "One")
    assert told == []


def test_delete_by_key_and_button(panel):
    told = heard(panel.take_deleted)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    panel.delete_button.click()
    assert told == [0, 0]


def test_takes_in_words():
    assert prompt_line(TAKES[0]) == "acoustic guitar · + 2  − 1"
    assert work_line(TAKES[0], None) == "Spectral · 12.3 s"
    assert work_line(TAKES[1], 12.0) == "Spectral · stopped at 0:12 · 12.3 s"
    assert work_line(TAKES[2], None).endswith("rough")
    assert "Rough: found by a word." in describe_take(TAKES[2], None)


def test_a_take_that_was_cut_short_says_where(panel):
    assert panel.rows.stopped_at(TAKES[0]) is None
    assert panel.rows.stopped_at(TAKES[1]) == 6.0
    assert "stopped at 0:06" in panel.rows.data(panel.rows.index(1), Qt.ItemDataRole.ToolTipRole)


def test_the_current_take_is_drawn_with_a_bar(panel):
    from samstudio.ui.theme import theme

    image = panel.view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    bar = [panel.view.visualRect(panel.rows.index(row)) for row in (0, 1)]
    colors = [image.pixelColor(round((rect.left() + 3) * ratio), round(rect.center().y() * ratio)) for rect in bar]
    assert colors[0] == theme().color("accent")
    assert colors[1] != theme().color("accent")
