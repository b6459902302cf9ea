"""The queue: what is being separated, what waits, in its order, and what failed."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QWidget

from samstudio.ui.empty_state import EmptyState, lay_out_list
from samstudio.ui.keys.list_keys import ListKeys
from samstudio.ui.parts import ElidedLabel, make_panel, set_look, tool_button
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.recordings.recording_list import RecordingList
from samstudio.ui.recordings.recording_rows import RecordingRow, RecordingRows
from samstudio.ui.theme import theme


class QueuePanel(QWidget):
    """Shows the separations and requests changes. A separation is identified by its place in the list."""

    paused = Signal(bool)
    move_requested = Signal(int, int)
    """Place, and how many places back; negative: forward."""
    remove_requested = Signal(int)
    retry_requested = Signal(int)
    show_requested = Signal(int)
    """Show its recording."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.rows = RecordingRows(self)
        self.view = RecordingList(
            self.rows,
            "Queue",
            "Alt+Up and Alt+Down move a separation that waits, Del cancels it, Enter shows its recording.",
            QAbstractItemView.SelectionMode.SingleSelection,
        )
        self._connect_view()
        self.pause_button = tool_button("pause", "Pause the queue", action="pause_queue")
        self.pause_button.setCheckable(True)
        self.pause_button.toggled.connect(self.paused)
        self.up_button = tool_button("chevron_up", "Separate earlier", "Alt+Up")
        self.up_button.clicked.connect(lambda: self._move(-1))
        self.down_button = tool_button("chevron_down", "Separate later", "Alt+Down")
        self.down_button.clicked.connect(lambda: self._move(1))
        self.retry_button = tool_button("redo", "Queue it again")
        self.retry_button.clicked.connect(self._retry)
        self.remove_button = tool_button("cancel", "Cancel this separation", "Del")
        self.remove_button.clicked.connect(self._remove)
        self.summary = ElidedLabel("")
        set_look(self.summary, "caption")
        self.bar = ProgressBar("queue")
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.pause_button)
        row.addStretch(1)
        for button in (self.up_button, self.down_button, self.retry_button, self.remove_button):
            row.addWidget(button)
        empty = EmptyState(
            "clock",
            "Nothing is queued",
            "What is separated while something else is under way waits here for its turn.",
        )
        self._stack = lay_out_list(self, row, empty, self.view, self.summary, self.bar)
        self._list_rows: tuple[int, int] = (0, 0)
        self.view.selectionModel().currentChanged.connect(self._show_buttons)
        self.show_queue((), 0, "", 0.0, paused=False)

    def _connect_view(self) -> None:
        view = self.view
        view.doubleClicked.connect(lambda index: self.show_requested.emit(index.row()))
        ListKeys(
            view,
            {
                Qt.Key.Key_Delete: self._remove,
                Qt.Key.Key_Backspace: self._remove,
                Qt.Key.Key_Return: self._show,
                Qt.Key.Key_Enter: self._show,
            },
            with_alt={Qt.Key.Key_Up: lambda: self._move(-1), Qt.Key.Key_Down: lambda: self._move(1)},
        )

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(60), theme().space(60))

    @property
    def place(self) -> int | None:
        """The place of the selected separation."""
        index = self.view.currentIndex()
        return index.row() if index.isValid() else None

    def show_queue(
        self, rows: tuple[RecordingRow, ...], running: int, summary: str, fraction: float, *, paused: bool
    ) -> None:
        """Show all separations, those that run first (`running` of them), and how far all are, 0..1."""
        place = self.place
        self.rows.show_rows(rows)
        waiting = sum(not row.has_failed for row in rows) - running
        self._list_rows = running, running + waiting
        if rows and self.place is None:
            # What was selected has moved up, or ended.
            with QSignalBlocker(self.view.selectionModel()):
                self.view.setCurrentIndex(self.rows.index(min(place or 0, len(rows) - 1)))
        self._stack.setCurrentIndex(1 if rows else 0)
        self.summary.setText(summary)
        self.summary.setVisible(bool(summary))
        self.bar.setVisible(bool(summary))
        if summary:
            self.bar.show_fraction(fraction)
        with QSignalBlocker(self.pause_button):
            self.pause_button.setChecked(paused)
        self._show_buttons()

    def select(self, place: int) -> None:
        """Select the separation at a place."""
        self.view.setCurrentIndex(self.rows.index(place))

    def _show_buttons(self) -> None:
        place, (first, end) = self.place, self._list_rows
        is_waiting = place is not None and first <= place < end
        self.pause_button.setEnabled(end > 0)
        self.up_button.setEnabled(is_waiting and place != first)
        self.down_button.setEnabled(is_waiting and place != end - 1)
        self.retry_button.setEnabled(place is not None and place >= end)
        self.remove_button.setEnabled(place is not None)

    def _move(self, step: int) -> None:
        place, (first, end) = self.place, self._list_rows
        if place is not None and first <= place < end and first <= place + step < end:
            self.move_requested.emit(place, step)
            self.select(place + step)

    def _remove(self) -> None:
        if self.place is not None:
            self.remove_requested.emit(self.place)

    def _retry(self) -> None:
        if self.place is not None:
            self.retry_requested.emit(self.place)

    def _show(self) -> None:
        if self.place is not None:
            self.show_requested.emit(self.place)
