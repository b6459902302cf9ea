"""Says that a residual is separated next, and not the recording."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from samstudio.session.prompt import Prompt
from samstudio.session.text.quoting import one_line
from samstudio.ui.parts import ElidedLabel, explain, label, plain_tip
from samstudio.ui.theme import theme

_NEXT = "Name or mark the next sound: Separate takes it out of what is left."


class GroundBar(QFrame):
    """Above the prompt, visible while it continues from a residual."""

    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.title = ElidedLabel("")
        self._more = label(_NEXT, "caption", wrap=True)
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

    def show_ground(self, take: str | None, aside: Prompt | None = None) -> None:
        """The name of the take whose residual it is, and the prompt put aside; None: the recording is separated."""
        title = f"Residual of “{take}”" if take is not None else ""
        self.title.setText(title)
        self.title.setToolTip(plain_tip(title))
        self.setVisible(take is not None)
        self._more.setText(f"{_NEXT} {_put_aside(aside)}".strip())

    def show_low(self, is_low: bool) -> None:
        """Leave out what to do next where there is no room for it."""
        self._more.setHidden(is_low)


def _put_aside(prompt: Prompt | None) -> str:
    """A sentence on what Back brings back; empty where that is nothing."""
    if prompt is None or prompt.is_empty:
        return ""
    count = len(prompt.spans)
    parts = [f"“{one_line(prompt.text, 40)}”"] if prompt.text else []
    if count or not parts:
        parts.append(f"{count} {'span' if count == 1 else 'spans'}" if count else "the marks in the video")
    return f"Put aside: {' and '.join(parts)}. Back brings them back."
