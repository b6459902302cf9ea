"""A sound at one rate, rendered at another."""

from collections.abc import Callable

import numpy as np
import soxr

from samstudio.session.clip import Samples

_BLOCK = 512
"""Frames of the new rate that are made at a time."""
_CHUNK = 240
"""Frames copied at a time: numpy holds the GIL for up to 500 values, see mixer."""


class Resampled:
    """Renders at `rate` Hz what `read` fills a block (frames, 2) with at `source_rate`, block after block.

    The output begins where the source begins; only soxr's look-ahead is read beyond it: at most 0.05 s of output.
    """

    def __init__(self, read: Callable[[Samples], None], source_rate: float, rate: float) -> None:
        self._read = read
        self._stream = soxr.ResampleStream(source_rate, rate, 2, dtype="float32", quality="HQ")
        self._block = np.empty((round(_BLOCK * source_rate / rate), 2), np.float32)
        self._ready = np.empty((0, 2), np.float32)

    def render(self, out: Samples) -> None:
        """Fill `out` (frames, 2)."""
        done = 0
        while done < len(out):
            if not len(self._ready):
                self._read(self._block)
                self._ready = self._stream.resample_chunk(self._block)
            frames = min(len(self._ready), len(out) - done, _CHUNK)
            out[done : done + frames] = self._ready[:frames]
            self._ready = self._ready[frames:]
            done += frames
