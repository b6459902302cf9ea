"""The header of a table whose columns are titled and explained."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt

Headers = Mapping[int, tuple[str, str]]
"""By column, its title and what it means."""


def header_data(
    headers: Headers,
    alignment: Callable[[int], Qt.AlignmentFlag],
    section: int,
    orientation: Qt.Orientation,
    role: int,
) -> object:
    """What a model answers for its header, aligned as the cells below."""
    if orientation != Qt.Orientation.Horizontal or section not in headers:
        return None
    title, meaning = headers[section]
    roles: dict[int, object] = {
        Qt.ItemDataRole.DisplayRole: title,
        Qt.ItemDataRole.ToolTipRole: meaning,
        Qt.ItemDataRole.TextAlignmentRole: alignment(section),
    }
    return roles.get(role)
