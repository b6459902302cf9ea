"""The takes: every result so far, the current one marked, to switch, rename and delete."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from samstudio.session.take import Take
from samstudio.ui.empty_state import EmptyState, lay_out_list
from samstudio.ui.icons import icon_pixmap
from samstudio.ui.parts import ListKeys, make_panel, tool_button
from samstudio.ui.take_text import describe_take, prompt_line, work_line
from samstudio.ui.theme import notifier, theme

_TAKE = Qt.ItemDataRole.UserRole
_CURRENT = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class TakesPanel(QWidget):
    """Shows takes and asks for another one, a name, or a deletion."""

    take_selected = Signal(int)
    take_renamed = Signal(int, str)
    take_deleted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.rows = _TakeRows(self)
        self.rows.renamed.connect(self.take_renamed)
        self.view = QListView()
        self.view.setModel(self.rows)
        self.view.setItemDelegate(_TakeDelegate(self.view))
        self.view.setAccessibleName("Takes")
        self.view.setMouseTracking(True)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.view.selectionModel().currentChanged.connect(self._tell_selection)
        keys = {Qt.Key.Key_Delete: self._delete, Qt.Key.Key_Backspace: self._delete, Qt.Key.Key_F2: self._rename}
        ListKeys(self.view, keys)
        self._lay_out()
        self.show_takes(())

    def _lay_out(self) -> None:
        self._rename_button = tool_button("rename", "Rename the take", "F2")
        self._rename_button.clicked.connect(self._rename)
        self._delete_button = tool_button("delete", "Delete the take", "Del")
        self._delete_button.clicked.connect(self._delete)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self._rename_button)
        row.addWidget(self._delete_button)
        empty = EmptyState(
            "takes",
            "No takes yet",
            "Each Separate makes a take: a target and a residual, kept here to compare at the same playhead.",
        )
        self._stack = lay_out_list(self, row, empty, self.view)

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(60), max(theme().space(100), super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can still be read."""
        return QSize(max(theme().space(45), super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def show_takes(self, takes: tuple[Take, ...]) -> None:
        """Show all takes, in the order they were made."""
        with QSignalBlocker(self.view.selectionModel()):
            self.rows.show_takes(takes)
            self._select_current()
        self._stack.setCurrentIndex(1 if takes else 0)

    def show_current(self, take: Take | None) -> None:
        """Mark the take that is heard, or none."""
        with QSignalBlocker(self.view.selectionModel()):
            self.rows.show_current(take)
            self._select_current()

    def show_clip_rate(self, sample_rate: int, frames: int) -> None:
        """The clip's rate and length, by which a take that was cut short is known and its end told."""
        self.rows.show_clip(sample_rate, frames)

    def _select_current(self) -> None:
        index = self.rows.current_index()
        self.view.setCurrentIndex(self.rows.index(index) if index is not None else QModelIndex())
        self.view.viewport().update()
        for button in (self._rename_button, self._delete_button):
            button.setEnabled(self.view.currentIndex().isValid())

    def _tell_selection(self, now: QModelIndex) -> None:
        if now.isValid() and now.row() != self.rows.current_index():
            self.take_selected.emit(now.row())

    def _rename(self) -> None:
        if self.view.currentIndex().isValid():
            self.view.edit(self.view.currentIndex())

    def _delete(self) -> None:
        if self.view.currentIndex().isValid():
            self.take_deleted.emit(self.view.currentIndex().row())


class _TakeRows(QAbstractListModel):
    """The takes as rows; a typed name is told, not kept."""

    renamed = Signal(int, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._takes: tuple[Take, ...] = ()
        self._current: Take | None = None
        self._rate, self._frames = 0, 0
        notifier.theme_changed.connect(self._repaint)

    def show_takes(self, takes: tuple[Take, ...]) -> None:
        self.beginResetModel()
        self._takes = takes
        self.endResetModel()

    def show_current(self, take: Take | None) -> None:
        self._current = take
        self._repaint()

    def show_clip(self, rate: int, frames: int) -> None:
        self._rate, self._frames = rate, frames
        self._repaint()

    def current_index(self) -> int | None:
        return next((index for index, take in enumerate(self._takes) if take is self._current), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._takes)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def stopped_at(self, take: Take) -> float | None:
        """Seconds up to which a cancelled take reaches; None for a whole one."""
        return take.frames_done / self._rate if self._rate and take.frames_done < self._frames else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        take = self._takes[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return take.name
            case Qt.ItemDataRole.ToolTipRole:
                return describe_take(take, self.stopped_at(take))
            case Qt.ItemDataRole.AccessibleTextRole:
                current = "Current take. " if take is self._current else ""
                return current + describe_take(take, self.stopped_at(take))
        if role == _TAKE:
            return take
        return take is self._current if role == _CURRENT else None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name:
            return False
        if name != self._takes[index.row()].name:
            self.renamed.emit(index.row(), name)
        return True

    def _repaint(self) -> None:
        if self._takes:
            self.dataChanged.emit(self.index(0), self.index(len(self._takes) - 1))


class _TakeDelegate(QStyledItemDelegate):
    """Name, words and marks, engine and time: three lines, with a bar and a speaker at the current take."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Three lines tall."""
        small = QFontMetrics(theme().font("caption"))
        return QSize(120, option.fontMetrics.height() + 2 * small.height() + 5 * theme().space())

    def _room(self, rect: QRect) -> QRect:
        return rect.adjusted(theme().space(7), theme().space(2), -theme().space(2), -theme().space(2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one card."""
        take, current = index.data(_TAKE), index.data(_CURRENT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, option, current)
        room, colors = self._room(option.rect), theme()
        painter.setFont(colors.font("body", bold=current))
        painter.setPen(colors.color("text"))
        line = painter.fontMetrics().height()
        painter.drawText(
            room, 0, painter.fontMetrics().elidedText(take.name, Qt.TextElideMode.ElideRight, room.width())
        )
        painter.setFont(colors.font("caption"))
        stopped = index.model().stopped_at(take)
        room.translate(0, line + theme().space() // 2)
        for text, role in (
            (prompt_line(take), "text_dim"),
            (work_line(take, stopped), "warning" if stopped else "text_dim"),
        ):
            painter.setPen(colors.color(role))
            painter.drawText(room, 0, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
            room.translate(0, painter.fontMetrics().height() + theme().space() // 2)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, current: bool) -> None:
        colors, rect = theme(), QRectF(option.rect).adjusted(2, 1, -2, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if current:
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(rect, 6, 6)
            painter.setBrush(colors.color("accent"))
            painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 6, 3, rect.height() - 12), 1.5, 1.5)
            ratio = painter.device().devicePixelRatioF()
            speaker = icon_pixmap("volume", "accent", 16, ratio)
            painter.drawPixmap(option.rect.left() + 9, option.rect.top() + colors.space(2) + 1, speaker)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(colors.color("hover"))
            painter.drawRoundedRect(rect, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colors.color("focus"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, _index: _Index) -> QWidget:
        """A line edit over the name."""
        editor = QLineEdit(parent)
        editor.setAccessibleName("Name of the take")
        editor.setPalette(QPalette(option.palette))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Over the first line only."""
        room = self._room(option.rect)
        editor.setGeometry(room.left() - 5, room.top() - 3, room.width() + 5, option.fontMetrics.height() + 8)
