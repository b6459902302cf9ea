"""The context menu of areas."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from samstudio.app.main_window import MainWindow
from samstudio.controllers.correcting.area_selection import AreaSelection

AREA_MENU = (
    "move_to_target move_to_residual restore_area",
    "play_area loop zoom_selection",
    "plus_box_from_area minus_box_from_area separate_area",
    "area_from_selection clear_area",
)
"""Its actions, group by group."""


class AreaMenu(QObject):
    """Shows what can be done with the selected area."""

    def __init__(self, actions: Mapping[str, QAction], areas: AreaSelection, window: MainWindow) -> None:
        super().__init__(window)
        self._actions, self._areas, self._window = actions, areas, window

    @Slot()
    def show_by_key(self) -> None:
        """The menu of what keys act on: the area, or else what is selected in time."""
        area, boxes = self._areas.area, self._window.timeline.picture_boxes()
        if area is None or not boxes:
            self._window.span_layer.request_menu()
        else:
            self.show(boxes[0][1].middle_at(sum(area.times) / 2.0))

    @Slot(QPoint)
    def show(self, place: QPoint) -> None:
        """At a place on the screen."""
        menu = QMenu(self._window)
        for number, names in enumerate(AREA_MENU):
            if number:
                menu.addSeparator()
            menu.addActions([self._actions[name] for name in names.split()])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)
