"""Where the program keeps files of its own, how much they take, and a way to clear those that can be made again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from samstudio.session.text.quoting import size_text
from samstudio.ui.parts import ElidedLabel, label, plain_tip, set_look
from samstudio.ui.preferences.preference_pages import page_button
from samstudio.ui.theme import theme


@dataclass(frozen=True)
class StoredFolder:
    """A folder of files: `size` in bytes is None while it is not known, `note` stands for it where it says nothing."""

    name: str
    title: str
    more: str
    path: Path
    size: int | None = None
    note: str = ""
    may_clear: bool = False


class StoragePage(QWidget):
    """A part for each folder."""

    clear_requested = Signal(str)
    """The folder's name."""
    folder_requested = Signal(object)
    """Path: to be shown by the file manager."""

    def __init__(self, folders: Sequence[StoredFolder]) -> None:
        super().__init__()
        self.sizes: dict[str, QLabel] = {}
        self.clear_buttons: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(4))
        for folder in folders:
            column.addLayout(self._make_part(folder))
        self.show_folders(folders)

    def _make_part(self, folder: StoredFolder) -> QVBoxLayout:
        size = self.sizes[folder.name] = label(look="dim")
        head = QHBoxLayout()
        head.setSpacing(theme().space(2))
        head.addWidget(label(folder.title), 1)
        head.addWidget(size)
        show = page_button("Show", "Open the folder in the file manager.")
        show.setAccessibleName(f"Show {folder.title.lower()}")
        show.clicked.connect(lambda: self.folder_requested.emit(folder.path))
        head.addWidget(show)
        if folder.may_clear:
            clear = self.clear_buttons[folder.name] = page_button("Clear", "Delete these files.")
            clear.setAccessibleName(f"Clear {folder.title.lower()}")
            clear.clicked.connect(lambda: self.clear_requested.emit(folder.name))
            head.addWidget(clear)
        place = ElidedLabel(str(folder.path))
        set_look(place, "caption")
        place.setToolTip(plain_tip(str(folder.path)))
        part = QVBoxLayout()
        part.setSpacing(theme().space(1))
        part.addLayout(head)
        part.addWidget(place)
        part.addWidget(label(folder.more, look="caption", wrap=True))
        return part

    def show_folders(self, folders: Sequence[StoredFolder]) -> None:
        """Show the sizes of the folders that the page was made with."""
        for folder in folders:
            size = "Measuring…" if folder.size is None else size_text(folder.size) if folder.size else "Empty"
            self.sizes[folder.name].setText(folder.note or size)
            if folder.may_clear:
                self.clear_buttons[folder.name].setEnabled(bool(folder.size))
