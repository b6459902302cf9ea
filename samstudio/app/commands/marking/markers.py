"""Markers: added at the playhead, gone to, moved, renamed, deleted."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.transport import Transport
from samstudio.session.labels.marker import Marker, Markers, in_time, neighbour, new_name, without
from samstudio.storage.json_values import MOST_ITEMS
from samstudio.ui.markers.marker_list import MarkerListPanel
from samstudio.ui.markers.marker_table import describe
from samstudio.ui.parts import key_of, native_keys
from samstudio.ui.timeline.timeline import Timeline

_NEAR = 0.001
"""Seconds: the playhead stands on a marker that is no further away."""


class MarkerCommands(QObject):
    """Turns requests about markers into named edits of the document."""

    noted = Signal(str)
    """What was done, or why nothing was, in a sentence."""

    def __init__(
        self,
        document: Document,
        transport: Transport,
        panel: MarkerListPanel,
        timeline: Timeline,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._transport = document, transport
        self._panel, self._timeline, self._actions = panel, timeline, actions

    @property
    def _markers(self) -> Markers:
        return self._document.markers

    def add_marker(self) -> None:
        """A marker at the playhead, also while it plays."""
        if len(self._markers) >= MOST_ITEMS:
            self.noted.emit(f"A session holds {MOST_ITEMS} markers at most: delete some first.")
            return
        marker = Marker(self._transport.position, new_name(self._markers))
        self._document.edit_markers("Add marker", in_time((*self._markers, marker)))
        self._panel.select([self._markers.index(marker)])
        key = native_keys(key_of("rename_marker"))
        self.noted.emit(f"{describe(marker)} added." + (f" {key} names it." if key else ""))

    def next_marker(self) -> None:
        """Playhead to the next marker."""
        self._step(1)

    def previous_marker(self) -> None:
        """Playhead to the previous marker."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        index = neighbour(self._markers, self._transport.position + direction * _NEAR, direction)
        if index is None:
            self.noted.emit(f"There is no marker {'after' if direction > 0 else 'before'} the playhead.")
            return
        self.go_to(index)

    @Slot(int)
    def go_to(self, index: int) -> None:
        """Playhead to a marker, which is selected."""
        marker = self._markers[index]
        self._panel.select([index])
        self._transport.seek(marker.time)
        self.noted.emit(f"{describe(marker)}.")

    @Slot(int, float)
    def move(self, index: int, time: float) -> None:
        """A marker that was dragged."""
        self._put("Move marker", index, self._markers[index].moved(time))

    @Slot(int, object)
    def change(self, index: int, marker: Marker) -> None:
        """A marker that was typed again."""
        name = "Rename marker" if marker.time == self._markers[index].time else "Move marker"
        self._put(name, index, replace(marker, name=marker.name or self._markers[index].name))

    def _put(self, name: str, index: int, marker: Marker) -> None:
        rest = without(self._markers, {index})
        self._document.edit_markers(name, in_time((*rest, marker)))
        self._panel.select([self._markers.index(marker)])

    def rename_marker(self) -> None:
        """Type the name of the selected marker over its flag."""
        if self._has_selected():
            index = self._panel.selected[-1]
            time, (start, end) = self._markers[index].time, self._timeline.visible_range
            if not start <= time <= end:
                self._timeline.scroll_by(time - (start + end) / 2.0)
            self._timeline.markers.type_name(index)

    @Slot(object, str)
    def name(self, marker: Marker, name: str) -> None:
        """A name that was typed over a flag."""
        if marker in self._markers and name != marker.name:
            named = replace(marker, name=name)
            self._put("Rename marker", self._markers.index(marker), named)
            self.noted.emit(f"{describe(named)}.")

    @Slot(int)
    def rename(self, index: int) -> None:
        """Type the name of a marker."""
        self._panel.select([index])
        self.rename_marker()

    def delete_marker(self) -> None:
        """Delete the selected markers."""
        if self._has_selected():
            chosen = self._panel.selected
            name = "Delete marker" if len(chosen) == 1 else f"Delete {len(chosen)} markers"
            self._document.edit_markers(name, without(self._markers, set(chosen)))

    def _has_selected(self) -> bool:
        if not self._panel.selected:
            self.noted.emit("No marker is selected: click one over the lanes or in the list of markers.")
        return bool(self._panel.selected)

    @Slot(int, QPoint)
    def show_menu(self, index: int, place: QPoint) -> None:
        """What can be done with a marker, under the mouse."""
        self._panel.select([index])
        menu = QMenu(self._timeline)
        menu.addActions([self._actions[name] for name in ("rename_marker", "delete_marker")])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)
