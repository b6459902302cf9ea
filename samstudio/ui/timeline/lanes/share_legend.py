"""What the colours of a tinted spectrogram mean, in its corner."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from samstudio.ui.theme import load_theme, theme
from samstudio.ui.timeline.lanes.z_order import Z_LEGEND
from samstudio.ui.timeline.paint.share_colours import share_scale

_LEFT, _RIGHT = "Residual", "Target"
_BAR, _GAP, _MARGIN = 64, 6, 6
"""Logical pixels."""


class ShareLegend(QGraphicsItem):
    """A bar from what is all residual to what is all target, on a plate in the upper right corner of its parent."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_LEGEND)
        self.hide()
        self._area = QRectF()

    def set_rect(self, rect: QRectF) -> None:
        """Lie in the corner of this rectangle of the parent."""
        self.prepareGeometryChange()
        metrics = QFontMetrics(theme().font("caption"))
        words = metrics.horizontalAdvance(_LEFT) + metrics.horizontalAdvance(_RIGHT)
        width, height = words + _BAR + 4 * _GAP, metrics.height() + 4
        self._area = QRectF(rect.right() - width - _MARGIN, rect.top() + _MARGIN, width, height)

    def boundingRect(self) -> QRectF:
        """The plate."""
        return self._area

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Words on either side of the bar."""
        # Spectrograms are dark in every theme.
        look = load_theme("dark")
        plate = QColor(look.color("canvas"))
        plate.setAlphaF(0.85)
        painter.fillRect(self._area, plate)
        painter.setFont(theme().font("caption"))
        painter.setPen(look.color("text"))
        inner = self._area.adjusted(_GAP, 0, -_GAP, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, _LEFT)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _RIGHT)
        left = round(inner.left() + painter.fontMetrics().horizontalAdvance(_LEFT) + _GAP)
        bar = QRect(left, round(inner.top() + 5), _BAR, round(inner.height() - 10))
        scale: QImage = share_scale(_BAR)
        painter.drawImage(bar, scale)
