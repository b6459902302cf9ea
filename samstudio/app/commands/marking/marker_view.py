"""The markers wherever they are seen: on flags, over the lanes, in the list, and where edges snap."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from samstudio.app.main_window import MainWindow
from samstudio.controllers.document.document import Document
from samstudio.session.labels.marker import Markers


class MarkerView(QObject):
    """Follows the document's markers."""

    def __init__(self, document: Document, window: MainWindow) -> None:
        super().__init__(window)
        self._document, self._window = document, window
        window.marker_list.selection_changed.connect(window.timeline.markers.show_selected)
        document.markers_changed.connect(self.show)

    @Slot(object)
    def show(self, markers: Markers) -> None:
        """Other markers."""
        window, clip = self._window, self._document.clip
        duration, times = clip.duration if clip else 0.0, tuple(marker.time for marker in markers)
        window.timeline.markers.show_markers(markers, duration)
        window.timeline.stack.show_markers(times)
        window.marker_list.show_markers(markers, duration)
        window.span_tabs.show_count(len(markers))
        targets = window.span_layer.context.targets
        window.span_layer.set_snap_targets(replace(targets, markers=times))
