"""Reads a mixer along a place that moves as a hand does: the pitch follows its speed, and what rests is silent."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from samstudio.audio.playback.mixer import Mixer
from samstudio.session.clip import Samples

_BLOCK_SECONDS = 0.005
"""Length of a block, in which the speed changes evenly."""
_STIFFNESS = 40.0
"""Radians a second: how directly the place is followed. The steps of a pointer, 1/60 s, are not to be heard."""
_FASTEST = 8.0
"""As the shuttle."""
_FAR_SECONDS = 1.0
"""Of the sound: a place further away is not run to, but jumped to."""
_QUIET_SPEED = 0.125
"""Below this speed the level falls with it, so that a place that rests ends in silence."""


class Scrub:
    """The sound heard while `target`, a frame, is moved."""

    def __init__(self, mixer: Mixer, position: int) -> None:
        self.target = position
        self._mixer = mixer
        self._position, self._speed, self._level = float(position), 0.0, 0.0
        self._block = max(8, round(_BLOCK_SECONDS * mixer.sample_rate))

    def render(self, out: Samples) -> None:
        """Fill `out` (frames, 2) with what comes next."""
        for first in range(0, len(out), self._block):
            self._render_block(out[first : first + self._block])

    def _render_block(self, out: Samples) -> None:
        frames = len(out)
        seconds = frames / self._mixer.sample_rate
        distance = self.target - self._position
        is_far = abs(distance) > _FAR_SECONDS * self._mixer.sample_rate
        before, level = self._speed, self._level
        if not is_far:
            # A critically damped spring, in frames of the sound for each rendered one; implicit, which is stable.
            pull = _STIFFNESS * seconds
            speed = (before + pull * _STIFFNESS * distance / self._mixer.sample_rate) / (1.0 + pull) ** 2
            self._speed = min(max(speed, -_FASTEST), _FASTEST)
        steps = np.arange(1, frames + 1) / frames
        places = self._position + np.cumsum(before + (self._speed - before) * steps)
        self._level = 0.0 if is_far else min(1.0, abs(self._speed) / _QUIET_SPEED)
        out[:] = self._read(places) * (level + (self._level - level) * steps)[:, np.newaxis]
        self._position = float(places[-1])
        if is_far:
            # It is silent by now.
            self._position, self._speed = float(self.target), 0.0

    def _read(self, places: NDArray[np.float64]) -> Samples:
        """The sound at places between its frames: a cubic through the four frames around (Catmull and Rom)."""
        first = floor(places.min()) - 1
        count = ceil(places.max()) + 3 - first
        sound = np.zeros((count, 2), np.float32)
        ahead = min(count, max(0, -first))
        self._mixer.render(first + ahead, sound[ahead:])
        index = np.floor(places).astype(np.int64)
        t = (places - index).astype(np.float32)[:, np.newaxis]
        a, b, c, d = (sound[index - first + step] for step in (-1, 0, 1, 2))
        heard: Samples = b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
        return heard
