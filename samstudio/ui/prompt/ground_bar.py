"""Says that a residual is separated next, and not the recording."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from samstudio.ui.parts import explain, label
from samstudio.ui.theme import theme


class GroundBar(QFrame):
    """Above the prompt, visible while it continues from a residual."""

    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "info")
        self.title = label("", wrap=True)
        more = label("Name or mark the next sound: Separate takes it out of what is left.", "caption", wrap=True)
        self.back_button = QPushButton("Back to the recording")
        explain(
            self.back_button,
            "Back to the recording",
            more="Separate the recording again. Takes stay as they are.",
            action="back_to_recording",
        )
        self.back_button.clicked.connect(self.back_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(2)] * 4)
        column.setSpacing(theme().space(1.5))
        for part in (self.title, more, self.back_button):
            column.addWidget(part)
        self.show_ground(None)

    def show_ground(self, take: str | None) -> None:
        """The name of the take whose residual it is; None: the recording is separated."""
        self.title.setText(f"Residual of “{take}”" if take is not None else "")
        self.setVisible(take is not None)
