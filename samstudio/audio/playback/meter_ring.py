"""Copies what goes to the sound card into a ring buffer, for the meters."""

import numpy as np

from samstudio.session.clip import Samples

_SECONDS = 4
_CHUNK = 240
"""Frames copied at a time: numpy holds the GIL for up to 500 values, see mixer."""


class MeterRing:
    """A ring buffer of the last seconds: the rendering thread writes, another one reads; no lock, no allocation.

    The callback only copies. A second mixer that rendered the same passage for the meters would cost as much as playing
    and would miss the ramps, fades and switches that were heard.
    """

    def __init__(self, sample_rate: int) -> None:
        self._ring = np.zeros((_SECONDS * sample_rate, 2), np.float32)
        self._written = 0
        self._read = 0

    def write(self, sound: Samples) -> None:
        """Append `sound`, (frames, 2); for the rendering thread."""
        size, place = len(self._ring), self._written % len(self._ring)
        done = 0
        while done < len(sound):
            frames = min(_CHUNK, len(sound) - done, size - place)
            self._ring[place : place + frames] = sound[done : done + frames]
            done += frames
            place = (place + frames) % size
        # Last, so that every counted frame has been copied.
        self._written += len(sound)

    def read(self) -> Samples:
        """What was written since the last call, (frames, 2); at most the newest half of the ring."""
        written, size = self._written, len(self._ring)
        # The writer goes on meanwhile; with half a ring between them it does not overwrite what is copied here.
        first = max(self._read, written - size // 2)
        self._read = written
        start, frames = first % size, written - first
        return np.concatenate((self._ring[start : start + frames], self._ring[: max(0, start + frames - size)]))
