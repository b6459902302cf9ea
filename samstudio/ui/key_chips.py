"""Keys drawn as the caps of a keyboard, for lists."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from samstudio.ui.parts import native_keys
from samstudio.ui.theme import theme


def paint_keys(painter: QPainter, room: QRect, keys: Sequence[str], *, dim: bool = False) -> int:
    """Draw key caps flush right in `room`, the first leftmost; the width they take in pixels."""
    look = theme()
    font, unit = look.font("caption"), look.space()
    metrics = QFontMetricsF(font)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    height, right = metrics.height() + unit, float(room.right())
    for text in map(native_keys, reversed(keys)):
        width = max(metrics.horizontalAdvance(text) + 3 * unit, height)
        cap = QRectF(right - width, room.center().y() - height / 2, width, height)
        painter.setPen(QPen(look.color("border"), 1.0))
        painter.setBrush(look.color("panel_raised"))
        painter.drawRoundedRect(cap, look.sizes["radius_small"], look.sizes["radius_small"])
        painter.setPen(look.color("text_dim" if dim else "text"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
        right = cap.left() - unit
    painter.restore()
    return round(room.right() - right)
