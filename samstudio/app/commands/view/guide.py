"""The guide that comes with the program."""

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from samstudio.assets import asset

GUIDE = asset("guide") / "index.html"


class GuideCommands(QObject):
    """Shows the guide in the system's browser; it needs no network."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def show_guide(self) -> None:
        """Open the first page, or say why that is not possible."""
        if not GUIDE.exists():
            self._say("The guide was not built here. “python -m docs.guide” builds it in a source checkout.")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(GUIDE))):
            self._say(f"No browser could be opened. The guide is here: {GUIDE}")

    def _say(self, sentence: str) -> None:
        QMessageBox.information(self._window, "Guide", sentence)
