"""An event filter on whichever widget has the focus."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget


class FocusFilter(QObject):
    """On the focused widget alone: a filter on the application would handle every event there is, in Python."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow_focus)

    @Slot(QWidget, QWidget)
    def _follow_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)
