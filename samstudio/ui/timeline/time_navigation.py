"""What part of the time axis is visible, and everything that moves it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from samstudio.session.clip import AudioClip
from samstudio.session.stretch import Stretch
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.focus_frame import FocusFrame

_LEAST_SAMPLES = 8
"""The deepest zoom shows as many samples."""


class TimeNavigation(FocusFrame):
    """Base of the timeline: keeps its one visible range within the clip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clip: AudioClip | None = None
        self._view = TimeView(0.0, 1.0)
        self._playhead: float | None = None
        self._follows = True
        self._runs_back = False

    @property
    def visible_range(self) -> Stretch:
        """Start and end in seconds."""
        return self._view.start, self._view.end

    @Slot(float, float)
    def zoom_by(self, factor: float, at: float | None = None) -> None:
        """Show `factor` times as much, `at` staying put: by default the playhead if it is visible, or the middle."""
        if at is None:
            middle = self._view.start + self._view.length / 2.0
            at = self._playhead if self._playhead is not None and self._shows(self._playhead) else middle
        self._set_view(self._view.zoomed(factor, at))

    @Slot(float, float)
    def zoom_to(self, start: float, end: float) -> None:
        """Show this stretch."""
        # A dragged frame comes with the same length up to rounding: then the zoom must not change at all.
        same = abs((end - start) - self._view.length) < 1e-9 * max(1.0, end)
        self._set_view(TimeView(start, self._view.length if same else end - start))

    def fit(self) -> None:
        """Show the whole clip."""
        self._set_view(TimeView(0.0, self._clip.duration if self._clip else 1.0))

    @Slot(float)
    def scroll_by(self, seconds: float) -> None:
        """Show what lies beside."""
        self._set_view(self._view.moved(seconds))

    def set_following(self, follows: bool) -> None:
        """Whether the view follows the playhead."""
        self._follows = follows

    def show_speed(self, speed: float) -> None:
        """Note which way the playhead runs: below zero, the page it is followed to lies before it."""
        self._runs_back = speed < 0.0

    def _move_playhead(self, seconds: float | None) -> None:
        """Note where the playhead is; when it leaves the view it is followed by whole pages."""
        old, self._playhead = self._playhead, seconds
        if self._follows and old is not None and seconds is not None and self._shows(old) and not self._shows(seconds):
            behind = 0.98 if self._runs_back else 0.02
            self._set_view(TimeView(seconds - behind * self._view.length, self._view.length))

    def _shows(self, seconds: float) -> bool:
        return self._view.start <= seconds <= self._view.end

    def _set_view(self, view: TimeView) -> None:
        duration = self._clip.duration if self._clip else 1.0
        rate = self._clip.sample_rate if self._clip else 1
        view = view.kept_within(duration, _LEAST_SAMPLES / rate)
        if view != self._view:
            self._view = view
            self._show_view()

    @Slot()
    def _show_view(self) -> None:
        """Bring everything to the visible range, and request what is needed for it."""
        raise NotImplementedError
