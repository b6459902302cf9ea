"""The list of actions and their keys."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from samstudio.ui.keys.action_rows import paint_aside, paint_ground, paint_keys, paint_title, row_area
from samstudio.ui.keys.word_search import score
from samstudio.ui.parts import native_keys
from samstudio.ui.theme import theme

ROW = Qt.ItemDataRole.UserRole
CHANGED = "changed"
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class KeyRow:
    """An action: `name` is what the code calls it, `keys` are portable, `is_changed` means not as in the preset."""

    name: str
    text: str
    group: str
    keys: tuple[str, ...] = ()
    is_changed: bool = False

    @property
    def state(self) -> str:
        """Whether it was changed, in a word."""
        return CHANGED if self.is_changed else ""

    @property
    def spoken(self) -> str:
        """The row in words."""
        keys = " or ".join(map(native_keys, self.keys)) or "no key"
        return ", ".join(part for part in (self.text, self.group, keys, self.state) if part)

    def fits(self, typed: str) -> bool:
        """Whether every typed word is found in the text, the group, the keys or the word "changed"."""
        more = " ".join((self.group, *map(native_keys, self.keys), self.state))
        return score(typed, self.text, more=more) is not None


class KeyRows(QAbstractListModel):
    """The rows that fit what is searched for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[KeyRow] = []

    def show_rows(self, rows: list[KeyRow]) -> None:
        """Show these; where they are the same actions as before, the selection stays."""
        if [row.name for row in rows] == [row.name for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One for each action."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The action's text, the row in words, or the KeyRow."""
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
        return row if role == ROW else None


class KeyRowDelegate(QStyledItemDelegate):
    """Text and menu on the left; the keys, and whether they were changed, on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """One line with air."""
        return QSize(240, option.fontMetrics.height() + theme().space(3.5))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        row, unit = index.data(ROW), theme().space()
        painter.save()
        paint_ground(painter, option)
        area = row_area(option)
        area.setRight(area.right() - paint_keys(painter, area, row.keys) - 2 * unit)
        area.setRight(area.right() - paint_aside(painter, area, row.state, "accent") - 3 * unit)
        paint_title(painter, area, row.text, row.group)
        painter.restore()
