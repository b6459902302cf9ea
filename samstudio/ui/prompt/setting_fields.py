"""Fields of a form of settings: a title, a control beside it, and what the choice means."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSpinBox

from samstudio.ui.parts import explain, label, number_box
from samstudio.ui.theme import theme

PRESET_DECIDES = "As the preset"


class Choice:
    """A list to choose from, its title beside it, and below it what the choice means."""

    def __init__(self, name: str, titles: dict[Any, tuple[str, str]], more: str) -> None:
        self.title: QLabel = label(name, "dim")
        self.box = QComboBox()
        self.title.setBuddy(self.box)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(6)
        self.meaning: QLabel = label(look="caption", wrap=True)
        self._name, self._more = name, more
        self._values: list[Any] = []
        self._meanings: list[str] = []
        self.show_titles(titles)

    def place(self, grid: QGridLayout, row: int) -> int:
        """Put it into the grid; the next free row."""
        grid.addWidget(self.title, row, 0)
        grid.addWidget(self.box, row, 1)
        grid.addWidget(self.meaning, row + 1, 0, 1, 2)
        return row + 2

    def show_titles(self, titles: dict[Any, tuple[str, str]]) -> None:
        """What there is to choose from: value to title and meaning."""
        if list(titles) != self._values or [title for title, _ in titles.values()] != self._titles:
            self.box.clear()
            self.box.addItems([title for title, _ in titles.values()])
        self._values, self._meanings = list(titles), [meaning for _, meaning in titles.values()]
        for row, meaning in enumerate(self._meanings):
            self.box.setItemData(row, meaning, Qt.ItemDataRole.ToolTipRole)

    def show_value(self, value: object) -> None:
        """Show a choice and what it means."""
        row = self._values.index(value) if value in self._values else 0
        self.box.setCurrentIndex(row)
        meaning = self._meanings[row] if self._meanings else ""
        self.meaning.setText(meaning)
        self.meaning.setVisible(bool(meaning))
        explain(self.box, self._name, more=f"{self._more} {meaning}".strip())

    @property
    def _titles(self) -> list[str]:
        return [self.box.itemText(row) for row in range(self.box.count())]

    @property
    def value(self) -> Any:
        """What is chosen."""
        return self._values[self.box.currentIndex()]


class Number:
    """A number that stands in for the preset's, or leaves it to the preset."""

    def __init__(self, name: str, most: int, more: str) -> None:
        self.title: QLabel = label(name, "dim")
        self.box = number_box(QSpinBox)
        self.box.setRange(0, most)
        self.box.setSpecialValueText(PRESET_DECIDES)
        self.box.lineEdit().setTextMargins(theme().space(1.5), 0, 0, 0)
        explain(self.box, name, more=f"{more} 0 leaves it to the preset.")

    def place(self, grid: QGridLayout, row: int) -> int:
        """Put it into the grid; the next free row."""
        grid.addWidget(self.title, row, 0)
        grid.addWidget(self.box, row, 1)
        return row + 1

    def show_value(self, value: int | None) -> None:
        """Show a number, or that the preset decides."""
        self.box.setValue(value or 0)

    @property
    def value(self) -> int | None:
        """The number, or None where the preset decides."""
        return self.box.value() or None
