"""A take as a card in a list: its name, prompt, engine, scores and note."""

from functools import lru_cache

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from samstudio.session.take import Take
from samstudio.ui.icons import icon_pixmap
from samstudio.ui.takes.take_rows import CURRENT, DEPTH, LETTER, LINES, TAKE
from samstudio.ui.theme import theme

_INDENT = 12
"""Pixels that a take stands further in than the one whose residual it came from."""
_MOST_INDENTS = 4
_STAR = 16
_BADGE = 15
_Index = QModelIndex | QPersistentModelIndex


@lru_cache(maxsize=8)
def _line_heights(_theme: str, _points: float) -> tuple[int, int]:
    """The height of a small line, and of what stands around the lines, in pixels."""
    return QFontMetrics(theme().font("caption")).height() + theme().space() // 2, 4 * theme().space()


class TakeCard(QStyledItemDelegate):
    """A bar and a speaker at the current take, A and B on the two that are compared, a star on the best."""

    star_toggled = Signal(int)
    """Row whose star was clicked."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As tall as its lines."""
        # A list asks for the height of every row at once.
        small, around = _line_heights(theme().name, theme().points("caption"))
        return QSize(120, option.fontMetrics.height() + len(index.data(LINES)) * small + around)

    def _text_area(self, rect: QRect, index: _Index) -> QRect:
        """Where the lines are written."""
        indent = _INDENT * min(index.data(DEPTH), _MOST_INDENTS)
        return rect.adjusted(theme().space(7) + indent, theme().space(2), -theme().space(2), -theme().space(2))

    def _star_area(self, rect: QRect) -> QRect:
        return QRect(rect.right() - theme().space(2) - _STAR, rect.top() + theme().space(2), _STAR, _STAR)

    def _is_on_star(self, event: QMouseEvent, option: QStyleOptionViewItem) -> bool:
        return self._star_area(option.rect).adjusted(-4, -4, 4, 4).contains(event.position().toPoint())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one card."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, option, index)
        area = self._text_area(option.rect, index)
        if index.data(DEPTH):
            self._draw_branch(painter, area)
        self._draw_name(painter, option, area, index)
        # Beside the second line, so that the name has the first one for itself.
        letter, right = index.data(LETTER), area.right()
        if letter:
            _draw_badge(painter, QRect(right - _BADGE, area.top(), _BADGE, _BADGE), letter)
            area.setRight(right - _BADGE - theme().space())
        painter.setFont(theme().font("caption"))
        for text, role, italic in index.data(LINES):
            font = QFont(painter.font())
            font.setItalic(italic)
            painter.setFont(font)
            painter.setPen(theme().color(role))
            line = painter.fontMetrics()
            painter.drawText(area, 0, line.elidedText(text, Qt.TextElideMode.ElideRight, area.width()))
            area.translate(0, line.height() + theme().space() // 2)
            area.setRight(right)
        painter.restore()

    def _draw_name(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, index: _Index) -> None:
        """The name and its star; moves `area` down to the next line."""
        take, colors = index.data(TAKE), theme()
        end = self._draw_star(painter, option, take)
        painter.setFont(colors.font("body", bold=index.data(CURRENT)))
        painter.setPen(colors.color("text"))
        metrics = painter.fontMetrics()
        width = end - colors.space() - area.left()
        painter.drawText(area, 0, metrics.elidedText(take.name, Qt.TextElideMode.ElideRight, width))
        area.translate(0, metrics.height() + colors.space() // 2)

    def _draw_star(self, painter: QPainter, option: QStyleOptionViewItem, take: Take) -> int:
        """A star where there is one, its outline where the mouse could set one; returns where it begins."""
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        area = self._star_area(option.rect)
        if not take.starred and not hovered:
            return area.right()
        ratio = painter.device().devicePixelRatioF()
        name, role = ("star_filled", "warning") if take.starred else ("star", "text_dim")
        painter.drawPixmap(area.topLeft(), icon_pixmap(name, role, _STAR, ratio))
        return area.left()

    def _draw_branch(self, painter: QPainter, area: QRect) -> None:
        """The corner that leads down from the take above."""
        painter.setPen(theme().color("text_disabled"))
        left, middle = area.left() - 9, area.top() + 8
        painter.drawLine(left, area.top() - theme().space(2), left, middle)
        painter.drawLine(left, middle, left + 5, middle)

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors, rect = theme(), QRectF(option.rect).adjusted(2, 1, -2, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if index.data(CURRENT):
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(rect, 6, 6)
            painter.setBrush(colors.color("accent"))
            painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 6, 3, rect.height() - 12), 1.5, 1.5)
            ratio = painter.device().devicePixelRatioF()
            speaker = icon_pixmap("volume", "accent", 16, ratio)
            painter.drawPixmap(option.rect.left() + 9, option.rect.top() + colors.space(2) + 1, speaker)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(colors.color("hover"))
            painter.drawRoundedRect(rect, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colors.color("focus"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """A click on the star sets or clears it."""
        presses = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease)
        is_left = isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton
        if isinstance(event, QMouseEvent) and is_left and event.type() in presses and self._is_on_star(event, option):
            if event.type() == QEvent.Type.MouseButtonPress:
                self.star_toggled.emit(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, _index: _Index) -> QWidget:
        """A line edit over the name."""
        editor = QLineEdit(parent)
        editor.setAccessibleName("Name of the take")
        editor.setPalette(QPalette(option.palette))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        """Over the first line only."""
        area = self._text_area(option.rect, index)
        editor.setGeometry(area.left() - 5, area.top() - 3, area.width() + 5, option.fontMetrics.height() + 8)


def _draw_badge(painter: QPainter, area: QRect, letter: str) -> None:
    painter.setPen(theme().color("text_dim"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(theme().font("caption", bold=True))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter)
