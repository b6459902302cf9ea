"""The Zoom tool: a drag over a lane shows the time and, over a spectrogram, the frequencies that it frames."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMetaObject, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from shiboken6 import isValid

from samstudio.session.stretch import Stretch
from samstudio.ui.theme import theme
from samstudio.ui.time_text import format_band
from samstudio.ui.timeline.axis.frequency_zoom import FrequencyZoom
from samstudio.ui.timeline.lanes.lane_box import Gesture, LaneBox
from samstudio.ui.timeline.lanes.z_order import Z_ZOOM_FRAME
from samstudio.ui.timeline.paint.device_pixels import device_pixels, snapped
from samstudio.ui.timeline.spans.readout import ReadoutLabel, stretch_text

_LEAST = 6.0
"""Logical pixels that a drag must frame in a direction to zoom in it."""


class BoxZoom(QObject):
    """Turns drags into requests for another part of time and frequency, as long as it is active."""

    stretch_requested = Signal(float, float)
    """Start and end in seconds."""
    reset_requested = Signal()
    """A double click: all of both."""

    def __init__(self, frequencies: FrequencyZoom, parent: QObject) -> None:
        super().__init__(parent)
        self._frequencies = frequencies
        self._is_active = False
        self._connections: list[QMetaObject.Connection] = []
        self._frame: _ZoomFrame | None = None

    def attach(self, boxes: Sequence[LaneBox], spectrograms: Sequence[LaneBox]) -> None:
        """Work on these lanes from now on; `spectrograms` are those of them that have a frequency axis."""
        self.cancel()
        for connection in self._connections:
            QObject.disconnect(connection)
        self._connections = [
            signal.connect(partial(slot, box, box in spectrograms))
            for box in boxes
            for signal, slot in (
                (box.drag_started, self._start),
                (box.drag_moved, self._move),
                (box.drag_finished, self._finish),
            )
        ]
        self._connections += [box.double_clicked.connect(self._reset) for box in boxes]

    def set_active(self, active: bool) -> None:
        """Whether drags zoom."""
        self.cancel()
        self._is_active = active

    def cancel(self) -> bool:
        """Drop the drag that is under way. Returns whether there was one."""
        frame, self._frame = self._frame, None
        if frame is not None and isValid(frame):
            # The stub does not say that Qt takes None.
            frame.setParentItem(None)  # type: ignore[arg-type]
            if frame.scene() is not None:
                frame.scene().removeItem(frame)
        return frame is not None

    def _start(self, box: LaneBox, _has_frequency: bool, _gesture: Gesture) -> None:
        if self._is_active:
            self.cancel()
            self._frame = _ZoomFrame(box)

    def _move(self, box: LaneBox, has_frequency: bool, gesture: Gesture) -> None:
        if self._frame is not None:
            stretch, band = self._framed(box, has_frequency, gesture)
            texts = [stretch_text(*stretch)] if stretch else []
            texts += [format_band(*self._hz(band))] if band else []
            start, end = stretch or box.times
            low, high = band or (0.0, 1.0)
            corners = QRectF(box.pixel(start, high, gesture.band), box.pixel(end, low, gesture.band))
            mouse = box.pixel(gesture.time, gesture.y, gesture.band)
            self._frame.show_frame(corners, "  ·  ".join(texts), mouse)

    def _finish(self, box: LaneBox, has_frequency: bool, gesture: Gesture) -> None:
        if self.cancel():
            stretch, band = self._framed(box, has_frequency, gesture)
            if stretch:
                self.stretch_requested.emit(*stretch)
            if band:
                self._frequencies.show_band(*self._hz(band))

    def _reset(self, _gesture: Gesture) -> None:
        if self._is_active:
            self._frequencies.show_all()
            self.reset_requested.emit()

    def _hz(self, band: tuple[float, float]) -> tuple[float, float]:
        low, high = (self._frequencies.scale.hz(position) for position in band)
        return low, high

    @staticmethod
    def _framed(
        box: LaneBox, has_frequency: bool, gesture: Gesture
    ) -> tuple[Stretch | None, tuple[float, float] | None]:
        """The time in seconds and the part of the upright axis that the drag frames; None where it is too narrow."""
        first, last = box.times
        start, end = sorted(min(max(time, first), last) for time in (gesture.pressed_time, gesture.time))
        low, high = sorted(min(max(y, 0.0), 1.0) for y in (gesture.pressed_y, gesture.y))
        is_long = end - start >= _LEAST * gesture.seconds_per_pixel
        is_high = has_frequency and high - low >= _LEAST * gesture.y_per_pixel
        return (start, end) if is_long else None, (low, high) if is_high else None


class _ZoomFrame(QGraphicsItem):
    """The frame while it is dragged, with what it would show."""

    def __init__(self, box: LaneBox) -> None:
        super().__init__(box)
        self.setZValue(Z_ZOOM_FRAME)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._box, self._rect = box, QRectF()
        self._label = ReadoutLabel(self)

    def show_frame(self, rect: QRectF, text: str, mouse: QPointF) -> None:
        """Frame a part of the lane, in its pixels."""
        self._rect = rect
        if text:
            self._label.show_text(text, mouse, self._box.rect())
        self._label.setVisible(bool(text))
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return self._box.rect()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """A veil over all that would be left out, and a frame that shows on any ground."""
        look = theme()
        veil = QColor(look.color("window"))
        veil.setAlphaF(0.5)
        with device_pixels(painter) as to_device:
            lane, frame = snapped(to_device, self._box.rect()), snapped(to_device, self._rect)
            unit = max(1, round(to_device.m11()))
            painter.fillRect(lane.left(), lane.top(), lane.width(), frame.top() - lane.top(), veil)
            painter.fillRect(lane.left(), frame.bottom() + 1, lane.width(), lane.bottom() - frame.bottom(), veil)
            painter.fillRect(lane.left(), frame.top(), frame.left() - lane.left(), frame.height(), veil)
            painter.fillRect(frame.right() + 1, frame.top(), lane.right() - frame.right(), frame.height(), veil)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for inset, role in ((0, "canvas"), (unit, "accent")):
                edge = frame.adjusted(inset, inset, -inset, -inset)
                for x in (edge.left(), edge.right() + 1 - unit):
                    painter.fillRect(x, edge.top(), unit, edge.height(), look.color(role))
                for y in (edge.top(), edge.bottom() + 1 - unit):
                    painter.fillRect(edge.left(), y, edge.width(), unit, look.color(role))
