"""Which part of the frequency axis is shown, and what mouse and keys ask for instead."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.dsp.scales import ANY_SCALE, FrequencyScale
from samstudio.dsp.spectrogram import SpectrogramSettings, frequency_scale
from samstudio.ui.timeline.lanes.gutter import FrequencyGutter
from samstudio.ui.timeline.lanes.lane_box import LaneBox

_RATE_WITHOUT_CLIP = 48000.0


class FrequencyZoom(QObject):
    """Works out the band to show; whoever receives the request changes the spectrogram's settings.

    Positions are 0 at the foot of the axis that is shown and 1 at its top.
    """

    band_requested = Signal(float, float)
    """The lowest and the highest frequency in Hz; 0: the axis' own end."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scale = self.whole = ANY_SCALE

    def show_settings(self, settings: SpectrogramSettings, sample_rate: float | None) -> FrequencyScale:
        """Follow the settings that are shown, with the recording's frames a second (None without one). Its scale."""
        rate = sample_rate or _RATE_WITHOUT_CLIP
        self.scale = frequency_scale(settings, rate)
        self.whole = FrequencyScale.up_to(settings.scale, rate / 2.0)
        return self.scale

    def follow(self, gutter: FrequencyGutter, box: LaneBox) -> None:
        """Do what the mouse asks for over a spectrogram and its axis."""
        gutter.zoom_requested.connect(self.zoom_by)
        gutter.scroll_requested.connect(self.scroll_by)
        gutter.reset_requested.connect(self.show_all)
        box.frequency_zoom_requested.connect(self.zoom_by)
        box.frequency_scroll_requested.connect(self.scroll_by)

    @Slot(float, float)
    def zoom_by(self, factor: float, at: float = 0.5) -> None:
        """Show `factor` times as much, the frequency at the position `at` staying where it is."""
        self._request(self.scale.zoomed(factor, at, self.whole))

    @Slot(float)
    def scroll_by(self, part: float) -> None:
        """Show what lies above, by a part of what is shown; below where it is negative."""
        self._request(self.scale.part(part, 1.0 + part, self.whole))

    @Slot()
    def show_all(self) -> None:
        """Show all frequencies."""
        self._request(self.whole)

    def show_band(self, low: float, high: float) -> None:
        """Show these frequencies (Hz), as far as the recording has them, and no others."""
        bottom, top = self.scale.position(max(low, self.whole.low)), self.scale.position(min(high, self.whole.high))
        self._request(self.scale.part(bottom, top, self.whole))

    def _request(self, scale: FrequencyScale) -> None:
        if scale != self.scale:
            low = 0.0 if scale.low <= self.whole.low else scale.low
            self.band_requested.emit(low, 0.0 if scale.high >= self.whole.high else scale.high)
