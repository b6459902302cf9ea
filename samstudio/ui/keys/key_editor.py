"""The keys of one action: removed, added by pressing them, moved from another action."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from samstudio.ui.icons import icon
from samstudio.ui.keys.key_rows import KeyRow
from samstudio.ui.parts import IconLabel, explain, label, native_keys
from samstudio.ui.theme import theme

_LEAVING = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape}
_MODIFIERS = {
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_unknown,
}


def pressed_key(event: QKeyEvent) -> str:
    """What was pressed as a portable key such as `Ctrl+E`; empty for a modifier alone."""
    key = Qt.Key(event.key())
    if key in _MODIFIERS:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    # In "?" the Shift is spent: on another keyboard the same sign may need none, and "Shift+?" would never match.
    if text and text.isprintable() and not (text.isalnum() or text.isspace()):
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(modifiers.value | key.value).toString(QKeySequence.SequenceFormat.PortableText)


class KeyField(QLineEdit):
    """Reports each key pressed in it; Tab and Esc keep their meaning, so that the focus can leave."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setPlaceholderText("Press keys to add")
        explain(self, "Press keys to add", more="The keys pressed here are added to the action. Tab leaves the field.")

    def event(self, event: QEvent) -> bool:
        """Take every key, also those that would be shortcuts."""
        if isinstance(event, QKeyEvent) and Qt.Key(event.key()) not in _LEAVING:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if key := pressed_key(event):
                    self.pressed.emit(key)
                return True
        return super().event(event)


class KeyEditor(QFrame):
    """Shows one KeyRow's keys as buttons that remove them, a field that adds one, and conflicts."""

    remove_requested = Signal(str)
    add_requested = Signal(str)
    """A key that was pressed."""
    move_requested = Signal(str)
    """A key to be removed from another action."""
    reset_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._asked = ""
        self.title = label("", "title")
        self.field = KeyField()
        self.field.pressed.connect(self.add_requested)
        self.reset_button = QPushButton("Reset")
        self.reset_button.clicked.connect(self.reset_requested)
        self._sign = IconLabel("info", "text_dim", 16)
        self.message = label(wrap=True)
        self.move_button = QPushButton("Move it here")
        explain(self.move_button, "Move the key here", more="The other action loses it.")
        self.move_button.clicked.connect(lambda: self.move_requested.emit(self._asked))
        for button in (self.reset_button, self.move_button):
            button.setAutoDefault(False)
        self.key_buttons: list[QPushButton] = []
        self._lay_out()
        self.show_row(None)

    def _lay_out(self) -> None:
        unit = theme().space()
        self._chips = QHBoxLayout()
        self._chips.setSpacing(unit)
        row = QHBoxLayout()
        row.setSpacing(2 * unit)
        row.addWidget(self.field, 1)
        row.addLayout(self._chips)
        row.addWidget(self.reset_button)
        below = QHBoxLayout()
        below.setSpacing(2 * unit)
        below.addWidget(self._sign)
        below.addWidget(self.message, 1)
        below.addWidget(self.move_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[3 * unit] * 4)
        column.setSpacing(2 * unit)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addLayout(below)
        # The line keeps its height, so that nothing moves when a sentence appears.
        self.message.setMinimumHeight(self.move_button.sizeHint().height())

    def show_row(self, row: KeyRow | None) -> None:
        """Show an action's keys, or that none is chosen."""
        self.title.setText(row.text.rstrip("…") if row else "No action chosen")
        self.setEnabled(row is not None)
        self.show_message("")
        had_focus = any(button.hasFocus() for button in self.key_buttons)
        for button in self.key_buttons:
            self._chips.removeWidget(button)
            # Hidden at once, also from Tab; deleted later, as this may be the button whose click led here.
            button.hide()
            button.deleteLater()
        self.key_buttons = [self._key_button(key) for key in row.keys] if row else []
        before: QWidget = self.field
        for button in self.key_buttons:
            self._chips.addWidget(button)
            button.show()
            QWidget.setTabOrder(before, button)
            before = button
        self.reset_button.setEnabled(bool(row and row.is_changed))
        name = row.text.rstrip("…") if row else ""
        explain(self.reset_button, f"Reset the keys of {name}", more="Restore the keys of the preset.")
        if had_focus:
            self.field.setFocus()

    def show_message(self, sentence: str, icon_name: str = "info", *, asked: str = "") -> None:
        """A sentence below the keys; with a key that is `asked` for, the offer to move it."""
        self._asked = asked
        self.message.setText(sentence)
        self._sign.show_icon(icon_name, "warning" if icon_name == "warning" else "text_dim")
        self._sign.setVisible(bool(sentence))
        self.move_button.setVisible(bool(asked))

    def _key_button(self, key: str) -> QPushButton:
        button = QPushButton(icon("close"), native_keys(key))
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setAutoDefault(False)
        explain(button, f"Remove {native_keys(key)}")
        button.clicked.connect(lambda: self.remove_requested.emit(key))
        return button
