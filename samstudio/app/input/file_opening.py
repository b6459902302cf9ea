"""Files that the system hands to the running program: on macOS, by a double click or a drop on its icon."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class FileOpening(QObject):
    """Opens what the system asks for, a file an event."""

    def __init__(self, app: QApplication, open_paths: Callable[[Sequence[Path]], None]) -> None:
        super().__init__(app)
        self._open_paths = open_paths
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the events that carry a file."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._open_paths([Path(event.file())])
            return True
        return super().eventFilter(watched, event)
