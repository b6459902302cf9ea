"""Every action's keys, to be changed: a preset, a search, and one action at a time."""

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.keys.key_editor import KeyEditor
from samstudio.ui.keys.key_rows import ROW, KeyRow, KeyRowDelegate, KeyRows
from samstudio.ui.parts import explain, field_title, label, native_keys, search_field
from samstudio.ui.theme import theme


class KeyboardDialog(QDialog):
    """Shows keys and requests others; every change takes effect at once."""

    keys_requested = Signal(str, object)
    """An action's name and its new keys (tuple[str, ...]); other actions lose them."""
    reset_requested = Signal(str)
    reset_all_requested = Signal()
    preset_requested = Signal(str)

    def __init__(self, reserved: Mapping[str, str], parent: QWidget | None = None) -> None:
        """`reserved`: keys (portable) that no action can have, and what they are, such as "opens the File menu"."""
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        self._reserved = reserved
        self._all: tuple[KeyRow, ...] = ()
        self.preset = QComboBox()
        explain(self.preset, "Preset", more="The set of keys to start from. Your own changes are kept.")
        self.preset.textActivated.connect(self.preset_requested)
        self._note = label(look="caption", wrap=True)
        self.search = search_field("Search the actions", "Search for an action, a key, or “changed”")
        self.search.textChanged.connect(self._filter)
        self.rows = KeyRows(self)
        self.view = self._make_view()
        self.editor = KeyEditor()
        self.reset_all_button = QPushButton("Reset all")
        explain(self.reset_all_button, "Reset all", more="Restore the keys of the preset for every action.")
        self.reset_all_button.clicked.connect(self.reset_all_requested)
        self.close_button = QPushButton("Close")
        explain(self.close_button, "Close", "Esc")
        self.close_button.clicked.connect(self.accept)
        for button in (self.reset_all_button, self.close_button):
            button.setAutoDefault(False)
        self._lay_out()
        self._connect_editor()
        self.search.setFocus()
        self.resize(theme().space(160), theme().space(155))

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.rows)
        view.setItemDelegate(KeyRowDelegate(view))
        view.setAccessibleName("Actions and their keys")
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.selectionModel().currentChanged.connect(self._show_chosen)
        # Enter on an action moves the focus to the field for its keys.
        view.activated.connect(lambda _index: self.editor.field.setFocus())
        return view

    def _lay_out(self) -> None:
        unit = theme().space()
        head = QGridLayout()
        head.setHorizontalSpacing(2 * unit)
        head.setVerticalSpacing(unit)
        head.setColumnStretch(1, 1)
        head.addWidget(field_title("Preset", self.preset), 0, 0)
        head.addWidget(self.preset, 0, 1)
        head.addWidget(self._note, 1, 1)
        feet = QHBoxLayout()
        feet.addWidget(self.reset_all_button)
        feet.addStretch(1)
        feet.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[4 * unit] * 4)
        column.setSpacing(3 * unit)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        column.addWidget(self.editor)
        column.addLayout(feet)

    def _connect_editor(self) -> None:
        self.editor.add_requested.connect(self._add)
        self.editor.remove_requested.connect(self._remove)
        self.editor.move_requested.connect(self._take)
        self.editor.reset_requested.connect(self._reset)

    def show_presets(self, notes: Mapping[str, str], current: str) -> None:
        """The presets by name, what is to say of each, and the one that is taken."""
        with QSignalBlocker(self.preset):
            self.preset.clear()
            self.preset.addItems(list(notes))
            self.preset.setCurrentText(current)
        self._note.setText(notes[current])

    def show_rows(self, rows: tuple[KeyRow, ...]) -> None:
        """The actions and their keys."""
        self._all = rows
        self.reset_all_button.setEnabled(any(row.is_changed for row in rows))
        self._filter(self.search.text())

    def _filter(self, typed: str) -> None:
        chosen = self._chosen
        rows = [row for row in self._all if row.fits(typed)]
        self.rows.show_rows(rows)
        place = next((i for i, row in enumerate(rows) if chosen and row.name == chosen.name), 0)
        self.view.setCurrentIndex(self.rows.index(place) if rows else QModelIndex())
        self._show_chosen()

    @property
    def _chosen(self) -> KeyRow | None:
        row = self.view.currentIndex().data(ROW)
        return row if isinstance(row, KeyRow) else None

    def _show_chosen(self) -> None:
        self.editor.show_row(self._chosen)

    def _add(self, key: str) -> None:
        """A key was pressed: assign it to the action, or say why not."""
        row, shown = self._chosen, native_keys(key)
        owner = next((other for other in self._all if key in other.keys), None)
        if row is None:
            return
        if key in self._reserved:
            self._show_message(f"{shown} {self._reserved[key]}. Press other keys.", "warning")
        elif owner is None:
            self.keys_requested.emit(row.name, (*row.keys, key))
            self._show_message(f"{shown} was added to this action.", "check")
        elif owner.name == row.name:
            self._show_message(f"{shown} is assigned to this action already.")
        else:
            self._show_message(
                f"{shown} is assigned to “{owner.text.rstrip('…')}” in {owner.group}.", "warning", asked=key
            )

    def _take(self, key: str) -> None:
        if row := self._chosen:
            self.keys_requested.emit(row.name, (*row.keys, key))
            self._show_message(f"{native_keys(key)} was added to this action.", "check")
            self.editor.field.setFocus()

    def _remove(self, key: str) -> None:
        if row := self._chosen:
            self.keys_requested.emit(row.name, tuple(other for other in row.keys if other != key))

    def _reset(self) -> None:
        if row := self._chosen:
            self.reset_requested.emit(row.name)

    def _show_message(self, sentence: str, icon_name: str = "info", *, asked: str = "") -> None:
        self.editor.show_message(sentence, icon_name, asked=asked)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))
