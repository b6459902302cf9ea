"""How alike the two sides of the master are."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import notifier, theme

_BAR, _MARK = 5, 2


class CorrelationMeter(QWidget):
    """A scale from -1 (one side inverted) to +1 (mono), filled from 0 to the correlation."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.Indicator)
        # It paints its ground itself, so that the plate below is not drawn again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "Correlation of left and right over 0.3 s: +1 is mono, 0 is wide,\n"
            "below 0 the sides cancel where they are added up."
        )
        self._font = theme().font("caption")
        self._end = round(QFontMetricsF(self._font).horizontalAdvance("+1")) + 5
        notifier.theme_changed.connect(self.update)
        self.correlation: float | None = None
        self._show_text("–")

    def show_correlation(self, correlation: float | None) -> None:
        """Show a correlation, -1..+1; None where a side is silent."""
        if correlation == self.correlation:
            return
        self.correlation = correlation
        self._show_text("–" if correlation is None else f"{correlation:+.1f}".replace("-", "−"))
        self.update(self._bar().adjusted(0, -_MARK, 0, _MARK))

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(120, round(QFontMetricsF(self._font).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """-1, the bar, +1; only what is exposed."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().color("panel_raised"))
        bar = self._bar()
        if event.rect().left() < bar.left():
            painter.setFont(self._font)
            painter.setPen(theme().color("text_dim"))
            for text, side in (("−1", Qt.AlignmentFlag.AlignLeft), ("+1", Qt.AlignmentFlag.AlignRight)):
                painter.drawText(self.rect(), side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.fillRect(bar, theme().color("canvas" if theme().is_dark else "hover"))
        middle = bar.left() + bar.width() / 2.0
        if self.correlation is not None:
            # Below zero the sum of both sides is softer than either: in mono a part of the sound is lost.
            role = "meter_low" if self.correlation >= 0.0 else "meter_high"
            length = self.correlation * bar.width() / 2.0
            painter.fillRect(QRectF(middle, bar.top(), length, _BAR).normalized(), theme().color(role))
        zero = QRectF(middle - 0.5, bar.top() - _MARK, 1.0, _BAR + 2 * _MARK)
        painter.fillRect(zero, theme().color("text_disabled"))

    def _bar(self) -> QRect:
        return QRect(self._end, (self.height() - _BAR) // 2, self.width() - 2 * self._end, _BAR)

    def _show_text(self, reading: str) -> None:
        name = f"Master correlation {reading}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
