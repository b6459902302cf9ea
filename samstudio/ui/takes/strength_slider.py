"""The strength of a take's target: how much of what is neither wholly target nor wholly residual goes to it."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from samstudio.session.correction import MOST_STRENGTH_DB
from samstudio.session.take import Take
from samstudio.ui import announcements
from samstudio.ui.parts import explain, label
from samstudio.ui.takes.take_text import format_strength
from samstudio.ui.theme import notifier, theme

_STEP, _PAGE = 0.5, 3.0
_KEYS = {
    Qt.Key.Key_Right: _STEP,
    Qt.Key.Key_Up: _STEP,
    Qt.Key.Key_Left: -_STEP,
    Qt.Key.Key_Down: -_STEP,
    Qt.Key.Key_PageUp: _PAGE,
    Qt.Key.Key_PageDown: -_PAGE,
}
"""dB."""
_REST = 500
"""Milliseconds without a key or a turn of the wheel after which the strength is taken as chosen: a run of them is one
undo step."""
_INSET = 7.0
MORE = (
    "How much is target: to the right it takes more from the residual where both are mixed, to the left it keeps only "
    "what is surely its own. Heard at once; a double click or Home sets 0 dB, what the engine made."
)


class StrengthSlider(QSlider):
    """A strength from -MOST_STRENGTH_DB to MOST_STRENGTH_DB.

    The slider's own value, a whole number of dB, is what a screen reader reads and may set; `strength_db` is the exact
    one.
    """

    previewed = Signal(float)
    """dB: while it moves."""
    chosen = Signal(float)
    """dB: once it rests."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(-round(MOST_STRENGTH_DB), round(MOST_STRENGTH_DB))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.strength_db = 0.0
        self._shown = 0.0
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._choose)
        self.valueChanged.connect(self._on_value_changed)
        notifier.theme_changed.connect(self.update)
        explain(self, "Strength of the target", more=MORE)

    @property
    def is_moving(self) -> bool:
        """Whether the user is about to choose another strength."""
        return self.isSliderDown() or self._rest.isActive()

    def show_strength(self, strength_db: float) -> None:
        """Show a strength in dB; nothing is emitted."""
        self._rest.stop()
        self._shown = self.strength_db = strength_db
        self.setValue(round(strength_db))
        self.update()

    def _move(self, strength_db: float) -> None:
        strength_db = round(min(max(strength_db, -MOST_STRENGTH_DB), MOST_STRENGTH_DB) / _STEP) * _STEP
        if strength_db != self.strength_db:
            self.strength_db = strength_db
            self.setValue(round(strength_db))
            self.update()
            self.previewed.emit(strength_db)

    def _choose(self) -> None:
        self._rest.stop()
        if self.strength_db != self._shown:
            self._shown = self.strength_db
            self.chosen.emit(self.strength_db)

    def _on_value_changed(self, value: int) -> None:
        # A screen reader sets the whole number.
        if value != round(self.strength_db):
            self._move(float(value))
            self._choose()

    def sizeHint(self) -> QSize:
        """As high as the handle."""
        return QSize(120, 22)

    def minimumSizeHint(self) -> QSize:
        """Narrow, never lower."""
        return QSize(60, 22)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the handle; elsewhere it jumps to the pointer first."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        if abs(event.position().x() - self._x(self.strength_db)) > _INSET + 1:
            self._move(self._at(event.position().x()))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._move(self._at(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Take where it was let go."""
        if self.isSliderDown():
            self.setSliderDown(False)
            self._choose()
            self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to 0 dB."""
        self._move(0.0)
        self._choose()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A step a notch."""
        event.accept()
        # Some systems turn the wheel sideways while a modifier is held.
        self._move(self.strength_db + (event.angleDelta().y() or event.angleDelta().x()) / 120.0 * _STEP)
        self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and pages move it; Home is 0 dB."""
        if event.key() == Qt.Key.Key_Home:
            self._move(0.0)
        elif event.key() in _KEYS:
            self._move(self.strength_db + _KEYS[Qt.Key(event.key())])
        else:
            event.ignore()
            return
        self._rest.start()
        announcements.announce(self, format_strength(self.strength_db))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was set by keys is chosen."""
        if self._rest.isActive():
            self._choose()
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Groove, the part from 0 dB to the handle, the 0 dB mark and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, centre, handle = self.height() / 2.0, self._x(0.0), self._x(self.strength_db)
        colors, is_enabled = theme(), self.isEnabled()
        painter.fillRect(QRectF(centre - 0.5, 2.0, 1.0, self.height() - 4.0), colors.color("text_disabled"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("pressed"))
        painter.drawRoundedRect(QRectF(_INSET, middle - 2.0, self.width() - 2 * _INSET, 4.0), 2.0, 2.0)
        painter.setBrush(colors.color("accent" if is_enabled else "pressed"))
        painter.drawRect(QRectF(min(centre, handle), middle - 2.0, abs(handle - centre), 4.0))
        is_gripped = self.isSliderDown() or self.underMouse()
        painter.setPen(QPen(colors.color("focus" if self.hasFocus() else "panel"), 2.0))
        painter.setBrush(colors.color("pressed" if not is_enabled else "accent_hover" if is_gripped else "text"))
        painter.drawEllipse(QRectF(handle - 6.0, middle - 6.0, 12.0, 12.0))

    def _x(self, strength_db: float) -> float:
        return _INSET + (strength_db / MOST_STRENGTH_DB + 1) / 2 * (self.width() - 2 * _INSET)

    def _at(self, x: float) -> float:
        return ((x - _INSET) / max(1.0, self.width() - 2 * _INSET) * 2 - 1) * MOST_STRENGTH_DB


class StrengthBar(QWidget):
    """The strength of the current take with its name and value; hidden while there is no take."""

    def __init__(self) -> None:
        super().__init__()
        self.slider = StrengthSlider()
        self._name = label("Strength", "caption")
        self.read_out = label(look="caption")
        self.read_out.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        widest = QFontMetrics(theme().font("caption")).horizontalAdvance(format_strength(-MOST_STRENGTH_DB))
        self.read_out.setMinimumWidth(widest + theme().space())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space(2))
        row.addWidget(self._name)
        row.addWidget(self.slider, 1)
        row.addWidget(self.read_out)
        self.slider.previewed.connect(self._show_value)
        self._take = ""
        self.show_take(None)

    def show_take(self, take: Take | None) -> None:
        """Show a take's strength; one that the user is about to change stays."""
        self.setVisible(take is not None)
        is_same = take is not None and take.id == self._take
        self._take = take.id if take is not None else ""
        if not (is_same and self.slider.is_moving):
            self.slider.show_strength(take.sound.correction.strength_db if take is not None else 0.0)
            self._show_value(self.slider.strength_db)

    def _show_value(self, strength_db: float) -> None:
        self.read_out.setText(format_strength(strength_db))
