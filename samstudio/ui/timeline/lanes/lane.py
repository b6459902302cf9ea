"""A lane: header and ruler on the left, waveform and spectrogram beside them, and what lies over these."""

from bisect import bisect_left, bisect_right
from dataclasses import replace

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QBrush
from PySide6.QtWidgets import QHBoxLayout, QWidget

from samstudio.dsp.channel_layout import Shown, channel_names, shown_parts
from samstudio.dsp.scales import FrequencyScale, amplitude_ticks
from samstudio.dsp.tiles import TileKey, ViewRequest
from samstudio.session.clip import Samples
from samstudio.session.mix import Channel
from samstudio.session.session import LaneContent, LaneView
from samstudio.session.take import Stem
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.lanes.gutter import AmplitudeGutter, FrequencyGutter
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.lanes.lane_canvas import LaneCanvas
from samstudio.ui.timeline.lanes.lane_header import LaneHeader
from samstudio.ui.timeline.lanes.lane_overlays import GridItem, MarkersItem, PlayheadItem
from samstudio.ui.timeline.lanes.share_legend import ShareLegend
from samstudio.ui.timeline.paint.device_pixels import moves_visibly
from samstudio.ui.timeline.paint.spectrogram_item import SpectrogramItem
from samstudio.ui.timeline.paint.tile_images import TileImages
from samstudio.ui.timeline.paint.wave_colours import wave_colours
from samstudio.ui.timeline.paint.wave_painter import channel_rects, half_height
from samstudio.ui.timeline.paint.waveform_item import WaveformItem

_FAR = 8.0
"""Pixels outside the lane beyond which nothing needs a true place."""
_LEAST_WAVE, _LEAST_A_CHANNEL, _LEAST_SPECTROGRAM = 36, 14, 48


