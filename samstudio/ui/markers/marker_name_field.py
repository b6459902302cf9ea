"""A line over a marker's flag, in which its name is typed."""

import re

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from samstudio.session.labels.marker import MOST_NAME, Marker

_WIDTH = 160
_GIVEN = re.compile(r"Marker \d+")


class MarkerNameField(QLineEdit):
    """Enter, or a click elsewhere, takes the name and Esc leaves it as it was; then the keys play again."""

    named = Signal(object, str)
    """Marker, and its new name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAccessibleName("Name of the marker")
        self.setMaxLength(MOST_NAME)
        self._marker: Marker | None = None
        self._before: QWidget | None = None
        self.hide()

    def begin(self, marker: Marker, flag: QRect) -> None:
        """Type the name of a marker, whose flag is at that place of the parent; a name that was given is replaced."""
        self._marker, self._before = marker, QApplication.focusWidget()
        self.setText("" if _GIVEN.fullmatch(marker.name) else marker.name)
        self.setPlaceholderText(marker.name)
        width, height = min(_WIDTH, self._over.width()), self.sizeHint().height()
        left = min(flag.left(), self._over.width() - width)
        self.setGeometry(max(0, left), flag.center().y() - height // 2, width, height)
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def finish(self, *, takes_name: bool) -> None:
        """Type no longer."""
        marker, self._marker = self._marker, None
        if marker is None:
            return
        has_focus, before = self.hasFocus(), self._before
        self.hide()
        if has_focus and before is not None:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        if takes_name and self.text().strip():
            self.named.emit(marker, self.text())

    def event(self, event: QEvent) -> bool:
        """Claim Esc before it is looked up among the window's shortcuts."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.key() != Qt.Key.Key_Escape:
            return super().event(event)
        event.accept()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc end it."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self.finish(takes_name=event.key() != Qt.Key.Key_Escape)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere takes what was typed; another window, or a menu, may be left again."""
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}:
            self.finish(takes_name=True)
