"""Shown in place of an empty list: an icon, what is missing, and how to get it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QStackedLayout, QVBoxLayout, QWidget

from samstudio.ui.parts import IconLabel, label
from samstudio.ui.theme import theme


class EmptyState(QWidget):
    """Says what is missing and how to get it."""

    def __init__(self, icon_name: str, title: str, how: str) -> None:
        super().__init__()
        self._icon = IconLabel(icon_name, "text_disabled", 32)
        self._heading, self._text = label(title, "section"), label(how, "caption", wrap=True)
        for part in (self._heading, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(3)] * 4)
        column.setSpacing(theme().space(2))
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._heading)
        column.addWidget(self._text)
        column.addStretch(3)

    def show_text(self, title: str, how: str) -> None:
        """Say something else."""
        self._heading.setText(title)
        self._text.setText(how)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the icon is hidden first, then the title: what to do next matters most."""
        super().resizeEvent(event)
        area, gap = self.contentsRect().marginsRemoved(self._column.contentsMargins()), self._column.spacing()
        spare = area.height() - self._text.heightForWidth(area.width())
        spare -= self._heading.sizeHint().height() + gap
        self._heading.setVisible(spare >= 0)
        self._icon.setVisible(spare >= self._icon.height() + gap)


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
