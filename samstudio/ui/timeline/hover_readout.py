"""What the status bar says of the place under the pointer."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from samstudio.dsp.scales import FrequencyScale
from samstudio.ui.timeline.axis.hover_text import hover_time_text, spectrum_text
from samstudio.ui.timeline.lanes.lane import Lane
from samstudio.ui.timeline.lanes.lane_box import Gesture


class HoverReadout(QObject):
    """Follows the pointer over lanes."""

    text_changed = Signal(str)
    """What is under the pointer, '' for nothing."""

    def __init__(self, scale: FrequencyScale, parent: QObject) -> None:
        super().__init__(parent)
        self._duration: float | None = None
        self._scale, self._floor_db = scale, 0.0

    def follow(self, lane: Lane) -> None:
        """Follow the pointer over another lane."""
        lane.box.hovered.connect(partial(self._on_hovered, lane))

    def set_duration(self, seconds: float | None) -> None:
        """The clip's length; None without a clip."""
        self._duration = seconds

    def set_axis(self, scale: FrequencyScale, floor_db: float) -> None:
        """The spectrogram's upright axis, and the level (dBFS) of its darkest colour."""
        self._scale, self._floor_db = scale, floor_db

    def _on_hovered(self, lane: Lane, gesture: Gesture | None) -> None:
        if gesture is None or self._duration is None:
            self.text_changed.emit("")
        elif lane.has_picture:
            self.text_changed.emit(self._spectrum_text(lane, gesture, self._duration))
        else:
            self.text_changed.emit(hover_time_text(gesture, self._duration))

    def _spectrum_text(self, lane: Lane, gesture: Gesture, duration: float) -> str:
        # The middle of the pixel that is pointed at; the gesture's place is its upper left corner.
        time, y = gesture.time + gesture.seconds_per_pixel / 2.0, gesture.y - gesture.y_per_pixel / 2.0
        hz = self._scale.hz(min(max(y, 0.0), 1.0))
        level, share = (at(time, y, gesture.band) for at in (lane.spectrogram.level_at, lane.spectrogram.share_at))
        text = spectrum_text(gesture, duration, hz, level, self._floor_db)
        if name := lane.band_name(gesture.band):
            text = f"{name} · {text}"
        return text if share is None else f"{text} · target {share:.0%}".replace("%", " %")
