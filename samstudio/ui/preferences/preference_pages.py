"""Pages of the preferences: look, keys, engines, folders."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.separation.engine_info import EngineInfo
from samstudio.ui.parts import explain, label
from samstudio.ui.preferences.time_format_form import TimeFormatForm
from samstudio.ui.preferences.titled_form import TitledForm
from samstudio.ui.prompt.engine_chooser import EngineChooser
from samstudio.ui.theme import theme

_THEMES = (("Dark", False), ("Light", True))


def page_button(text: str, more: str = "") -> QPushButton:
    """A button on a page, which the Enter key of a dialog does not press."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    explain(button, text.removesuffix("…"), more=more)
    return button


class LookPage(QWidget):
    """Theme and time format."""

    light_chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.theme = QComboBox()
        for title, is_light in _THEMES:
            self.theme.addItem(title, is_light)
        explain(self.theme, "Theme")
        self.theme.activated.connect(lambda _row: self.light_chosen.emit(self.theme.currentData()))
        self.time_format = TimeFormatForm()
        self.time_format.put_first("Theme", self.theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.time_format)

    def show_light(self, is_light: bool) -> None:
        """Show which theme is in use; nothing is emitted."""
        self.theme.setCurrentIndex(self.theme.findData(is_light))


class KeysPage(QWidget):
    """Which keys are in use, and the way to change them."""

    edit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.summary = label(wrap=True)
        self.edit = page_button("Edit the keys…", "Presets, and the keys of every action.")
        self.edit.clicked.connect(self.edit_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(3))
        column.addWidget(self.summary)
        column.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)

    def show_keys(self, preset: str, note: str, changed: int) -> None:
        """Show the preset, what is to say of it, and for how many actions the user has chosen other keys."""
        own = {0: "No action has keys of your own.", 1: "One action has keys of your own."}
        more = own.get(changed, f"{changed} actions have keys of your own.")
        self.summary.setText(f"Preset: {preset}. {note}\n{more}")


class EnginesPage(QWidget):
    """The engine that the next separation is made with, and the models that are here."""

    setup_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.engine = EngineChooser()
        self.models = label(look="dim", wrap=True)
        self.set_up = page_button("Set up models…", "Download, add and remove models, and choose one.")
        self.set_up.clicked.connect(self.setup_requested)
        self.engine.setup_requested.connect(self.setup_requested)
        form = TitledForm(self)
        form.add("Engine", self.engine)
        form.add("Models", self.models)
        row = QHBoxLayout()
        row.addWidget(self.set_up)
        row.addStretch(1)
        form.addRow("", row)

    def show_engines(self, engines: tuple[EngineInfo, ...], chosen: str) -> None:
        """List the engines; nothing is emitted."""
        self.engine.show_engines(engines)
        self.engine.show_engine(chosen)

    def show_models(self, titles: Sequence[str], in_use: str) -> None:
        """Show the models that are complete, and the one that the chosen engine uses; empty: it needs none."""
        here = ", ".join(titles) if titles else "None on this computer."
        self.models.setText(f"{here}\nIn use: {in_use}." if in_use else here)


class FoldersPage(QWidget):
    """The folders in which the program's file dialogs begin."""

    folder_chosen = Signal(str, object)
    """The folder's name, and its Path."""

    def __init__(self, titles: Mapping[str, tuple[str, str, str]]) -> None:
        """`titles`: by the folders' names, what they are called, what they are for, and where they lie at first."""
        super().__init__()
        self.fields: dict[str, QLineEdit] = {}
        self._titles = titles
        form = TitledForm(self)
        for name, (title, more, _) in titles.items():
            field = QLineEdit()
            field.setReadOnly(True)
            explain(field, title, more=more)
            choose = page_button("Choose…")
            choose.setAccessibleName(f"Choose the {title.lower()}")
            choose.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            row = QHBoxLayout()
            row.setSpacing(theme().space(2))
            row.addWidget(field, 1)
            row.addWidget(choose)
            form.add(title, field, row)
            self.fields[name] = field
        form.addRow(label("When you choose another folder in a dialog, it is kept here.", look="caption", wrap=True))

    def show_folders(self, folders: Mapping[str, str]) -> None:
        """Show where the dialogs begin; empty: nothing was chosen yet."""
        for name, folder in folders.items():
            self.fields[name].setText(folder or self._titles[name][2])
            self.fields[name].setCursorPosition(0)

    def _choose(self, name: str) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.fields[name].accessibleName(), self.fields[name].text())
        if folder:
            self.folder_chosen.emit(name, Path(folder))
