"""The button that adds weights of the user's own."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from samstudio.separation.models.files import WEIGHT_SUFFIXES
from samstudio.ui.icons import icon
from samstudio.ui.parts import ICON_SIZE, explain

_WEIGHTS_FILES = f"Weights ({' '.join(f'*{suffix}' for suffix in (*WEIGHT_SUFFIXES, '.index.json'))});;All files (*)"


class OwnFilesButton(QPushButton):
    """Its menu asks for a folder, a file, or a name on the hub."""

    path_added = Signal(object)
    """Path of a folder or a file."""
    hub_requested = Signal()
    """A name on the hub is to be typed."""

    def __init__(self) -> None:
        super().__init__("Use other files")
        self.setIcon(icon("folder"))
        self.setIconSize(ICON_SIZE)
        explain(
            self,
            "Use other files",
            more="Weights of your own, or a conversion of them, as a folder, a file, or a name on the hub. They are "
            "recognised by their contents; your own files stay where they are.",
        )
        menu = QMenu(self)
        self.folder_action = menu.addAction("A folder…", self._browse_folder)
        self.file_action = menu.addAction("A weights file…", self._browse_file)
        self.hub_action = menu.addAction("A name on the hub…", self.hub_requested.emit)
        self.setMenu(menu)

    def _browse_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "A folder with weights")
        if folder:
            self.path_added.emit(Path(folder))

    def _browse_file(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, "A weights file", filter=_WEIGHTS_FILES)
        if file:
            self.path_added.emit(Path(file))
