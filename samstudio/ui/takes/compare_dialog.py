"""Two takes side by side: what made them, and where they differ."""

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.parts import explain, label, plain_tip
from samstudio.ui.takes.take_facts import NONE
from samstudio.ui.theme import notifier, theme

_NAME, _MARK, _A, _B = range(4)
DIFFERS = "≠"


@dataclass(frozen=True)
class ComparedTake:
    """A take as the dialog needs it: its id, its name, and its facts by name."""

    take: str
    name: str
    facts: dict[str, str]


class CompareDialog(QDialog):
    """A separate window, not modal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare settings")
        self.setModal(False)
        self._takes: tuple[ComparedTake, ...] = ()
        self.choosers = (QComboBox(), QComboBox())
        for letter, chooser in zip("AB", self.choosers, strict=True):
            explain(chooser, f"Take {letter}")
            chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            chooser.setMinimumContentsLength(12)
            chooser.currentIndexChanged.connect(self._refresh)
        self.only_differences = QCheckBox("Differences only")
        explain(self.only_differences, "Differences only", more="Hide the lines that are the same for both takes.")
        self.only_differences.toggled.connect(self._refresh)
        self.summary = label(look="dim")
        self.table = QTableWidget(0, 4)
        self._set_up_table()
        self._lay_out()
        self.resize(theme().space(165), theme().space(120))
        notifier.theme_changed.connect(self._colour)

    def _set_up_table(self) -> None:
        table = self.table
        table.setAccessibleName("Settings of both takes")
        table.setHorizontalHeaderLabels(["Setting", "", "A", "B"])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(True)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (_A, _B):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        grid, column = QGridLayout(), QVBoxLayout(self)
        grid.setHorizontalSpacing(theme().space(2))
        for place, (letter, chooser) in enumerate(zip("AB", self.choosers, strict=True)):
            title = label(letter, "section")
            title.setBuddy(chooser)
            grid.addWidget(title, 0, 2 * place)
            grid.addWidget(chooser, 0, 2 * place + 1)
            grid.setColumnStretch(2 * place + 1, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        grid_below = QGridLayout()
        grid_below.addWidget(self.only_differences, 0, 0)
        grid_below.addWidget(self.summary, 0, 1)
        grid_below.addWidget(buttons, 0, 2)
        grid_below.setColumnStretch(1, 1)
        grid_below.setHorizontalSpacing(theme().space(4))
        column.setContentsMargins(*[theme().space(4)] * 4)
        column.setSpacing(theme().space(3))
        column.addLayout(grid)
        column.addWidget(self.table, 1)
        column.addLayout(grid_below)

    def show_takes(self, takes: tuple[ComparedTake, ...]) -> None:
        """The takes to choose from; those that are chosen stay so."""
        chosen = [chooser.currentData() for chooser in self.choosers]
        self._takes = takes
        for place, chooser in enumerate(self.choosers):
            with QSignalBlocker(chooser):
                chooser.clear()
                for take in takes:
                    chooser.addItem(take.name, take.take)
                at = chooser.findData(chosen[place])
                chooser.setCurrentIndex(at if at >= 0 else min(place, len(takes) - 1))
        self._refresh()

    def show_pair(self, a: str, b: str) -> None:
        """Choose two takes by their ids."""
        for chooser, take in zip(self.choosers, (a, b), strict=True):
            with QSignalBlocker(chooser):
                chooser.setCurrentIndex(chooser.findData(take))
        self._refresh()

    def _refresh(self) -> None:
        places = [chooser.currentIndex() for chooser in self.choosers]
        if min(places) < 0:
            self.table.setRowCount(0)
            return
        a, b = (self._takes[place].facts for place in places)
        # The fuller list keeps its order: what only it has is not pushed to the end.
        fuller, other = sorted((a, b), key=len, reverse=True)
        lines = [(name, a.get(name, NONE), b.get(name, NONE)) for name in dict.fromkeys((*fuller, *other))]
        differing = sum(left != right for _, left, right in lines)
        if self.only_differences.isChecked():
            lines = [line for line in lines if line[1] != line[2]]
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            self._show_line(row, *line)
        self._colour()
        self.table.resizeRowsToContents()
        heights = [self.table.rowHeight(row) for row in range(len(lines))]
        for row, height in enumerate(heights):
            # One line has air in the least row; several need some of their own.
            if height > min(heights):
                self.table.setRowHeight(row, height + theme().space(2))
        self.summary.setText("Nothing differs" if not differing else f"{DIFFERS} {differing} of these differ")

    def _show_line(self, row: int, name: str, a: str, b: str) -> None:
        differs = a != b
        for column, text in ((_NAME, name), (_MARK, DIFFERS if differs else ""), (_A, a), (_B, b)):
            cell = QTableWidgetItem(text)
            cell.setFont(theme().font(bold=differs))
            cell.setToolTip(plain_tip(text) if column in (_A, _B) else "")
            if column == _NAME and differs:
                cell.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, differs")
            self.table.setItem(row, column, cell)

    def _colour(self) -> None:
        """Cells keep the colours that they were given."""
        for column, role in ((_NAME, "text_dim"), (_MARK, "warning")):
            for row in range(self.table.rowCount()):
                cell = self.table.item(row, column)
                if cell is not None:
                    cell.setForeground(theme().color(role))
