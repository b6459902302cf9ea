"""What stands where a list is still empty: a picture, what is missing, and how to get it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from samstudio.ui.parts import IconLabel, label
from samstudio.ui.theme import theme


class EmptyState(QWidget):
    """Teaches instead of leaving a hole."""

    def __init__(self, picture: str, title: str, how: str) -> None:
        super().__init__()
        heading, text = label(title, "section"), label(how, "caption", wrap=True)
        for part in (heading, text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(3)] * 4)
        column.setSpacing(theme().space(2))
        column.addStretch(2)
        column.addWidget(IconLabel(picture, "text_disabled", 32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(heading)
        column.addWidget(text)
        column.addStretch(3)
