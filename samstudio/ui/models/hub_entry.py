"""Any repository of the hub as the source of weights: its name is typed or pasted."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from samstudio.separation.models.hub_id import parse_hub_id
from samstudio.ui.parts import NoticeBar, add_clear_button, explain, label, tool_button
from samstudio.ui.theme import theme

NO_NAME = "This is no name on the hub: one is written owner/name, owner/name@revision or owner/name:file."


class HubEntry(QFrame):
    """A field for a name on the hub, hidden until it is asked for."""

    chosen = Signal(str)
    """A hub id as it is written."""
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.field = QLineEdit()
        self.field.setPlaceholderText("owner/name, or owner/name:file")
        add_clear_button(self.field)
        explain(
            self.field,
            "Name on the Hugging Face hub",
            more="Where it has several models, one is named by its file. The address of a page can be pasted too.",
        )
        self.go_button, close = QPushButton("Download"), tool_button("close", "Close the field")
        explain(self.go_button, "Download from the hub", more="The files are checked when they are here.")
        self.error = NoticeBar()
        title = label("Name on the Hugging Face hub", "dim")
        title.setBuddy(self.field)
        row = QHBoxLayout()
        row.setSpacing(theme().space(2))
        for part in (title, self.field, self.go_button, close):
            row.addWidget(part, 1 if part is self.field else 0)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(
            label(
                "A conversion has the licence of the original weights: read it on its page.",
                "caption",
                wrap=True,
            )
        )
        column.addWidget(self.error)
        # Later: what follows moves the focus, and the dialog would take the same key for the button that gets it.
        self.field.returnPressed.connect(self._choose, Qt.ConnectionType.QueuedConnection)
        self.field.textChanged.connect(lambda: self.error.show_text(None))
        self.go_button.setAutoDefault(False)
        self.go_button.clicked.connect(self._choose)
        close.clicked.connect(self._close)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Let the user type at once."""
        super().showEvent(event)
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return is for the field alone, not for the dialog's button; Escape closes the field."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _choose(self) -> None:
        hub = parse_hub_id(self.field.text().strip())
        self.error.show_text(None if hub else NO_NAME)
        if hub:
            self.chosen.emit(str(hub))
