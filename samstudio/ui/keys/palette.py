"""The command palette: type a few letters, press Enter."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.keys.action_rows import paint_aside, paint_ground, paint_keys, paint_title, row_area
from samstudio.ui.keys.word_search import score
from samstudio.ui.parts import explain, label, native_keys, search_field
from samstudio.ui.theme import theme

_ENTRY = Qt.ItemDataRole.UserRole
_ROWS = 11
_FROM_TOP = 72
_REFUSED = 0.5
"""Points subtracted from an entry that cannot be chosen now."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class PaletteEntry:
    """One action: `kind` and `name` identify it for the caller."""

    kind: str
    name: str
    text: str
    group: str
    keys: tuple[str, ...] = ()
    note: str = ""
    """Its state, such as "on"."""
    refusal: str = ""
    """Why it cannot be done now; empty if it can."""
    words: str = ""
    """Other words that find it."""

    @property
    def spoken(self) -> str:
        """The row in words."""
        first = tuple(map(native_keys, self.keys[:1]))
        return ", ".join(part for part in (self.text, self.group, *first, self.note, self.refusal) if part)


def find(entries: Sequence[PaletteEntry], typed: str) -> list[PaletteEntry]:
    """The entries that fit what is typed, best first; in their own order where nothing is typed."""
    scored = []
    for place, entry in enumerate(entries):
        points = score(typed, entry.text, more=" ".join((entry.group, entry.words, *map(native_keys, entry.keys))))
        if points is not None:
            points = points - _REFUSED * bool(entry.refusal) if typed.strip() else -100.0 * bool(entry.refusal)
            scored.append((-points, place, entry))
    return [entry for _, _, entry in sorted(scored, key=lambda row: row[:2])]


class CommandPalette(QDialog):
    """Opens over the upper middle of the window; the field keeps the focus, the arrows move in the list."""

    chosen = Signal(object)
    """The chosen PaletteEntry, once the palette is closed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle("Find an action")
        self.setProperty("look", "palette")
        self._owner = parent
        self._entries: tuple[PaletteEntry, ...] = ()
        self.search = search_field("Find an action", "What do you want to do?")
        self.search.setProperty("look", "palette")
        explain(self.search, "Find an action", more="Up and Down select, Enter runs, Esc closes.")
        self.search.setToolTip("")
        self.search.textChanged.connect(self._find)
        self.search.installEventFilter(self)
        self.rows = _PaletteRows(self)
        self.view = QListView()
        self.view.setModel(self.rows)
        self.view.setItemDelegate(_EntryDelegate(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setAccessibleName("Actions")
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.entered.connect(self.view.setCurrentIndex)
        self.view.clicked.connect(self._choose)
        self.view.selectionModel().currentChanged.connect(self._announce_row)
        self._nothing = label("No match. Try another word.", "dim")
        self._lay_out()

    def _lay_out(self) -> None:
        unit = theme().space()
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        column.setSpacing(2 * unit)
        column.addWidget(self.search)
        column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.view)

    def ask(self, entries: Sequence[PaletteEntry]) -> None:
        """Open with these entries, nothing typed."""
        self._entries = tuple(entries)
        self.search.clear()
        self._find("")
        window = self._owner.window()
        width = min(theme().space(160), window.width() - theme().space(16))
        self.setFixedWidth(width)
        place = window.mapToGlobal(window.rect().topLeft())
        self.move(place.x() + (window.width() - width) // 2, place.y() + _FROM_TOP)
        self.show()
        self.search.setFocus()
        self._announce_row()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field's up, down and page keys move in the list, wrapping round; Enter chooses."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_PageUp: 1 - _ROWS,
                Qt.Key.Key_PageDown: _ROWS - 1,
            }.get(Qt.Key(event.key()))
            if steps:
                self._step(steps)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose()
                return True
            # There is only one field: Tab must not leave it.
            if event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
                return True
        return super().eventFilter(watched, event)

    def _step(self, steps: int) -> None:
        count, now = self.rows.rowCount(), self.view.currentIndex().row()
        if count:
            goal = (now + steps) % count if abs(steps) == 1 else min(max(now + steps, 0), count - 1)
            self.view.setCurrentIndex(self.rows.index(goal))

    def _find(self, typed: str) -> None:
        self.rows.show_entries(find(self._entries, typed))
        self.view.setCurrentIndex(self.rows.index(0))
        count = self.rows.rowCount()
        self._nothing.setVisible(not count)
        self.view.setVisible(bool(count))
        self.view.setFixedHeight(min(count, _ROWS) * self.view.sizeHintForRow(0))
        self.view.scrollToTop()
        self.adjustSize()

    def _choose(self) -> None:
        entry = self.view.currentIndex().data(_ENTRY)
        if entry is None:
            return
        if entry.refusal:
            self._announce_row()
            return
        self.accept()
        self.chosen.emit(entry)

    def _announce_row(self) -> None:
        # The field keeps the focus, so a screen reader would not notice that the list moved.
        entry = self.view.currentIndex().data(_ENTRY)
        if entry is not None and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, entry.spoken))


class _PaletteRows(QAbstractListModel):
    """What was found."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[PaletteEntry] = []

    def show_entries(self, entries: list[PaletteEntry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return entry.spoken
        return entry if role == _ENTRY else None


class _EntryDelegate(QStyledItemDelegate):
    """Text and group on the left; key, or why not, on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """One line with air."""
        return QSize(200, option.fontMetrics.height() + theme().space(4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        entry, unit = index.data(_ENTRY), theme().space()
        painter.save()
        paint_ground(painter, option)
        area = row_area(option)
        area.setRight(area.right() - paint_keys(painter, area, entry.keys[:1], dim=bool(entry.refusal)) - 2 * unit)
        area.setRight(area.right() - paint_aside(painter, area, entry.refusal or entry.note) - 3 * unit)
        paint_title(painter, area, entry.text, entry.group, dim=bool(entry.refusal))
        painter.restore()
