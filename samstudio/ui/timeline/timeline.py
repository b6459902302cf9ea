"""The timeline: overview, ruler and lanes, on one visible range."""

from math import ceil

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QFocusEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from samstudio.dsp.peaks import PeakPyramid
from samstudio.dsp.scales import FrequencyScale
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import Tile, ViewRequest
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.mix import Channel
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Stems
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import notifier, theme
from samstudio.ui.time_formats import time_format
from samstudio.ui.timeline.axis.frequency_zoom import FrequencyZoom
from samstudio.ui.timeline.axis.overview import Overview
from samstudio.ui.timeline.axis.ruler import TimeRuler
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.colour_bar import ColourBar
from samstudio.ui.timeline.hover_readout import HoverReadout
from samstudio.ui.timeline.lanes.gutter import GUTTER_WIDTH
from samstudio.ui.timeline.lanes.lane import Lane
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.lanes.lane_stack import LaneStack
from samstudio.ui.timeline.time_navigation import TimeNavigation


class Timeline(TimeNavigation):
    """Shows a clip and its stems in time. Lanes, ruler and overview follow its one visible range."""

    view_changed = Signal(object)
    """tuple[ViewRequest, ...]: the pictures for which tiles are needed."""
    seek_requested = Signal(float)
    """Seconds."""
    selection_changed = Signal(object)
    """(start, end) in seconds: drawn in the ruler. Nothing is shown before `show_selection`."""
    hover_text_changed = Signal(str)
    """What is under the pointer, '' for nothing."""
    frequency_scale_changed = Signal(object)
    """FrequencyScale of the spectrogram's upright axis."""
    picture_boxes_changed = Signal()
    """Other lanes show a spectrogram, or one shows another channel's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        set_role(self, QAccessible.Role.Chart)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._settings = SpectrogramSettings()
        self.overview, self.ruler, self.frequencies = Overview(), TimeRuler(), FrequencyZoom(self)
        self.colour_bar, self._duration = ColourBar(), QLabel()
        self.stack = LaneStack(self._settings)
        self._lanes, self._wave_lanes = self.stack.lanes, self.stack.waves
        self._spectrogram_lane, self.presence = self.stack.spectrogram, self.stack.presence
        self.scale_waveforms, self.stem_handles = self.stack.scale_waveforms, self.stack.handles
        self._hover = HoverReadout(self.stack, self.frequency_scale, self)
        self._lay_out()
        self._connect()
        self.show_stems(None)

    def _lay_out(self) -> None:
        self._duration.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._duration.setFixedWidth(GUTTER_WIDTH)
        self._duration.setProperty("look", "caption")
        self._duration.setToolTip("Length of the clip")
        # The text itself is the accessible name: a set one would hide it.
        self._duration.setAccessibleDescription("Length of the clip")
        grid = QGridLayout(self)
        # One pixel all round is the frame that shows the keyboard's focus.
        grid.setContentsMargins(1, 1, 1, 1)
        grid.setSpacing(0)
        grid.addWidget(self._duration, 0, 0)
        grid.addWidget(self.overview, 0, 1)
        grid.addWidget(self.ruler, 1, 1)
        grid.addWidget(self.stack, 2, 0, 1, 2)
        grid.addWidget(self.colour_bar, 2, 2)
        grid.setRowStretch(2, 1)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        sources: tuple[Overview | TimeRuler | LaneBox, ...] = (self.overview, self.ruler, *self.lane_boxes())
        for source in sources:
            source.zoom_requested.connect(self.zoom_by)
            source.scroll_requested.connect(self.scroll_by)
        self.frequencies.follow(self._spectrogram_lane.frequencies, self._spectrogram_lane.box)
        self._hover.text_changed.connect(self.hover_text_changed)
        # All lanes are equally wide, and only the height of the spectrogram matters to what is computed.
        self.spectrogram_box.resized.connect(self._show_view)
        self.overview.view_requested.connect(self.zoom_to)
        self.ruler.seek_requested.connect(self.seek_requested)
        self.ruler.selection_drawn.connect(self.selection_changed)
        notifier.theme_changed.connect(self._restyle)

    # What is shown

    def show_clip(self, clip: AudioClip | None) -> None:
        """Show another clip from end to end, or none."""
        self._clip = clip
        self._wave_lanes[Stem.CLIP].show_sound(clip.samples if clip else None, clip.sample_rate if clip else 1)
        self._spectrogram_lane.spectrogram.clear()
        self._show_length()
        self.overview.show_clip(clip)
        self.show_stems(None)
        self.show_selection(None)
        self.show_playhead(0.0 if clip else None)
        self.show_spectrogram_settings(self._settings)
        self.fit()

    @Slot(object)
    def show_trimmed_clip(self, clip: AudioClip) -> None:
        """The clip turned out shorter than its file stated: keep the visible part."""
        was_whole = self._clip is not None and self._view.length >= self._clip.duration
        self._clip = clip
        self._wave_lanes[Stem.CLIP].show_trimmed(clip.samples)
        self._show_length()
        self.overview.show_trimmed(clip)
        self._set_view(TimeView(0.0, clip.duration) if was_whole else self._view)

    @Slot(int)
    def show_growth(self, frames_ready: int) -> None:
        """Show how far the clip has been read."""
        self.overview.show_growth(frames_ready)

    def show_stems(self, stems: Stems | None) -> None:
        """Show the lanes of a take, complete or in progress, or hide them."""
        self.stack.show_stems(stems, self._clip.sample_rate if self._clip else 1)

    @Slot(object, object)
    def show_peaks(self, channel: Channel, peaks: PeakPyramid) -> None:
        """Show peaks, or more of them."""
        if channel in set(Stem):
            self._wave_lanes[Stem(channel)].show_peaks(peaks)
        if channel == Stem.CLIP:
            self.overview.show_peaks(peaks)

    @Slot(object, object, object)
    def show_replaced(self, channel: Channel, samples: Samples, changed: tuple[int, int]) -> None:
        """Show the sound of a channel, which has changed from one frame to another."""
        if channel in set(Stem):
            self._wave_lanes[Stem(channel)].wave.show_replaced(samples, *changed)

    @Slot(object)
    def show_tile(self, tile: Tile) -> None:
        """Show a piece of the spectrogram."""
        self._spectrogram_lane.show_tile(tile)

    @Slot(object)
    def show_spectrogram_settings(self, settings: SpectrogramSettings) -> None:
        """Show the spectrogram under other settings."""
        old, self._settings = self.frequency_scale, settings
        scale = self.frequencies.show_settings(settings, self._clip.sample_rate if self._clip else None)
        self._spectrogram_lane.show_settings(settings, scale)
        self.colour_bar.show_settings(settings)
        self._hover.set_axis(scale, settings.floor_db)
        self.frequency_scale_changed.emit(scale)
        if scale != old:
            self._show_view()

    @Slot(float)
    def show_playhead(self, seconds: float | None) -> None:
        """Show the playhead; when it leaves the view it is followed by whole pages."""
        followers: tuple[Overview | TimeRuler | Lane, ...] = (self.overview, self.ruler, *self._lanes)
        for shown in followers:
            shown.show_playhead(seconds)
        self._move_playhead(seconds)

    def show_selection(self, selection: Stretch | None) -> None:
        """Show in ruler and overview which time is selected (seconds); in the lanes the span layer does."""
        self.ruler.show_selection(selection)
        self.overview.show_selection(selection)

    def show_time_format(self) -> None:
        """Write the times in the current format."""
        self._show_length()
        if self._clip is not None:
            self._show_view()

    def _show_length(self) -> None:
        self._hover.set_duration(self._clip.duration if self._clip else None)
        text = time_format().length_text(self._clip.duration) if self._clip else ""
        # The gutter has no room for a timecode's hours where there are none.
        self._duration.setText(text.removeprefix("00:"))

    @Slot()
    def _show_view(self) -> None:
        """Bring everything to the visible range, and request what is needed for it."""
        request = self.view_request
        self.ruler.show_view(self._view)
        self.overview.show_view(self._view)
        times = tuple(tick.value for tick in self.ruler.grid.majors)
        self.stack.show_view(self._view, request, times)
        if self._clip is not None:
            self.view_changed.emit((request,))

    @property
    def view_request(self) -> ViewRequest:
        """The visible part, in device pixels."""
        width, rows = self._spectrogram_lane.canvas.device_size
        return ViewRequest(self._view.start, self._view.length / width, ceil(width) + 1, rows, self.frequency_scale)

    # What the span layer builds on

    def lane_boxes(self) -> tuple[LaneBox, ...]:
        """The boxes of all lanes, shown or not, from top to bottom."""
        return tuple(lane.box for lane in self._lanes)

    def picture_boxes(self) -> tuple[tuple[Channel, LaneBox], ...]:
        """The boxes of all lanes that show a spectrogram, from top to bottom, with the channels that they show."""
        return ((Stem.CLIP, self.spectrogram_box),)

    @property
    def spectrogram_box(self) -> LaneBox:
        """The spectrogram's box; its upright axis is the position on `frequency_scale`, 0..1."""
        return self._spectrogram_lane.box

    @property
    def frequency_scale(self) -> FrequencyScale:
        """The spectrogram's upright axis."""
        return self.frequencies.scale

    # Looks

    @Slot(object)
    def _restyle(self, _theme: object) -> None:
        self.stack.restyle()
        self.overview.refresh()
        self.ruler.show_view(self._view)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground between the lanes, and the frame that shows the keyboard's focus."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().color("panel"))
        painter.setPen(theme().color("focus" if self.hasFocus() else "border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Show that the focus left."""
        self.update()

    def showEvent(self, _event: QShowEvent) -> None:
        """Only now is the device pixel ratio known."""
        self._show_view()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or scale needs other ticks."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange}:
            self._show_view()
        super().changeEvent(event)
