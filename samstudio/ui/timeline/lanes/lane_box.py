"""A lane's area: turns mouse events into gestures in seconds."""

from dataclasses import dataclass
from enum import Enum
from math import floor

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneResizeEvent,
    QGraphicsSceneWheelEvent,
    QGraphicsWidget,
)

from samstudio.session.stretch import Stretch

_ALT, _SHIFT, _CTRL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
_DRAG_FROM = 3.0
"""Pixels that the mouse moves before a press is a drag."""
_TILT_FROM = 12.0
"""Pixels up or down from which a pan moves the frequencies, too."""


class Tool(Enum):
    """What a drag on a lane does."""

    SELECT = "select"
    PLUS = "plus"
    MINUS = "minus"
    BOX = "box"
    ZOOM = "zoom"


@dataclass(frozen=True)
class Gesture:
    """The mouse on a lane: `time` in seconds, `y` 0..1 upwards in its band, `pressed_*` where a drag began."""

    time: float
    y: float
    pressed_time: float
    pressed_y: float
    modifiers: Qt.KeyboardModifier
    seconds_per_pixel: float
    y_per_pixel: float
    band: int = 0
    """The band in which the drag began, counted from the top."""


class LaneBox(QGraphicsWidget):
    """Seconds to the right, 0 to 1 upwards. It edits nothing: the listener decides what a gesture means.

    A lane that shows several channels one below the other is parted in bands, each with an upright axis of its own.
    """

    view_changed = Signal()
    """Other times or another size."""
    bands_changed = Signal()
    resized = Signal()
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
    frequency_zoom_requested = Signal(float, float)
    """Factor (<1 shows less) and the place on the upright axis, 0..1, that stays under the pointer."""
    frequency_scroll_requested = Signal(float)
    """The part of the upright axis to move it by."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.setAcceptHoverEvents(True)
        self.has_frequencies = False
        """Whether its upright axis is one of frequencies."""
        self.bands = 1
        self._start, self._length = 0.0, 1.0
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._is_dragging = self._is_double = self._is_tilted = False

    @property
    def times(self) -> Stretch:
        """The first and the last visible time, in seconds."""
        return self._start, self._start + self._length

    def show_times(self, start: float, end: float) -> None:
        """Show another part of the time axis."""
        self._start, self._length = start, end - start
        self.view_changed.emit()

    def show_bands(self, count: int) -> None:
        """Part the height in so many equal bands."""
        if count != self.bands:
            self.bands = count
            self.bands_changed.emit()
            self.view_changed.emit()

    def band_rect(self, band: int) -> QRectF:
        """A band in the box's own pixels."""
        size = self.size()
        return QRectF(0.0, size.height() * band / self.bands, size.width(), size.height() / self.bands)

    @property
    def to_band(self) -> QTransform:
        """From (seconds, 0..1 of a band) to pixels from the band's upper left corner; alike for all bands."""
        to_pixels, height = self.to_pixels, self.band_rect(0).height()
        return QTransform(to_pixels.m11(), 0.0, 0.0, -height, to_pixels.dx(), height)

    def pixel(self, time: float, y: float, band: int = 0) -> QPointF:
        """The place of a time and a height in a band, in the box's own pixels."""
        rect = self.band_rect(band)
        return QPointF(self.to_pixels.map(QPointF(time, 0.0)).x(), rect.bottom() - y * rect.height())

    def on_screen(self, pixel: QPointF) -> QPoint:
        """Where one of its own pixels is on the screen."""
        view = self.scene().views()[0]
        return view.viewport().mapToGlobal(view.mapFromScene(self.mapToScene(pixel)))

    def middle_at(self, time: float) -> QPoint:
        """The middle of its height at `time` on the screen, or the nearest visible place."""
        left, right = self.rect().left(), self.rect().right()
        x = min(max(self.pixel(time, 0.0).x(), left), right)
        return self.on_screen(QPointF(x, self.rect().center().y()))

    def seconds_of(self, pixels: float) -> float:
        """How long so many pixels are."""
        return self._length / max(self.size().width(), 1.0) * pixels

    @property
    def to_pixels(self) -> QTransform:
        """From (seconds, 0..1 of the whole height) to the box's own pixels."""
        size = self.size()
        per_second = size.width() / self._length
        return QTransform(per_second, 0.0, 0.0, -size.height(), -self._start * per_second, size.height())

    def _gesture(self, position: QPointF, pressed: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture:
        size = self.size()
        per_x, per_y = self._length / max(size.width(), 1.0), self.bands / max(size.height(), 1.0)
        band = min(max(floor(pressed.y() * per_y), 0), self.bands - 1)
        now, then = ((self._start + at.x() * per_x, 1.0 + band - at.y() * per_y) for at in (position, pressed))
        return Gesture(*now, *then, modifiers, per_x, per_y, band)

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        """Report the new size."""
        super().resizeEvent(event)
        self.resized.emit()
        self.view_changed.emit()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Whether it is a click or a drag shows when the mouse moves or is released."""
        self._pressed = self._last = event.pos()
        self._is_dragging = self._is_double = self._is_tilted = False

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """The second press of two."""
        self.mousePressEvent(event)
        self._is_double = True

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Left drags are gestures, middle drags scroll in time and frequency."""
        if self._pressed is None:
            return
        if event.buttons() & Qt.MouseButton.MiddleButton:
            moved = event.pos() - self._last
            self.scroll_requested.emit(-self.seconds_of(moved.x()))
            # A hand that moves in time trembles in frequency.
            self._is_tilted |= abs(event.pos().y() - self._pressed.y()) >= _TILT_FROM
            if self.has_frequencies and self._is_tilted:
                self.frequency_scroll_requested.emit(moved.y() * self.bands / max(self.size().height(), 1.0))
            self._last = event.pos()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        gesture = self._gesture(event.pos(), self._pressed, event.modifiers())
        if not self._is_dragging and (event.pos() - self._pressed).manhattanLength() >= _DRAG_FROM:
            self._is_dragging = True
            self.drag_started.emit(gesture)
        if self._is_dragging:
            self.drag_moved.emit(gesture)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """The end of a drag; left click, left double click, right click."""
        if self._pressed is None:
            return
        pressed, self._pressed = self._pressed, None
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self._is_dragging:
            gesture = self._gesture(event.pos(), pressed, event.modifiers())
            self.drag_moved.emit(gesture)
            self.drag_finished.emit(gesture)
            return
        gesture = self._gesture(pressed, pressed, event.modifiers())
        if left:
            (self.double_clicked if self._is_double else self.clicked).emit(gesture)
        elif event.button() == Qt.MouseButton.RightButton:
            self.context_requested.emit(gesture)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Report where the mouse is, for cursors and read-outs."""
        self.hovered.emit(self._gesture(event.pos(), event.pos(), event.modifiers()))

    def hoverLeaveEvent(self, _event: QGraphicsSceneHoverEvent) -> None:
        """The mouse is elsewhere."""
        self.hovered.emit(None)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        """The wheel zooms at the pointer; Shift+wheel and a sideways wheel scroll. With Alt, frequencies instead.

        Some desktops keep Alt+wheel for themselves: there Ctrl+Shift+wheel zooms the frequencies.
        """
        event.accept()
        steps = event.delta() / 120.0
        # Some systems turn the wheel sideways while Alt is held.
        keys = event.modifiers() & (_ALT | _SHIFT | _CTRL)
        if self.has_frequencies and keys in {_ALT, _CTRL | _SHIFT}:
            at = self._gesture(event.pos(), event.pos(), event.modifiers()).y
            self.frequency_zoom_requested.emit(0.8**steps, at)
        elif self.has_frequencies and keys == _ALT | _SHIFT:
            self.frequency_scroll_requested.emit(steps * 0.1)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.orientation() == Qt.Orientation.Horizontal:
            self.scroll_requested.emit(-steps * 0.1 * self._length)
        else:
            at = self._gesture(event.pos(), event.pos(), event.modifiers()).time
            self.zoom_requested.emit(0.8**steps, at)
