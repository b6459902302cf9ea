"""The takes that wait until the one before them is made, each in a row with its name."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from samstudio.ui.parts import ElidedLabel, label, tool_button
from samstudio.ui.theme import theme


class QueuedTakes(QWidget):
    """Hidden while there are none."""

    cancel_requested = Signal(int)
    """The place of the row."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Queued takes")
        self.names: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme().space(1))
        self.hide()

    def show_names(self, names: Sequence[str]) -> None:
        """The takes that wait, in their order."""
        if list(names) == self.names:
            return
        self.names = list(names)
        while (old := self._column.takeAt(0)) is not None:
            row = old.widget()
            if row is not None:
                # Its button may be the one that was clicked.
                row.hide()
                row.deleteLater()
        for place, name in enumerate(names):
            self._column.addWidget(self._row(place, name))
        self.setVisible(bool(names))

    def _row(self, place: int, name: str) -> QFrame:
        row = QFrame()
        row.setProperty("look", "card")
        row.setAccessibleName(f"Queued: {name}")
        cancel = tool_button("cancel", f"Take {name} out of the queue")
        cancel.clicked.connect(lambda: self.cancel_requested.emit(place))
        line = QHBoxLayout(row)
        line.setContentsMargins(*[theme().space(2)] * 4)
        line.addWidget(ElidedLabel(name), 1)
        line.addWidget(label("Queued", look="caption"))
        line.addWidget(cancel)
        return row
