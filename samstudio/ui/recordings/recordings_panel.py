"""The list of open recordings: which is shown, what goes on in each, and what is done with several."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.keys.list_keys import ListKeys
from samstudio.ui.parts import make_panel, tool_button
from samstudio.ui.recordings.recording_list import RecordingList
from samstudio.ui.recordings.recording_rows import RecordingRow, RecordingRows
from samstudio.ui.theme import theme


class RecordingsPanel(QWidget):
    """Shows the recordings and requests changes. A recording is identified by its place in the list."""

    show_requested = Signal(int)
    close_requested = Signal(object)
    """tuple[int, ...]: close these."""
    separate_requested = Signal(object)
    """tuple[int, ...]: separate these with the prompt of the one that is shown."""
    cancel_requested = Signal(object)
    """tuple[int, ...]: stop their separations, and take them out of the queue."""
    menu_requested = Signal(QPoint)
    """Where, on the screen; it is for the selected ones."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.rows = RecordingRows(self)
        self.view = RecordingList(
            self.rows,
            "Recordings",
            "Enter shows the recording. Shift and Ctrl select several.",
            QAbstractItemView.SelectionMode.ExtendedSelection,
        )
        self._connect_view()
        self.separate_button = tool_button(
            "separate", "Separate the selected recordings with this prompt", action="separate_recordings"
        )
        self.separate_button.clicked.connect(lambda: self.separate_requested.emit(self.selected))
        self.cancel_button = tool_button("cancel", "Cancel the separations of the selected recordings")
        self.cancel_button.clicked.connect(lambda: self.cancel_requested.emit(self.selected))
        self.close_button = tool_button("close", "Close the selected recordings", "Del")
        self.close_button.clicked.connect(self._close)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addStretch(1)
        for button in (self.separate_button, self.cancel_button, self.close_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(2)] * 4)
        column.setSpacing(theme().space(2))
        column.addLayout(row)
        column.addWidget(self.view, 1)

    def _connect_view(self) -> None:
        view = self.view
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda place: self.menu_requested.emit(view.viewport().mapToGlobal(place))
        )
        view.clicked.connect(self._on_clicked)
        ListKeys(
            view,
            {
                Qt.Key.Key_Delete: self._close,
                Qt.Key.Key_Backspace: self._close,
                Qt.Key.Key_Return: self._show,
                Qt.Key.Key_Enter: self._show,
            },
        )

    @property
    def selected(self) -> tuple[int, ...]:
        """The places of the selected recordings, in the list's order."""
        return tuple(sorted(index.row() for index in self.view.selectionModel().selectedIndexes()))

    def select(self, places: tuple[int, ...]) -> None:
        """Select these."""
        self.view.clearSelection()
        for place in places:
            self.view.selectionModel().select(self.rows.index(place), QItemSelectionModel.SelectionFlag.Select)

    def show_rows(self, rows: tuple[RecordingRow, ...]) -> None:
        """Show all recordings; the one that is shown is the selected one, unless others are selected with it."""
        shown = next((place for place, row in enumerate(rows) if row.is_shown), None)
        was_shown = next((place for place, row in enumerate(self.rows.rows) if row.is_shown), None)
        is_other = len(rows) != len(self.rows.rows) or shown != was_shown
        self.rows.show_rows(rows)
        if is_other and shown is not None:
            # Not as a click with the keys that are held down, which would select it beside others.
            only = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.view.selectionModel().setCurrentIndex(self.rows.index(shown), only)

    @property
    def full_height(self) -> int:
        """How tall it is when all recordings are in view."""
        rows = sum(self.view.sizeHintForRow(place) for place in range(len(self.rows.rows)))
        edge = self.view.height() - self.view.viewport().height()
        return self.separate_button.sizeHint().height() + 3 * theme().space(2) + rows + edge

    def sizeHint(self) -> QSize:
        """What the dock opens with: two rows."""
        rows = 2 * (2 * self.fontMetrics().height() + theme().space(4))
        return QSize(theme().space(60), self.separate_button.sizeHint().height() + 3 * theme().space(2) + rows + 4)

    def _on_clicked(self, index: QModelIndex) -> None:
        # With Shift or Ctrl, a click selects several.
        if not QApplication.keyboardModifiers():
            self.show_requested.emit(index.row())

    def _show(self) -> None:
        if self.view.currentIndex().isValid():
            self.show_requested.emit(self.view.currentIndex().row())

    def _close(self) -> None:
        if self.selected:
            self.close_requested.emit(self.selected)
