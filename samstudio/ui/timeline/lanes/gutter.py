"""The rulers of a lane's upright axis, between its header and its picture."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from samstudio.dsp.channel_layout import channel_names
from samstudio.dsp.scales import ANY_SCALE, FrequencyScale, Tick, amplitude_ticks, frequency_ticks
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import theme
from samstudio.ui.timeline.paint.device_pixels import device_pixels, fill, mapped_x, mapped_y
from samstudio.ui.timeline.paint.wave_painter import channel_rects, half_height

GUTTER_WIDTH = 64
"""Header and ruler together."""
HEADER_WIDTH = 20
_RULER_WIDTH = GUTTER_WIDTH - HEADER_WIDTH
_TICK = 4
_NAME_LEFT = 3


class Gutter(QWidget):
    """Paints ticks with their labels."""

    menu_requested = Signal(QPoint)
    """The global position."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedWidth(_RULER_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(f"{name} scale")
        set_role(self, QAccessible.Role.Graphic)

    def sizeHint(self) -> QSize:
        """As wide as every gutter."""
        return QSize(_RULER_WIDTH, 60)

    def marks(self) -> tuple[tuple[float, Tick], ...]:
        """The ticks with their heights in logical pixels from the top."""
        return ()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the lane's menu."""
        self.menu_requested.emit(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it all: it changes only with its size or its axis."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("panel"))
        font = look.font("caption")
        painter.setFont(font)
        painter.setPen(look.color("text_dim"))
        marks, edge = self.marks(), QFontMetrics(font).capHeight() / 2 + 2
        for y, tick in marks:
            # A label that would be cut by the edge moves in by as much.
            middle = min(max(y, edge), self.height() - edge)
            box = QRectF(0.0, middle - 10.0, _RULER_WIDTH - _TICK - 4, 20.0)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.label)
        self._paint_lines(painter, _RULER_WIDTH - _TICK, [y for y, _ in marks], look.color("text_disabled"))

    @staticmethod
    def _paint_lines(painter: QPainter, left: int, heights: Iterable[float], color: QColor) -> None:
        """Lines a device pixel high from `left` to the right edge."""
        with device_pixels(painter) as to_device:
            first, end = (round(mapped_x(to_device, x)) for x in (left, _RULER_WIDTH))
            rows = (round(mapped_y(to_device, y)) for y in heights)
            fill(painter, [QRect(first, row, max(1, end - first), 1) for row in rows], color)


class AmplitudeGutter(Gutter):
    """Levels in dBFS for every channel, and the channels' names. The wheel asks for higher or lower waveforms."""

    gain_requested = Signal(float, bool)
    """Factor, 0 asks for the true height; and whether all lanes are meant."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setToolTip(
            "Level in dBFS · wheel: change the height of this waveform, Ctrl+wheel: of all; double-click: reset it"
        )
        self._channels, self._gain = 1, 1.0

    def show_channels(self, channels: int) -> None:
        """Rule another number of channels."""
        self._channels = channels
        self.update()

    def show_gain(self, gain: float) -> None:
        """Rule waveforms drawn `gain` times as high."""
        self._gain = gain
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch is 3 dB."""
        self.gain_requested.emit(2.0 ** (event.angleDelta().y() / 240.0), _means_all(event))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the true height."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.gain_requested.emit(0.0, _means_all(event))

    def marks(self) -> tuple[tuple[float, Tick], ...]:
        """Both halves of every channel; the middle line is the channel's name or silence."""
        made: list[tuple[float, Tick]] = []
        spacing = QFontMetrics(theme().font("caption")).height()
        rects = channel_rects(self.rect(), self._channels)
        # The lowest decides for all of them: some are a pixel higher than others.
        lowest = min(rects, key=QRect.height)
        ticks = amplitude_ticks(half_height(lowest), spacing, self._gain)
        for rect, name in zip(rects, channel_names(self._channels), strict=True):
            middle, half = rect.top() + rect.height() / 2.0, half_height(rect)
            if lowest.height() >= spacing * 0.8:
                made.append((middle, Tick(0.0, name or "−∞")))
            for tick in ticks:
                height = tick.value * self._gain * half
                made += [(middle - height, tick), (middle + height, tick)]
        return tuple(made)


class FrequencyGutter(Gutter):
    """Frequencies in Hz and kHz. The wheel and a drag ask for another part of the axis."""

    zoom_requested = Signal(float, float)
    """Factor (<1 shows less) and the position on the axis, 0 at its foot, 1 at its top, that stays where it is."""
    scroll_requested = Signal(float)
    """The part of the axis to move it by, upwards."""
    reset_requested = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setToolTip(
            "Frequency in Hz · wheel: zoom, drag or Shift+wheel: scroll, double-click: show all\n"
            "Over the spectrogram: Alt+wheel or Ctrl+Shift+wheel to zoom, Alt+Shift+wheel to scroll"
        )
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._scale = ANY_SCALE
        self._bands: tuple[str, ...] = ("",)
        self._held: float | None = None

    def show_scale(self, scale: FrequencyScale) -> None:
        """Rule another axis."""
        self._scale = scale
        self.update()

    def show_bands(self, names: tuple[str, ...]) -> None:
        """Rule the axis for each of several channels, of these names, one below the other."""
        self._bands = names
        self.update()

    @property
    def _band_height(self) -> float:
        return max(1, self.height()) / len(self._bands)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch zooms by a quarter at the pointer; with Shift it scrolls."""
        # Some systems turn the wheel sideways while a key is held.
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_requested.emit(notches * 0.1)
        else:
            self.zoom_requested.emit(0.8**notches, 1.0 - event.position().y() / self._band_height % 1.0)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the axis."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position().y()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The frequency under the pointer moves along."""
        if self._held is not None:
            y = event.position().y()
            self.scroll_requested.emit((y - self._held) / self._band_height)
            self._held = y

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show all frequencies."""
        self.reset_requested.emit()

    def marks(self) -> tuple[tuple[float, Tick], ...]:
        """As many round frequencies as there is room for."""
        height, spacing = self._band_height, QFontMetrics(theme().font("caption")).height() * 1.05
        ticks = frequency_ticks(self._scale, height, spacing)
        positions = self._scale.positions(np.array([tick.value for tick in ticks]))
        places = list(zip((height * (1.0 - positions)).tolist(), ticks, strict=True))
        return tuple(
            (band * height + y, tick)
            for band, name in enumerate(self._bands)
            for y, tick in places
            if not name or y < height - spacing * 1.5 or self._has_room(name, tick.label)
        )

    @staticmethod
    def _has_room(name: str, label: str) -> bool:
        """Whether the name of a channel and the label of a tick stand beside one another."""
        name_width = QFontMetrics(theme().font("caption", bold=True)).horizontalAdvance(name)
        label_width = QFontMetrics(theme().font("caption")).horizontalAdvance(label)
        return _NAME_LEFT + name_width + _TICK + label_width <= _RULER_WIDTH - _TICK - 4

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ticks, and in the lower left corner of each band its channel."""
        super().paintEvent(event)
        if len(self._bands) == 1:
            return
        painter, look = QPainter(self), theme()
        painter.setFont(look.font("caption", bold=True))
        for band, name in enumerate(self._bands):
            top = band * self._band_height
            painter.setPen(look.color("text"))
            area = QRectF(_NAME_LEFT, top, self.width() - _NAME_LEFT, self._band_height - 2.0)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, name)
        tops = [band * self._band_height for band in range(1, len(self._bands))]
        self._paint_lines(painter, 0, tops, look.color("border"))


def _means_all(event: QWheelEvent | QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
