"""The takes as rows of a list: those that came from a residual below the take it belongs to."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from samstudio.session.comparing.comparison import Comparison
from samstudio.session.take import Take
from samstudio.session.take_tree import tree_order
from samstudio.ui.parts import plain_tip
from samstudio.ui.takes.take_text import (
    describe_take,
    part_line,
    prompt_line_below_name,
    scores_line,
    state_line,
    work_line,
)
from samstudio.ui.theme import notifier

TAKE = Qt.ItemDataRole.UserRole
CURRENT = Qt.ItemDataRole.UserRole + 1
DEPTH = Qt.ItemDataRole.UserRole + 2
LETTER = Qt.ItemDataRole.UserRole + 3
"""`A` or `B` for the two that are compared."""
LINES = Qt.ItemDataRole.UserRole + 4
"""The lines below the name: tuple of (text, role of its colour, whether the user wrote it)."""
_Index = QModelIndex | QPersistentModelIndex


class TakeRows(QAbstractListModel):
    """Rows are in the tree's order, and may be only the starred ones; a place is an index into the takes.

    A typed name is emitted, not stored.
    """

    renamed = Signal(int, str)
    """Place and name."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.takes: tuple[Take, ...] = ()
        self._order: tuple[tuple[int, int], ...] = ()
        self._current = ""
        self._is_heard = True
        self._comparison: Comparison | None = None
        self._starred_only = False
        self._rate, self._frames = 0, 0
        # Counting a thousand spans at every paint would be slow.
        self._lines: dict[Take, tuple[tuple[str, str, bool], ...]] = {}
        notifier.theme_changed.connect(self._repaint)

    def show_takes(self, takes: tuple[Take, ...]) -> None:
        """Show all takes; rows that stay the same takes stay the same rows."""
        kept = set(takes)
        self._lines = {take: lines for take, lines in self._lines.items() if take in kept}
        before = [self.takes[place].id for place, _ in self._order]
        order = tuple(
            (place, depth) for place, depth in tree_order(takes) if takes[place].starred or not self._starred_only
        )
        if [takes[place].id for place, _ in order] == before:
            self.takes, self._order = takes, order
            self._repaint()
            return
        self.beginResetModel()
        self.takes, self._order = takes, order
        self.endResetModel()

    def show_starred_only(self, only: bool) -> None:
        """Show all, or only those with a star."""
        self._starred_only = only
        self.show_takes(self.takes)

    def show_current(self, take: Take | None) -> None:
        """Mark the current take; the caller repaints the view."""
        self._current = take.id if take is not None else ""

    def show_heard(self, *, heard: bool) -> None:
        """Whether the current take is what the lanes show, not the one that is being made."""
        self._is_heard = heard
        self._repaint()

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Mark A and B; the caller repaints the view."""
        self._comparison = comparison

    def show_clip(self, rate: int, frames: int) -> None:
        """The clip's rate in Hz and length in frames."""
        self._rate, self._frames = rate, frames
        self._lines.clear()
        self._repaint()

    @property
    def current_place(self) -> int | None:
        """The index of the current take."""
        return next((place for place, take in enumerate(self.takes) if take.id == self._current), None)

    def row_of(self, place: int | None) -> int | None:
        """The row that shows a take; None where it is not shown."""
        return next((row for row, (other, _) in enumerate(self._order) if other == place), None)

    def place_at(self, row: int) -> int:
        """Which take a row shows."""
        return self._order[row][0]

    def neighbour(self, step: int) -> int | None:
        """The place of the take so many rows below the current one, or above for a negative number."""
        row, count = self.row_of(self.current_place), self.rowCount()
        if not count:
            return None
        goal = (0 if step > 0 else count - 1) if row is None else row + step
        return self.place_at(goal) if 0 <= goal < count else None

    def stopped_at(self, take: Take) -> float | None:
        """Seconds up to which a cancelled take reaches; None for a whole one."""
        return take.frames_done / self._rate if self._rate and take.frames_done < self._frames else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many takes are shown."""
        return 0 if parent.isValid() else len(self._order)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """A name can be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What the card paints and a screen reader speaks."""
        place, depth = self._order[index.row()]
        take = self.takes[place]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return take.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(describe_take(take, self.stopped_at(take)))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(take)
        if role == TAKE:
            return take
        if role == CURRENT:
            return take.id == self._current and self._is_heard
        if role == DEPTH:
            return depth
        if role == LINES:
            return self._lines_of(take)
        return self._letter(take) if role == LETTER else None

    def _lines_of(self, take: Take) -> tuple[tuple[str, str, bool], ...]:
        if take not in self._lines:
            stopped = self.stopped_at(take)
            lines = (
                (prompt_line_below_name(take), "text_dim", False),
                (part_line(take), "text_dim", False),
                (work_line(take, stopped), "warning" if stopped is not None else "text_dim", False),
                (state_line(take), "text_dim", False),
                (scores_line(take), "text_dim", False),
                (take.note.split("\n")[0], "text", True),
            )
            self._lines[take] = tuple(line for line in lines if line[0])
        return self._lines[take]

    def _letter(self, take: Take) -> str:
        return self._comparison.letter(take.id) if self._comparison is not None else ""

    def _spoken(self, take: Take) -> str:
        source = next((other.name for other in self.takes if other.id == take.source), "")
        parts = (
            "Current take. " if take.id == self._current and self._is_heard else "",
            f"{self._letter(take)}. " if self._letter(take) else "",
            f"From the residual of {source}. " if source else "",
        )
        return "".join(parts) + describe_take(take, self.stopped_at(take))

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Emit a typed name, unless it is empty or the same."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name:
            return False
        place = self.place_at(index.row())
        if name != self.takes[place].name:
            self.renamed.emit(place, name)
        return True

    def _repaint(self) -> None:
        if self._order:
            self.dataChanged.emit(self.index(0), self.index(len(self._order) - 1))
