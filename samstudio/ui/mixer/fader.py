"""The mixer's own controls: a fader and a pan knob, drawn and moved as on a console."""

from math import copysign, cos, radians, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QDial, QSizePolicy, QSlider

from samstudio.session.mix import MAX_GAIN_DB, MIN_GAIN_DB
from samstudio.ui import announcements
from samstudio.ui.mixer.level_scale import deflection, format_level, level_at
from samstudio.ui.mixer.meter import INSET
from samstudio.ui.parts import MOVED_BY_WHEEL
from samstudio.ui.theme import notifier, theme

_FINE = 0.1
_STEPS = {
    Qt.Key.Key_Up: 0.5,
    Qt.Key.Key_Right: 0.5,
    Qt.Key.Key_Down: -0.5,
    Qt.Key.Key_Left: -0.5,
    Qt.Key.Key_PageUp: 3.0,
    Qt.Key.Key_PageDown: -3.0,
}
"""dB."""
_FINE_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _is_fine(event: QMouseEvent | QWheelEvent | QKeyEvent) -> bool:
    return bool(event.modifiers() & _FINE_KEYS)


def _wheel_steps(event: QWheelEvent) -> float:
    # Some systems turn the wheel sideways while a modifier is held.
    return (event.angleDelta().y() or event.angleDelta().x()) / 120.0


def _spoken(pan: int) -> str:
    return f"{abs(pan)} % {'left' if pan < 0 else 'right'}" if pan else "centre"


