"""What is drawn over a video frame beside masks: clicks, boxes, the cross, and the numbers of objects."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from samstudio.session.video.mask_track import Mask
from samstudio.ui.theme import theme

_DOT, _ARM, _LABEL = 6.0, 14.0, 18.0
"""Logical pixels."""
# On a frame, whatever its colours, only white with a dark border is seen everywhere.
_LINE, _CASING = QColor(255, 255, 255), QColor(0, 0, 0, 190)


def place(rect: QRectF, x: float, y: float) -> QPointF:
    """The place of fractions of the picture that fills `rect`."""
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height())


def paint_box(painter: QPainter, box: QRectF, style: Qt.PenStyle) -> None:
    """A box in a line of that style."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width, line in ((_CASING, 3.5, Qt.PenStyle.SolidLine), (_LINE, 1.5, style)):
        painter.setPen(QPen(color, width, line))
        painter.drawRect(box)


def paint_click(painter: QPainter, at: QPointF, *, positive: bool) -> None:
    """A disc with + or − in it: the sign says what the colour says."""
    painter.setPen(QPen(_CASING, 1.5))
    painter.setBrush(_LINE)
    painter.drawEllipse(at, _DOT, _DOT)
    painter.setPen(QPen(QColor(0, 0, 0), 2.0))
    painter.drawLine(at - QPointF(3.0, 0.0), at + QPointF(3.0, 0.0))
    if positive:
        painter.drawLine(at - QPointF(0.0, 3.0), at + QPointF(0.0, 3.0))


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """The cross that keys move, its middle free."""
    for color, width in ((_CASING, 4.0), (_LINE, 1.5)):
        painter.setPen(QPen(color, width))
        for way in (QPointF(1.0, 0.0), QPointF(-1.0, 0.0), QPointF(0.0, 1.0), QPointF(0.0, -1.0)):
            painter.drawLine(at + way * 3.0, at + way * _ARM)


def paint_number(painter: QPainter, rect: QRectF, mask: Mask, number: int) -> None:
    """The number of an object whose mask covers `rect`, at the mask's centre."""
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    label = QRectF(0.0, 0.0, _LABEL, _LABEL)
    label.moveCenter(place(rect, (columns.mean() + 0.5) / width, (rows.mean() + 0.5) / height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_CASING)
    painter.drawRoundedRect(label, 4.0, 4.0)
    painter.setPen(_LINE)
    painter.setFont(theme().font("caption"))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(number))