class Lane(QWidget):
    """Shows the sound of a channel, as its LaneView says. Its name never changes; its title and channel may."""

    menu_requested = Signal(str, QPoint)
    """Its name and the global position."""
    gain_requested = Signal(float, str)
    """Factor of the waveform's height, 0 for the true one, and the lane's name, '' for all lanes."""
    shades_changed = Signal()
    """Another tile is shown."""

    def __init__(self, name: str, title: str, channel: Channel, images: TileImages) -> None:
        super().__init__()
        self.name, self.channel, self.view = name, channel, LaneView()
        self.has_sound = True
        """Whether there is anything to show: a lane without is hidden."""
        set_role(self, QAccessible.Role.Grouping)
        self.header = LaneHeader("border")
        self.amplitudes, self.frequencies = AmplitudeGutter(title), FrequencyGutter(title)
        self.box = LaneBox()
        self.canvas = LaneCanvas(self.box)
        set_role(self.canvas, QAccessible.Role.Graphic)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.header, self.amplitudes, self.frequencies):
            layout.addWidget(part)
        layout.addWidget(self.canvas, 1)
        for part in (self.header, self.amplitudes, self.frequencies):
            part.menu_requested.connect(self._request_menu)
        self.amplitudes.gain_requested.connect(self._request_gain)
        self._times = TimeView(0.0, 1.0)
        self._channels = 1
        self._shown: Shown = "loudest"
        self._playhead: float | None = None
        self._grid = GridItem(self.box)
        self.spectrogram = SpectrogramItem(self.box, images)
        self.wave = WaveformItem(self.box, wave_colours(channel, over_spectrogram=False))
        self._part = ""
        self._legend = ShareLegend(self.box)
        self._marker_times: tuple[float, ...] = ()
        self._markers_item = MarkersItem(self.box)
        self._playhead_item = PlayheadItem(self.box)
        self.box.resized.connect(self._fit_items)
        self.show_title(title)
        self.show_view(self.view)

    # What it is

    def show_title(self, title: str, *shorter: str) -> None:
        """Another title, and what it is called where there is no room for that, from long to short."""
        self.title, self.names = title, (title, *shorter)
        self.header.show_name(self.names, self._part or _role(self.channel))
        self.setAccessibleName(f"{title} lane")
        self.canvas.setAccessibleName(f"{title} display")
        self.amplitudes.setAccessibleName(f"{title}: level scale")
        self.frequencies.setAccessibleName(f"{title}: frequency scale")

    def show_part(self, role: str) -> None:
        """Show it in the colour of a part, by its role; empty: in that of its channel."""
        self._part = role
        self.restyle()

    def show_channel(self, channel: Channel) -> None:
        """Show another channel; its sound follows."""
        self.channel = channel
        self.restyle()

    @property
    def has_picture(self) -> bool:
        """Whether it shows a spectrogram."""
        return self.view.content is not LaneContent.WAVEFORM

    def show_view(self, view: LaneView) -> None:
        """Show waveform or spectrogram, and these as high as the view says."""
        self.view = view
        has_wave = view.content is not LaneContent.SPECTROGRAM
        self.wave.setVisible(has_wave)
        self.spectrogram.setVisible(self.has_picture)
        self.box.has_frequencies = self.has_picture
        self._grid.setVisible(not self.has_picture)
        self.amplitudes.setVisible(not self.has_picture)
        self.frequencies.setVisible(self.has_picture)
        self.wave.show_gain(view.gain)
        self.amplitudes.show_gain(view.gain)
        self._show_bands()
        self.restyle()
        self._show_levels()

    def _show_bands(self) -> None:
        """One axis for all channels, or one for each."""
        has_each = self.has_picture and len(self._parts) > 1
        self.box.show_bands(len(self._parts) if has_each else 1)
        self.frequencies.show_bands(channel_names(self._channels) if has_each else ("",))
        least = max(_LEAST_WAVE, _LEAST_A_CHANNEL * self._channels)
        self.setMinimumHeight(max(_LEAST_SPECTROGRAM, least) if self.has_picture else least)

    def band_name(self, band: int) -> str:
        """The channel that has this band; empty where all are shown as one."""
        return channel_names(self._channels)[band] if self.box.bands > 1 else ""

    @property
    def _parts(self) -> tuple[int, ...]:
        return shown_parts(self._shown, self._channels)

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.wave.show_colours(wave_colours(self.channel, self._part, over_spectrogram=self.has_picture))
        # A spectrogram covers all of the canvas.
        ground = QBrush(Qt.BrushStyle.NoBrush) if self.has_picture else QBrush(theme().color("canvas"))
        self.canvas.setBackgroundBrush(ground)
        for part in (self.header, self.amplitudes, self.frequencies, self.canvas.viewport()):
            part.update()

    def _request_menu(self, place: QPoint) -> None:
        self.menu_requested.emit(self.name, place)

    def _request_gain(self, factor: float, for_all: bool) -> None:
        self.gain_requested.emit(factor, "" if for_all else self.name)

    # Its sound

    def show_sound(self, samples: Samples | None, sample_rate: int) -> None:
        """Show other sound, or none."""
        self._channels = samples.shape[1] if samples is not None else 1
        self.amplitudes.show_channels(self._channels)
        self.wave.show_sound(samples, sample_rate)
        self._show_bands()
        self._show_levels()

    def show_tile(self, key: TileKey) -> None:
        """Another tile of its channel is there."""
        if self.has_picture:
            self.spectrogram.show_tile(key)
            self.shades_changed.emit()

    # What part of it

    def request(self, view: ViewRequest, *, has_share: bool) -> ViewRequest:
        """The lane's picture of a part of the time axis, in device pixels."""
        return replace(
            view,
            height=self.canvas.device_size[1],
            channel=self.channel,
            has_share=has_share and self.channel == Stem.CLIP,
            parts=self._parts,
        )

    def show_times(self, times: TimeView, view: ViewRequest, lines: tuple[float, ...]) -> None:
        """Show another part of the time axis, `view` in device pixels, with upright lines at some times (seconds)."""
        self._times = times
        self.box.show_times(times.start, times.end)
        self.wave.show_view(view)
        self._grid.show_times(tuple((time - times.start) / times.length for time in lines))
        self.show_markers(self._marker_times)
        self._place_playhead()

    def show_picture(self, request: ViewRequest) -> None:
        """Show another part of the spectrogram, as by `request`."""
        self.spectrogram.show_view(request)
        self._legend.setVisible(request.has_share and self.has_picture)

    def show_axis(self, scale: FrequencyScale, shown: Shown) -> None:
        """Show another frequency axis, for all channels as one or for each."""
        self._shown = shown
        self.frequencies.show_scale(scale)
        self._show_bands()

    def show_markers(self, marker_times: tuple[float, ...]) -> None:
        """Show lines at these times (seconds, in order)."""
        self._marker_times, view = marker_times, self._times
        first, last = bisect_left(marker_times, view.start), bisect_right(marker_times, view.end)
        self._markers_item.show_places(tuple((time - view.start) / view.length for time in marker_times[first:last]))

    def show_playhead(self, seconds: float | None) -> None:
        """Show the playhead; moves too small to show are left out."""
        was_shown, self._playhead = self._playhead is not None, seconds
        if was_shown and seconds is not None:
            ratio = self.canvas.devicePixelRatioF()
            if not moves_visibly(self._playhead_item.x(), self.x_of(seconds), ratio):
                return
        self._place_playhead()

    def x_of(self, seconds: float) -> float:
        """Logical pixels from the box's left edge, held within reach of the lane."""
        width = self.box.size().width()
        return min(max((seconds - self._times.start) / self._times.length * width, -_FAR), width + _FAR)

    def _fit_items(self) -> None:
        rect: QRectF = self.box.rect()
        for item in (self.wave, self.spectrogram, self._grid, self._legend, self._markers_item):
            item.set_rect(rect)
        self._show_levels()
        self._playhead_item.set_height(self.box.size().height())
        self._place_playhead()

    def _place_playhead(self) -> None:
        self._playhead_item.setVisible(self._playhead is not None)
        if self._playhead is not None:
            self._playhead_item.setPos(self.x_of(self._playhead), 0.0)

    def _show_levels(self) -> None:
        levels: list[tuple[float, bool]] = []
        gain = self.view.gain
        rects = channel_rects(self.canvas.viewport().rect(), self._channels)
        # The lowest decides for all of them: some are a pixel higher than others.
        ticks = amplitude_ticks(min(map(half_height, rects)), 18.0, gain)
        for channel, rect in enumerate(rects):
            middle, half = rect.top() + rect.height() / 2.0, half_height(rect)
            levels.append((middle, True))
            if channel:
                levels.append((float(rect.top()), True))
            for tick in ticks:
                height = tick.value * gain * half
                levels += [(middle - height, False), (middle + height, False)]
        self._grid.show_levels(tuple(levels))


def _role(channel: Channel) -> str:
    """The role of a channel's colour: a stem's own, or that of the earlier targets in the mixer."""
    return f"wave_{channel}" if channel in set(Stem) else "rms_target"
