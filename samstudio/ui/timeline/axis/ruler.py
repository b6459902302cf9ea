"""The time ruler above the lanes."""

from bisect import bisect_left, bisect_right
from operator import itemgetter

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication

from samstudio.dsp.scales import TimeGrid
from samstudio.session.stretch import Stretch
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import time_format
from samstudio.ui.timeline.axis.time_strip import TimeStrip
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.paint.device_pixels import device_pixels, fill, mapped_y, moves_visibly

_HEIGHT = 26
_GAP = 22
"""Pixels that stay free between two labels at least; half of it beside one that is moved in."""
_SCRUBBING = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
"""Either of them: some desktops keep Alt and the mouse for moving windows."""
_MARGIN = 2.0
"""Pixels between the ruler's ends and its labels."""


class TimeRuler(TimeStrip):
    """Ticks for every zoom; a click requests a seek, a drag selects time, the wheel zooms."""

    resized = Signal()
    seek_requested = Signal(float)
    """Seconds."""
    scrubbed = Signal(float)
    """Seconds: the playhead is dragged there, and heard."""
    scrub_ended = Signal(float)
    """Seconds: where it was let go."""
    selection_drawn = Signal(object)
    """(start, end) in seconds, while it is being dragged."""
    menu_requested = Signal(QPoint)
    """Where on the screen: which time format."""

    def __init__(self) -> None:
        super().__init__("Time ruler", _HEIGHT)
        self.setToolTip(
            "Click to move the playhead, drag to select time, Alt+drag or Ctrl+drag to scrub\n"
            "Wheel to zoom, Shift+wheel to scroll · right-click for the time format"
        )
        self._selection: Stretch | None = None
        self._playhead: float | None = None
        self._pressed: float | None = None
        self._dragged = self._scrubs = False
        self._grid: TimeGrid | None = None
        self._labels: tuple[tuple[float, str], ...] | None = None

    def show_view(self, view: TimeView) -> None:
        """Show another part of the time axis."""
        self._grid = self._labels = None
        super().show_view(view)

    def show_selection(self, selection: Stretch | None) -> None:
        """Show which time is selected (seconds)."""
        self._selection = selection
        self.update()

    def show_playhead(self, seconds: float | None) -> None:
        """Show the playhead; only the strips it left and entered are painted, once it moves visibly."""
        places = [self._x(place) for place in (self._playhead, seconds) if place is not None]
        if len(places) == 2 and not moves_visibly(places[0], places[1], self.devicePixelRatioF()):
            return
        for x in places:
            self.update(round(x) - 8, 0, 16, self.height())
        self._playhead = seconds

    @property
    def grid(self) -> TimeGrid:
        """The ticks as they are drawn."""
        if self._grid is None:
            self._grid = self._make_grid()
        return self._grid

    def _make_grid(self) -> TimeGrid:
        metrics = QFontMetrics(theme().font("caption"))
        width = metrics.horizontalAdvance("0:00")
        # Finer steps have longer labels: try again with the width that the result needs.
        for _ in range(8):
            # At the ruler's ends labels are moved in by half their width, and must leave room for their neighbours.
            apart = max(width + _GAP, 1.5 * width + _GAP / 2.0 + 2.0 * _MARGIN)
            grid = time_format().grid(self._view.start, self._view.end, self.width(), apart)
            needed = max((metrics.horizontalAdvance(tick.label) for tick in grid.majors), default=width)
            if needed <= width:
                break
            width = needed
        return grid

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Another width has room for other ticks."""
        self._grid = self._labels = None
        self.resized.emit()

    def _x(self, seconds: float) -> float:
        return min(max((seconds - self._view.start) / self._view.length * self.width(), -99.0), self.width() + 99.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, selection, ticks, playhead."""
        look, painter = theme(), QPainter(self)
        painter.fillRect(event.rect(), look.color("panel"))
        if self._selection is not None:
            left, right = (self._x(edge) for edge in self._selection)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), look.color("selection"))
        self._paint_ticks(painter, event.rect())
        if self._playhead is not None:
            self._paint_playhead(painter, self._x(self._playhead))

    def _paint_ticks(self, painter: QPainter, exposed: QRect) -> None:
        look, grid = theme(), self.grid
        with device_pixels(painter) as to_device:
            scale, bottom = to_device.m22(), round(mapped_y(to_device, float(self.height())))
            left, width = round(to_device.dx()), round(self.width() * scale)
            start, per_second = self._view.start, self.width() * scale / self._view.length
            painter.fillRect(left, bottom - 1, width, 1, look.color("border"))
            first, last = (self._seconds(x) for x in (exposed.left() - 1, exposed.right() + 2))
            for times, length, role in (
                (grid.minor_times, round(4 * scale), "text_disabled"),
                ([t.value for t in grid.majors], round(9 * scale), "text_dim"),
            ):
                visible = times[bisect_left(times, first) : bisect_right(times, last)]
                places = [left + round((time - start) * per_second) for time in visible]
                fill(painter, [QRect(x, bottom - length, 1, length) for x in places], look.color(role))
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text_dim"))
        labels = self.labels()
        # Each ends before the next begins.
        first_label = max(0, bisect_right(labels, exposed.left(), key=itemgetter(0)) - 1)
        for place, text in labels[first_label : bisect_right(labels, exposed.right(), key=itemgetter(0))]:
            painter.drawText(QPointF(place, self.height() - 12.0), text)

    def labels(self) -> tuple[tuple[float, str], ...]:
        """Left edge (pixels) and text of every label that is drawn: over its tick, moved in at the ruler's ends."""
        if self._labels is None:
            self._labels = self._place_labels()
        return self._labels

    def _place_labels(self) -> tuple[tuple[float, str], ...]:
        metrics = QFontMetrics(theme().font("caption"))
        placed: list[tuple[float, str]] = []
        free_from, last = _MARGIN, self.width() - _MARGIN
        for tick in self.grid.majors:
            wide = metrics.horizontalAdvance(tick.label)
            left = max(self._x(tick.value) - wide / 2.0, _MARGIN)
            moved_in = min(left, last - wide)
            if moved_in < free_from:
                continue
            placed.append((moved_in, tick.label))
            free_from = moved_in + wide + _GAP / 2.0
        return tuple(placed)

    def _paint_playhead(self, painter: QPainter, x: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("playhead"))
        bottom = float(self.height())
        painter.drawPolygon(QPolygonF([QPointF(x - 5, bottom - 9), QPointF(x + 5, bottom - 9), QPointF(x, bottom)]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a drag or, with Alt or Ctrl, scrubbing."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().x()
            self._scrubs = bool(event.modifiers() & _SCRUBBING)
            if self._scrubs:
                self.scrubbed.emit(self._visible(self._pressed))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or select time."""
        x = event.position().x()
        if self._scrubs:
            self.scrubbed.emit(self._visible(x))
        elif self._pressed is not None and abs(x - self._pressed) >= QApplication.startDragDistance() / 2:
            ends = [self._visible(at) for at in (self._pressed, x)]
            self._dragged = True
            self.selection_drawn.emit((min(ends), max(ends)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click moves the playhead."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._scrubs:
            self.scrub_ended.emit(self._visible(event.position().x()))
        elif self._pressed is not None and not self._dragged:
            self.seek_requested.emit(max(0.0, self._seconds(event.position().x())))
        self._pressed, self._dragged, self._scrubs = None, False, False

    def _visible(self, x: float) -> float:
        """The time at a place, within the visible range."""
        return min(max(self._seconds(x), self._view.start), self._view.end)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The time format is chosen here, as in any editor."""
        self.menu_requested.emit(event.globalPos())
