"""A video frame and the region in it: drawn, moved and resized with the mouse or the keys."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen

from samstudio.session.region import Region
from samstudio.ui.video.frame_view import FrameView

STEP = 0.01
"""How far an arrow key moves the region, as a fraction of the frame's width and height."""
FIRST = Region(0.25, 0.25, 0.5, 0.5)
"""The region that Enter draws."""
_REACH = 7.0
"""Pixels within which an edge can be dragged."""
_HANDLE = 3.5
# On a frame, whatever its colours and the theme, only white with a dark border is seen everywhere.
_LINE, _CASING, _OUTSIDE = QColor(255, 255, 255), QColor(0, 0, 0, 170), QColor(0, 0, 0, 170)
_KEY = Qt.Key
_ARROWS = {_KEY.Key_Left: (-1, 0), _KEY.Key_Right: (1, 0), _KEY.Key_Up: (0, -1), _KEY.Key_Down: (0, 1)}
_MAKE = {_KEY.Key_Return, _KEY.Key_Enter}
_CLEAR = {_KEY.Key_Delete, _KEY.Key_Backspace}
_SHAPES = {
    (True, False): Qt.CursorShape.SizeHorCursor,
    (False, True): Qt.CursorShape.SizeVerCursor,
}

RegionGrip = tuple[int, int]
"""Which part of the rectangle is dragged: -1 left or top edge, 1 right or bottom, 0 neither; (0, 0) all of it."""


class VideoView(FrameView):
    """Shows frame and region; requests changes, edits nothing itself."""

    region_drawn = Signal(object)
    """Region drawn with the mouse, once, at release, or with Enter."""
    region_nudged = Signal(object, bool)
    """Region moved or resized by a key; and whether this begins a new run of such steps."""
    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._region: Region | None = None
        self._draft: Region | None = None
        self._hold: tuple[QPointF, RegionGrip | None, Region | None] | None = None
        """Where the drag began, on which part of which region; no grip for a new one."""
        self._run: bool | None = None
        """Whether the last key resized (else moved) the region; None outside a run of keys."""

    def show_region(self, region: Region | None) -> None:
        """Show the region, or none."""
        self._region = region
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the region, or begin a new one beside it."""
        if event.button() != Qt.MouseButton.LeftButton or self._frame is None:
            event.ignore()
            return
        self._run = None
        grip = self._grip_at(event.position())
        self._hold = (event.position(), grip, self._region if grip is not None else None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw, move or resize; with no button, show by the cursor what a press would do."""
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
        """Claim the keys that belong to the region before the window's shortcuts take them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter makes a region, arrows move it, with Shift they resize it, Del removes it, Esc drops a drag."""
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

    def paint_marks(self, painter: QPainter, image_rect: QRectF) -> None:
        """Dark outside the region, and the region's border."""
        region = self._draft or self._region
        if region is not None:
            self._paint_region(painter, image_rect, _rect_of(region, image_rect))

    def _paint_region(self, painter: QPainter, image_rect: QRectF, rect: QRectF) -> None:
        outside = QPainterPath()
        outside.addRect(image_rect)
        outside.addRect(rect)
        painter.fillPath(outside, _OUTSIDE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((_CASING, 3.5), (_LINE, 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawRect(rect)
        painter.setPen(QPen(_CASING, 1.0))
        painter.setBrush(_LINE)
        for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
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
        """The region that a drag to `position` makes."""
        if self._hold is None:
            return None
        begun, grip, region = self._hold
        image_rect = self.image_rect()
        if grip is None or region is None:
            (x1, y1), (x2, y2) = (self.fractions(point) for point in (begun, position))
            return Region.between(x1, y1, x2, y2)
        right = (position.x() - begun.x()) / image_rect.width()
        down = (position.y() - begun.y()) / image_rect.height()
        if grip == (0, 0):
            return region.shifted(right, down)
        x1, y1, x2, y2 = region.corners
        x1, x2 = x1 + right * (grip[0] < 0), x2 + right * (grip[0] > 0)
        y1, y2 = y1 + down * (grip[1] < 0), y2 + down * (grip[1] > 0)
        return Region.between(x1, y1, x2, y2, region.time)

    def _grip_at(self, position: QPointF) -> RegionGrip | None:
        """Which part of the region is under the pointer; None beside it."""
        if self._region is None:
            return None
        rect = _rect_of(self._region, self.image_rect())
        if not rect.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(position):
            return None
        # If the region is smaller than the reach of its edges, the right and bottom ones are grabbed.
        across = _edge(position.x(), rect.left(), rect.right())
        along = _edge(position.y(), rect.top(), rect.bottom())
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


def _rect_of(region: Region, image_rect: QRectF) -> QRectF:
    return QRectF(
        image_rect.left() + region.left * image_rect.width(),
        image_rect.top() + region.top * image_rect.height(),
        region.width * image_rect.width(),
        region.height * image_rect.height(),
    )


def _edge(at: float, start: float, end: float) -> int:
    if abs(at - end) <= _REACH:
        return 1
    return -1 if abs(at - start) <= _REACH else 0
