"""Choosing among candidates of which only the best was rendered, in the real window."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.separation.engine import Notice, Progress, Scored, StemChunk
from samstudio.session.take import Measure, Scores

SHARES = (0.25, 0.5, 0.75)
SCORES = tuple(
    Scores(value, measures=(Measure("heard in + spans", 1.0), Measure("found in the recording", 2 * value - 1)))
    for value in (0.7, 0.9, 0.8)
)


class ScoringEngine:
    """Makes three candidates, of which the second scores best; renders the others when it is asked."""

    def __init__(self) -> None:
        self.requests = []
        self.gate = threading.Event()
        self.gate.set()

    def separate(self, request):
        self.requests.append(request)
        number = request.candidate
        yield Progress("Solving", 0.0, 1.0)
        if number is None:
            number = 1
            yield Scored(SCORES, on_demand=True)
            yield Notice("Candidate 2 of 3 measured best.")
        assert self.gate.wait(30)
        first, last = request.wanted
        part = np.array(request.samples[first:last])
        target = part * np.float32(SHARES[number])
        yield StemChunk(first, target, part - target, number)
        yield Progress("Rendering", 1.0, 1.0)


@pytest.fixture
def engine(monkeypatch) -> ScoringEngine:
    made = ScoringEngine()
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: made)
    yield made
    made.gate.set()


@pytest.fixture
def scored(opened, engine, qtbot):
    with qtbot.waitSignal(opened.container.separator.finished):
        QTest.mouseClick(opened.prompt_panel.separate_button, Qt.MouseButton.LeftButton)
    opened.takes_panel.fold.setChecked(True)
    return opened


def buttons(window):
    return window.takes_panel.details.candidates.buttons


def test_the_best_is_heard_and_the_scores_are_told(scored, qtbot):
    (take,) = scored.container.document.takes
    clip = scored.container.document.clip
    np.testing.assert_array_equal(take.sound.stems.target, clip.samples * np.float32(0.5))
    assert [candidate.sound is None for candidate in take.candidates] == [True, False, True]
    assert [button.text() for button in buttons(scored)] == [
        "Candidate 1 · 70\N{NO-BREAK SPACE}%",
        "Candidate 2 · 90\N{NO-BREAK SPACE}%",
        "Candidate 3 · 80\N{NO-BREAK SPACE}%",
    ]
    assert ["rendered when chosen" in button.toolTip() for button in buttons(scored)] == [True, False, True]
    assert buttons(scored)[1].isChecked()
    # Nothing is wider than the panel.
    details = scored.takes_panel.details
    qtbot.waitUntil(lambda: details.widget().width() <= details.viewport().width())
    facts = scored.takes_panel.facts_of(take)
    assert facts["Scores"] == (
        "Measured 90\N{NO-BREAK SPACE}% · heard in + spans 100\N{NO-BREAK SPACE}% · "
        "found in the recording 80\N{NO-BREAK SPACE}%"
    )


def test_another_is_rendered_when_it_is_chosen_and_is_there_from_then_on(scored, engine, qtbot):
    document, clip = scored.container.document, scored.container.document.clip
    engine.gate.clear()
    with qtbot.waitSignal(scored.container.separator.progressed):
        QTest.mouseClick(buttons(scored)[2], Qt.MouseButton.LeftButton)
    assert scored.takes_panel.running.name.text().endswith("candidate 3")
    # Until then the list shows what is heard.
    assert buttons(scored)[1].isChecked()
    with qtbot.waitSignal(scored.container.separator.finished):
        engine.gate.set()
    (take,) = document.takes
    np.testing.assert_array_equal(take.sound.stems.target, clip.samples * np.float32(0.75))
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.stems.residual, clip.samples)
    assert buttons(scored)[2].isChecked()
    assert "rendered" not in buttons(scored)[2].toolTip()
    assert (engine.requests[1].candidate, engine.requests[1].settings) == (2, take.settings)
    assert engine.requests[1].prompt == take.prompt
    # The list was made anew, and is laid out with the next events.
    # The best is the first.
    qtbot.waitUntil(lambda: buttons(scored)[1].y() < buttons(scored)[2].y() < buttons(scored)[0].y())
    QTest.mouseClick(buttons(scored)[1], Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(document.takes[0].sound.stems.target, clip.samples * np.float32(0.5))
    QTest.mouseClick(buttons(scored)[2], Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(document.takes[0].sound.stems.target, clip.samples * np.float32(0.75))
    assert len(engine.requests) == 2


def test_by_keyboard_one_is_chosen_after_the_other(scored, engine, qtbot):
    with qtbot.waitActive(scored):
        scored.activateWindow()
    buttons(scored)[1].setFocus()
    for number in (2, 0):
        with qtbot.waitSignal(scored.container.separator.finished):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        qtbot.waitUntil(lambda number=number: buttons(scored)[number].isChecked())
        qtbot.waitUntil(lambda number=number: buttons(scored)[number].hasFocus())
        qtbot.waitUntil(lambda: buttons(scored)[1].y() < buttons(scored)[2].y() < buttons(scored)[0].y())
        qtbot.waitUntil(lambda: not scored.container.separator.is_running)
    assert [request.candidate for request in engine.requests] == [None, 2, 0]


def test_a_cancelled_rendering_leaves_the_take_as_it_was(scored, engine, qtbot):
    (before,) = scored.container.document.takes
    engine.gate.clear()
    with qtbot.waitSignal(scored.container.separator.progressed):
        QTest.mouseClick(buttons(scored)[0], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(scored.container.separator.stopped):
        QTest.mouseClick(scored.takes_panel.running.cancel_button, Qt.MouseButton.LeftButton)
        engine.gate.set()
    assert scored.container.document.takes == (before,)
    assert scored.container.audition.stems is before.sound.stems
    assert buttons(scored)[1].isChecked()
