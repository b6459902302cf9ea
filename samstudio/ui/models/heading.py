"""The title of the dialog that sets up models, and what it is about."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from samstudio.ui.parts import IconLabel, label
from samstudio.ui.theme import theme

ALONE = "Listens for any words, whichever engine separates. It needs no account and no other model."


class ModelsHeading(QVBoxLayout):
    """A headline with an icon, and a summary below."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._summary = label(look="headline"), label(look="dim", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(theme().space(3))
        head.addWidget(IconLabel("separate", "accent", 28))
        head.addWidget(self._title, 1)
        self.setSpacing(theme().space(1))
        self.addLayout(head)
        self.addWidget(self._summary)

    def show_texts(self, title: str, summary: str) -> None:
        """Show what is set up."""
        self._title.setText(title)
        self._summary.setText(summary)
