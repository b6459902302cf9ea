import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stems, Take

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Corrected:
    """The window with a take whose target is silent and whose residual is the clip, and a mouse for its spectrogram."""

    def __init__(self, window, qtbot) -> None:
        self.window, self.container, self.commands = window, window.container, window.commands
        self._qtbot = qtbot

    @property
    def document(self):
        return self.container.document

    @property
    def correction(self):
        return self.document.current_take.sound.correction

    def trigger(self, name: str) -> None:
        self.window.actions_by_name[name].trigger()

    def key(self, key, modifiers=NO_KEY) -> None:
        QTest.keyClick(self.window.timeline, key, modifiers)

    def at(self, time: float, position: float) -> QPoint:
        box = self.window.area_layer._pads[0].box
        from PySide6.QtCore import QPointF

        return box.scene().views()[0].mapFromScene(box.mapToScene(box.to_pixels.map(QPointF(time, position))))

    def drag(self, *places: tuple[float, float], keys=NO_KEY, key=None) -> None:
        """In the spectrogram of the clip: seconds, and 0..1 upwards. Before the last place, `key` is pressed."""
        viewport = self.window.area_layer._pads[0].box.scene().views()[0].viewport()
        points = [self.at(*place) for place in places]
        QTest.mouseMove(viewport, points[0])
        QTest.mousePress(viewport, LEFT, keys, points[0])
        for place, point in enumerate(points[1:], 2):
            if key is not None and place == len(points):
                QTest.keySequence(self.window.timeline, QKeySequence(key))
            event = QMouseEvent(
                QMouseEvent.Type.MouseMove,
                point.toPointF(),
                viewport.mapToGlobal(point).toPointF(),
                Qt.MouseButton.NoButton,
                LEFT,
                keys,
            )
            QApplication.sendEvent(viewport, event)
        QTest.mouseRelease(viewport, LEFT, keys, points[-1])

    def wait_for_step(self, do) -> None:
        """Do something that ends with a step of undo."""
        with self._qtbot.waitSignal(self.document.undo_stack.indexChanged):
            do()


@pytest.fixture
def corrected(card, opened, qtbot) -> Corrected:
    clip = opened.container.document.clip
    silence = np.zeros_like(clip.samples)
    take = Take("take", Prompt("tone"), SeparationSettings(), Sound(Stems(silence, clip.samples)), 1.0, clip.frames)
    opened.container.document.add_take(take)
    with qtbot.waitActive(opened):
        opened.activateWindow()
    opened.timeline.setFocus()
    return Corrected(opened, qtbot)
