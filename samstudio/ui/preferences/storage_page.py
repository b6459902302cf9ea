"""Where the program keeps files of its own, how much they take, and a way to clear those that can be made again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from samstudio.session.text.quoting import size_text
from samstudio.ui.parts import ElidedLabel, explain, field_title, label, number_box, plain_tip, set_look
from samstudio.ui.preferences.preference_pages import page_button
from samstudio.ui.theme import theme

_GB, _MOST_GB = 1_000_000_000, 10_000.0


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
    most: int | None = None
    """Bytes that there may be, where that can be chosen."""


class StoragePage(QWidget):
    """A part for each folder."""

    clear_requested = Signal(str)
    """The folder's name."""
    limit_chosen = Signal(str, object)
    """The folder's name, and how many bytes there may be."""
    folder_requested = Signal(object)
    """Path: to be shown by the file manager."""

    def __init__(self, folders: Sequence[StoredFolder]) -> None:
        super().__init__()
        self.sizes: dict[str, QLabel] = {}
        self.clear_buttons: dict[str, QPushButton] = {}
        self.limits: dict[str, QDoubleSpinBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(1.5))
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
        foot = QHBoxLayout()
        foot.setSpacing(theme().space(2))
        foot.addWidget(label(folder.more, look="caption", wrap=True), 1)
        if folder.most is not None:
            box = self._make_limit(folder)
            foot.addWidget(field_title("At most", box))
            foot.addWidget(box)
        part.addLayout(foot)
        return part

    def _make_limit(self, folder: StoredFolder) -> QDoubleSpinBox:
        box = self.limits[folder.name] = number_box(QDoubleSpinBox)
        box.setRange(0.0, _MOST_GB)
        box.setDecimals(1)
        box.setSuffix(" GB")
        box.setSpecialValueText("Off")
        box.setKeyboardTracking(False)
        explain(
            box, f"Most of {folder.title.lower()}", more="What was not used for longest is removed. 0 keeps nothing."
        )
        box.valueChanged.connect(lambda value: self.limit_chosen.emit(folder.name, round(value * _GB)))
        return box

    def show_folders(self, folders: Sequence[StoredFolder]) -> None:
        """Show the sizes of the folders that the page was made with."""
        for folder in folders:
            size = "Measuring…" if folder.size is None else size_text(folder.size) if folder.size else "Empty"
            self.sizes[folder.name].setText(folder.note or size)
            if folder.may_clear:
                self.clear_buttons[folder.name].setEnabled(bool(folder.size))
            if folder.most is not None:
                with QSignalBlocker(self.limits[folder.name]):
                    self.limits[folder.name].setValue(folder.most / _GB)
