"""The strength of the current take, by mouse, wheel, keys and screen reader."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.session.correction import Correction
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.ui.takes.strength_slider import StrengthBar
from samstudio.ui.takes.take_facts import take_facts
from samstudio.ui.takes.take_text import state_line

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def take_with(strength_db: float, name: str = "take") -> Take:
    samples = np.zeros((10, 1), np.float32)
    sound = Sound(Stems(samples, samples), correction=Correction(strength_db))
    return Take(name, Prompt("bell"), SeparationSettings(), sound, 1.0, 10)


@pytest.fixture
def bar(qtbot):
    bar = StrengthBar()
    qtbot.addWidget(bar)
    bar.resize(300, 40)
    bar.show_take(take_with(0.0))
    bar.show()
    qtbot.waitExposed(bar)
    bar.slider.setFocus()
    bar.heard, bar.kept = [], []
    bar.slider.previewed.connect(bar.heard.append)
    bar.slider.chosen.connect(bar.kept.append)
    return bar


def place(bar, strength_db: float) -> QPoint:
    width = bar.slider.width()
    return QPoint(round(7 + (strength_db / 12 + 1) / 2 * (width - 14)), bar.slider.height() // 2)


def test_it_shows_the_strength_of_the_current_take_and_hides_without_one(bar):
    assert bar.read_out.text() == "0.0 dB"
    bar.show_take(take_with(-3.5))
    assert bar.read_out.text() == "−3.5 dB"
    assert bar.slider.strength_db == -3.5
    bar.show_take(None)
    assert not bar.isVisible()
    assert bar.heard == bar.kept == []


def test_a_drag_is_heard_all_along_and_kept_once_at_its_end(bar):
    slider = bar.slider
    QTest.mousePress(slider, LEFT, NONE, place(bar, 0))
    for strength in (1.0, 3.0, 6.0):
        QTest.mouseMove(slider, place(bar, strength))
        QApplication.processEvents()
    assert bar.heard[-1] == 6.0
    assert bar.kept == []
    assert bar.read_out.text() == "+6.0 dB"
    QTest.mouseRelease(slider, LEFT, NONE, place(bar, 6.0))
    assert bar.kept == [6.0]


def test_an_update_of_the_same_take_does_not_take_the_handle_away(bar):
    take = take_with(0.0)
    bar.show_take(take)
    QTest.mousePress(bar.slider, LEFT, NONE, place(bar, 4.0))
    bar.show_take(replace(take, starred=True))
    assert bar.slider.strength_db == 4.0
    QTest.mouseRelease(bar.slider, LEFT, NONE, place(bar, 4.0))
    bar.show_take(replace(take, starred=True))
    assert bar.slider.strength_db == 0.0


def test_a_double_click_is_0_db(bar):
    bar.show_take(take_with(5.0))
    QTest.mouseDClick(bar.slider, LEFT, NONE, place(bar, 5.0))
    assert bar.kept == [0.0]
    assert bar.read_out.text() == "0.0 dB"


def test_a_click_without_a_move_keeps_nothing(bar):
    QTest.mouseClick(bar.slider, LEFT, NONE, place(bar, 0.0))
    assert bar.heard == bar.kept == []


def test_a_run_of_keys_is_kept_once(bar, qtbot):
    with qtbot.waitSignal(bar.slider.chosen) as chosen:
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_Left):
            QTest.keyClick(bar.slider, key)
    assert bar.heard == [0.5, 1.0, 4.0, 3.5]
    assert chosen.args == [3.5]
    assert bar.kept == [3.5]
    with qtbot.waitSignal(bar.slider.chosen):
        QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    assert bar.kept == [3.5, 0.0]


def test_keys_are_kept_when_the_focus_goes(bar):
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    bar.slider.clearFocus()
    assert bar.kept == [-0.5]


def test_it_stops_at_its_ends(bar):
    for _ in range(6):
        QTest.keyClick(bar.slider, Qt.Key.Key_PageUp)
    assert bar.heard[-1] == 12.0
    assert bar.slider.value() == bar.slider.maximum() == 12


def test_the_wheel_moves_it(bar, qtbot):
    middle = QPointF(place(bar, 0.0))
    event = QWheelEvent(
        middle, bar.slider.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    with qtbot.waitSignal(bar.slider.chosen) as chosen:
        QApplication.sendEvent(bar.slider, event)
    assert chosen.args == [0.5]


def test_a_screen_reader_reads_and_sets_it(bar):
    assert bar.slider.accessibleName() == "Strength of the target"
    bar.slider.setValue(4)
    assert bar.kept == [4.0]


def test_facts_and_card_name_what_was_corrected():
    facts = take_facts(take_with(-3.0), None, {})
    assert facts["Strength"] == "−3.0 dB"
    assert "Edited by hand" not in facts
    assert state_line(take_with(-3.0)) == "Strength −3.0 dB"
    assert state_line(take_with(0.0)) == ""
