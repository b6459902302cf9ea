"""A lane: gutter on the left, waveform or spectrogram beside it, and what lies over that."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QBrush
from PySide6.QtWidgets import QHBoxLayout, QWidget

from samstudio.dsp.peaks import PeakPyramid
from samstudio.dsp.scales import FrequencyScale, amplitude_ticks
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import Tile, ViewRequest
from samstudio.session.clip import Samples
from samstudio.session.take import Stem
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.lanes.gutter import AmplitudeGutter, FrequencyGutter, Gutter
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.lanes.lane_canvas import LaneCanvas
from samstudio.ui.timeline.lanes.lane_overlays import GridItem, PlayheadItem
from samstudio.ui.timeline.paint.device_pixels import moves_visibly
from samstudio.ui.timeline.paint.spectrogram_item import SpectrogramItem
from samstudio.ui.timeline.paint.wave_painter import WaveColours, channel_rect, half_height
from samstudio.ui.timeline.paint.waveform_item import WaveformItem

_FAR = 8.0
"""Pixels outside the lane beyond which nothing needs a true place."""


class Lane(QWidget):
    """Base of all lanes: keeps the box on the visible range, and the playhead in its place."""

    def __init__(self, name: str, gutter: Gutter) -> None:
        super().__init__()
        self.setAccessibleName(f"{name} lane")
        set_role(self, QAccessible.Role.Grouping)
        self.gutter, self.box = gutter, LaneBox()
        self.canvas = LaneCanvas(self.box)
        self.canvas.setAccessibleName(f"{name} display")
        set_role(self.canvas, QAccessible.Role.Graphic)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(gutter)
        layout.addWidget(self.canvas, 1)
        self.setMinimumHeight(28)
        self._view = TimeView(0.0, 1.0)
        self._playhead: float | None = None
        self._playhead_item = PlayheadItem(self.box)
        self.box.resized.connect(self._fit_items)
        self.restyle()

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.canvas.setBackgroundBrush(theme().color("canvas"))
        self.gutter.update()
        self.canvas.viewport().update()

    def show_view(self, view: TimeView, request: ViewRequest) -> None:
        """Show another part of the time axis."""
        self._view = view
        self.box.show_times(view.start, view.end)
        self._show_content(request)
        self._place_playhead()

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
        return min(max((seconds - self._view.start) / self._view.length * width, -_FAR), width + _FAR)

    def _show_content(self, request: ViewRequest) -> None:
        raise NotImplementedError

    def _fit_content(self, rect: QRectF) -> None:
        raise NotImplementedError

    def _fit_items(self) -> None:
        self._fit_content(self.box.rect())
        self._playhead_item.set_height(self.box.size().height())
        self._place_playhead()

    def _place_playhead(self) -> None:
        self._playhead_item.setVisible(self._playhead is not None)
        if self._playhead is not None:
            self._playhead_item.setPos(self.x_of(self._playhead), 0.0)


class WaveLane(Lane):
    """A stem's waveform, channel below channel."""

    def __init__(self, stem: Stem, name: str) -> None:
        self.stem, self._channels, self._gain = stem, 1, 1.0
        gutter = AmplitudeGutter(name, f"wave_{stem}")
        super().__init__(name, gutter)
        self.amplitudes = gutter
        self._grid = GridItem(self.box)
        self.wave = WaveformItem(self.box, self._colours())

    def _colours(self) -> WaveColours:
        look = theme()
        # Only the recording's own clipping matters here; that of stems is shown by the mixer.
        clipped = look.color("clip_lamp") if self.stem is Stem.CLIP else None
        return WaveColours(look.color(f"wave_{self.stem}"), look.color(f"rms_{self.stem}"), clipped)

    def restyle(self) -> None:
        """Take the theme's colours."""
        if hasattr(self, "wave"):
            self.wave.show_colours(self._colours())
        super().restyle()

    def show_sound(self, samples: Samples | None, sample_rate: int) -> None:
        """Show other sound, or none."""
        self._channels = samples.shape[1] if samples is not None else 1
        self.amplitudes.show_channels(self._channels)
        self.wave.show_sound(samples, sample_rate)
        self.setMinimumHeight(max(36, 14 * self._channels))
        self._show_levels()

    def show_trimmed(self, samples: Samples) -> None:
        """The same sound, which turned out shorter."""
        self.wave.show_trimmed(samples)

    def show_peaks(self, peaks: PeakPyramid) -> None:
        """Show peaks, or more of them."""
        self.wave.show_peaks(peaks)

    def show_gain(self, gain: float) -> None:
        """Draw the waveform `gain` times as high."""
        self._gain = gain
        self.wave.show_gain(gain)
        self.amplitudes.show_gain(gain)
        self._show_levels()

    def show_grid(self, times: tuple[float, ...]) -> None:
        """Upright lines at these times (seconds)."""
        self._grid.show_times(tuple((time - self._view.start) / self._view.length for time in times))

    def _show_content(self, request: ViewRequest) -> None:
        self.wave.show_view(request)

    def _fit_content(self, rect: QRectF) -> None:
        self.wave.set_rect(rect)
        self._grid.set_rect(rect)
        self._show_levels()

    def _show_levels(self) -> None:
        levels: list[tuple[float, bool]] = []
        for channel in range(self._channels):
            rect = channel_rect(self.canvas.viewport().rect(), channel, self._channels)
            middle, half = rect.top() + rect.height() / 2.0, half_height(rect)
            levels.append((middle, True))
            if channel:
                levels.append((float(rect.top()), True))
            for tick in amplitude_ticks(half, 18.0, self._gain):
                height = tick.value * self._gain * half
                levels += [(middle - height, False), (middle + height, False)]
        self._grid.show_levels(tuple(levels))


class SpectrogramLane(Lane):
    """The clip's spectrogram; its box's upright axis is the position on the frequency scale, 0..1."""

    shades_changed = Signal()
    """Another tile is shown."""

    def __init__(self, settings: SpectrogramSettings) -> None:
        gutter = FrequencyGutter("Spectrogram", "border")
        super().__init__("Spectrogram", gutter)
        self.frequencies = gutter
        self.spectrogram = SpectrogramItem(self.box, settings)
        self.setMinimumHeight(60)

    def restyle(self) -> None:
        """The spectrogram covers all of the canvas."""
        super().restyle()
        self.canvas.setBackgroundBrush(QBrush(Qt.BrushStyle.NoBrush))

    def show_settings(self, settings: SpectrogramSettings, scale: FrequencyScale) -> None:
        """Show other settings, and the axis that goes with them."""
        self.spectrogram.show_settings(settings)
        self.frequencies.show_scale(scale)

    def show_tile(self, tile: Tile) -> None:
        """Take in a tile."""
        self.spectrogram.show_tile(tile)
        self.shades_changed.emit()

    def _show_content(self, request: ViewRequest) -> None:
        self.spectrogram.show_view(request)

    def _fit_content(self, rect: QRectF) -> None:
        self.spectrogram.set_rect(rect)
