"""The length of the clip, left of the overview."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from samstudio.ui.time_formats import time_format


class LengthLabel(QLabel):
    """As wide as what stands left of the lanes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedWidth(width)
        self.setProperty("look", "caption")
        self.setToolTip("Length of the clip")
        # The text itself is the accessible name: a set one would hide it.
        self.setAccessibleDescription("Length of the clip")

    def show_length(self, seconds: float | None) -> None:
        """Show a length in the current format, or none."""
        text = "" if seconds is None else time_format().length_text(seconds)
        # There is no room for a timecode's hours where there are none.
        self.setText(text.removeprefix("00:"))
