"""A stereo level meter and the lamp that remembers its highest peak."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAccessible,
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from samstudio.audio.playback.mixer import Levels
from samstudio.dsp.levels import decibels
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.mixer.ballistics import Ballistics
from samstudio.ui.mixer.level_scale import SCALE_MARKS, deflection, format_level
from samstudio.ui.parts import plain_tip
from samstudio.ui.theme import notifier, theme

INSET = 7
"""Pixels left free at either end, so that meter and fader share one scale (half the fader's handle)."""
_ZONES = (("meter_low", -9.0), ("meter_mid", 0.0), ("meter_high", float("inf")))
# Permitted maximum level of EBU R68 is -9 dBFS; from 0 dBFS on a file in whole numbers clips.
_PALE = 0.42
_FRAME, _TIMEOUT = 33, 120
"""Milliseconds."""
_BAR, _GAP = 5, 2
_TICK = 2


@dataclass(frozen=True)
class _MeterLook:
    """What the bars are painted with; made again when theme or width change, not 30 times a second."""

    ground: QColor
    track: QColor
    solid: QBrush
    pale: QBrush
    zero: QRectF
    mark: QColor


def _zones(left: float, width: float, alpha: float) -> QBrush:
    """The colours of the zones along the scale, without a transition."""
    gradient = QLinearGradient(left, 0.0, left + width, 0.0)
    start = 0.0
    for role, end_level in _ZONES:
        end = deflection(end_level)
        color = theme().color(role)
        color.setAlphaF(alpha)
        # Two stops at one place are a hard edge, of which the first belongs to the zone before.
        gradient.setColorAt(start if start == 0.0 else start + 1e-6, color)
        gradient.setColorAt(end, color)
        start = end
    return QBrush(gradient)


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
            f"{plain_tip(name)} level in dBFS, after the fader: RMS (solid) and sample peak (pale) of left and right.\n"
            "Peaks rise at once, fall by 20 dB in 1.7 s, and a line holds the highest for 1 s (IEC 60268-18).\n"
            "RMS with the time weighting F, 125 ms (IEC 61672-1)."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # It paints its whole ground itself, so that a moving bar does not have the strip below drawn again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._scale_height = round(QFontMetricsF(_scale_font()).capHeight() + 6.0)
        self.sides = Ballistics(), Ballistics()
        self._drawn_at = self._updated_at = time.monotonic()
        self._shown = self._places()
        self._look: _MeterLook | None = None
        # A child, which goes with the meter; a QBasicTimer would outlive it, and Qt call the one that is gone.
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._fall)
        notifier.theme_changed.connect(self._remake_look)

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
        self._updated_at = self._drawn_at
        if not self._timer.isActive():
            self._timer.start(_TIMEOUT)

    def reset(self) -> None:
        """Empty both bars."""
        self.sides = Ballistics(), Ballistics()
        self._shown = self._places()
        self.update()

    @Slot()
    def _fall(self) -> None:
        """When levels have stopped coming, fall back to rest."""
        if time.monotonic() - self._updated_at < 1e-3 * _TIMEOUT:
            self._timer.start(_TIMEOUT)
            return
        self._advance(Levels())
        if self.at_rest:
            self._timer.stop()
        else:
            self._timer.start(_FRAME)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The zones end elsewhere."""
        self._remake_look()

    def changeEvent(self, event: QEvent) -> None:
        """Bars and scale fade when it is disabled."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale above, left and right below; only what is exposed."""
        if self._look is None:
            self._look = self._made_look()
        look, bars = self._look, self._bars()
        painter = QPainter(self)
        if not bars.contains(event.rect()):
            painter.fillRect(event.rect(), look.ground)
            self._paint_scale(painter)
        painter.fillRect(bars, look.track)
        painter.fillRect(bars.left(), bars.top() + _BAR, bars.width(), _GAP, look.ground)
        if self.isEnabled():
            for row, places in enumerate(self._shown):
                self._paint_bar(painter, look, bars.top() + row * (_BAR + _GAP), places)
        painter.fillRect(look.zero, look.mark)

    def _paint_bar(self, painter: QPainter, look: _MeterLook, top: int, places: tuple[int, int, int]) -> None:
        ratio = self.devicePixelRatioF()
        rms, peak, hold = places[0] / ratio, places[1] / ratio, places[2] / ratio
        if rms:
            painter.fillRect(QRectF(INSET, top, rms, _BAR), look.solid)
        if peak > rms:
            painter.fillRect(QRectF(INSET + rms, top, peak - rms, _BAR), look.pale)
        if hold:
            painter.fillRect(QRectF(INSET + hold - 1.0, top, 2.0, _BAR), look.solid)

    def _advance(self, levels: Levels) -> None:
        now = time.monotonic()
        for side, peak, rms in zip(self.sides, levels.peak, levels.rms, strict=True):
            side.advance(now - self._drawn_at, peak, rms)
        self._drawn_at = now
        places = self._places()
        if places != self._shown:
            self._shown = places
            self.update(self._bars())

    def _places(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Where RMS, peak and hold of either side end, in the screen's own pixels: what moves less is not painted."""
        pixels = (self.width() - 2 * INSET) * self.devicePixelRatioF()
        left, right = (
            (
                round(deflection(side.rms) * pixels),
                round(deflection(side.peak) * pixels),
                round(deflection(side.hold) * pixels),
            )
            for side in self.sides
        )
        return left, right

    def _bars(self) -> QRect:
        return QRect(INSET, self._scale_height, self.width() - 2 * INSET, 2 * _BAR + _GAP)

    def _remake_look(self) -> None:
        self._look, self._shown = None, self._places()
        self.update()

    def _made_look(self) -> _MeterLook:
        bars = self._bars()
        zero = bars.left() + deflection(0.0) * bars.width()
        return _MeterLook(
            theme().color("panel_raised"),
            theme().color("canvas" if theme().is_dark else "hover"),
            _zones(bars.left(), bars.width(), 1.0),
            _zones(bars.left(), bars.width(), _PALE),
            QRectF(zero, bars.top() - _TICK, 1.0, bars.height() + _TICK),
            theme().color("text_disabled"),
        )

    def _paint_scale(self, painter: QPainter) -> None:
        font = _scale_font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        bars = self._bars()
        taken: list[tuple[float, float]] = []
        for mark in SCALE_MARKS:
            text = f"{mark:+d}".replace("-", "−") if mark else "0"
            width = metrics.horizontalAdvance(text)
            place = bars.left() + deflection(mark) * bars.width()
            left = min(max(0.0, place - width / 2), self.width() - width)
            if any(left < other_end + 5.0 and start < left + width + 5.0 for start, other_end in taken):
                continue
            taken.append((left, left + width))
            painter.setPen(theme().color("text_dim" if mark == 0 and self.isEnabled() else "text_disabled"))
            painter.drawText(QPointF(left, bars.top() - 4.0), text)
            painter.fillRect(QRectF(min(place, bars.right()), bars.top() - _TICK, 1.0, _TICK), painter.pen().color())


class PeakLamp(QAbstractButton):
    """The highest peak since the last click, in dBFS; it lights when that reached full scale."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.peak = float("-inf")
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
        peak = f"highest peak {format_level(self.peak)} dBFS{', clipped' if self.is_lit else ''}"
        self.setAccessibleName(f"{self._name} {peak}")
        self.setToolTip(f"{plain_tip(self._name)}: {peak}. Click to reset.")
        self.update()
