"""Overlapping windows over a long clip, and joining their results in order by short cross-fades."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from samstudio.session.clip import Samples


@dataclass(frozen=True)
class Window:
    """Frames `read_start`..`read_end` are read, `start`..`end` of them delivered: the rest is context."""

    read_start: int
    read_end: int
    start: int
    end: int


def windows(frames: int, length: int, context: int, fade: int, part: tuple[int, int] | None = None) -> Iterator[Window]:
    """Windows over a clip of `frames`, each delivering `length` frames and the `fade` it shares with the next one.

    All in frames, 0 <= fade < length; what would be too short for a window of its own belongs to the last one. They
    cover all of the clip, or the `part` of it from its first frame to its last.
    """
    start, last = part or (0, frames)
    while True:
        # A last window shorter than its context would consist of edge alone: it belongs to the one before.
        end = last if last - start <= length + context + fade else start + length + fade
        yield Window(max(0, start - context), min(frames, end + context), start, end)
        if end == last:
            return
        start = end - fade


class Joiner:
    """Joins the results of consecutive windows; keeps back only the frames that the next one fades into."""

    def __init__(self, frames: int, fade: int) -> None:
        """`frames` is the clip's length, `fade` the overlap the windows were made with."""
        self._frames = frames
        self._rise = ((np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade))[:, None]
        self._tail: Samples | None = None

    def add(self, window: Window, samples: Samples) -> tuple[int, Samples]:
        """Take the samples (n, channels) of all that `window` read; return (first frame, finished samples)."""
        part = samples[window.start - window.read_start : window.end - window.read_start].copy()
        fade = len(self._rise)
        if self._tail is not None:
            part[:fade] = self._tail + self._rise * (part[:fade] - self._tail)
        if window.end == self._frames:
            return window.start, part
        self._tail = part[len(part) - fade :]
        return window.start, part[: len(part) - fade]
