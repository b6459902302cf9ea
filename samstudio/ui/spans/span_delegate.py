"""How the cells of the span list are painted and typed into."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter, QPalette, QValidator
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from samstudio.ui.parts import NoticeBar
from samstudio.ui.spans.span_table import LENGTH, SpanTable, edited_span
from samstudio.ui.theme import theme

_Index = QModelIndex | QPersistentModelIndex


class _CellValidator(QValidator):
    """Keeps a cell open until its text is valid; says what is wrong when Enter is pressed before."""

    def __init__(self, editor: QLineEdit, table: SpanTable, row: int, column: int, notice: NoticeBar) -> None:
        super().__init__(editor)
        self._table, self._row, self._column, self._notice = table, row, column, notice

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Acceptable, or not yet."""
        return (QValidator.State.Intermediate if self._fault(text) else QValidator.State.Acceptable), text, position

    def fixup(self, text: str) -> str:
        """Nothing is corrected silently: the fault is shown, what was typed stays."""
        self._notice.show_text(self._fault(text))
        return text

    def _fault(self, text: str) -> str | None:
        try:
            edited_span(self._table.spans[self._row], self._column, text, self._table.duration)
        except ValueError as fault:
            return str(fault)
        return None


class SpanDelegate(QStyledItemDelegate):
    """Makes the line edits of the cells."""

    def __init__(self, table: SpanTable, notice: NoticeBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._table, self._notice = table, notice

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """A line edit that refuses invalid text."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(str(self._table.headerData(index.column(), Qt.Orientation.Horizontal)))
        editor.setAlignment(Qt.AlignmentFlag.AlignRight if index.column() <= LENGTH else Qt.AlignmentFlag.AlignLeft)
        editor.setValidator(_CellValidator(editor, self._table, index.row(), index.column(), self._notice))
        self._notice.show_text(None)
        return editor

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        """A selected cell keeps its own colour: the sign must stay what it is."""
        super().initStyleOption(option, index)
        color = index.data(Qt.ItemDataRole.ForegroundRole)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, color)
        option.palette.setColor(QPalette.ColorRole.Highlight, theme().color("accent_soft"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The cell, framed while it has the focus."""
        super().paint(painter, option, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme().color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Hand over the typed text and hide an older message."""
        if isinstance(editor, QLineEdit) and model.setData(index, editor.text()):
            self._notice.show_text(None)
