"""A video frame and the region in it: drawn, moved and resized with the mouse or the keys."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from samstudio.session.region import Region
from samstudio.ui.theme import notifier, theme

STEP = 0.01
"""Of the picture's width and height: how far an arrow moves the place."""
FIRST = Region(0.25, 0.25, 0.5, 0.5)
"""The region that Enter draws."""
_REACH = 7.0
"""Pixels within which an edge can be dragged."""
_HANDLE = 3.5
# On a picture, whatever its colours and the theme, only white with a dark border is seen everywhere.
_LINE, _CASING, _UNSEEN = QColor(255, 255, 255), QColor(0, 0, 0, 170), QColor(0, 0, 0, 170)
_KEY = Qt.Key
_ARROWS = {_KEY.Key_Left: (-1, 0), _KEY.Key_Right: (1, 0), _KEY.Key_Up: (0, -1), _KEY.Key_Down: (0, 1)}
_MAKE = {_KEY.Key_Return, _KEY.Key_Enter}
_CLEAR = {_KEY.Key_Delete, _KEY.Key_Backspace}
_SHAPES = {
    (True, False): Qt.CursorShape.SizeHorCursor,
    (False, True): Qt.CursorShape.SizeVerCursor,
}

Grip = tuple[int, int]
"""Which part of the rectangle is dragged: -1 left or top edge, 1 right or bottom, 0 neither; (0, 0) all of it."""


