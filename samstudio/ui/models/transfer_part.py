"""A running download: progress, speed, and a button that stops it."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.separation.models.transfer import Transfer
from samstudio.ui.icons import icon
from samstudio.ui.models.model_text import transfer_lines
from samstudio.ui.parts import explain, label
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import theme


class TransferPart(QWidget):
    """Progress bar, current step, speed and time left, Stop button."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = ProgressBar("download")
        self.stage, self.left = label(look="caption", wrap=True), label(look="caption")
        self.cancel_button = QPushButton("Stop")
        self.cancel_button.setIcon(icon("cancel"))
        explain(self.cancel_button, "Stop", more="The downloaded part is kept, and the download can be continued.")
        row = QHBoxLayout()
        row.addWidget(self.stage, 1)
        row.addWidget(self.left)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(self.bar)
        column.addLayout(row)
        self.hide()

    def begin(self) -> None:
        """Show a transfer of which nothing is known yet."""
        self.bar.show_busy()
        self.stage.setText("")
        self.left.setText("")
        self.cancel_button.setEnabled(True)

    def show_step(self, step: Transfer) -> None:
        """Show the progress; a busy bar where there is nothing to count."""
        if step.total > 0:
            self.bar.show_fraction(step.done / step.total)
        else:
            self.bar.show_busy()
        if self.cancel_button.isEnabled():
            stage, left = transfer_lines(step)
            self.stage.setText(stage)
            self.left.setText(left)

    def show_stopping(self) -> None:
        """Show that it will stop at its next step."""
        self.cancel_button.setEnabled(False)
        self.stage.setText("Stopping…")
        self.left.setText("")
