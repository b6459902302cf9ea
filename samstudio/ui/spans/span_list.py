"""The list of spans, suggested spans last: select, type times, flip, mute, duplicate, delete."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QToolButton, QWidget

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.empty_state import EmptyState, lay_out_list
from samstudio.ui.keys.list_keys import ListKeys
from samstudio.ui.parts import NoticeBar, make_panel, tool_button
from samstudio.ui.spans.span_delegate import SpanDelegate
from samstudio.ui.spans.span_table import BAND, MODEL_FRAMES, SIGN, SpanTable
from samstudio.ui.spans.span_view import SpanView
from samstudio.ui.spans.suggestion_bar import SuggestionBar
from samstudio.ui.theme import theme

_BUTTONS = (
    ("flip", "Flip the sign", "flip_span"),
    ("mute", "Mute: keep, but do not use", "mute_span"),
    ("duplicate", "Duplicate", "duplicate_span"),
    ("delete", "Delete", "delete_span"),
)
_NONE = (
    "No spans yet",
    "Drag over the recording with the + tool where the sound is heard, and with the − tool where it is not.",
)
"""What is missing, and how to get it."""
_ASIDE = "Back to the recording brings them back. Drag with the + and − tools to mark what is heard in the residual."


class SpanListPanel(QWidget):
    """Shows a Prompt's spans and the suggested spans, and requests changes; edits nothing itself."""

    spans_edited = Signal(object)
    """dict[int, Span]: what was typed."""
    span_added = Signal(object)
    """Span: a new one."""
    spans_selected = Signal(object)
    """tuple[int, ...], the primary one last."""
    suggestion_selected = Signal(object)
    """Index."""
    action_requested = Signal(str)
    """The name of an action on what is selected."""
    menu_requested = Signal(QPoint)
    """Global position."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self.table = SpanTable(self)
        self.table.span_edited.connect(lambda index, span: self.spans_edited.emit({index: span}))
        self.view = SpanView(self.table)
        self.notice = NoticeBar()
        self.suggestion_bar = SuggestionBar()
        self.suggestion_bar.action_requested.connect(self.action_requested)
        self._add_place = (0.0, 1.0)
        self._selected: tuple[int, ...] = ()
        self._suggestion: int | None = None
        self._is_silenced = False
        self._connect_view()
        self._buttons = self._make_buttons()
        self._lay_out()
        self.show_prompt(Prompt(), 0.0)

    def _connect_view(self) -> None:
        view = self.view
        view.setItemDelegate(SpanDelegate(self.table, self.notice, view))
        view.customContextMenuRequested.connect(self._ask_for_menu)
        view.doubleClicked.connect(self._flip_at)
        view.selectionModel().selectionChanged.connect(self._on_rows_selected)
        keys = dict.fromkeys((Qt.Key.Key_Delete, Qt.Key.Key_Backspace), self._delete)
        ListKeys(view, keys | dict.fromkeys((Qt.Key.Key_Return, Qt.Key.Key_Enter), self._enter))

    def _make_buttons(self) -> list[QToolButton]:
        """The buttons that need a span."""
        buttons = []
        for icon_name, name, action in _BUTTONS:
            button = tool_button(icon_name, name, action=action)
            button.clicked.connect(lambda _=False, action=action: self._request(action))
            buttons.append(button)
        buttons[1].setCheckable(True)
        return buttons

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        self._adders = []
        for icon_name, sign in (("plus", Sign.PLUS), ("minus", Sign.MINUS)):
            name = f"Add a {'+' if sign is Sign.PLUS else '−'} span"
            button = tool_button(icon_name, name, role=icon_name, action=f"mark_{icon_name}")
            button.clicked.connect(lambda _=False, sign=sign: self._add(sign))
            self._adders.append(button)
            row.addWidget(button)
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        self._empty = EmptyState("plus", *_NONE)
        self._stack = lay_out_list(self, row, self._empty, self.view, self.notice, self.suggestion_bar)

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(80), max(theme().space(70), super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can still be read."""
        return QSize(max(theme().space(65), super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def show_prompt(self, prompt: Prompt, duration: float) -> None:
        """Show the spans of a clip of `duration` seconds (0: there is no clip)."""
        with self._silenced():
            self.table.show(prompt, duration)
        self.view.setColumnHidden(BAND, not any(span.is_box for span in prompt.spans))
        self.view.fit_columns()
        for button in self._adders:
            button.setEnabled(duration > 0.0)
        self._show_rows()

    def show_aside(self, count: int) -> None:
        """Say how many spans of the recording are put aside while a residual is separated."""
        if count:
            self._empty.show_text(f"{count} {'span is' if count == 1 else 'spans are'} put aside", _ASIDE)
        else:
            self._empty.show_text(*_NONE)

    def show_suggestions(self, suggestions: tuple[Span, ...]) -> None:
        """Show the suggested spans below the spans."""
        with self._silenced():
            self.table.show_suggestions(suggestions)
        self.view.fit_columns()
        self._show_rows()

    def show_time_format(self) -> None:
        """Write the times in the current format."""
        self.table.layoutChanged.emit()
        self.view.fit_columns()

    @contextmanager
    def _silenced(self) -> Iterator[None]:
        """Selection changes inside this come from what is shown, not from the user, and are not reported."""
        self._is_silenced = True
        try:
            yield
        finally:
            self._is_silenced = False

    def show_selected_spans(self, indices: tuple[int, ...]) -> None:
        """Select the rows of the spans selected on the timeline, the primary one last; nothing is emitted."""
        self._selected = indices
        self._show_rows()

    def show_selected_suggestion(self, index: int | None) -> None:
        """Select the row of the suggested span selected on the timeline; nothing is emitted."""
        self._suggestion = index
        self._show_rows()

    def _show_rows(self) -> None:
        """Bring the selected rows, the buttons and the bar to what is selected."""
        self._stack.setCurrentIndex(1 if self.table.rowCount() else 0)
        self.suggestion_bar.show_suggestions(len(self.table.suggestions), self._suggestion)
        self._show_buttons()
        rows = [index for index in self._selected if index < len(self.table.spans)]
        if self._suggestion is not None and self._suggestion < len(self.table.suggestions):
            rows = [len(self.table.spans) + self._suggestion]
        if set(rows) == set(self.view.selected_rows()):
            return
        chosen = QItemSelection()
        for first, last in _runs(rows):
            chosen.select(self.table.index(first, SIGN), self.table.index(last, MODEL_FRAMES))
        model, flag = self.view.selectionModel(), QItemSelectionModel.SelectionFlag
        with self._silenced():
            model.select(chosen, flag.ClearAndSelect)
            if not rows:
                model.setCurrentIndex(QModelIndex(), flag.NoUpdate)
            elif model.currentIndex().row() != rows[-1]:
                model.setCurrentIndex(self.table.index(rows[-1], SIGN), flag.NoUpdate)
        if rows:
            self.view.scrollTo(self.table.index(rows[-1], SIGN))

    def show_add_place(self, start: float, end: float) -> None:
        """Where a new span goes: the selection, or a second at the playhead (seconds)."""
        self._add_place = (start, end)

    def show_frame_grid(self, grid: FrameGrid | None) -> None:
        """Show the frames in which a model sees time, or none."""
        self.table.show_frame_grid(grid)
        self.view.setColumnHidden(MODEL_FRAMES, grid is None)
        self.view.fit_columns()

    @property
    def selected(self) -> tuple[int, ...]:
        """The selected spans, the primary one last."""
        return self._selected

    def _on_rows_selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        """Report the selected rows, those just selected last; a suggested span is only ever selected alone."""
        if self._is_silenced:
            return
        fresh = dict.fromkeys(index.row() for index in selected.indexes())
        rows = [row for row in self.view.selected_rows() if row not in fresh] + list(fresh)
        self._selected = tuple(row for row in rows if not self.table.is_suggestion(row))
        self._suggestion = rows[-1] - len(self.table.spans) if rows and not self._selected else None
        self._show_rows()
        if self._suggestion is not None:
            self.suggestion_selected.emit(self._suggestion)
        else:
            self.spans_selected.emit(self._selected)

    def _show_buttons(self) -> None:
        spans = [self.table.spans[index] for index in self._selected if index < len(self.table.spans)]
        flip, mute, duplicate, delete = self._buttons
        for button in (flip, mute, duplicate):
            button.setEnabled(bool(spans))
        delete.setEnabled(bool(spans) or self._suggestion is not None)
        mute.setChecked(bool(spans) and all(span.muted for span in spans))

    def _request(self, action: str) -> None:
        self.action_requested.emit(action)
        self._show_buttons()

    def _ask_for_menu(self, place: QPoint) -> None:
        self.menu_requested.emit(self.view.viewport().mapToGlobal(place))

    def _enter(self) -> None:
        """Enter edits a cell; on the sign it flips, and it accepts a suggested span."""
        index = self.view.currentIndex()
        # A cell's editor hands its own Enter on to the view.
        if not index.isValid() or self.view.state() == QAbstractItemView.State.EditingState:
            return
        if self.table.is_suggestion(index.row()):
            self._request("accept_suggestion")
        elif index.column() == SIGN:
            self._request("flip_span")
        else:
            self.view.edit(index)

    def _flip_at(self, index: QModelIndex) -> None:
        if self.table.is_suggestion(index.row()):
            self._request("accept_suggestion")
        elif index.column() == SIGN:
            self._request("flip_span")

    def _delete(self) -> None:
        self._request("delete_span")

    def _add(self, sign: Sign) -> None:
        start, end = self._add_place
        end = min(end, self.table.duration)
        if end <= start:
            start = max(0.0, end - 1.0)
        self.span_added.emit(Span(start, end, sign))


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of the rows that follow one another: Qt looks through all parts of a selection for every cell."""
    first = last = None
    for row in rows:
        if first is None or last is None:
            first = row
        elif row != last + 1:
            yield first, last
            first = row
        last = row
    if first is not None and last is not None:
        yield first, last
