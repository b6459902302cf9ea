"""What an import of labels would take over and what it skips, line by line."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.labels.label import Imported
from samstudio.session.prompt import Sign
from samstudio.ui.parts import explain, label
from samstudio.ui.theme import theme

_COLUMNS = ("Where", "Label", "Why it is skipped")
_CHOICES = ("Skip them", "Take them as + spans", "Take them as − spans")
_SIGNS = (None, Sign.PLUS, Sign.MINUS)


class ImportDialog(QDialog):
    """Shows an import that skips something; the person decides about labels without a sign, and whether to go on."""

    unsigned_chosen = Signal(object)
    """Sign or None: how labels without a sign are to be taken."""

    def __init__(self, file_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import labels from {file_name}")
        self.summary = label(wrap=True)
        self.unsigned = QComboBox()
        self.unsigned.addItems(_CHOICES)
        explain(self.unsigned, "Labels without a sign", more="A label says its sign with its first letter: + or -.")
        self.unsigned.currentIndexChanged.connect(lambda index: self.unsigned_chosen.emit(_SIGNS[index]))
        unsigned_label = QLabel("Labels that begin with neither + nor −:")
        unsigned_label.setBuddy(self.unsigned)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        explain(self.table, "What is skipped")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(4)] * 4)
        column.setSpacing(theme().space(3))
        column.addWidget(self.summary)
        column.addWidget(unsigned_label)
        column.addWidget(self.unsigned)
        column.addWidget(self.table, 1)
        column.addWidget(self.buttons)
        self.resize(theme().space(160), theme().space(100))

    def show_import(self, found: Imported) -> None:
        """What would be taken over now."""
        spans, skipped = len(found.spans), len(found.skipped)
        self.summary.setText(f"{_counted(spans, 'span')} can be imported, {_counted(skipped, 'label')} skipped.")
        self.table.setRowCount(skipped)
        for row, what in enumerate(found.skipped):
            for place, text in enumerate((what.place, what.text, what.reason)):
                self.table.setItem(row, place, QTableWidgetItem(text))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        go_on = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        go_on.setText(f"Import {_counted(spans, 'span')}")
        go_on.setEnabled(spans > 0)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
