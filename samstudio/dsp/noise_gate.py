"""A noise gate with threshold, hysteresis, attack, hold and release, after U. Zölzer (ed.), DAFX, 2nd edition, 4.2.

It is made for recordings: it looks ahead, so that it is open when a sound begins, and has no delay.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
HYSTERESIS = 6.0
"""dB below the threshold at which it closes; it opens at the threshold."""
ATTACK, RELEASE = 0.005, 0.15
"""Seconds it takes to open and to close."""
HOLD = 0.05
"""Seconds it stays open below that: more than half a period of the lowest sound, so no zero crossing closes it."""
_NEVER = -(1 << 60)
"""The frame number of an event that has not happened."""


def gated(blocks: Iterable[Samples], threshold: float, sample_rate: int) -> Iterator[Samples]:
    """The sound (frames, channels) with silence where its loudest channel stays below `threshold` dBFS.

    The output has the input's length, in blocks of other lengths. While the gate is open the sound is unchanged to the
    last bit; all channels have one gain. Before the first frame the gate is closed.
    """
    detector = _Detector(threshold, sample_rate)
    opening, closing = (_ramp(seconds, sample_rate) for seconds in (ATTACK, RELEASE))
    sound: Samples | None = None
    is_open, last_open = np.zeros(0, bool), _NEVER
    for block in blocks:
        sound = block if sound is None else np.concatenate((sound, block))
        is_open = np.concatenate((is_open, detector.opens(block)))
        # Only the next block shows whether the gate opens for the frames after these.
        ready = len(sound) - len(opening)
        if ready > 0:
            gains = _gains(is_open, last_open, opening, closing)
            yield sound[:ready] * gains[:ready, np.newaxis]
            last_open = _latest(is_open[:ready], np.arange(ready), last_open)[-1] - ready
            sound, is_open = sound[ready:], is_open[ready:]
    if sound is not None:
        yield sound * _gains(is_open, last_open, opening, closing)[:, np.newaxis]


def frame_peaks(block: Samples) -> Samples:
    """The magnitude of the loudest channel, (frames,)."""
    # Many times faster than a maximum over the channel axis, which is short.
    peaks: Samples = np.maximum.reduce([np.abs(channel) for channel in block.T])
    return peaks


class _Detector:
    """Decides for each frame whether the gate is open: from reaching the threshold until `HOLD` is over."""

    def __init__(self, threshold: float, sample_rate: int) -> None:
        self._high = 10.0 ** (threshold / 20.0)
        self._low = 10.0 ** ((threshold - HYSTERESIS) / 20.0)
        self._hold = round(HOLD * sample_rate)
        self._frames = 0
        self._kept = self._begun = self._loud = _NEVER
        """The last frame that keeps it open, the last one that began a run of those, and the last one that opens it."""

    def opens(self, block: Samples) -> NDArray[np.bool_]:
        """Whether it is open at each of the next frames, given as (n, channels)."""
        level = frame_peaks(block)
        places = np.arange(self._frames, self._frames + len(block))
        kept = _latest(level >= self._low, places, self._kept)
        before = np.concatenate(([self._kept], kept[:-1]))
        begun = _latest((kept == places) & (places - before > self._hold + 1), places, self._begun)
        loud = _latest(level >= self._high, places, self._loud)
        self._frames += len(block)
        self._kept, self._begun, self._loud = int(kept[-1]), int(begun[-1]), int(loud[-1])
        is_open: NDArray[np.bool_] = (loud >= begun) & (places - kept <= self._hold)
        return is_open


def _latest(happens: NDArray[np.bool_], places: NDArray[np.int64], before: int) -> NDArray[np.int64]:
    """For each place the latest one up to it where `happens` is true; `before` is the latest one of earlier blocks."""
    return np.maximum.accumulate(np.where(happens, places, before))


def _ramp(seconds: float, sample_rate: int) -> NDArray[np.float32]:
    """Gains by the distance in frames from the open part: half a raised cosine, from 1 to 0."""
    return (0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, round(seconds * sample_rate) + 2))).astype(np.float32)


def _gains(
    is_open: NDArray[np.bool_], last_open: int, opening: NDArray[np.float32], closing: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Gains (n,): 1 while it is open, with ramps before and after."""
    places = np.arange(len(is_open))
    since = places - _latest(is_open, places, last_open)
    until = (places - _latest(is_open[::-1], places, _NEVER))[::-1]
    after = closing[np.minimum(since, len(closing) - 1)]
    before = opening[np.minimum(until, len(opening) - 1)]
    gains: NDArray[np.float32] = np.maximum(after, before)
    return gains