def _round_pen(role: str, width: float) -> QPen:
    return QPen(theme().color(role), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


class Fader(QSlider):
    """A level from MIN_GAIN_DB to MAX_GAIN_DB.

    The slider's own value, a whole number of dB, is what a screen reader reads and may set; `level` is the exact one.
    """

    level_changed = Signal(float)
    """dB, to a tenth."""

    def __init__(self, role: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(round(MIN_GAIN_DB), round(MAX_GAIN_DB))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty(MOVED_BY_WHEEL, True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.is_audible = True
        self._role = role
        self._level = 0.0
        self._grip: tuple[float, float] | None = None
        self.valueChanged.connect(self._on_value_changed)
        notifier.theme_changed.connect(self.update)

    @property
    def level(self) -> float:
        """The level in dB."""
        return self._level

    def set_level(self, level: float) -> None:
        """Move to a level in dB."""
        level = round(min(max(level, MIN_GAIN_DB), MAX_GAIN_DB), 1)
        if level != self._level:
            self._level = level
            self.setValue(round(level))
            self.update()
            self.level_changed.emit(level)

    def _on_value_changed(self, value: int) -> None:
        # A screen reader sets the whole number.
        if value != round(self._level):
            self.set_level(float(value))

    def show_audible(self, audible: bool) -> None:
        """Show whether the strip is audible at all."""
        self.is_audible = audible
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the handle."""
        return QSize(160, 22)

    def minimumSizeHint(self) -> QSize:
        """Narrow, never lower."""
        return QSize(80, 22)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the handle; elsewhere it jumps to the pointer first."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        if abs(x - self._x(self.level)) > INSET + 1:
            self.set_level(level_at(self._place(x)))
        self.setSliderDown(True)
        self._grip = (x, deflection(self.level))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle with the pointer, with Ctrl or Shift a tenth as far."""
        if self._grip is None:
            return
        x, place = self._grip
        place += (event.position().x() - x) / self._length() * (_FINE if _is_fine(event) else 1.0)
        place = min(max(place, 0.0), 1.0)
        self._grip = (event.position().x(), place)
        self.set_level(level_at(place))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._grip = None
        self.setSliderDown(False)
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to 0 dB."""
        self._grip = None
        self.set_level(0.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Half a dB a notch, with Ctrl or Shift a tenth."""
        event.accept()
        self.set_level(self.level + _wheel_steps(event) * (0.1 if _is_fine(event) else 0.5))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and pages move it, with Shift finely; Home is 0 dB. End is not used: +12 dB at once is too loud."""
        if event.key() == Qt.Key.Key_Home:
            self.set_level(0.0)
        elif event.key() in _STEPS:
            step = _STEPS[Qt.Key(event.key())]
            self.set_level(self._level + (copysign(_FINE, step) if _is_fine(event) else step))
        else:
            event.ignore()
            return
        announcements.announce(self, f"{format_level(self._level)} dB")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Groove, its filled part, the 0 dB mark and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, handle = self.height() / 2.0, self._x(self.level)
        painter.fillRect(QRectF(self._x(0.0) - 0.5, 1.0, 1.0, self.height() - 2.0), theme().color("text_disabled"))
        painter.setPen(QPen(theme().color("border"), 1.0))
        painter.setBrush(theme().color("canvas"))
        groove = QRectF(INSET - 2.5, middle - 2.5, self._length() + 5.0, 5.0)
        painter.drawRoundedRect(groove, 2.5, 2.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._open_color())
        painter.drawRoundedRect(QRectF(groove.left(), groove.top(), handle - groove.left(), 5.0), 2.5, 2.5)
        self._paint_handle(painter, QRectF(handle - 6.0, middle - 9.0, 12.0, 18.0))

    def _paint_handle(self, painter: QPainter, handle: QRectF) -> None:
        gripped = self.isSliderDown() or self.underMouse()
        body = theme().color("text" if gripped else "text_dim") if self.isEnabled() else theme().color("pressed")
        painter.setPen(QPen(theme().color("focus"), 2.0) if self.hasFocus() else QPen(theme().color("panel"), 1.0))
        painter.setBrush(body)
        painter.drawRoundedRect(handle, 3.0, 3.0)
        painter.fillRect(QRectF(handle.center().x() - 0.75, handle.top() + 3, 1.5, 12.0), theme().color("panel"))

    def _open_color(self) -> QColor:
        return theme().color(self._role if self.isEnabled() and self.is_audible else "pressed")

    def _length(self) -> float:
        return self.width() - 2.0 * INSET

    def _x(self, level: float) -> float:
        return INSET + deflection(level) * self._length()

    def _place(self, x: float) -> float:
        return (x - INSET) / self._length()


class PanKnob(QDial):
    """The balance from -100 (left) to +100 (right)."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(-100, 100)
        self.setSingleStep(5)
        self.setPageStep(25)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(26, 26)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._grip: tuple[QPointF, float] | None = None
        notifier.theme_changed.connect(self.update)

    @property
    def pan(self) -> float:
        """The balance, -1..+1."""
        return self.value() / 100.0

    def set_pan(self, pan: float) -> None:
        """Turn to a balance, -1..+1."""
        self.setValue(round(pan * 100))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = (event.position(), float(self.value()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Right or up turns it to the right, with Ctrl or Shift a tenth as far."""
        if self._grip is None:
            return
        before, value = self._grip
        moved = event.position() - before
        value += (moved.x() - moved.y()) * 1.25 * (_FINE if _is_fine(event) else 1.0)
        value = min(max(value, -100.0), 100.0)
        self._grip = (event.position(), value)
        self.setValue(round(value))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._grip = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to the centre."""
        self._grip = None
        self.setValue(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Five per cent a notch, with Ctrl or Shift one."""
        event.accept()
        self.setValue(self.value() + round(_wheel_steps(event) * (1 if _is_fine(event) else 5)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn it; Home is the centre."""
        if event.key() == Qt.Key.Key_Home:
            self.setValue(0)
        else:
            super().keyPressEvent(event)
        announcements.announce(self, _spoken(self.value()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ring, the arc from the centre to the value, and a pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(3.0, 3.0, -3.0, -3.0)
        angle = 135.0 * self.pan
        painter.setPen(_round_pen("pressed", 2.5))
        painter.drawArc(ring, (90 + 135) * 16, -270 * 16)
        painter.setPen(_round_pen("accent" if self.isEnabled() else "text_disabled", 2.5))
        painter.drawArc(ring, 90 * 16, round(-angle * 16))
        way = QPointF(sin(radians(angle)), -cos(radians(angle)))
        painter.setPen(_round_pen("text" if self.isEnabled() else "text_disabled", 2.0))
        painter.drawLine(ring.center() + way * 3.0, ring.center() + way * 8.0)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("focus"), 1.5))
            painter.drawEllipse(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75))
