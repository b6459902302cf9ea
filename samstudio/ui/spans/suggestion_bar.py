"""Accepts or dismisses the suggested spans."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QPushButton

from samstudio.ui.parts import explain, label, tool_button
from samstudio.ui.theme import theme


class SuggestionBar(QFrame):
    """One line over the span list, visible while there are suggested spans."""

    action_requested = Signal(str)
    """The name of an action."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "info")
        self._text = label("", "caption", wrap=True)
        specs = (
            ("check", "Accept the suggested span", "accept_suggestion"),
            ("flip", "Accept the suggested span with the other sign", "accept_suggestion_flipped"),
            ("close", "Dismiss the suggested span", "dismiss_suggestion"),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().space(2), theme().space(1), theme().space(1), theme().space(1))
        row.setSpacing(0)
        row.addWidget(self._text, 1)
        self.buttons: dict[str, QAbstractButton] = {}
        for icon_name, name, action in specs:
            button = tool_button(icon_name, name, action=action)
            button.clicked.connect(lambda _=False, action=action: self.action_requested.emit(action))
            row.addWidget(button)
            self.buttons[action] = button
        every = QPushButton("Accept all")
        explain(every, "Accept all suggested spans", action="accept_all_suggestions")
        every.clicked.connect(lambda: self.action_requested.emit("accept_all_suggestions"))
        row.addSpacing(theme().space(1))
        row.addWidget(every)
        self.buttons["accept_all_suggestions"] = every
        self.show_suggestions(0, None)

    def show_suggestions(self, count: int, selected: int | None) -> None:
        """How many there are, and which is selected."""
        self.setVisible(count > 0)
        self._text.setText(f"{count} suggested" if selected is None else f"{selected + 1} of {count} suggested")
        for action, button in self.buttons.items():
            button.setEnabled(selected is not None or action == "accept_all_suggestions")
