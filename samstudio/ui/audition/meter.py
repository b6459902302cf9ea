"""A stereo level meter and the lamp that remembers its highest peak."""

import time

from PySide6.QtCore import QBasicTimer, QPointF, QRect, QRectF, QSize, Qt, QTimerEvent
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from samstudio.audio.mixer import Levels
from samstudio.session.mix import MIN_GAIN_DB
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.audition.level_scale import SCALE_MARKS, decibels, deflection, format_level
from samstudio.ui.theme import notifier, theme

FALL = 20.0 / 1.7
"""dB a second a peak falls by: IEC 60268-18 asks for 20 dB in 1.7 s."""
HOLD = 1.5
"""Seconds the highest peak stands before it falls too."""
RMS_SECONDS = 0.3
"""Time constant of the mean square."""
INSET = 7
"""Pixels left free at either end, so that meter and fader share one scale (half the fader's handle)."""
_ZONES = ((-9.0, "meter_low"), (0.0, "meter_mid"), (float("inf"), "meter_high"))
# Permitted maximum level of EBU R68 is -9 dBFS; from 0 dBFS on a file in whole numbers clips.
_FRAME, _PATIENCE = 33, 120
_BAR, _GAP = 5, 2


class Ballistics:
    """How one side of the meter moves: a sample peak that rises at once, its hold, and the RMS; all in dB."""

    def __init__(self) -> None:
        self.peak = self.hold = self.rms = float("-inf")
        self._held = 0.0
        self._square = 0.0

    def advance(self, seconds: float, peak: float, rms: float) -> None:
        """Let time pass in which the sound had this linear peak and RMS."""
        level = decibels(peak)
        self.peak = max(level, self.peak - FALL * seconds)
        self._held += seconds
        if level >= self.hold:
            self.hold, self._held = level, 0.0
        elif self._held > HOLD:
            self.hold = max(self.peak, self.hold - FALL * seconds)
        share = min(1.0, seconds / RMS_SECONDS)
        self._square += share * (rms * rms - self._square)
        self.rms = decibels(self._square**0.5)

    @property
    def at_rest(self) -> bool:
        """Whether there is nothing to be seen."""
        return max(self.peak, self.hold, self.rms) <= MIN_GAIN_DB


def _scale_font() -> QFont:
    font = theme().font("caption")
    font.setPointSizeF(font.pointSizeF() * 0.85)
    return font


