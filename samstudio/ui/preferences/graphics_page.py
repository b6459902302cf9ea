"""The page on graphics card support: how it stands, adding it from a folder of wheels, trying it out, removing it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from samstudio.ui.parts import label, set_look
from samstudio.ui.preferences.preference_pages import page_button
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import theme


class GraphicsPage(QWidget):
    """Of a bundle, which computes on the processor without it."""

    add_requested = Signal()
    try_requested = Signal()
    remove_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, advice: str) -> None:
        """`advice` says how a folder of wheels is made."""
        super().__init__()
        self.state, self.result = label(wrap=True), label(look="caption", wrap=True)
        self.result.setMargin(round(theme().space(1.5)))
        self.result.hide()
        self.stage, self.bar = label(look="caption"), ProgressBar("installation")
        self.add_button = page_button("Add from a folder…", "From wheels that are on this computer.")
        self.try_button = page_button("Try it out", "Compute something on the card.")
        self.remove_button = page_button("Remove", "The program computes on the processor again, after a restart.")
        self.cancel_button = page_button("Cancel", "What was there before stays.")
        for button, requested in (
            (self.add_button, self.add_requested),
            (self.try_button, self.try_requested),
            (self.remove_button, self.remove_requested),
            (self.cancel_button, self.cancel_requested),
        ):
            button.clicked.connect(requested)
        self._lay_out(advice)
        self.show_idle(is_there=False)

    def _lay_out(self, advice: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(theme().space(2))
        for button in (self.add_button, self.try_button, self.remove_button, self.cancel_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(self.state)
        column.addWidget(label(advice, look="caption", wrap=True))
        column.addLayout(buttons)
        for part in (self.bar, self.stage, self.result):
            column.addWidget(part)
        column.addStretch(1)

    def show_state(self, text: str) -> None:
        """How it stands, in a sentence."""
        self.state.setText(text)

    def show_idle(self, *, is_there: bool) -> None:
        """Nothing is under way; `is_there`: something is added, whole or not."""
        for part in (self.bar, self.stage, self.cancel_button):
            part.hide()
        self.add_button.setEnabled(True)
        self.try_button.setEnabled(is_there)
        self.remove_button.setEnabled(is_there)

    def show_progress(self, stage: str, fraction: float | None) -> None:
        """What is being done, and how much of it (0..1) where that is known."""
        for button in (self.add_button, self.try_button, self.remove_button):
            button.setEnabled(False)
        for part in (self.bar, self.stage, self.cancel_button):
            part.show()
        self.result.clear()
        self.result.hide()
        self.stage.setText(stage)
        if fraction is None:
            self.bar.show_busy()
        else:
            self.bar.show_fraction(fraction)

    def show_result(self, sentence: str, *, failed: bool) -> None:
        """How it ended."""
        set_look(self.result, "error" if failed else "success")
        self.result.setText(sentence)
        self.result.show()
