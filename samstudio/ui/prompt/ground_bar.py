"""Says that a residual is separated next, and not the recording."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from samstudio.ui.parts import ElidedLabel, explain, label, plain_tip
from samstudio.ui.theme import theme


class GroundBar(QFrame):
    """Above the prompt, visible while it continues from a residual."""

    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.title = ElidedLabel("")
        self._more = label("Name or mark the next sound: Separate takes it out of what is left.", "caption", wrap=True)
        self.back_button = QPushButton("Back")
        explain(
            self.back_button,
            "Back to the recording",
            more="Separate the recording again. Takes stay as they are.",
            action="back_to_recording",
        )
        self.back_button.clicked.connect(self.back_requested)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(2)] * 4)
        column.setSpacing(theme().space(1.5))
        column.addLayout(row)
        column.addWidget(self._more)
        self.show_ground(None)

    def show_ground(self, take: str | None) -> None:
        """The name of the take whose residual it is; None: the recording is separated."""
        title = f"Residual of “{take}”" if take is not None else ""
        self.title.setText(title)
        self.title.setToolTip(plain_tip(title))
        self.setVisible(take is not None)

    def show_low(self, is_low: bool) -> None:
        """Leave out what to do next where there is no room for it."""
        self._more.setHidden(is_low)
