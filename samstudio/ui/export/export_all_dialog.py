"""How far the export of several recordings is, and what of it failed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.ui.export.fitted_scroll_area import FittedScrollArea
from samstudio.ui.parts import explain, label
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import theme

_MOST_LINES = 12
"""Of what failed that are in view."""


class ExportAllDialog(QDialog):
    """Stands beside the window while recordings are exported, and stays for as long as there is something to say."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export all recordings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.summary = label(look="title", wrap=True)
        self.bar = ProgressBar("export")
        self.stage = label(look="caption", wrap=True)
        self.failures = label(wrap=True)
        self.failures.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.failures)
        column.addStretch(1)
        self._list = FittedScrollArea(self._page)
        self._list.hide()
        self.close_button = QPushButton("Cancel")
        explain(self.close_button, "Cancel", "Esc", "Stop; recordings that are finished stay exported.")
        self.close_button.clicked.connect(self.reject)
        self._is_running = True
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(5)] * 4)
        column.setSpacing(theme().space(3))
        column.addWidget(self.summary)
        column.addWidget(self.bar)
        column.addWidget(self.stage)
        column.addWidget(self._list, 1)
        column.addLayout(buttons)
        self.setMinimumWidth(theme().space(110))

    def show_progress(self, recording: str, stage: str, fraction: float) -> None:
        """Which recording is being exported, what is done with it, and how much is done of all of them (0..1)."""
        self.summary.setText(recording)
        self.stage.setText(stage)
        self.bar.show_fraction(fraction)

    def show_failures(self, sentences: Sequence[str]) -> None:
        """What could not be exported so far, a sentence each."""
        self.failures.setText("\n".join(sentences))
        self._list.setVisible(bool(sentences))
        self._make_room()

    def _make_room(self) -> None:
        """The dialog grows with what failed, up to a point; then that is scrolled."""
        height = self._page.heightForWidth(self.width() - 2 * theme().space(5))
        self._list.setMinimumHeight(min(height, _MOST_LINES * self.fontMetrics().lineSpacing()))

    def show_end(self, summary: str, lines: Sequence[str]) -> None:
        """Nothing more is exported; what failed and what was written, a line each, stays until it is closed."""
        self._is_running = False
        self.show_failures(lines)
        self.summary.setText(summary)
        self.bar.hide()
        self.stage.hide()
        self.close_button.setText("Close")
        explain(self.close_button, "Close", "Esc")
        self.close_button.setFocus()
        self.adjustSize()

    def reject(self) -> None:
        """Esc and Cancel stop a running export first, and close the dialog otherwise."""
        if self._is_running:
            self.cancel_requested.emit()
        else:
            super().reject()
