"""What an import of labels would import and what it skips, line by line."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.labels.label import Imported, Skipped
from samstudio.session.prompt import Sign
from samstudio.ui.parts import explain, label, primary_button
from samstudio.ui.theme import theme

_COLUMNS = ("Where", "Label", "Reason")
_CHOICES = ("Skip them", "Import them as + spans", "Import them as − spans")
_SIGNS = (None, Sign.PLUS, Sign.MINUS)


class ImportDialog(QDialog):
    """Shows an import that skips something; the user decides about labels without a sign, and whether to continue."""

    unsigned_chosen = Signal(object)
    """Sign or None: how labels without a sign are to be taken."""

    def __init__(self, file_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import labels from {file_name}")
        self.summary = label(wrap=True)
        self.unsigned = QComboBox()
        self.unsigned.addItems(_CHOICES)
        explain(self.unsigned, "Labels without a sign", more="The first character of a label is its sign: + or -.")
        self.unsigned.currentIndexChanged.connect(lambda index: self.unsigned_chosen.emit(_SIGNS[index]))
        unsigned_label = QLabel("Labels that begin with neither + nor −:")
        unsigned_label.setBuddy(self.unsigned)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.setTabKeyNavigation(False)
        explain(self.table, "What is skipped")
        self.go_on, self.cancel = primary_button("Import"), QPushButton("Cancel")
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme().space(2))
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(4)] * 4)
        column.setSpacing(theme().space(3))
        column.addWidget(self.summary)
        column.addWidget(unsigned_label)
        column.addWidget(self.unsigned)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.resize(theme().space(160), theme().space(100))

    def show_import(self, found: Imported) -> None:
        """What would be imported now."""
        skipped, usable = len(found.skipped), counted(len(found.spans), len(found.markers))
        self.summary.setText(f"{usable} can be imported, {_counted(skipped, 'label')} skipped.")
        self.table.setRowCount(skipped)
        for row, what in enumerate(sorted(found.skipped, key=_number)):
            for place, text in enumerate((what.place, what.text, what.reason)):
                self.table.setItem(row, place, QTableWidgetItem(text))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.go_on.setText(f"Import {usable}")
        self.go_on.setEnabled(bool(found.spans or found.markers))


def _number(skipped: Skipped) -> int:
    """The line that is meant; what concerns the whole file comes first."""
    digits = re.search(r"\d+", skipped.place)
    return int(digits[0]) if digits else 0


def counted(spans: int, markers: int) -> str:
    """`2 spans`, `1 marker`, `2 spans and 1 marker`."""
    of_spans, of_markers = _counted(spans, "span"), _counted(markers, "marker")
    if not markers:
        return of_spans
    return f"{of_spans} and {of_markers}" if spans else of_markers


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
