"""Chooses the engine; one that cannot run is shown with the reason, not hidden."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from samstudio.separation.engine_info import EngineInfo
from samstudio.ui.parts import explain
from samstudio.ui.theme import theme

_NAME = Qt.ItemDataRole.UserRole
_DETAIL = Qt.ItemDataRole.UserRole + 1
_SETUP_DETAIL = "Get its weights, or point to a folder that has them."
_WIDTH = 340
_PADDING = 8
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


class EngineChooser(QComboBox):
    """A list of EngineInfo."""

    engine_chosen = Signal(str)
    """The name of the engine that the user picked."""
    setup_requested = Signal()
    """An engine that lacks its weights is to get them."""

    def __init__(self) -> None:
        super().__init__()
        explain(self, "Engine", more="What turns the recording and the prompt into target and residual.")
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_EngineDelegate(self))
        self.view().setMinimumWidth(_WIDTH)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self._shown = ""
        self._is_stepping = False
        self.activated.connect(self._choose)

    def show_engines(self, engines: tuple[EngineInfo, ...]) -> None:
        """Fill the list; the choice stays where it was."""
        chosen = self._shown
        self._rows.clear()
        for info in engines:
            item = QStandardItem(info.full_title)
            item.setData(info.name, _NAME)
            item.setData(info.unavailable or info.summary, _DETAIL)
            item.setToolTip(info.unavailable or info.summary)
            item.setData(f"{info.full_title}. {info.unavailable or info.summary}", Qt.ItemDataRole.AccessibleTextRole)
            item.setEnabled(not info.unavailable)
            self._rows.appendRow(item)
        lacking = next((info for info in engines if info.unavailable and info.parts), None)
        if lacking is not None:
            self._rows.appendRow(_setup_item(f"Set up {lacking.title}…"))
        self.show_engine(chosen)

    def show_engine(self, name: str) -> None:
        """Mark an engine as chosen; an unknown name leaves the first one."""
        self.setCurrentIndex(max(0, self.findData(name, _NAME)))
        self._shown = self.engine

    @property
    def engine(self) -> str:
        """The chosen engine's name."""
        return self.currentData(_NAME) or ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys and wheel go from engine to engine; only the open list leads to the set-up."""
        self._is_stepping = True
        super().keyPressEvent(event)
        self._is_stepping = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See `keyPressEvent`."""
        self._is_stepping = True
        super().wheelEvent(event)
        self._is_stepping = False

    def _choose(self, row: int) -> None:
        name = self.itemData(row, _NAME)
        if name:
            self._shown = name
            self.engine_chosen.emit(name)
            return
        # A way on, not an engine: the choice stays where it was.
        self.show_engine(self._shown)
        if not self._is_stepping:
            self.setup_requested.emit()


def _setup_item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(_SETUP_DETAIL, _DETAIL)
    item.setToolTip(_SETUP_DETAIL)
    item.setData(f"{text} {_SETUP_DETAIL}", Qt.ItemDataRole.AccessibleTextRole)
    return item


class _EngineDelegate(QStyledItemDelegate):
    """Two parts: the title, and below it what the engine is for or why it cannot run."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As tall as the wrapped detail needs."""
        area = QRect(0, 0, _WIDTH - 2 * _PADDING - 8, 1000)
        detail = QFontMetrics(theme().font("caption")).boundingRect(area, _WRAP, index.data(_DETAIL))
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
        area = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        is_engine = index.data(_NAME) is not None
        painter.setPen(colors.color("text_disabled" if not enabled else "text" if is_engine else "accent"))
        painter.setFont(option.font)
        title = index.data(Qt.ItemDataRole.DisplayRole)
        painter.drawText(area, _WRAP, title if enabled else f"{title} – not available")
        painter.setPen(colors.color("text_dim"))
        painter.setFont(colors.font("caption"))
        painter.drawText(area.adjusted(0, option.fontMetrics.height(), 0, 0), _WRAP, index.data(_DETAIL))
        painter.restore()
