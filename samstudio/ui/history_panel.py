"""The history: every edit by its name, to go back or forward to."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QUndoGroup
from PySide6.QtWidgets import QHBoxLayout, QStyledItemDelegate, QStyleOptionViewItem, QUndoView, QWidget

from samstudio.ui.empty_state import EmptyState, lay_out_list
from samstudio.ui.keys.action_rows import paint_ground, row_area
from samstudio.ui.parts import make_panel, tool_button
from samstudio.ui.theme import theme

_OPENED = "Opened"


class HistoryPanel(QWidget):
    """The undo stack as a list; the marked row is the current state, the dim ones below it were undone."""

    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.view = QUndoView()
        self.view.setEmptyLabel(_OPENED)
        self.view.setItemDelegate(_StepDelegate(self.view))
        self.view.setAccessibleName("History")
        self.view.setAccessibleDescription("The selected row is the current state. Up undoes, Down redoes.")
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.undo_button = tool_button("undo", "Undo", action="undo")
        self.redo_button = tool_button("redo", "Redo", action="redo")
        self.undo_button.clicked.connect(self.undo_requested)
        self.redo_button.clicked.connect(self.redo_requested)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        empty = EmptyState(
            "history",
            "No edits yet",
            "Edits of the prompt, spans and markers are listed here, and corrections and deletions of takes. "
            "Click one to go back to it.",
        )
        self._stack = lay_out_list(self, row, empty, self.view)

    def follow(self, stacks: QUndoGroup) -> None:
        """Show the active one of these stacks."""
        self.view.setGroup(stacks)
        for changed, button in (
            (stacks.canUndoChanged, self.undo_button),
            (stacks.canRedoChanged, self.redo_button),
        ):
            button.setEnabled(False)
            changed.connect(button.setEnabled)

    def show_open(self, is_open: bool) -> None:
        """Whether a recording is open: without one there is nothing to list."""
        self._stack.setCurrentIndex(1 if is_open else 0)

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(60), max(theme().space(100), super().sizeHint().height()))


class _StepDelegate(QStyledItemDelegate):
    """One line for each edit; undone ones are dim and struck through."""

    def __init__(self, view: QUndoView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line with air."""
        return QSize(120, option.fontMetrics.height() + theme().space(2.5))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one edit."""
        current = self._view.currentIndex().row()
        painter.save()
        paint_ground(painter, option)
        font = theme().font(bold=index.row() == current)
        font.setStrikeOut(index.row() > current)
        painter.setFont(font)
        painter.setPen(theme().color("text" if index.row() <= current else "text_dim"))
        area = row_area(option)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()
