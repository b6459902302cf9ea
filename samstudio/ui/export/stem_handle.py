"""The handle by which a stem is dragged into another program."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from samstudio.ui.icons import icon
from samstudio.ui.parts import explain

_SIZE = 20


class StemHandle(QToolButton):
    """Emits `clicked` and `dragged`; the listener provides the file."""

    dragged = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(icon("drag_out"))
        self.setIconSize(QSize(14, 14))
        self.setFixedSize(_SIZE, _SIZE)
        self.setAutoRaise(True)
        # Its action has a key and a menu entry: a tab stop in each lane would only slow down the keyboard.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        explain(
            self,
            f"Drag the {name.lower()} out as a file",
            more="Drag it into a DAW or a folder; a click copies it, to be pasted there. WAV, 32-bit float.",
        )
        self._pressed = QPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin here."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Beyond the system's drag distance it is a drag, no longer a click."""
        far = (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self.isDown() and far:
            self.setDown(False)
            self.dragged.emit()
        elif not far:
            super().mouseMoveEvent(event)
