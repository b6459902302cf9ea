"""The context menus of the timeline and the span list."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from samstudio.controllers.document.selection import Selection
from samstudio.ui.timeline.spans.gesture_context import MenuTarget

MENUS = {
    MenuTarget.SPAN: (
        "play_selection zoom_selection edit_span",
        "flip_span mute_span raise_span",
        "duplicate_span split_span merge_spans",
        "delete_span select_all_spans",
    ),
    MenuTarget.SUGGESTION: (
        "play_selection zoom_selection",
        "accept_suggestion accept_suggestion_flipped dismiss_suggestion",
        "accept_all_suggestions next_suggestion",
    ),
    MenuTarget.SELECTION: ("play_selection loop zoom_selection", "mark_plus mark_minus", "escape"),
    MenuTarget.EMPTY: (
        "tool_select tool_plus tool_minus tool_box snap",
        "play mark_in mark_out",
        "select_all select_all_spans",
        "zoom_fit model_frames",
    ),
}
"""The actions of each menu, group by group."""


class SpanMenus(QObject):
    """Shows what can be done where the mouse, or the menu key, asks."""

    def __init__(self, selection: Selection, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._selection, self._actions, self._parent = selection, actions, parent

    @Slot(object, QPoint)
    def show(self, target: MenuTarget, place: QPoint) -> None:
        """The menu of something on the timeline."""
        menu = QMenu(self._parent)
        for number, names in enumerate(MENUS[target]):
            if number:
                menu.addSeparator()
            menu.addActions([self._actions[name] for name in names.split()])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)

    @Slot(QPoint)
    def show_selected(self, place: QPoint) -> None:
        """The menu of what is selected in the list."""
        if self._selection.spans:
            self.show(MenuTarget.SPAN, place)
        elif self._selection.suggestion is not None:
            self.show(MenuTarget.SUGGESTION, place)
        else:
            self.show(MenuTarget.EMPTY, place)
