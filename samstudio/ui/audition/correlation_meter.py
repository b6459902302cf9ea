"""How alike the two sides of the master are."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import notifier, theme

_BAR = 5


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
        notifier.theme_changed.connect(self.update)
        self.show_correlation(None)

    def show_correlation(self, correlation: float | None) -> None:
        """Show a correlation, -1..+1; None where a side is silent."""
        self.correlation = correlation
        reading = "–" if correlation is None else f"{correlation:+.1f}".replace("-", "−")
        self.setAccessibleName(f"Master correlation {reading}")
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(120, round(QFontMetricsF(theme().font("caption")).height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """-1, the bar, +1."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("panel_raised"))
        painter.setFont(theme().font("caption"))
        painter.setPen(theme().color("text_dim"))
        width = QFontMetricsF(painter.font()).horizontalAdvance("+1") + 5.0
        for text, side in (("−1", Qt.AlignmentFlag.AlignLeft), ("+1", Qt.AlignmentFlag.AlignRight)):
            painter.drawText(self.rect(), side | Qt.AlignmentFlag.AlignVCenter, text)
        bar = QRectF(width, (self.height() - _BAR) / 2, self.width() - 2 * width, _BAR)
        painter.fillRect(bar, theme().color("canvas" if theme().is_dark else "hover"))
        if self.correlation is not None:
            end = bar.center().x() + self.correlation * bar.width() / 2
            # Below zero the sum of both sides is softer than either: mono listeners lose what is heard here.
            role = "meter_low" if self.correlation >= 0.0 else "meter_high"
            fill = QRectF(QPointF(bar.center().x(), bar.top()), QPointF(end, bar.bottom())).normalized()
            painter.fillRect(fill, theme().color(role))
        painter.fillRect(QRectF(bar.center().x() - 0.5, bar.top() - 2, 1.0, _BAR + 4), theme().color("text_disabled"))
