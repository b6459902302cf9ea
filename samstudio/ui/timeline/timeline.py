"""The timeline: overview, ruler and lanes, on one visible range."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QAccessible, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from samstudio.dsp.peaks import PeakPyramid
from samstudio.dsp.scales import FrequencyScale
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import ViewRequest
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Channel
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Stems, Take
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.markers.marker_strip import MarkerStrip
from samstudio.ui.theme import notifier
from samstudio.ui.timeline.axis.certainty_strip import CertaintyStrip
from samstudio.ui.timeline.axis.frequency_zoom import FrequencyZoom
from samstudio.ui.timeline.axis.length_label import LengthLabel
from samstudio.ui.timeline.axis.overview import Overview
from samstudio.ui.timeline.axis.ruler import TimeRuler
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.colour_bar import ColourBar
from samstudio.ui.timeline.hover_readout import HoverReadout
from samstudio.ui.timeline.lanes.gutter import GUTTER_WIDTH
from samstudio.ui.timeline.lanes.lane import Lane
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.lanes.lane_scroll import LaneScroll
from samstudio.ui.timeline.lanes.lane_sounds import LaneSounds
from samstudio.ui.timeline.lanes.lane_stack import LaneStack
from samstudio.ui.timeline.paint.tile_images import TileImages
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
    """Other lanes show a spectrogram, or one shows another channel's, or in other bands."""
    boxes_changed = Signal()
    """There are other lanes, or others show a spectrogram, or spans."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        set_role(self, QAccessible.Role.Chart)
        self._settings = SpectrogramSettings()
        self.overview, self.ruler, self.frequencies = Overview(), TimeRuler(), FrequencyZoom(self)
        self.markers, self.certainty = MarkerStrip(), CertaintyStrip()
        self.colour_bar, self._length = ColourBar(), LengthLabel(GUTTER_WIDTH)
        self._images = images = TileImages(self._settings)
        self.stack = LaneStack(images)
        self.sounds = LaneSounds(self.stack, images)
        self.presence, self.stem_handles = self.stack.presence, self.stack.handles
        self.scale_waveforms = self.stack.scale_waveforms
        self._scroll = LaneScroll(self.stack)
        self._hover = HoverReadout(self.frequency_scale, self)
        self._shown_view: ViewRequest | None = None
        self._shown: tuple[ViewRequest, ...] = ()
        self._pictures, self._boxes = self.picture_boxes(), (self.lane_boxes(), self.bare_boxes())
        self._earlier: tuple[Channel, ...] = ()
        self._lay_out()
        self._connect()
        self.show_stems(None)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        # One pixel all round is the frame that shows the keyboard's focus.
        grid.setContentsMargins(1, 1, 1, 1)
        grid.setSpacing(0)
        grid.addWidget(self._length, 0, 0)
        for row, strip in enumerate((self.overview, self.ruler, self.certainty, self.markers)):
            grid.addWidget(strip, row, 1)
        grid.addWidget(self._scroll, 4, 0, 1, 2)
        grid.addWidget(self.colour_bar, 4, 2)
        grid.addWidget(self._scroll.bar, 4, 3)
        grid.setRowStretch(4, 1)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        for source in (self.overview, self.ruler, self.certainty, self.markers):
            source.zoom_requested.connect(self.zoom_by)
            source.scroll_requested.connect(self.scroll_by)
        for lane in self.stack.lanes.values():
            self._connect_lane(lane)
        self.stack.lane_added.connect(self._connect_lane)
        for changed in (self.stack.visible_lanes_changed, self.stack.contents_changed, self.sounds.pictures_changed):
            changed.connect(self._show_pictures)
        self._hover.text_changed.connect(self.hover_text_changed)
        self.overview.view_requested.connect(self.zoom_to)
        self.ruler.seek_requested.connect(self.seek_requested)
        self.ruler.selection_drawn.connect(self.selection_changed)
        self.ruler.resized.connect(self._on_lane_resized)
        notifier.theme_changed.connect(self._restyle)

    @Slot(object)
    def _connect_lane(self, lane: Lane) -> None:
        lane.box.zoom_requested.connect(self.zoom_by)
        lane.box.scroll_requested.connect(self.scroll_by)
        lane.box.resized.connect(self._on_lane_resized)
        lane.box.bands_changed.connect(self.picture_boxes_changed)
        lane.show_playhead(self._playhead)
        lane.show_axis(self.frequency_scale, self._settings.channels)
        self.frequencies.follow(lane.frequencies, lane.box)
        self._hover.follow(lane)

    # What is shown

    def show_clip(self, clip: AudioClip | None) -> None:
        """Show another clip from end to end, or none."""
        self._clip = clip
        self.sounds.show_sound(Stem.CLIP, clip.samples if clip else None, clip.sample_rate if clip else 1)
        self._show_length()
        self.overview.show_clip(clip)
        self.show_stems(None)
        self.show_earlier(())
        self.show_selection(None)
        self.show_playhead(0.0 if clip else None)
        self.show_spectrogram_settings(self._settings)
        self.fit()
        # Also at the same visible range: the tiles are other ones.
        self._show_view()

    @Slot(object)
    def show_trimmed_clip(self, clip: AudioClip) -> None:
        """The clip turned out shorter than its file stated: keep the visible part."""
        was_whole = self._clip is not None and self._view.length >= self._clip.duration
        self._clip = clip
        self.sounds.show_trimmed(clip.samples)
        self._show_length()
        self.overview.show_trimmed(clip)
        self._set_view(TimeView(0.0, clip.duration) if was_whole else self._view)

    @Slot(int)
    def show_growth(self, frames_ready: int) -> None:
        """Show how far the clip has been read."""
        self.overview.show_growth(frames_ready)

    def show_stems(self, stems: Stems | None) -> None:
        """Show the lanes of a take, complete or in progress, or hide them."""
        rate = self._clip.sample_rate if self._clip else 1
        self.sounds.show_sound(Stem.TARGET, stems.target if stems else None, rate)
        self.sounds.show_sound(Stem.RESIDUAL, stems.residual if stems else None, rate)

    def show_earlier(self, takes: Sequence[Take]) -> None:
        """Show a lane for the target of each earlier take of the chain."""
        gone = [name for name in self._earlier if name not in {take.id for take in takes}]
        self.stack.show_earlier(takes)
        for name in gone:
            self.sounds.show_sound(name, None, 1)
        for take in takes:
            self.sounds.show_sound(take.id, take.sound.stems.target, self._clip.sample_rate if self._clip else 1)
        self._earlier = tuple(take.id for take in takes)

    @Slot(object, object)
    def show_peaks(self, channel: Channel, peaks: PeakPyramid) -> None:
        """Show peaks, or more of them."""
        self.sounds.show_peaks(channel, peaks)
        if channel == Stem.CLIP:
            self.overview.show_peaks(peaks)

    @Slot(object)
    def show_spectrogram_settings(self, settings: SpectrogramSettings) -> None:
        """Show the spectrogram under other settings."""
        old = self.frequency_scale, self._settings.channels
        self._settings = settings
        scale = self.frequencies.show_settings(settings, self._clip.sample_rate if self._clip else None)
        self._images.show_settings(settings)
        self.colour_bar.show_settings(settings)
        for lane in self.stack.lanes.values():
            lane.show_axis(scale, settings.channels)
            lane.spectrogram.update()
        self._hover.set_axis(scale, settings.floor_db)
        if scale != old[0]:
            self.frequency_scale_changed.emit(scale)
        if (scale, settings.channels) != old:
            self._request_pictures()

    @Slot(float)
    def show_playhead(self, seconds: float | None) -> None:
        """Show the playhead; when it leaves the view it is followed by whole pages."""
        followers: tuple[Overview | TimeRuler | Lane, ...] = (self.overview, self.ruler, *self.stack.lanes.values())
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
        duration = self._clip.duration if self._clip else None
        self._hover.set_duration(duration)
        self._length.show_length(duration)

    @Slot()
    def _show_view(self) -> None:
        """Bring everything to the visible range, and request what is needed for it."""
        for shown in (self.ruler, self.certainty, self.markers, self.overview):
            shown.show_view(self._view)
        view, lines = self.view_request, tuple(tick.value for tick in self.ruler.grid.majors)
        for lane in self.stack.lanes.values():
            lane.show_times(self._view, view, lines)
        self._request_pictures()

    def _request_pictures(self) -> None:
        """Bring the spectrograms to the visible times and frequencies."""
        view = self._shown_view = self.view_request
        self._shown = self.sounds.requests(view)
        for lane in self.stack.lanes.values():
            lane.show_picture(self.sounds.request_of(lane, view))
        if self._clip is not None:
            self.view_changed.emit(self._shown)

    @Slot()
    def _on_lane_resized(self) -> None:
        # Of many that get another size one after the other, only the ruler and lanes with a picture need another one.
        if self.view_request != self._shown_view or self.sounds.requests(self.view_request) != self._shown:
            self._show_view()

    @Slot()
    def _show_pictures(self) -> None:
        """Other lanes show a picture, or other pictures."""
        self._show_view()
        old_pictures, old_boxes = self._pictures, self._boxes
        self._pictures, self._boxes = pictures, boxes = self.picture_boxes(), (self.lane_boxes(), self.bare_boxes())
        if pictures != old_pictures:
            self.picture_boxes_changed.emit()
        if boxes != old_boxes or [box for _, box in pictures] != [box for _, box in old_pictures]:
            self.boxes_changed.emit()

    @property
    def view_request(self) -> ViewRequest:
        """The visible part of time and frequency, in device pixels; each lane has a height of its own."""
        # All lanes are as wide as the ruler, and one of them may be hidden.
        width = max(1.0, self.ruler.width() * self.devicePixelRatioF())
        return ViewRequest(self._view.start, self._view.length / width, ceil(width) + 1, 0, self.frequency_scale)

    # What the span layer builds on

    def lane_boxes(self) -> tuple[LaneBox, ...]:
        """The boxes of all lanes, shown or not, from top to bottom."""
        return tuple(lane.box for lane in self.stack.lanes.values())

    def picture_boxes(self) -> tuple[tuple[Channel, LaneBox], ...]:
        """The boxes of all lanes that show a spectrogram, from top to bottom, with the channels that they show.

        Their upright axis is the position on `frequency_scale`, 0..1.
        """
        return tuple((lane.channel, lane.box) for lane in self.stack.visible_lanes if lane.has_picture)

    def bare_boxes(self) -> tuple[LaneBox, ...]:
        """The boxes of the lanes over which no spans are drawn."""
        return tuple(lane.box for lane in self.stack.lanes.values() if not lane.view.has_spans)

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

    def showEvent(self, _event: QShowEvent) -> None:
        """Only now is the device pixel ratio known."""
        self._show_view()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or scale needs other ticks."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange}:
            self._show_view()
        super().changeEvent(event)
