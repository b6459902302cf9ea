"""Overrides the presence gate: restores the target where it was silenced."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.presence_override import PresenceOverride
from samstudio.session.stretch import Stretch
from samstudio.ui.time_formats import time_format

MENU = ("let_through", "let_through_everywhere", "", "play_selection", "zoom_selection")
"""What can be done with an absent stretch, '' for a line."""
NOT_HERE = "The target is not silenced here: silenced parts are hatched in its lane."


class PresenceCommands(QObject):
    """Acts on the stretches of the current take where its target was found absent."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        presence_override: PresenceOverride,
        actions: Mapping[str, QAction],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._transport = document, selection, transport
        self._presence_override, self._actions, self._parent = presence_override, actions, parent
        presence_override.finished.connect(self._on_let_through)

    @Slot()
    def let_through(self) -> None:
        """In the selection, if the target is absent in a part of it, or else in the stretch at the playhead."""
        take = self._document.current_take
        if take is None:
            return
        chosen = chosen_stretch(take.sound.absent, self._selection.range, self._transport.position)
        if chosen is None:
            self.noted.emit(NOT_HERE)
        else:
            self._let_through(chosen)

    @Slot()
    def let_through_everywhere(self) -> None:
        """In all absent stretches."""
        take = self._document.current_take
        if take is not None and take.sound.absent:
            self._let_through((take.sound.absent[0][0], take.sound.absent[-1][1]))

    def _let_through(self, stretch: Stretch) -> None:
        takes = self._document.takes
        current = next(index for index, take in enumerate(takes) if take is self._document.current_take)
        self._presence_override.let_through(current, stretch)
        if self._presence_override.is_running:
            self.noted.emit("Restoring the target…")

    @Slot(object, QPoint)
    def show_menu(self, stretch: Stretch, place: QPoint) -> None:
        """The menu of an absent stretch, which becomes the selection."""
        self._selection.select_range(stretch)
        menu = QMenu(self._parent)
        for name in MENU:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)

    @Slot(object)
    def _on_let_through(self, stretch: Stretch) -> None:
        start, end = map(time_format().text, stretch)
        self.noted.emit(f"Target restored from {start} to {end}. Undo silences it again.")


def chosen_stretch(absent: Sequence[Stretch], selection: Stretch | None, playhead: float) -> Stretch | None:
    """The selection if it touches an absent stretch, the stretch around the playhead, or None; in seconds."""
    if selection and any(start < selection[1] and end > selection[0] for start, end in absent):
        return selection
    return next(((start, end) for start, end in absent if start <= playhead < end), None)
