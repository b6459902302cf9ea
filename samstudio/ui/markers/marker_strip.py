"""The markers as flags in a strip between ruler and lanes, which is there only where there are any."""

from bisect import bisect_left

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QApplication, QToolTip

from samstudio.session.labels.marker import Markers
from samstudio.ui.markers.marker_name_field import MarkerNameField
from samstudio.ui.markers.marker_table import describe
from samstudio.ui.parts import plain_tip
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.time_strip import TimeStrip

_HEIGHT = 18
_REACH = 6.0
"""Pixels around a flag's staff within which it is hit; its name is hit, too."""
_FLAG = 7.0
_GAP = 4.0
_LEAST_LETTERS = 4


class MarkerStrip(TimeStrip):
    """A click on a flag goes there, a drag moves it, a double click renames it, a right click has a menu."""

    marker_chosen = Signal(int)
    """The index of a marker that was clicked."""
    marker_moved = Signal(int, float)
    """The index of a marker, and the time in seconds where it was dropped."""
    rename_requested = Signal(int)
    marker_named = Signal(object, str)
    """A Marker, and the name that was typed for it over its flag."""
    menu_requested = Signal(int, QPoint)
    """The index of a marker, and where on the screen."""

    def __init__(self) -> None:
        super().__init__("Marker strip", _HEIGHT)
        self.setMouseTracking(True)
        self._markers: Markers = ()
        self._duration = 0.0
        self._selected: frozenset[int] = frozenset()
        self._pressed: tuple[int, float] | None = None
        self._dragged_to: float | None = None
        self._name_field: MarkerNameField | None = None
        self.hide()

    def show_markers(self, markers: Markers, duration: float) -> None:
        """Show the markers of a recording of `duration` seconds; without any the strip is hidden."""
        self._markers, self._duration = markers, duration
        self._pressed = self._dragged_to = None
        if self._name_field is not None:
            # It is another list: what was typed may be of a marker that is gone.
            self._name_field.finish(takes_name=False)
        self._selected = frozenset(index for index in self._selected if index < len(markers))
        self.setVisible(bool(markers))
        self.update()

    def show_selected(self, selected: tuple[int, ...]) -> None:
        """Show which markers are selected."""
        self._selected = frozenset(selected)
        self.update()

    def type_name(self, index: int) -> None:
        """Let the name of a marker be typed over its flag."""
        # Higher than the strip, so it lies over what is beside it, too.
        over = self.parentWidget() or self
        if self._name_field is None:
            self._name_field = MarkerNameField(over)
            self._name_field.named.connect(self.marker_named)
        corner = self.mapTo(over, QPoint(round(self.x_of(self._markers[index].time)), 0))
        self._name_field.begin(self._markers[index], QRect(corner, QSize(1, _HEIGHT)))

    def time_of(self, index: int) -> float:
        """Where a marker is drawn, in seconds: while it is dragged under the pointer."""
        is_dragged = self._pressed is not None and self._pressed[0] == index and self._dragged_to is not None
        return self._dragged_to if is_dragged and self._dragged_to is not None else self._markers[index].time

    def x_of(self, seconds: float) -> float:
        """Logical pixels from the left edge."""
        return (seconds - self._view.start) / self._view.length * self.width()

    def _visible(self) -> range:
        """The indices of the markers of which something may be seen: names reach to the right."""
        first = bisect_left(self._markers, self._seconds(-_REACH), key=lambda marker: marker.time)
        last = bisect_left(self._markers, self._seconds(self.width() + _REACH), key=lambda marker: marker.time)
        return range(max(0, first - 1), last)

    def _extents(self) -> list[tuple[int, float, float, str]]:
        """Index, left edge, right edge and the name, as far as it has room, of every visible flag."""
        metrics, extents = QFontMetrics(theme().font("caption")), []
        indices = list(self._visible())
        for place, index in enumerate(indices):
            left = self.x_of(self.time_of(index))
            following = indices[place + 1] if place + 1 < len(indices) else None
            room = (self.x_of(self.time_of(following)) if following is not None else self.width()) - left
            room -= _FLAG + 3 * _GAP
            name = metrics.elidedText(self._markers[index].name, Qt.TextElideMode.ElideRight, max(0, round(room)))
            # A letter or two with dots say nothing.
            is_cut = name.endswith("…") and len(name) < _LEAST_LETTERS
            name = "" if is_cut or metrics.horizontalAdvance(name) > room else name
            width = _FLAG + (_GAP + metrics.horizontalAdvance(name) if name else 0.0)
            extents.append((index, left, left + width, name))
        return extents

    def paintEvent(self, event: QPaintEvent) -> None:
        """A staff, a pennant and the name of each marker."""
        look, painter = theme(), QPainter(self)
        painter.fillRect(event.rect(), look.color("panel"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("caption"))
        metrics = QFontMetrics(painter.font())
        baseline = (_HEIGHT + metrics.ascent() - metrics.descent()) / 2.0
        for index, left, right, name in self._extents():
            if index in self._selected:
                painter.fillRect(QRectF(left, 0, right - left + _GAP, _HEIGHT), look.color("accent_soft"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("marker"))
            painter.drawRect(QRectF(round(left), 2, 1, _HEIGHT - 2))
            top = 3.0
            flag = QPolygonF([QPointF(left, top), QPointF(left + _FLAG, top + 4), QPointF(left, top + 8)])
            painter.drawPolygon(flag)
            painter.setPen(look.color("text"))
            painter.drawText(QPointF(left + _FLAG + _GAP, baseline), name)

    def hit(self, x: float) -> int | None:
        """The marker at a place; of several that lie over each other the one on top."""
        found = [index for index, left, right, _ in self._extents() if left - _REACH <= x <= right + _GAP]
        return min(found, key=lambda index: abs(self.x_of(self.time_of(index)) - x), default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        index = self.hit(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._pressed = index, event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the flag; the pointer shows what can be grabbed."""
        x = event.position().x()
        if self._pressed is None:
            shape = Qt.CursorShape.ArrowCursor if self.hit(x) is None else Qt.CursorShape.SizeHorCursor
            self.setCursor(shape)
            return
        index, start = self._pressed
        if self._dragged_to is None and abs(x - start) < QApplication.startDragDistance() / 2:
            return
        moved = self._markers[index].time + (x - start) / max(1, self.width()) * self._view.length
        self._dragged_to = min(max(0.0, moved), self._duration)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the flag, or go to it."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        (index, _), dropped = self._pressed, self._dragged_to
        self._pressed = self._dragged_to = None
        if dropped is None:
            self.marker_chosen.emit(index)
        else:
            self.marker_moved.emit(index, dropped)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename it."""
        index = self.hit(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._pressed = None
            self.rename_requested.emit(index)

    def cancel(self) -> bool:
        """Put the flag that is being dragged back. Returns whether there was one."""
        was_dragged = self._dragged_to is not None
        self._pressed = self._dragged_to = None
        self.update()
        return was_dragged

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a marker."""
        index = self.hit(event.pos().x())
        if index is not None:
            self.menu_requested.emit(index, event.globalPos())

    def event(self, event: QEvent) -> bool:
        """The whole name in a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.hit(event.pos().x())
            more = "\nDrag to move, double click to rename" if index is not None else ""
            tip = plain_tip(describe(self._markers[index]) + more) if index is not None else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)
