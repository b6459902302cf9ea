"""The markers as a table: time and name, both of which can be typed."""

from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from samstudio.session.labels.marker import Marker, Markers
from samstudio.ui.spans.table_headers import header_data
from samstudio.ui.time_formats import time_format

TIME, NAME = range(2)
_HEADERS = {
    TIME: ("Time", "Type 1.5 or 1:02.5."),
    NAME: ("Name", "What the marker is called. F2 renames it."),
}
_Index = QModelIndex | QPersistentModelIndex


class MarkerTable(QAbstractTableModel):
    """Shows markers; what is typed is reported, and shown when it comes back."""

    marker_edited = Signal(int, object)
    """Index, and the Marker in its place."""
    refused = Signal(str)
    """Why what was typed is no time, in a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.markers: Markers = ()
        self.duration = 0.0

    def show_markers(self, markers: Markers, duration: float) -> None:
        """Show the markers of a recording of `duration` seconds."""
        self.beginResetModel()
        self.markers, self.duration = markers, duration
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row a marker."""
        return 0 if parent.isValid() else len(self.markers)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Time and name."""
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, and what each means."""
        return header_data(_HEADERS, _alignment, section, orientation, role)

    def flags(self, _index: _Index) -> Qt.ItemFlag:
        """Every cell can be typed."""
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and alignment of a cell."""
        marker = self.markers[index.row()]
        time = time_format().text(marker.time)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return time if index.column() == TIME else marker.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"marker “{marker.name}” at {time}" if index.column() == TIME else f"name {marker.name}"
            case Qt.ItemDataRole.ToolTipRole:
                return "Enter or a double click goes there, F2 renames it."
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Report the marker with what was typed."""
        if role != Qt.ItemDataRole.EditRole or value == self.data(index):
            return False
        marker = self.markers[index.row()]
        try:
            edited = (
                replace(marker, name=str(value)) if index.column() == NAME else marker.moved(self._time(str(value)))
            )
        except ValueError as fault:
            self.refused.emit(str(fault))
            return False
        self.marker_edited.emit(index.row(), edited)
        return True

    def _time(self, text: str) -> float:
        """Raises ValueError with a sentence."""
        seconds = time_format().parse(text)
        # What is shown has three decimals: a typed 4.000 may stand for an end at 3.9996.
        if seconds > self.duration + 0.0005:
            written = time_format().text
            raise ValueError(f"The recording ends at {written(self.duration)}: no marker can be at {written(seconds)}.")
        return min(seconds, self.duration)


def describe(marker: Marker) -> str:
    """A marker in the status bar: `“Verse” at 0:01.500`."""
    return f"“{marker.name}” at {time_format().text(marker.time)}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == TIME else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
