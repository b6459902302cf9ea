"""What is said below a frame: as many lines as there is room for, and no other height when the text changes."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from samstudio.ui.parts import plain_tip

_LINES = ((420, 2), (300, 3), (0, 4))
"""From which width (logical pixels) on the longest text takes how many lines."""


class FrameCaption(QLabel):
    """Plain text, as much of it as its lines hold; all of it in a tooltip where that is not all."""

    def __init__(self, text: str) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.setProperty("look", "caption")
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.whole_text = ""
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Say something else."""
        if text != self.whole_text:
            self.whole_text = text
            self.setAccessibleName(text)
            self._fit()

    def take_height(self, most: int, width: int) -> None:
        """Take the lines that a width asks for, as far as there is height (logical pixels), which may be none."""
        self.ensurePolished()
        line = self.fontMetrics().lineSpacing()
        wanted = next(lines for least, lines in _LINES if width >= least)
        lines = min(wanted, most // line)
        self.setVisible(lines > 0)
        if lines > 0:
            self.setFixedHeight(lines * line)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other words have room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.whole_text
        while not self._has_room(shown) and " " in shown:
            shown = shown.rstrip("…").rpartition(" ")[0] + "…"
        self.setText(shown)
        self.setToolTip(plain_tip(self.whole_text) if shown != self.whole_text else "")

    def _has_room(self, text: str) -> bool:
        needed = self.fontMetrics().boundingRect(QRect(0, 0, self.width(), 1000), Qt.TextFlag.TextWordWrap, text)
        return needed.height() <= self.height()
