"""What stands in the place of Separate while a separation runs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.ui.icons import icon
from samstudio.ui.parts import ElidedLabel, explain, label
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import theme
from samstudio.ui.time_text import format_done, format_left


class RunningPart(QWidget):
    """Progress bar, stage, time left, Cancel; and a way to queue what is asked for next."""

    cancel_requested = Signal()
    queue_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bar = ProgressBar("separation")
        # Elided: a long one would make the panel wider.
        self.stage = ElidedLabel("")
        self.stage.setProperty("look", "caption")
        self.left = label(look="caption")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setIcon(icon("cancel"))
        explain(self.cancel_button, "Cancel", more="Stop; what is finished so far is kept as a take.", action="cancel")
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.queue_button = QPushButton("Add to queue")
        self.queue_button.setIcon(icon("add"))
        explain(
            self.queue_button,
            "Add to queue",
            more="Separate by the prompt as it is now, when its turn comes.",
            action="separate",
        )
        self.queue_button.clicked.connect(self.queue_requested)
        row = QHBoxLayout()
        row.addWidget(self.stage, 1)
        row.addWidget(self.left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme().space(2), 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(self.bar)
        column.addLayout(row)
        # Below the bar, so that a second click on Separate does not land on it.
        buttons = QHBoxLayout()
        buttons.setSpacing(theme().space(2))
        buttons.addWidget(self.queue_button, 1)
        buttons.addWidget(self.cancel_button, 1)
        column.addLayout(buttons)

    def show_progress(self, stage: str, fraction: float, seconds_left: float | None) -> None:
        """Stage, part done (0..1), seconds left if known."""
        self.bar.show_fraction(fraction)
        self.stage.setText(stage)
        self.left.setText(f"{format_done(fraction)} · {format_left(seconds_left)}")

    def show_queued(self) -> None:
        """Show that it has not begun."""
        self.show()
        self.bar.show_fraction(0.0)
        self.stage.setText("Queued")
        self.left.clear()
