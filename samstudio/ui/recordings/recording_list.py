"""A list of recordings, or of what is done with them: the name, what goes on, how far it is."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from samstudio.ui.keys.action_rows import paint_ground, row_area
from samstudio.ui.recordings.recording_rows import ROW, RecordingRows
from samstudio.ui.theme import theme

_FAILURE_LINES = 2
"""The tooltip, the status bar and the prompt have the whole sentence."""


class RecordingList(QListView):
    """Rows that are as wide as the list."""

    def __init__(
        self, rows: RecordingRows, name: str, description: str, selection: QAbstractItemView.SelectionMode
    ) -> None:
        """`name` and `description` are for screen readers."""
        super().__init__()
        self.setModel(rows)
        self.setItemDelegate(RecordingDelegate(self))
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setSelectionMode(selection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class RecordingDelegate(QStyledItemDelegate):
    """The name, what goes on below it, and how far a separation is."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines with air, three for a failure that needs them."""
        row, line = index.data(ROW), option.fontMetrics.height()
        height = line
        if row.has_failed:
            room = option.rect
            room.setWidth(self._view.viewport().width())
            option.rect = room
            metrics, wrap = QFontMetrics(theme().font("caption")), Qt.TextFlag.TextWordWrap
            width = row_area(option).width()
            needed = metrics.boundingRect(0, 0, width, 10 * line, wrap, row.detail).height()
            height = max(line, min(needed, _FAILURE_LINES * metrics.height()))
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
            # Words are not broken: the end of a line stays empty.
            room = round((_FAILURE_LINES - 0.3) * below.width())
            detail = painter.fontMetrics().elidedText(row.detail, Qt.TextElideMode.ElideRight, room)
            painter.drawText(below, left | Qt.TextFlag.TextWordWrap, detail)
        else:
            detail = painter.fontMetrics().elidedText(row.detail, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, left | Qt.AlignmentFlag.AlignBottom, detail)
        if row.fraction is not None:
            track = QRectF(area.left(), option.rect.bottom() - 3, area.width(), 2)
            painter.fillRect(track, colors.color("border"))
            track.setWidth(track.width() * row.fraction)
            painter.fillRect(track, colors.color("accent"))
        painter.restore()
