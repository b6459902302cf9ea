"""Finds the onsets and zero crossings of the clip, to which the edges of spans snap."""

from collections.abc import Generator
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.dsp.landmarks import ONSET_HOP, frame_levels, nearest_zero_crossing, onset_hops
from samstudio.session.clip import AudioClip
from samstudio.session.scratch import forget_pages

_BLOCK_SECONDS = 20
_CROSSING_REACH = 0.01
"""Seconds on either side in which a zero crossing is looked for."""


class LandmarkFinder(QObject):
    """Onsets come by signal, once the clip is complete; zero crossings are looked up when they are needed."""

    onsets_changed = Signal(object)
    """tuple[float, ...], seconds, rising."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._clip: AudioClip | None = None
        self._job: Job | None = None
        self._known: WeakKeyDictionary[AudioClip, tuple[float, ...]] = WeakKeyDictionary()

    @Slot(object)
    def set_clip(self, clip: AudioClip | None) -> None:
        """Forget the onsets of another clip."""
        self._clip = clip
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.onsets_changed.emit(())

    @Slot()
    def find_onsets(self) -> None:
        """Look for the onsets of the clip, which must be complete; those of a clip shown before come at once."""
        if self._clip is None:
            return
        if self._clip in self._known:
            self.onsets_changed.emit(self._known[self._clip])
        else:
            self._job = self._background.run(_onsets(self._clip), done=self._on_done)

    @Slot(object)
    def _on_done(self, onsets: tuple[float, ...]) -> None:
        # A job of another clip is cancelled, and reports nothing.
        if self._clip is not None:
            self._known[self._clip] = onsets
            self.onsets_changed.emit(onsets)

    def zero_crossing(self, seconds: float) -> float | None:
        """The zero crossing nearest to a time, in seconds, or None."""
        if self._clip is None:
            return None
        rate = self._clip.sample_rate
        start = max(0, round((seconds - _CROSSING_REACH) * rate))
        near = self._clip.samples[start : start + round(2 * _CROSSING_REACH * rate)]
        place = nearest_zero_crossing(near, round(seconds * rate) - start) if len(near) else None
        return None if place is None else (start + place) / rate


def _onsets(clip: AudioClip) -> Generator[tuple[float, ...] | None, None, None]:
    """Read the clip in blocks (None is a step on the way), then yield its onsets in seconds."""
    hop = max(1, round(ONSET_HOP * clip.sample_rate))
    block = _BLOCK_SECONDS * clip.sample_rate // hop * hop
    levels = [np.zeros(0, np.float32)]
    for start in range(0, clip.frames, max(block, hop)):
        levels.append(frame_levels(clip.samples[start : start + block], hop))
        forget_pages(clip.samples)
        yield None
    hops = onset_hops(np.concatenate(levels))
    yield tuple((hops * (hop / clip.sample_rate)).tolist())
