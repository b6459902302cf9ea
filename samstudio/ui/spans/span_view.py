"""The table widget of the span list: how it looks, how wide its columns are, which rows are selected."""

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from samstudio.ui.spans.span_table import MODEL_FRAMES, SpanTable
from samstudio.ui.theme import theme


class SpanView(QTableView):
    """Shows a SpanTable; Ctrl+A selects all rows here, before the window's own Select all."""

    def __init__(self, table: SpanTable) -> None:
        super().__init__()
        self._table = table
        self.setModel(table)
        self.setAccessibleName("Spans")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme().sizes["control"])
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        # Of its own: at every painting a header asks every row of the view's selection whether its column is selected.
        header.setSelectionModel(QItemSelectionModel(table, header))
        header.setMinimumSectionSize(theme().space(7))
        self.setColumnHidden(MODEL_FRAMES, True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last column takes the new width."""
        super().resizeEvent(event)
        self.fit_columns()

    @property
    def lack(self) -> int:
        """Logical pixels by which it is too low to show all rows."""
        return max(0, self.verticalHeader().length() - self.viewport().height())

    def event(self, event: QEvent) -> bool:
        """Claim the key of Select all."""
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.SelectAll):
            event.accept()
            return True
        return super().event(event)

    def fit_columns(self) -> None:
        """Make columns as wide as their widest text; the last one takes the width that is left.

        Qt's own way asks every cell, and again at every edit. With less width than that no column is squeezed: the
        list scrolls.
        """
        header = self.horizontalHeader()
        shown = [column for column in range(self._table.columnCount()) if not self.isColumnHidden(column)]
        widths = [self._column_width(column) for column in shown]
        widths[-1] += max(0, self.viewport().width() - sum(widths))
        for column, width in zip(shown, widths, strict=True):
            if header.sectionSize(column) != width:
                header.resizeSection(column, width)

    def _column_width(self, column: int) -> int:
        text = self.fontMetrics().horizontalAdvance(self._table.widest_text(column)) + theme().space(4)
        return max(text, self.horizontalHeader().sectionSizeHint(column))

    def selected_rows(self) -> list[int]:
        """The selected rows, in the order of selecting."""
        # Not selectedRows(): that asks every cell of hundreds whether it may be selected.
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        return list(dict.fromkeys(row for part in parts for row in range(part.top(), part.bottom() + 1)))
