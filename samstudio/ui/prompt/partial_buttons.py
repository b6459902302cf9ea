"""Buttons beside Separate: for the selection alone, for a try of a few seconds, and for the rest of what was tried."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.ui.parts import explain
from samstudio.ui.theme import theme


class PartialButtons(QWidget):
    """Shows only what can be done now, and requests it by the name of its action."""

    action_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {
            "separate_rest": self._button(
                "Separate the rest",
                "separate_rest",
                "Only a part was separated in this take: make one of all, by the same prompt and settings.",
            ),
            "separate_selection": self._button(
                "Selection only",
                "separate_selection",
                "Separate the selected time alone; elsewhere nothing is taken out.",
            ),
            "try_here": self._button(
                "Try 20 s first",
                "try_here",
                "Separate 20 s at the selection or the playhead, and play the target.",
            ),
        }
        row = QHBoxLayout()
        row.setSpacing(theme().space(2))
        row.addWidget(self.buttons["separate_selection"], 1)
        row.addWidget(self.buttons["try_here"], 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(self.buttons["separate_rest"])
        column.addLayout(row)

    def _button(self, text: str, action: str, more: str) -> QPushButton:
        button = QPushButton(text)
        explain(button, text, more=more, action=action)
        button.clicked.connect(lambda: self.action_requested.emit(action))
        return button

    def show_offers(self, names: set[str]) -> None:
        """Show the buttons of these actions."""
        for name, button in self.buttons.items():
            button.setVisible(name in names)
        self.setVisible(bool(names & set(self.buttons)))