class VideoView(QWidget):
    """Shows frame and region; requests changes, edits nothing itself."""

    region_drawn = Signal(object)
    """Region drawn with the mouse, once, at release, or with Enter."""
    region_nudged = Signal(object, bool)
    """Region moved or resized by a key; and whether this begins a new run of such steps."""
    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._frame: NDArray[np.uint8] | None = None
        self._image = QImage()
        self._region: Region | None = None
        self._draft: Region | None = None
        self._hold: tuple[QPointF, Grip | None, Region | None] | None = None
        """Where the drag began, on what of which place; no grip for a new one."""
        self._run: bool | None = None
        """Whether the last key resized (or moved) the place; None when no run of keys is on."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        notifier.theme_changed.connect(self.update)

    def show_frame(self, frame: NDArray[np.uint8] | None) -> None:
        """Show uint8 (H, W, 3), or nothing."""
        self._frame = frame
        # The image reads the frame's own memory.
        self._image = QImage() if frame is None else _image_of(frame)
        self.update()

    def show_region(self, region: Region | None) -> None:
        """Show the place."""
        self._region = region
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the lists beside the timeline."""
        return QSize(224, 150)

    def minimumSizeHint(self) -> QSize:
        """Small, but a place can still be seen in it."""
        return QSize(120, 80)

    def picture_rect(self) -> QRectF:
        """Where the frame is seen in the widget: whole, in its own proportions."""
        room = QRectF(self.rect()).adjusted(2.0, 2.0, -2.0, -2.0)
        size = self._image.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF(QPointF(), size)
        rect.moveCenter(room.center())
        return rect

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the region, or begin a new one beside it."""
        if event.button() != Qt.MouseButton.LeftButton or self._frame is None:
            event.ignore()
            return
        self._run = None
        grip = self._grip_at(event.position())
        self._hold = (event.position(), grip, self._region if grip is not None else None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw, move or resize; with no button, say by the cursor what a press would do."""
        if self._hold is None:
            self.setCursor(self._cursor_at(event.position()))
            return
        self._draft = self._dragged(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Emit the region at release."""
        if self._hold is None or event.button() != Qt.MouseButton.LeftButton:
            return
        moved = (event.position() - self._hold[0]).manhattanLength() > 3.0
        region = self._dragged(event.position()) if moved else None
        self._drop_drag()
        if region is not None and region != self._region:
            self.region_drawn.emit(region)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that belong to the picture before the window's shortcuts take them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter makes a place, arrows move it, with Shift they resize it, Del takes it away, Esc drops a drag."""
        if not self._is_ours(event):
            super().keyPressEvent(event)
            return
        key = _KEY(event.key())
        if key == _KEY.Key_Escape:
            self._drop_drag()
        elif key in _MAKE:
            self.region_drawn.emit(FIRST)
        elif key in _CLEAR:
            self.clear_requested.emit()
        elif self._region is not None:
            self._nudge(self._region, _ARROWS[key], resizes=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A run of keys ends."""
        self._run = None
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame, dark where nothing is seen, and the place's border."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("canvas"))
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            picture = self.picture_rect()
            painter.drawImage(picture, self._image)
            region = self._draft or self._region
            if region is not None:
                self._paint_region(painter, picture, _place_of(region, picture))
        if self.hasFocus():
            painter.setPen(QPen(theme().color("focus"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0))

    def _paint_region(self, painter: QPainter, picture: QRectF, place: QRectF) -> None:
        outside = QPainterPath()
        outside.addRect(picture)
        outside.addRect(place)
        painter.fillPath(outside, _UNSEEN)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((_CASING, 3.5), (_LINE, 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawRect(place)
        painter.setPen(QPen(_CASING, 1.0))
        painter.setBrush(_LINE)
        for corner in (place.topLeft(), place.topRight(), place.bottomLeft(), place.bottomRight()):
            painter.drawRect(QRectF(corner.x() - _HANDLE, corner.y() - _HANDLE, 2 * _HANDLE, 2 * _HANDLE))

    def _is_ours(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if self._frame is None or modifiers & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        if key in _ARROWS:
            return self._region is not None
        if modifiers:
            return False
        if key == _KEY.Key_Escape:
            return self._hold is not None
        return key in _MAKE if self._region is None else key in _CLEAR

    def _nudge(self, region: Region, way: tuple[int, int], *, resizes: bool) -> None:
        right, down = way[0] * STEP, way[1] * STEP
        if resizes:
            x1, y1, x2, y2 = region.corners
            moved = Region.between(x1, y1, max(x2 + right, x1), max(y2 + down, y1), region.time)
        else:
            moved = region.shifted(right, down)
        begins, self._run = self._run is not resizes, resizes
        if moved != region:
            self.region_nudged.emit(moved, begins)

    def _drop_drag(self) -> None:
        self._hold = self._draft = None
        self.update()

    def _dragged(self, position: QPointF) -> Region | None:
        """The place that a drag to `position` makes."""
        if self._hold is None:
            return None
        begun, grip, region = self._hold
        picture = self.picture_rect()
        if grip is None or region is None:
            (x1, y1), (x2, y2) = (_fractions(point, picture) for point in (begun, position))
            return Region.between(x1, y1, x2, y2)
        right = (position.x() - begun.x()) / picture.width()
        down = (position.y() - begun.y()) / picture.height()
        if grip == (0, 0):
            return region.shifted(right, down)
        x1, y1, x2, y2 = region.corners
        x1, x2 = x1 + right * (grip[0] < 0), x2 + right * (grip[0] > 0)
        y1, y2 = y1 + down * (grip[1] < 0), y2 + down * (grip[1] > 0)
        return Region.between(x1, y1, x2, y2, region.time)

    def _grip_at(self, position: QPointF) -> Grip | None:
        """Which part of the region is under the pointer; None beside it."""
        if self._region is None:
            return None
        place = _place_of(self._region, self.picture_rect())
        if not place.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(position):
            return None
        # Of a place smaller than its edges' reach the right and bottom edges can be had.
        across = _edge(position.x(), place.left(), place.right())
        along = _edge(position.y(), place.top(), place.bottom())
        return across, along

    def _cursor_at(self, position: QPointF) -> Qt.CursorShape:
        grip = self._grip_at(position)
        if self._frame is None:
            return Qt.CursorShape.ArrowCursor
        if grip is None:
            return Qt.CursorShape.CrossCursor
        if grip == (0, 0):
            return Qt.CursorShape.SizeAllCursor
        diagonal = Qt.CursorShape.SizeFDiagCursor if grip[0] == grip[1] else Qt.CursorShape.SizeBDiagCursor
        return _SHAPES.get((grip[0] != 0, grip[1] != 0), diagonal)


def _image_of(frame: NDArray[np.uint8]) -> QImage:
    height, width = frame.shape[:2]
    return QImage(frame.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def _place_of(region: Region, picture: QRectF) -> QRectF:
    return QRectF(
        picture.left() + region.left * picture.width(),
        picture.top() + region.top * picture.height(),
        region.width * picture.width(),
        region.height * picture.height(),
    )


def _fractions(point: QPointF, picture: QRectF) -> tuple[float, float]:
    return (point.x() - picture.left()) / picture.width(), (point.y() - picture.top()) / picture.height()


def _edge(at: float, start: float, end: float) -> int:
    if abs(at - end) <= _REACH:
        return 1
    return -1 if abs(at - start) <= _REACH else 0
