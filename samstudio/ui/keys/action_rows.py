"""How lists of actions draw a row: its ground, its title with the menu beside it, its keys as caps of a keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from samstudio.ui.parts import native_keys
from samstudio.ui.theme import theme

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def row_area(option: QStyleOptionViewItem) -> QRect:
    """Where a row's text and keys are painted."""
    return option.rect.adjusted(theme().space(3), 0, -theme().space(2), 0)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, *, marked: bool | None = None) -> None:
    """Tint the chosen row; draw a bar along the left edge of the `marked` one, which is the chosen one if None."""
    look = theme()
    is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    plate = QRectF(option.rect)
    if is_chosen:
        painter.setBrush(look.color("accent_soft"))
        painter.drawRoundedRect(plate, look.sizes["radius"], look.sizes["radius"])
    if is_chosen if marked is None else marked:
        painter.setBrush(look.color("accent"))
        painter.drawRoundedRect(QRectF(plate.left(), plate.top() + 4, 3, plate.height() - 8), 1.5, 1.5)
    painter.restore()


def paint_title(painter: QPainter, area: QRect, text: str, group: str, *, dim: bool = False) -> None:
    """Write the text, shortened where it must be, and the group small beside it."""
    look = theme()
    painter.setFont(look.font())
    painter.setPen(look.color("text_dim" if dim else "text"))
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
    painter.drawText(area, _LEFT, text)
    beside = area.adjusted(painter.fontMetrics().horizontalAdvance(text) + look.space(2.5), 1, 0, 1)
    painter.setFont(look.font("caption"))
    painter.setPen(look.color("text_dim"))
    group = painter.fontMetrics().elidedText(group, Qt.TextElideMode.ElideRight, beside.width())
    painter.drawText(beside, _LEFT, group)


def paint_aside(painter: QPainter, area: QRect, text: str, role: str = "text_dim") -> int:
    """Write a small word flush right; its width in pixels."""
    painter.setFont(theme().font("caption"))
    painter.setPen(theme().color(role))
    painter.drawText(area, _RIGHT, text)
    return painter.fontMetrics().horizontalAdvance(text)


def paint_keys(painter: QPainter, area: QRect, keys: Sequence[str], *, dim: bool = False) -> int:
    """Draw key caps flush right in `area`, the first leftmost; the width they take in pixels."""
    look = theme()
    font, unit = look.font("caption"), look.space()
    metrics = QFontMetricsF(font)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    height, right = metrics.height() + unit, float(area.right())
    for text in map(native_keys, reversed(keys)):
        width = max(metrics.horizontalAdvance(text) + 3 * unit, height)
        cap = QRectF(right - width, area.center().y() - height / 2, width, height)
        painter.setPen(QPen(look.color("border"), 1.0))
        painter.setBrush(look.color("panel_raised"))
        painter.drawRoundedRect(cap, look.sizes["radius_small"], look.sizes["radius_small"])
        painter.setPen(look.color("text_dim" if dim else "text"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
        right = cap.left() - unit
    painter.restore()
    return round(area.right() - right)
