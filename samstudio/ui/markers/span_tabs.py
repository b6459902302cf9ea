"""Spans and markers in one panel; the tabs are there only where there are markers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QWidget

from samstudio.ui.markers.marker_list import MarkerListPanel
from samstudio.ui.spans.span_list import SpanListPanel


class SpanTabs(QTabWidget):
    """The list of spans, and behind it that of markers."""

    def __init__(self, spans: SpanListPanel, markers: MarkerListPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self._markers = markers
        self.addTab(spans, "Spans")
        self.addTab(markers, "Markers")
        self.tabBar().setAccessibleName("Spans or markers")
        # By itself it hands the focus to its tabs, where it would be lost while they are hidden.
        self.setFocusProxy(None)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_count(0)

    def show_count(self, markers: int) -> None:
        """Show how many markers there are."""
        self.tabBar().setVisible(markers > 0)
        self.setTabText(1, f"Markers ({markers})" if markers else "Markers")
        if not markers:
            self.setCurrentIndex(0)

    def show_markers(self) -> None:
        """Bring the markers to the front."""
        self.setCurrentWidget(self._markers)
