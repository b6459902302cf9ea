"""The list of open recordings: which is shown, what goes on in each, and what is done with several."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.keys.action_rows import paint_ground, row_area
from samstudio.ui.keys.list_keys import ListKeys
from samstudio.ui.parts import make_panel, tool_button
from samstudio.ui.recordings.recording_rows import ROW, RecordingRow, RecordingRows
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
        self.view = QListView()
        self._set_up_view()
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

    def _set_up_view(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(RecordingDelegate(view))
        view.setAccessibleName("Recordings")
        view.setAccessibleDescription("Enter shows the recording. Shift and Ctrl select several.")
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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


class RecordingDelegate(QStyledItemDelegate):
    """The name, what goes on below it, and how far a separation is."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines with air; more for a failure, which is read whole."""
        row, line = index.data(ROW), option.fontMetrics.height()
        height = line
        if row.has_failed:
            room = option.rect
            room.setWidth(self._view.viewport().width())
            option.rect = room
            metrics, wrap = QFontMetrics(theme().font("caption")), Qt.TextFlag.TextWordWrap
            width = row_area(option).width()
            height = max(line, metrics.boundingRect(0, 0, width, 10 * line, wrap, row.detail).height())
        return QSize(120, line + height + theme().space(4))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one recording."""
        row = index.data(ROW)
        colors, area = theme(), row_area(option).adjusted(0, theme().space(1.5), 0, -theme().space(1.5))
        left, middle = Qt.AlignmentFlag.AlignLeft, Qt.TextElideMode.ElideMiddle
        painter.save()
        # A click with the right button chooses a row without showing it.
        paint_ground(painter, option, marked=row.is_shown)
        painter.setFont(colors.font(bold=row.is_shown))
        painter.setPen(colors.color("text"))
        title = painter.fontMetrics().elidedText(row.title, middle, area.width())
        painter.drawText(area, left | Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(colors.font("caption"))
        painter.setPen(colors.color("error" if row.has_failed else "text_dim"))
        if row.has_failed:
            below = area.adjusted(0, option.fontMetrics.height() + theme().space(), 0, 0)
            painter.drawText(below, left | Qt.TextFlag.TextWordWrap, row.detail)
        else:
            detail = painter.fontMetrics().elidedText(row.detail, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, left | Qt.AlignmentFlag.AlignBottom, detail)
        if row.fraction is not None:
            track = QRectF(area.left(), option.rect.bottom() - 3, area.width(), 2)
            painter.fillRect(track, colors.color("border"))
            track.setWidth(track.width() * row.fraction)
            painter.fillRect(track, colors.color("accent"))
        painter.restore()
