"""The span list: every mark with its times, to type, flip, mute, duplicate and delete."""

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QValidator
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QWidget,
)

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.empty_state import EmptyState, lay_out_list
from samstudio.ui.parts import ListKeys, Notice, make_panel, tool_button
from samstudio.ui.span_table import BAND, LENGTH, MODEL_FRAMES, SIGN, SpanTable, edited_span
from samstudio.ui.theme import theme

_Index = QModelIndex | QPersistentModelIndex


class SpanListPanel(QWidget):
    """Shows a Prompt's spans and asks for changes; edits nothing itself."""

    span_edited = Signal(int, object)
    """Index and the Span it shall become (typed, flipped, muted)."""
    span_added = Signal(object)
    """Span: a new one, or a copy."""
    span_deleted = Signal(int)
    span_selected = Signal(object)
    """Index, or None."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.table = SpanTable(self)
        self.table.span_edited.connect(self.span_edited)
        self.view = QTableView()
        self.notice = Notice()
        self._add_place = (0.0, 1.0)
        self._set_up_view()
        self._buttons = self._make_buttons()
        self._lay_out()
        self.show_prompt(Prompt(), 0.0)

    def _set_up_view(self) -> None:
        view = self.view
        view.setModel(self.table)
        view.setItemDelegate(_SpanDelegate(self.notice, view))
        view.setAccessibleName("Spans")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setAlternatingRowColors(True)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(theme().sizes["control"])
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(theme().space(7))
        view.setColumnHidden(MODEL_FRAMES, True)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.doubleClicked.connect(self._flip_at)
        view.selectionModel().selectionChanged.connect(self._tell_selection)
        keys = {Qt.Key.Key_Delete: self._delete, Qt.Key.Key_Backspace: self._delete}
        ListKeys(view, keys | {Qt.Key.Key_Return: self._enter, Qt.Key.Key_Enter: self._enter})

    def _make_buttons(self) -> list[QToolButton]:
        """The buttons that need a span."""
        specs = (
            ("flip", "Flip the sign", "flip_span", self._flip),
            ("mute", "Mute: keep, but do not use", "mute_span", self._mute),
            ("duplicate", "Duplicate", "duplicate_span", self._duplicate),
            ("delete", "Delete", "delete_span", self._delete),
        )
        buttons = []
        for picture, name, action, method in specs:
            button = tool_button(picture, name, action=action)
            button.clicked.connect(method)
            buttons.append(button)
        buttons[1].setCheckable(True)
        return buttons

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        self._adders = []
        for picture, sign in (("plus", Sign.PLUS), ("minus", Sign.MINUS)):
            name = f"Add a {'+' if sign is Sign.PLUS else '−'} span"
            button = tool_button(picture, name, role=picture, action=f"mark_{picture}")
            button.clicked.connect(lambda _=False, sign=sign: self._add(sign))
            self._adders.append(button)
            row.addWidget(button)
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        empty = EmptyState(
            "plus",
            "No spans yet",
            "Drag over the recording with the + tool where the sound is heard, and with the − tool where it is not.",
        )
        self._stack = lay_out_list(self, row, empty, self.view, self.notice)

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(80), max(theme().space(70), super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can still be read."""
        return QSize(max(theme().space(62), super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def show_prompt(self, prompt: Prompt, duration: float) -> None:
        """Show the spans of a clip of `duration` seconds (0: there is no clip)."""
        selected = self.selected
        with QSignalBlocker(self.view.selectionModel()):
            self.table.show(prompt, duration)
            if selected is not None and selected < len(prompt.spans):
                self.view.selectRow(selected)
        self._show_columns(any(span.is_box for span in prompt.spans))
        self._stack.setCurrentIndex(1 if prompt.spans else 0)
        for button in self._adders:
            button.setEnabled(duration > 0.0)
        self._show_buttons()

    def show_time_format(self) -> None:
        """Write times anew, in another format."""
        self.table.layoutChanged.emit()

    def _show_columns(self, has_boxes: bool) -> None:
        """Bands stand only where there are boxes; the last column takes the room that is left."""
        self.view.setColumnHidden(BAND, not has_boxes)
        last = BAND if has_boxes else LENGTH
        for column in (LENGTH, BAND):
            mode = QHeaderView.ResizeMode.Stretch if column == last else QHeaderView.ResizeMode.ResizeToContents
            self.view.horizontalHeader().setSectionResizeMode(column, mode)

    def show_selected_span(self, index: int | None) -> None:
        """Mark the span that is selected on the timeline, without telling it back."""
        if index == self.selected:
            return
        with QSignalBlocker(self.view.selectionModel()):
            if index is None or index >= self.table.rowCount():
                self.view.clearSelection()
                self.view.setCurrentIndex(QModelIndex())
            else:
                self.view.selectRow(index)
                self.view.scrollTo(self.table.index(index, SIGN))
        self.view.viewport().update()
        self._show_buttons()

    def show_add_place(self, start: float, end: float) -> None:
        """Where a new span goes: the selection, or a second at the playhead (seconds)."""
        self._add_place = (start, end)

    def show_model_frames(self, *, shown: bool) -> None:
        """Whether the 40 ms frames that SAM Audio works in are shown."""
        self.view.setColumnHidden(MODEL_FRAMES, not shown)

    @property
    def selected(self) -> int | None:
        """The selected span's index."""
        rows = self.view.selectionModel().selectedRows()
        return rows[0].row() if rows else None

    def _tell_selection(self) -> None:
        self._show_buttons()
        self.span_selected.emit(self.selected)

    def _show_buttons(self) -> None:
        index = self.selected
        for button in self._buttons:
            button.setEnabled(index is not None)
        self._buttons[1].setChecked(index is not None and self.table.spans[index].muted)

    def _enter(self) -> None:
        """Enter edits a cell; on the sign it flips."""
        index = self.view.currentIndex()
        # A cell's editor hands its own Enter on to the view.
        if not index.isValid() or self.view.state() == QAbstractItemView.State.EditingState:
            return
        if index.column() == SIGN:
            self._flip()
        else:
            self.view.edit(index)

    def _flip_at(self, index: QModelIndex) -> None:
        if index.column() == SIGN:
            self._flip()

    def _flip(self) -> None:
        if (index := self.selected) is not None:
            self.span_edited.emit(index, self.table.spans[index].flipped())

    def _mute(self) -> None:
        if (index := self.selected) is not None:
            span = self.table.spans[index]
            self.span_edited.emit(index, replace(span, muted=not span.muted))
        self._show_buttons()

    def _duplicate(self) -> None:
        """A copy right behind the span, as far as the clip has room."""
        if (index := self.selected) is not None:
            span = self.table.spans[index]
            self.span_added.emit(span.shifted(min(span.length, max(0.0, self.table.duration - span.end))))

    def _delete(self) -> None:
        if (index := self.selected) is not None:
            self.span_deleted.emit(index)

    def _add(self, sign: Sign) -> None:
        start, end = self._add_place
        end = min(end, self.table.duration)
        if end <= start:
            start = max(0.0, end - 1.0)
        self.span_added.emit(Span(start, end, sign))


class _CellValidator(QValidator):
    """Holds a cell open until its text means a span; says why when Enter is pressed on one that does not."""

    def __init__(self, editor: QLineEdit, table: SpanTable, row: int, column: int, notice: Notice) -> None:
        super().__init__(editor)
        self._table, self._row, self._column, self._notice = table, row, column, notice

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Acceptable, or not yet."""
        return (QValidator.State.Intermediate if self._fault(text) else QValidator.State.Acceptable), text, position

    def fixup(self, text: str) -> str:
        """Nothing is put right silently: what is wrong is said, what was typed stays."""
        self._notice.show_text(self._fault(text))
        return text

    def _fault(self, text: str) -> str | None:
        try:
            edited_span(self._table.spans[self._row], self._column, text, self._table.duration)
        except ValueError as fault:
            return str(fault)
        return None


class _SpanDelegate(QStyledItemDelegate):
    """Makes the line edits of the cells."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = notice

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """A line edit that refuses what means nothing."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        table = index.model()
        editor.setAlignment(Qt.AlignmentFlag.AlignRight if index.column() <= LENGTH else Qt.AlignmentFlag.AlignLeft)
        editor.setValidator(_CellValidator(editor, table, index.row(), index.column(), self._notice))
        self._notice.show_text(None)
        return editor

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        """A selected cell keeps its own colour: the sign must stay what it is."""
        super().initStyleOption(option, index)
        color = index.data(Qt.ItemDataRole.ForegroundRole)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, color)
        option.palette.setColor(QPalette.ColorRole.Highlight, theme().color("accent_soft"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The cell, framed while the keys go to it."""
        super().paint(painter, option, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme().color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def setModelData(self, editor: QWidget, model: SpanTable, index: _Index) -> None:
        """Hand over the typed text and put away an old complaint."""
        if model.setData(index, editor.text()):
            self._notice.show_text(None)
