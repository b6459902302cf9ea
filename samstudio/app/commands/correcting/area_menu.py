"""The context menu of areas."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

AREA_MENU = (
    "move_to_target move_to_residual restore_area",
    "play_area loop zoom_selection",
    "plus_box_from_area minus_box_from_area separate_area",
    "area_from_selection clear_area",
)
"""Its actions, group by group."""


class AreaMenu(QObject):
    """Shows what can be done with the selected area."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions, self._parent = actions, parent

    @Slot(QPoint)
    def show(self, place: QPoint) -> None:
        """At a place on the screen."""
        menu = QMenu(self._parent)
        for number, names in enumerate(AREA_MENU):
            if number:
                menu.addSeparator()
            menu.addActions([self._actions[name] for name in names.split()])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)
