"""The takes: every result so far, to switch, compare, star, annotate, rename and delete."""

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.comparing.comparison import Comparison
from samstudio.session.take import Take
from samstudio.ui.empty_state import EmptyState, lay_out_list
from samstudio.ui.fold import Fold
from samstudio.ui.keys.list_keys import ListKeys
from samstudio.ui.parts import ANY_SIZE, label, make_panel, tool_button
from samstudio.ui.takes.compare_bar import CompareBar
from samstudio.ui.takes.queued_takes import QueuedTakes
from samstudio.ui.takes.running_take import RunningTake
from samstudio.ui.takes.strength_slider import StrengthBar
from samstudio.ui.takes.take_card import TakeCard
from samstudio.ui.takes.take_details import TakeDetails
from samstudio.ui.takes.take_facts import take_facts
from samstudio.ui.takes.take_rows import TakeRows
from samstudio.ui.theme import theme

_DETAILS_SHARE = 3
_LIST_SHARE = 4
_HEIGHT_FOR_BOTH = 460
"""Logical pixels of the panel from which the list keeps its height while the details are open."""


class TakesPanel(QWidget):
    """Shows takes and requests changes. Takes are identified by their place in the document."""

    take_selected = Signal(int)
    take_renamed = Signal(int, str)
    take_deleted = Signal(int)
    take_starred = Signal(int, bool)
    take_noted = Signal(int, str)
    candidate_chosen = Signal(int, int)
    """Place of the take, number of the candidate."""
    other_requested = Signal()
    """A instead of B, or B instead of A."""
    matching_changed = Signal(bool)
    compare_requested = Signal()
    blind_test_requested = Signal()
    menu_requested = Signal(QPoint)
    """Where, on the screen; the take it is for is the current one."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self._comparison: Comparison | None = None
        self._matching = False
        self.rows = TakeRows(self)
        self.rows.renamed.connect(self.take_renamed)
        self.view = QListView()
        self._set_up_view()
        self.running, self.queued = RunningTake(), QueuedTakes()
        self.compare_bar = CompareBar()
        self.compare_bar.toggled.connect(self.other_requested)
        self.compare_bar.matching_changed.connect(self.matching_changed)
        self.strength_bar = StrengthBar()
        self.details = TakeDetails()
        self.details.noted.connect(self._on_noted)
        self.details.candidate_chosen.connect(self._on_candidate_chosen)
        self._make_buttons()
        self._lay_out()
        self.show_takes(())

    def _set_up_view(self) -> None:
        view, card = self.view, TakeCard(self.view)
        card.star_toggled.connect(lambda row: self._toggle_star(self.rows.place_at(row)))
        view.setModel(self.rows)
        view.setItemDelegate(card)
        view.setAccessibleName("Takes")
        view.setMouseTracking(True)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._ask_for_menu)
        # The current take stays in view when the height changes.
        view.verticalScrollBar().rangeChanged.connect(self._reveal_current)
        view.selectionModel().currentChanged.connect(self._on_row_changed)
        keys = {Qt.Key.Key_Delete: self._delete, Qt.Key.Key_Backspace: self._delete}
        ListKeys(view, keys)

    def _make_buttons(self) -> None:
        self.filter_button = tool_button("filter", "Show starred takes only")
        self.filter_button.setCheckable(True)
        self.filter_button.toggled.connect(self._on_filter_toggled)
        self.compare_button = tool_button("compare", "Compare settings", action="compare_settings")
        self.compare_button.clicked.connect(self.compare_requested)
        self.blind_button = tool_button("blind", "Blind A/B test", action="blind_test")
        self.blind_button.clicked.connect(self.blind_test_requested)
        self.star_button = tool_button("star", "Star the take", action="star_take")
        self.star_button.setCheckable(True)
        self.star_button.clicked.connect(lambda: self._toggle_star(self.rows.current_place))
        self.rename_button = tool_button("rename", "Rename the take", action="rename_take")
        self.rename_button.clicked.connect(self.rename)
        self.delete_button = tool_button("delete", "Delete the take", "Del")
        self.delete_button.clicked.connect(self._delete)
        self.fold = Fold(
            "Details", self.details, "Show the details of the take", "Note, candidates, prompt and settings."
        )
        self.fold.toggled.connect(self._refresh)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.filter_button)
        row.addStretch(1)
        for button in self._of_pair() + self._of_take():
            row.addWidget(button)
        empty = EmptyState(
            "takes",
            "No takes yet",
            "Each separation makes a take: a target and a residual, kept here to compare.",
        )
        self.none_starred = label(
            "No take has a star yet: click the star on a card, or turn the filter off.", "caption"
        )
        self.none_starred.setWordWrap(True)
        page = QWidget()
        # In a low panel it would count while it is hidden, and the take that is being made would be squeezed.
        page.setMinimumHeight(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(self.none_starred)
        column.addWidget(self.view, _LIST_SHARE)
        self._bars = QWidget()
        bars = QVBoxLayout(self._bars)
        bars.setContentsMargins(0, 0, 0, 0)
        bars.setSpacing(theme().space(2))
        bars.addWidget(self.compare_bar)
        bars.addWidget(self.strength_bar)
        column.addWidget(self._bars)
        column.addWidget(self.fold)
        column.addWidget(self.details, _DETAILS_SHARE)
        self._stack = lay_out_list(self, row, empty, page, self.running, self.queued)
        # Below the first take, while that is being made.
        self._stack.addWidget(QWidget())
        self._refresh()

    def _of_take(self) -> list[QToolButton]:
        """The buttons that need a take."""
        return [self.star_button, self.rename_button, self.delete_button]

    def _of_pair(self) -> list[QToolButton]:
        """The buttons that need two takes."""
        return [self.compare_button, self.blind_button]

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(60), max(theme().space(100), super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can still be read."""
        return QSize(max(theme().space(45), super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height has room for other parts."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a low panel the details take all the room but the current take's, whose they are."""
        gives_way = self.fold.isChecked() and self.height() < _HEIGHT_FOR_BOTH
        self._bars.setHidden(gives_way)
        around = self.view.height() - self.view.viewport().height()
        card = self.view.sizeHintForRow(max(0, self.view.currentIndex().row())) + around
        self.view.setMaximumHeight(card if gives_way and self.rows.rowCount() else ANY_SIZE)

    def show_takes(self, takes: tuple[Take, ...]) -> None:
        """Show all takes, in the order they were made, those from a residual below their source."""
        with QSignalBlocker(self.view.selectionModel()):
            self.rows.show_takes(takes)
        self._show_page()
        self.filter_button.setEnabled(bool(takes))
        self._refresh()

    def show_running(self, name: str | None) -> None:
        """The name of the take that is being made, or None."""
        self.running.show_take(name)
        self._show_page()

    def show_queued(self, name: str) -> None:
        """The name of the take that will be made."""
        self.running.show_queued(name)
        self._show_page()

    def _show_page(self) -> None:
        self._stack.setCurrentIndex(1 if self.rows.takes else 0 if self.running.isHidden() else 2)

    def show_current(self, take: Take | None) -> None:
        """Mark the current take, or none."""
        self.rows.show_current(take)
        self._refresh()
        self._reveal_current()

    def _reveal_current(self) -> None:
        if self.view.currentIndex().isValid():
            self.view.scrollTo(self.view.currentIndex())

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Mark A and B, and how loud they are made."""
        self._comparison = comparison
        self.rows.show_comparison(comparison)
        self._refresh()

    def show_matching(self, *, matching: bool) -> None:
        """Whether A and B are made equally loud."""
        self._matching = matching
        self._refresh()

    def show_time_format(self) -> None:
        """Write the times in the current format."""
        self._refresh()

    def show_clip_rate(self, sample_rate: int, frames: int) -> None:
        """The clip's rate and length, by which a cancelled take and its end are recognised."""
        self.rows.show_clip(sample_rate, frames)

    @Slot()
    def _refresh(self) -> None:
        place = self.rows.current_place
        take = self.rows.takes[place] if place is not None else None
        row = self.rows.row_of(place)
        with QSignalBlocker(self.view.selectionModel()):
            self.view.setCurrentIndex(self.rows.index(row) if row is not None else QModelIndex())
        self.view.viewport().update()
        names = {other.id: other.name for other in self.rows.takes}
        self.compare_bar.show_comparison(self._comparison, take.id if take else "", names, matching=self._matching)
        self.none_starred.setVisible(not self.rows.rowCount())
        self.star_button.setChecked(take is not None and take.starred)
        self.strength_bar.show_take(take)
        for button in self._of_take():
            button.setEnabled(take is not None)
        for button in self._of_pair():
            button.setEnabled(self._comparison is not None)
        self._make_room()
        if self.fold.isChecked():
            self.details.show_take(take, self.facts_of(take) if take is not None else {})

    def facts_of(self, take: Take) -> dict[str, str]:
        """What made a take, as names and values."""
        names = {other.id: other.name for other in self.rows.takes}
        return take_facts(take, self.rows.stopped_at(take), names)

    def rename(self) -> None:
        """Type another name over the current take's."""
        if self.view.currentIndex().isValid():
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.view.edit(self.view.currentIndex())

    def edit_note(self) -> None:
        """Open the details with the cursor in the note."""
        self.fold.setChecked(True)
        self.details.edit_note()

    def _on_row_changed(self, now: QModelIndex) -> None:
        if now.isValid() and self.rows.place_at(now.row()) != self.rows.current_place:
            self.take_selected.emit(self.rows.place_at(now.row()))

    def _toggle_star(self, place: int | None) -> None:
        if place is not None:
            self.take_starred.emit(place, not self.rows.takes[place].starred)
        self._refresh()

    def _delete(self) -> None:
        if self.view.currentIndex().isValid():
            self.take_deleted.emit(self.rows.place_at(self.view.currentIndex().row()))

    def _ask_for_menu(self, place: QPoint) -> None:
        if self.view.currentIndex().isValid():
            self.menu_requested.emit(self.view.viewport().mapToGlobal(place))

    def _on_noted(self, take: str, text: str) -> None:
        # By its id: the takes may have changed while it was typed.
        place = next((place for place, other in enumerate(self.rows.takes) if other.id == take), None)
        if place is not None:
            self.take_noted.emit(place, text)

    def _on_candidate_chosen(self, number: int) -> None:
        if self.rows.current_place is not None:
            self.candidate_chosen.emit(self.rows.current_place, number)

    def _on_filter_toggled(self, only: bool) -> None:
        with QSignalBlocker(self.view.selectionModel()):
            self.rows.show_starred_only(only)
        self._refresh()