class Meter(QWidget):
    """Two bars under a scale in dBFS: RMS solid, peak paler, hold a line. When levels stop coming it falls back."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{name} level")
        set_role(self, QAccessible.Role.Indicator)
        self.setToolTip(
            f"{name} level in dBFS, after the fader: RMS (solid) and sample peak (pale) of left and right.\n"
            "RMS over 0.3 s. Peaks fall by 20 dB in 1.7 s (IEC 60268-18); the line holds the highest for 1.5 s."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # It paints its whole ground itself, so that a moving bar does not have the strip below drawn again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._scale_height = round(QFontMetricsF(_scale_font()).capHeight() + 5.0)
        self.sides = Ballistics(), Ballistics()
        self._seen = time.monotonic()
        self._timer = QBasicTimer()
        notifier.theme_changed.connect(self.update)

    @property
    def at_rest(self) -> bool:
        """Whether both bars are empty."""
        return all(side.at_rest for side in self.sides)

    def sizeHint(self) -> QSize:
        """Scale and two bars."""
        return QSize(160, self._scale_height + 2 * _BAR + _GAP + 1)

    def minimumSizeHint(self) -> QSize:
        """Narrow, never lower."""
        return QSize(80, self.sizeHint().height())

    def show_levels(self, levels: Levels) -> None:
        """Take in what passed since the last call."""
        self._advance(levels)
        self._timer.start(_PATIENCE, self)

    def timerEvent(self, event: QTimerEvent) -> None:
        """No levels came: fall back to rest."""
        if event.timerId() != self._timer.timerId():
            return
        self._advance(Levels())
        if self.at_rest:
            self._timer.stop()
        else:
            self._timer.start(_FRAME, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale above, left and right below; of these only what has to be drawn anew."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().color("panel_raised"))
        if event.rect().top() < self._bars().top():
            self._paint_scale(painter)
        bars = QRectF(self._bars())
        for row, side in enumerate(self.sides):
            self._paint_bar(painter, QRectF(bars.left(), bars.top() + row * (_BAR + _GAP), bars.width(), _BAR), side)

    def _advance(self, levels: Levels) -> None:
        now = time.monotonic()
        rested = self.at_rest
        for side, peak, rms in zip(self.sides, levels.peak, levels.rms, strict=True):
            side.advance(now - self._seen, peak, rms)
        self._seen = now
        if not (rested and self.at_rest):
            self.update(self._bars())

    def _bars(self) -> QRect:
        return QRect(INSET, self._scale_height, self.width() - 2 * INSET, 2 * _BAR + _GAP)

    def _paint_scale(self, painter: QPainter) -> None:
        font = _scale_font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        base = self._scale_height - 3.0
        taken: list[tuple[float, float]] = []
        for mark in SCALE_MARKS:
            text = f"{mark:+d}".replace("-", "−") if mark else "0"
            width = metrics.horizontalAdvance(text)
            left = INSET + deflection(mark) * (self.width() - 2 * INSET) - width / 2
            left = min(max(0.0, left), self.width() - width)
            if any(left < other_end + 5.0 and start < left + width + 5.0 for start, other_end in taken):
                continue
            taken.append((left, left + width))
            painter.setPen(theme().color("text_dim" if mark == 0 and self.isEnabled() else "text_disabled"))
            painter.drawText(QPointF(left, base), text)

    def _paint_bar(self, painter: QPainter, bar: QRectF, side: Ballistics) -> None:
        painter.fillRect(bar, theme().color("canvas" if theme().is_dark else "hover"))
        if not self.isEnabled():
            return
        start = MIN_GAIN_DB
        for end, role in _ZONES:
            color = theme().color(role)
            self._fill(painter, bar, start, min(end, side.rms), color)
            if start <= side.hold < end and side.hold > MIN_GAIN_DB:
                x = bar.left() + deflection(side.hold) * bar.width()
                painter.fillRect(QRectF(x - 1.0, bar.top(), 2.0, bar.height()), color)
            color.setAlphaF(0.42)
            self._fill(painter, bar, max(start, side.rms), min(end, side.peak), color)
            start = end
        zero = bar.left() + deflection(0.0) * bar.width()
        painter.fillRect(QRectF(zero, bar.top(), 1.0, bar.height()), theme().color("text_disabled"))

    def _fill(self, painter: QPainter, bar: QRectF, start: float, end: float, color: QColor) -> None:
        if end > start:
            left, right = (bar.left() + deflection(level) * bar.width() for level in (start, end))
            painter.fillRect(QRectF(left, bar.top(), right - left, bar.height()), color)


class PeakLamp(QAbstractButton):
    """The highest peak since the last click, in dBFS; it lights when that reached full scale."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.reset)
        notifier.theme_changed.connect(self.update)
        self.reset()

    @property
    def is_lit(self) -> bool:
        """Whether full scale was reached."""
        return self.peak >= 0.0

    def sizeHint(self) -> QSize:
        """Room for the widest value."""
        metrics = QFontMetricsF(theme().mono_font("caption"))
        return QSize(round(metrics.horizontalAdvance("−48.0")) + 8, round(metrics.height()) + 3)

    def show_levels(self, levels: Levels) -> None:
        """Remember a higher peak."""
        peak = decibels(max(levels.peak))
        if peak > self.peak:
            self.peak = peak
            self._explain()

    def reset(self) -> None:
        """Forget the peak and put the lamp out."""
        self.peak = float("-inf")
        self._explain()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The value, on a red ground once it clipped."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme().color("focus") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("clip_lamp" if self.is_lit else "canvas" if theme().is_dark else "window"))
        painter.drawRoundedRect(area, 3, 3)
        painter.setFont(theme().mono_font("caption"))
        painter.setPen(QColor("white") if self.is_lit else theme().color("text_dim"))
        if not self.isEnabled():
            painter.setPen(theme().color("text_disabled"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, format_level(self.peak))

    def _explain(self) -> None:
        clipped = ", clipped" if self.is_lit else ""
        self.setAccessibleName(f"{self._name} highest peak {format_level(self.peak)} dBFS{clipped}")
        self.setToolTip(f"{self._name}: highest peak {format_level(self.peak)} dBFS{clipped}. Click to reset.")
        self.update()
