"""A widget that takes the keys of everything in it, and shows so by a frame."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from samstudio.ui.theme import theme


class FocusFrame(QWidget):
    """The frame is one pixel wide, all round."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and the frame that shows the keyboard's focus."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().color("panel"))
        painter.setPen(theme().color("focus" if self.hasFocus() else "border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Show that the focus left."""
        self.update()
