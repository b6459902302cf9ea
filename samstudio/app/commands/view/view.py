"""Tools, zoom, theme, help."""

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from samstudio import __version__
from samstudio.app.log import log_file
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.registry import engines
from samstudio.ui.theme import apply_theme
from samstudio.ui.timeline.axis.box_zoom import BoxZoom
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.span_layer import SpanLayer
from samstudio.ui.timeline.timeline import Timeline

_ZOOM_STEP = 0.5
_PAGE = 0.9
_WAVE_STEP = 2**0.5


class ViewCommands(QObject):
    """Changes what the timeline shows, and how the window looks."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        preferences: Preferences,
        timeline: Timeline,
        span_layer: SpanLayer,
        box_zoom: BoxZoom,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._preferences = document, selection, preferences
        self._timeline, self._span_layer, self._box_zoom = timeline, span_layer, box_zoom

    def tool_select(self) -> None:
        """Drags select time."""
        self._use(Tool.SELECT)

    def tool_plus(self) -> None:
        """Drags draw + spans."""
        self._use(Tool.PLUS)

    def tool_minus(self) -> None:
        """Drags draw - spans."""
        self._use(Tool.MINUS)

    def tool_box(self) -> None:
        """Drags in the spectrogram draw boxes."""
        self._use(Tool.BOX)

    def tool_zoom(self) -> None:
        """Drags zoom to what they frame."""
        self._use(Tool.ZOOM)

    def _use(self, tool: Tool) -> None:
        self._span_layer.set_tool(tool)
        self._box_zoom.set_active(tool is Tool.ZOOM)

    def snap(self, on: bool) -> None:
        """Whether drags snap."""
        self._span_layer.set_snapping(on)
        self._preferences.set_flag("snap", value=on)

    def escape(self) -> None:
        """Cancel the drag that is under way, or else clear the selection."""
        drags = (self._span_layer.cancel_gesture, self._box_zoom.cancel, self._timeline.markers.cancel)
        if not any(cancel() for cancel in drags):
            self._selection.clear()

    def select_all(self) -> None:
        """Select the whole recording."""
        clip = self._document.clip
        if clip is not None:
            self._selection.select_range((0.0, clip.duration))

    def zoom_in(self) -> None:
        """Show half as much."""
        self._timeline.zoom_by(_ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show twice as much."""
        self._timeline.zoom_by(1.0 / _ZOOM_STEP)

    def zoom_selection(self) -> None:
        """Show the selection, or else the selected spans or suggested span, and nothing else; of boxes their band."""
        stretch, band = self._selection.stretch, self._selection.band
        if stretch is not None:
            self._timeline.zoom_to(*stretch)
        if band is not None:
            self._timeline.frequencies.show_band(*band)

    def zoom_fit(self) -> None:
        """Show the whole recording."""
        self._timeline.fit()

    def page_left(self) -> None:
        """Scroll back by almost a view's width."""
        start, end = self._timeline.visible_range
        self._timeline.scroll_by(-_PAGE * (end - start))

    def page_right(self) -> None:
        """Scroll on by almost a view's width."""
        start, end = self._timeline.visible_range
        self._timeline.scroll_by(_PAGE * (end - start))

    def waves_taller(self) -> None:
        """Draw the waveforms 3 dB taller."""
        self._timeline.scale_waveforms(_WAVE_STEP)

    def waves_flatter(self) -> None:
        """Draw the waveforms 3 dB flatter."""
        self._timeline.scale_waveforms(1.0 / _WAVE_STEP)

    def waves_true(self) -> None:
        """Full scale is the lane's height again."""
        self._timeline.scale_waveforms(0.0)

    def reveal(self, start: float, end: float) -> None:
        """Scroll to the middle of a stretch that is out of view."""
        visible = self._timeline.visible_range
        if end < visible[0] or start > visible[1]:
            self._timeline.scroll_by((start + end - visible[0] - visible[1]) / 2.0)

    def model_frames(self, on: bool) -> None:
        """Whether the frames in which a model sees time are drawn under the spans."""
        self._preferences.set_flag("model_frames", value=on)

    def follow(self, on: bool) -> None:
        """Whether the view follows the playhead."""
        self._timeline.set_following(on)
        self._preferences.set_flag("follow", value=on)

    def light_theme(self, on: bool) -> None:
        """Light or dark."""
        name = "light" if on else "dark"
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, name)
        self._preferences.set_text("theme", name)

    def show_log(self) -> None:
        """Open the log with whatever the system shows text with."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file())))

    def about(self) -> None:
        """What this is."""
        engine_titles = ", ".join(info.full_title for info in engines())
        QMessageBox.about(
            QApplication.activeWindow(),
            "About SAM Studio",
            f"<b>SAM Studio {__version__}</b><p>Takes one sound out of a recording.</p>"
            f"<p>MIT licence.</p><p>Engines: {engine_titles}.</p>",
        )
