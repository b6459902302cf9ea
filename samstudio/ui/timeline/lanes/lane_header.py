"""The left edge of a lane: its colour, its name, and a click away its menu."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from samstudio.ui.theme import theme
from samstudio.ui.timeline.lanes.gutter import HEADER_WIDTH

_STRIP = 3
"""Pixels of the coloured strip."""
_ARROW = 14
"""Pixels at the head that the arrow takes, which says that there is a menu."""
_CORNER = 5.0
"""Pixels of the arrow's sides in a lane that is too low for it at the head."""
_SLACK = 2
"""Pixels beside a name: its width is a rounded number."""
_NARROWEST = 75
"""Per cent of their width to which the letters are narrowed where a lane is low."""


class LaneHeader(QAbstractButton):
    """A button that stands upright; Return, Space, the menu key and both mouse buttons ask for the lane's menu."""

    menu_requested = Signal(QPoint)
    """The global position."""

    def __init__(self, color_role: str) -> None:
        super().__init__()
        self._color_role = color_role
        self._names: tuple[str, ...] = ("",)
        self.setFixedWidth(HEADER_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.clicked.connect(self.request_menu)

    def show_name(self, names: tuple[str, ...], color_role: str) -> None:
        """Another name, then shorter ones for where there is no room, and the colour of what the lane shows."""
        self._color_role, self._names = color_role, names
        name = names[0]
        self.setText(name)
        self.setAccessibleName(f"{name}: lane menu")
        self.setToolTip(f"{name} · click: what the lane shows, its height and its spans")
        self.update()

    def request_menu(self) -> None:
        """Ask for the menu beside the name."""
        self.menu_requested.emit(self.mapToGlobal(QPoint(self.width(), min(self.height(), _ARROW))))

    def sizeHint(self) -> QSize:
        """As wide as every header."""
        return QSize(HEADER_WIDTH, 60)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return is a click, too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.request_menu()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button and the menu key."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.request_menu()
        else:
            self.menu_requested.emit(event.globalPos())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No longer."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The strip, the name from foot to head, and the arrow, small in the corner where there is no room for it."""
        look = theme()
        painter = QPainter(self)
        is_lit = self.underMouse() or self.isDown() or self.hasFocus()
        painter.fillRect(self.rect(), look.color("hover" if is_lit else "panel"))
        painter.fillRect(QRect(0, 0, _STRIP, self.height()), look.color(self._color_role))
        font = look.font("caption", bold=True)
        room = self.height() - _SLACK
        has_arrow = room - _ARROW >= min(*(_width(name, font) for name in self._names), 4 * _ARROW)
        if has_arrow:
            room -= _ARROW
        self._paint_arrow(painter, is_in_corner=not has_arrow)
        text, font = self._fitted(font, room)
        painter.setFont(font)
        painter.setPen(look.color("text"))
        painter.save()
        painter.translate(_STRIP, self.height())
        painter.rotate(-90)
        name = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        # Beside the corner the name stands a little farther from the edge.
        box = QRectF(0, 0, self.height() - (_ARROW if has_arrow else 0), HEADER_WIDTH - _STRIP - 4 * (not has_arrow))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()
        if self.hasFocus():
            painter.setPen(look.color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _fitted(self, font: QFont, room: int) -> tuple[str, QFont]:
        """The longest name that has room, in narrower letters if need be; the last one where none has."""
        narrow = QFont(font)
        narrow.setStretch(_NARROWEST)
        first, *shorter = self._names
        # A short name rather than a narrow long one.
        if _width(first, font) <= room:
            return first, font
        text = next((name for name in shorter if _width(name, narrow) <= room), self._names[-1])
        return text, font if _width(text, font) <= room else narrow

    def _paint_arrow(self, painter: QPainter, *, is_in_corner: bool) -> None:
        middle, top = (HEADER_WIDTH + _STRIP) / 2.0, 6.0
        corners = (QPointF(middle - 3.5, top), QPointF(middle + 3.5, top), QPointF(middle, top + 4.0))
        if is_in_corner:
            right, foot = self.width() - 1.0, self.height() - 1.0
            corners = QPointF(right, foot - _CORNER), QPointF(right, foot), QPointF(right - _CORNER, foot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("text_dim"))
        painter.drawPolygon(QPolygonF(corners))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _width(text: str, font: QFont) -> int:
    return QFontMetrics(font).horizontalAdvance(text) + _SLACK
