"""The list of markers: go to one, rename it, type its time, delete it."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.labels.marker import Markers
from samstudio.ui.keys.list_keys import ListKeys
from samstudio.ui.markers.marker_table import NAME, TIME, MarkerTable
from samstudio.ui.parts import NoticeBar, make_panel, tool_button
from samstudio.ui.theme import theme

_TIME_WIDTH = 26
"""Of the theme's units."""


class _CellDelegate(QStyledItemDelegate):
    """A selected row keeps its writing legible; what is typed has a name for screen readers."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """The colours of a selected cell."""
        super().initStyleOption(option, index)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, theme().color("text"))
        option.palette.setColor(QPalette.ColorRole.Highlight, theme().color("accent_soft"))

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A line to type into."""
        editor = QLineEdit(parent)
        editor.setAccessibleName("Time of the marker" if index.column() == TIME else "Name of the marker")
        return editor


class MarkerListPanel(QWidget):
    """Shows markers and requests changes; edits nothing itself."""

    go_requested = Signal(int)
    """The index of a marker to which the playhead is to go."""
    selection_changed = Signal(object)
    """tuple[int, ...]: other markers are selected."""
    action_requested = Signal(str)
    """The name of an action of the window."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.table = MarkerTable(self)
        self.marker_edited = self.table.marker_edited
        self.notice = NoticeBar()
        self.table.refused.connect(self.notice.show_text)
        self.view = self._make_view()
        self.add = tool_button("marker", "Add a marker at the playhead", action="add_marker")
        self.rename_button = tool_button("rename", "Rename the marker, in the list")
        self.delete_button = tool_button("delete", "Delete the marker", action="delete_marker")
        row = QHBoxLayout()
        row.setSpacing(2)
        self.rename_button.clicked.connect(self.rename)
        for button, action in ((self.add, "add_marker"), (self.delete_button, "delete_marker")):
            button.clicked.connect(lambda _=False, action=action: self.action_requested.emit(action))
        for button in (self.add, self.rename_button, self.delete_button):
            row.addWidget(button)
        row.insertStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(2)] * 4)
        column.setSpacing(theme().space(2))
        column.addLayout(row)
        column.addWidget(self.notice)
        column.addWidget(self.view, 1)
        self._show_buttons()

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.table)
        view.setItemDelegate(_CellDelegate(view))
        view.setAccessibleName("Markers")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.SelectedClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setAlternatingRowColors(True)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(theme().sizes["control"])
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(TIME, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(TIME, theme().space(_TIME_WIDTH))
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        view.doubleClicked.connect(self._go)
        view.selectionModel().selectionChanged.connect(self._on_selected)
        keys = dict.fromkeys((Qt.Key.Key_Delete, Qt.Key.Key_Backspace), self._delete)
        keys |= dict.fromkeys((Qt.Key.Key_Return, Qt.Key.Key_Enter), self._enter)
        ListKeys(view, keys | {Qt.Key.Key_F2: self.rename})
        return view

    @property
    def selected(self) -> tuple[int, ...]:
        """The indices of the selected markers, in order of time."""
        return tuple(sorted({index.row() for index in self.view.selectionModel().selectedRows()}))

    def show_markers(self, markers: Markers, duration: float) -> None:
        """Show the markers of a recording of `duration` seconds; those that were selected and are left stay so."""
        before = {self.table.markers[row] for row in self.selected}
        self.table.show_markers(markers, duration)
        self.notice.show_text(None)
        self.select([row for row, marker in enumerate(markers) if marker in before])

    def select(self, rows: list[int]) -> None:
        """Select these markers and no others; the last one comes into sight."""
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self.table.index(row, TIME), self.table.index(row, NAME))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().select(chosen, flags)
        if rows:
            last = self.table.index(rows[-1], TIME)
            self.view.selectionModel().setCurrentIndex(last, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(last)
        # A reset of the table clears the selection without a word.
        self._on_selected()

    @Slot()
    def rename(self) -> None:
        """Type the name of the selected marker, the last of several."""
        if self.selected:
            self.view.setFocus()
            index = self.table.index(self.selected[-1], NAME)
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def show_time_format(self) -> None:
        """Write the times in the current format."""
        self.view.viewport().update()

    def _enter(self) -> None:
        self._go(self.view.currentIndex())

    def _delete(self) -> None:
        self.action_requested.emit("delete_marker")

    @Slot(QModelIndex)
    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self.go_requested.emit(index.row())

    @Slot()
    def _on_selected(self) -> None:
        self._show_buttons()
        self.selection_changed.emit(self.selected)

    def _show_buttons(self) -> None:
        for button in (self.rename_button, self.delete_button):
            button.setEnabled(bool(self.view.selectionModel().hasSelection()))
