"""The ground of a lane: turns the mouse into gestures in seconds."""

from dataclasses import dataclass
from enum import Enum

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal


class Tool(Enum):
    """What a drag on a lane does."""

    SELECT = "select"
    PLUS = "plus"
    MINUS = "minus"
    BOX = "box"


@dataclass(frozen=True)
class Gesture:
    """The mouse on a lane: `time` in seconds, `y` in the lane's own scale, `pressed_*` where a drag began."""

    time: float
    y: float
    pressed_time: float
    pressed_y: float
    modifiers: Qt.KeyboardModifier
    seconds_per_pixel: float
    y_per_pixel: float


class LaneBox(pg.ViewBox):
    """A view box whose x axis is time in seconds. It edits nothing: whoever listens decides what a gesture means."""

    drag_started = Signal(object)
    drag_moved = Signal(object)
    drag_finished = Signal(object)
    clicked = Signal(object)
    double_clicked = Signal(object)
    context_requested = Signal(object)
    hovered = Signal(object)
    """A Gesture, or None when the mouse leaves."""
    zoom_requested = Signal(float, float)
    """Factor (<1 shows less) and the time that stays under the pointer."""
    scroll_requested = Signal(float)
    """Seconds to move the view by."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.disableAutoRange()

    def _gesture(self, position: QPointF, pressed: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture:
        now, then = self.mapToView(position), self.mapToView(pressed)
        per_x, per_y = self.viewPixelSize()
        return Gesture(now.x(), now.y(), then.x(), then.y(), modifiers, abs(per_x), abs(per_y))

    def mouseDragEvent(self, ev, axis=None) -> None:  # noqa: ARG002 - pyqtgraph's own signature
        """Left drags are gestures, middle drags scroll."""
        ev.accept()
        if ev.button() == Qt.MouseButton.MiddleButton:
            self.scroll_requested.emit(self.mapToView(ev.lastPos()).x() - self.mapToView(ev.pos()).x())
            return
        if ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        gesture = self._gesture(ev.pos(), ev.buttonDownPos(), ev.modifiers())
        if ev.isStart():
            self.drag_started.emit(gesture)
        self.drag_moved.emit(gesture)
        if ev.isFinish():
            self.drag_finished.emit(gesture)

    def mouseClickEvent(self, ev) -> None:
        """Left click, left double click, right click."""
        ev.accept()
        gesture = self._gesture(ev.pos(), ev.pos(), ev.modifiers())
        if ev.button() == Qt.MouseButton.RightButton:
            self.context_requested.emit(gesture)
        elif ev.button() == Qt.MouseButton.LeftButton:
            (self.double_clicked if ev.double() else self.clicked).emit(gesture)

    def hoverEvent(self, ev) -> None:
        """Tells where the mouse is, so that cursors and read-outs can follow."""
        if ev.isExit():
            self.hovered.emit(None)
            return
        ev.acceptDrags(Qt.MouseButton.LeftButton)
        self.hovered.emit(self._gesture(ev.pos(), ev.pos(), ev.modifiers()))

    def wheelEvent(self, ev, axis=None) -> None:  # noqa: ARG002 - pyqtgraph's own signature
        """Ctrl+wheel zooms at the pointer, Shift+wheel and a sideways wheel scroll, the plain wheel zooms too."""
        ev.accept()
        steps = ev.delta() / 120.0
        start, end = self.viewRange()[0]
        sideways = ev.orientation() == Qt.Orientation.Horizontal
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier or sideways:
            self.scroll_requested.emit(-steps * 0.1 * (end - start))
        else:
            self.zoom_requested.emit(0.8**steps, self.mapToView(ev.pos()).x())
