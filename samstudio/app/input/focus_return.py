"""Gives the focus back after a choice from a list that was opened with the mouse."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from shiboken6 import isValid


class FocusReturn(QObject):
    """After a choice the keys act again where they acted before; a list that was reached with Tab keeps the focus."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._box: QComboBox | None = None
        """A list that a press of the mouse has given the focus."""
        self._before: QWidget | None = None
        self._is_open = False
        app.focusChanged.connect(self._follow_focus)

    @Slot("QWidget*", "QWidget*")
    def _follow_focus(self, before: QWidget | None, field: QWidget | None) -> None:
        if self._box is not None and isValid(self._box) and field in {self._box, self._box.view()}:
            self._is_open = self._is_open or field is not self._box
        elif isinstance(field, QComboBox) and QGuiApplication.mouseButtons():
            self._watch(field, before)
        elif field is not None:
            self._leave()

    def _watch(self, box: QComboBox, before: QWidget | None) -> None:
        self._leave()
        self._box, self._before = box, before
        box.activated.connect(self._give_back)

    def _leave(self) -> None:
        if self._box is not None and isValid(self._box):
            self._box.activated.disconnect(self._give_back)
        self._box, self._before, self._is_open = None, None, False

    @Slot()
    def _give_back(self) -> None:
        """The keys of a closed list choose, too: it keeps the focus for the next of them."""
        box, before = self._box, self._before
        if box is None or not self._is_open:
            return
        if before is not None and isValid(before) and before.window() is box.window() and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        elif box.hasFocus():
            box.clearFocus()
