"""The length of the clip, left of the overview."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from samstudio.ui.theme import theme
from samstudio.ui.time_formats import time_format


class LengthLabel(QLabel):
    """As wide as what stands left of the lanes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedWidth(width)
        self.setProperty("look", "caption")
        # The text itself is the accessible name: a set one would hide it.
        self.setAccessibleDescription("Length of the clip")

    def show_length(self, seconds: float | None) -> None:
        """Show a length in the current format, or none."""
        text = "" if seconds is None else time_format().length_text(seconds)
        self.setToolTip(f"Length of the clip: {text}" if text else "")
        # There is no room for a timecode's hours where there are none, nor for fractions of a second beside hours.
        text = text.removeprefix("00:")
        room = self.width() - 2 * theme().space(1)
        self.setText(text if self.fontMetrics().horizontalAdvance(text) <= room else text.partition(".")[0])
