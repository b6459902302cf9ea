"""Reports what is under the pointer: the time, and in the spectrogram frequency and level."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.dsp.scales import FrequencyScale
from samstudio.ui.timeline.axis.hover_text import hover_time_text, spectrum_text
from samstudio.ui.timeline.lanes.lane_box import Gesture
from samstudio.ui.timeline.lanes.lane_stack import LaneStack


class HoverReadout(QObject):
    """Follows the pointer over the lanes of a stack."""

    text_changed = Signal(str)
    """What is under the pointer, '' for nothing."""

    def __init__(self, stack: LaneStack, scale: FrequencyScale, parent: QObject) -> None:
        super().__init__(parent)
        self._duration: float | None = None
        self._scale, self._floor_db = scale, 0.0
        self._spectrogram = stack.spectrogram.spectrogram
        for lane in stack.waves.values():
            lane.box.hovered.connect(self._on_wave_hovered)
        stack.spectrogram.box.hovered.connect(self._on_spectrogram_hovered)

    def set_duration(self, seconds: float | None) -> None:
        """The clip's length; None without a clip."""
        self._duration = seconds

    def set_axis(self, scale: FrequencyScale, floor_db: float) -> None:
        """The spectrogram's upright axis, and the level (dBFS) of its darkest colour."""
        self._scale, self._floor_db = scale, floor_db

    @Slot(object)
    def _on_wave_hovered(self, gesture: Gesture | None) -> None:
        if gesture is None or self._duration is None:
            self.text_changed.emit("")
        else:
            self.text_changed.emit(hover_time_text(gesture, self._duration))

    @Slot(object)
    def _on_spectrogram_hovered(self, gesture: Gesture | None) -> None:
        if gesture is None or self._duration is None:
            self.text_changed.emit("")
            return
        # The middle of the pixel that is pointed at; the gesture's place is its upper left corner.
        time, y = gesture.time + gesture.seconds_per_pixel / 2.0, gesture.y - gesture.y_per_pixel / 2.0
        hz = self._scale.hz(min(max(y, 0.0), 1.0))
        level = self._spectrogram.level_at(time, y)
        self.text_changed.emit(spectrum_text(gesture, self._duration, hz, level, self._floor_db))
