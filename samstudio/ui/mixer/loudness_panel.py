"""The master's loudness, true peak and correlation, as the EBU names them."""

from math import isfinite

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from samstudio.dsp.master_meter import MeterReading
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.mixer.correlation_meter import CorrelationMeter
from samstudio.ui.mixer.reading import Reading
from samstudio.ui.parts import explain, label
from samstudio.ui.theme import notifier, theme

_READINGS = {
    "M": ("Momentary loudness", "LUFS", "Over 400 ms; below, the highest since the reset."),
    "S": ("Short-term loudness", "LUFS", "Over 3 s; below, the highest since the reset."),
    "I": ("Integrated loudness", "LUFS", "Everything played since the reset, gated: pauses do not count.", "max"),
    "TP": ("True peak", "dBTP", "The highest since the reset, between samples too (BS.1770, 4 times oversampled)."),
}


class LoudnessPanel(QWidget):
    """Shows a MeterReading of the output after the master fader, and requests a reset."""

    reset_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Master loudness")
        set_role(self, QAccessible.Role.Grouping)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.values = {name: Reading(name, *facts) for name, facts in _READINGS.items()}
        self.correlation = CorrelationMeter()
        self.reset = QToolButton()
        self.reset.setText("Reset")
        self.reset.setFont(theme().font("caption"))
        self.reset.setFixedHeight(20)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        explain(self.reset, "Reset the loudness measurement", action="reset_loudness")
        self.reset.clicked.connect(self.reset_requested.emit)
        self._lay_out()
        notifier.theme_changed.connect(self.update)
        self.show_reading(MeterReading())

    def show_reading(self, reading: MeterReading) -> None:
        """Show what was measured."""
        values = self.values
        values["M"].show_text(_written(reading.momentary), _written(reading.momentary_max))
        values["S"].show_text(_written(reading.short_term), _written(reading.short_term_max))
        values["I"].show_text(_written(reading.integrated))
        values["TP"].show_text(_written(reading.true_peak), alarming=reading.true_peak > 0.0)
        self.correlation.show_correlation(reading.correlation)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A plate as the strips have."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("border"), 1.0))
        painter.setBrush(theme().color("panel_raised"))
        plate = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(plate, theme().sizes["radius"], theme().sizes["radius"])

    def _lay_out(self) -> None:
        unit = theme().space()
        title = label("Loudness")
        title.setFont(theme().font(bold=True))
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.reset)
        readings = QHBoxLayout()
        readings.setSpacing(unit // 2)
        for field in self.values.values():
            readings.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * unit, round(1.5 * unit), 2 * unit, round(1.5 * unit))
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(readings)
        column.addStretch(1)
        column.addWidget(self.correlation)


def _written(value: float) -> str:
    """To a tenth, signed as the strips' levels are; a dash where there is nothing yet."""
    if not isfinite(value):
        return "–"
    tenths = round(10.0 * value)
    return f"{'−' if tenths < 0 else '+' if tenths > 0 else ''}{abs(tenths) / 10:.1f}"
