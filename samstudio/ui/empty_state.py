"""What stands where a list is still empty: a picture, what is missing, and how to get it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QStackedLayout, QVBoxLayout, QWidget

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


def lay_out_list(
    panel: QWidget, buttons: QLayout, empty: EmptyState, view: QWidget, *between: QWidget
) -> QStackedLayout:
    """Lay out a panel with its buttons on top of a list that has an empty state: page 0 of the stack, the list is 1."""
    stack = QStackedLayout()
    stack.addWidget(empty)
    stack.addWidget(view)
    column = QVBoxLayout(panel)
    column.setContentsMargins(*[theme().space(2)] * 4)
    column.setSpacing(theme().space(2))
    column.addLayout(buttons)
    for part in between:
        column.addWidget(part)
    column.addLayout(stack, 1)
    return stack
