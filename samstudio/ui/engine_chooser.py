"""Chooses the engine; one that cannot run is shown with the reason, not hidden."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from samstudio.separation.registry import EngineInfo
from samstudio.ui.parts import explain
from samstudio.ui.theme import theme

_NAME = Qt.ItemDataRole.UserRole
_DETAIL = Qt.ItemDataRole.UserRole + 1
_WIDTH = 340
_PADDING = 8
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


class EngineChooser(QComboBox):
    """A list of EngineInfo."""

    engine_chosen = Signal(str)
    """The name of the engine the person picked."""

    def __init__(self) -> None:
        super().__init__()
        explain(self, "Engine", more="What turns the recording and the marks into target and residual.")
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_EngineDelegate(self))
        self.view().setMinimumWidth(_WIDTH)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.activated.connect(lambda row: self.engine_chosen.emit(self.itemData(row, _NAME)))

    def show_engines(self, engines: tuple[EngineInfo, ...]) -> None:
        """Fill the list; the choice stays where it was."""
        chosen = self.engine
        self._rows.clear()
        for info in engines:
            item = QStandardItem(info.title)
            item.setData(info.name, _NAME)
            item.setData(info.unavailable or info.summary, _DETAIL)
            item.setToolTip(info.unavailable or info.summary)
            item.setData(f"{info.title}. {info.unavailable or info.summary}", Qt.ItemDataRole.AccessibleTextRole)
            item.setEnabled(not info.unavailable)
            self._rows.appendRow(item)
        self.show_engine(chosen)

    def show_engine(self, name: str) -> None:
        """Mark an engine as chosen; an unknown name leaves the first one."""
        self.setCurrentIndex(max(0, self.findData(name, _NAME)))

    @property
    def engine(self) -> str:
        """The chosen engine's name."""
        return self.currentData(_NAME) or ""


class _EngineDelegate(QStyledItemDelegate):
    """Two parts: the title, and below it what the engine is for or why it cannot run."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As tall as the wrapped detail needs."""
        room = QRect(0, 0, _WIDTH - 2 * _PADDING - 8, 1000)
        detail = QFontMetrics(theme().font("caption")).boundingRect(room, _WRAP, index.data(_DETAIL))
        return QSize(_WIDTH - 8, option.fontMetrics.height() + detail.height() + 2 * _PADDING)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, title and detail."""
        colors, enabled = theme(), bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.save()
        if enabled and option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(option.rect, 4, 4)
        room = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        painter.setPen(colors.color("text" if enabled else "text_disabled"))
        painter.setFont(option.font)
        title = index.data(Qt.ItemDataRole.DisplayRole)
        painter.drawText(room, _WRAP, title if enabled else f"{title} – not available")
        painter.setPen(colors.color("text_dim"))
        painter.setFont(colors.font("caption"))
        painter.drawText(room.adjusted(0, option.fontMetrics.height(), 0, 0), _WRAP, index.data(_DETAIL))
        painter.restore()
