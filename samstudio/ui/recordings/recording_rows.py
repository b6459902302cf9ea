"""The open recordings as rows of a list."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from samstudio.ui.parts import plain_tip

ROW = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RecordingRow:
    """What the list says of a recording."""

    name: str
    place: str
    """Its file or session's folder."""
    length: str
    """Empty: not known yet."""
    state: str
    """What is going on, or how many takes there are."""
    fraction: float | None = None
    """How far its separation is, 0..1; None: none runs."""
    is_modified: bool = False
    is_shown: bool = False
    has_failed: bool = False

    @property
    def title(self) -> str:
        """The name, with the mark of what is not saved, as in the window's title."""
        return f"{self.name}*" if self.is_modified else self.name

    @property
    def detail(self) -> str:
        """The line below the name."""
        return " · ".join(part for part in (self.length, self.state) if part)


class RecordingRows(QAbstractListModel):
    """One row a recording, in the order in which they were opened."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[RecordingRow, ...] = ()

    def show_rows(self, rows: tuple[RecordingRow, ...]) -> None:
        """Show these; selected rows stay selected where nothing was added or closed."""
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        elif rows != self.rows:
            self.rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many recordings are open."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What is painted, and what a screen reader speaks."""
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{row.name}\n{row.place}\n{row.detail}")
            case Qt.ItemDataRole.AccessibleTextRole:
                marks = (", not saved" if row.is_modified else "") + (", shown" if row.is_shown else "")
                return f"{row.name}: {row.detail}{marks}"
            case _:
                return row if role == ROW else None
