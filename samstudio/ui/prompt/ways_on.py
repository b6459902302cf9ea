"""Where words alone lead nowhere: the ways on, as buttons below the notice that says so."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from samstudio.ui.icons import icon
from samstudio.ui.parts import ICON_SIZE, explain
from samstudio.ui.theme import theme


class WaysOn(QWidget):
    """Mark a + span; set up SAM Audio, or use it where it is set up."""

    mark_requested = Signal()
    setup_requested = Signal()
    sam_audio_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mark_button = _way(
            "Mark a + span", "plus", "plus", "Drag over a place where the sound is heard.", "Shift+P"
        )
        self.mark_button.clicked.connect(self.mark_requested)
        self.setup_button = _way(
            "Set up SAM Audio…", "download", "accent", "Get the model that understands any text, or point to its files."
        )
        self.setup_button.clicked.connect(self.setup_requested)
        self.use_button = _way(
            "Use SAM Audio", "separate", "accent", "Separate with the model that understands any text."
        )
        self.use_button.clicked.connect(self.sam_audio_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(1.5))
        for button in (self.mark_button, self.setup_button, self.use_button):
            column.addWidget(button)
        self.hide()

    def show_ways(self, *, mark: bool, setup: bool, use: bool) -> None:
        """Which of them lead on now; none hides them all."""
        self.mark_button.setVisible(mark)
        self.setup_button.setVisible(setup)
        self.use_button.setVisible(use)
        self.setVisible(mark or setup or use)


def _way(text: str, picture: str, role: str, more: str, keys: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setIcon(icon(picture, role))
    button.setIconSize(ICON_SIZE)
    explain(button, text.rstrip("…"), keys, more)
    return button
