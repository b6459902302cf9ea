"""All preferences in one window: a list of pages at the left, the chosen one beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.parts import ScrolledPage, explain, label
from samstudio.ui.theme import theme

_PAGE_WIDTH = 440
_ROW = 8
"""Of the list of pages, in the theme's units."""


class PreferencesDialog(QDialog):
    """Not modal; every change takes effect at once."""

    def __init__(self, pages: Sequence[tuple[str, QWidget]], parent: QWidget | None = None) -> None:
        """`pages`: their titles and what is on them, from top to bottom."""
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.titles = QListWidget()
        explain(self.titles, "Pages")
        self._pages = QStackedWidget()
        for title, page in pages:
            item = QListWidgetItem(title, self.titles)
            item.setSizeHint(QSize(0, theme().space(_ROW)))
            self._pages.addWidget(_framed(title, page))
        self.titles.setFixedWidth(theme().space(32))
        self.titles.currentRowChanged.connect(self._pages.setCurrentIndex)
        self.close_button = QPushButton("Close")
        self.close_button.setAutoDefault(False)
        explain(self.close_button, "Close", "Esc")
        self.close_button.clicked.connect(self.accept)
        self._lay_out()
        self.titles.setCurrentRow(0)
        self.resize(theme().space(165), theme().space(153))

    def _lay_out(self) -> None:
        unit = theme().space()
        row = QHBoxLayout()
        row.setSpacing(4 * unit)
        row.addWidget(self.titles)
        row.addWidget(self._pages, 1)
        feet = QHBoxLayout()
        feet.addStretch(1)
        feet.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[4 * unit] * 4)
        column.setSpacing(3 * unit)
        column.addLayout(row, 1)
        column.addLayout(feet)

    @Slot(str)
    def show_page(self, title: str) -> None:
        """Come up with the page of that title."""
        found = self.titles.findItems(title, Qt.MatchFlag.MatchExactly)
        if found:
            self.titles.setCurrentItem(found[0])
        self.show()
        self.raise_()
        self.activateWindow()


def _framed(title: str, page: QWidget) -> QScrollArea:
    """A page under its title; it scrolls where the window is too low for it."""
    holder = ScrolledPage()
    column = QVBoxLayout(holder)
    column.setContentsMargins(*[theme().space(4)] * 4)
    column.setSpacing(theme().space(3))
    column.addWidget(label(title, "title"))
    column.addWidget(page)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidget(holder)
    area.setWidgetResizable(True)
    area.setMinimumWidth(_PAGE_WIDTH)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
