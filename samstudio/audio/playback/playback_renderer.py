"""The playhead's way through the sound: starts, jumps, turns, loops and ends without a click."""

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np

from samstudio.audio.playback.meter_tap import MeterTap
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.varispeed import Varispeed
from samstudio.session.clip import Samples

FADE_SECONDS = 0.005
"""Length of the fade at a start, a stop and either side of a jump or a change of speed."""
_WAYMARKS = 128
"""Jumps remembered: over a second of them in the shortest loop, more than any output latency."""


@dataclass(frozen=True)
class PlayCommand:
    """What shall be heard, exchanged as one reference; all places in frames.

    A new number in `jump` means: go to `start`, whatever is playing now. With the same number only the way on changes.
    """

    jump: int = 0
    start: int = 0
    playing: bool = False
    stop: int | None = None
    """Where playing ends; None is the end of the sound."""
    loop: tuple[int, int] | None = None
    """First frame and end of what repeats; a playhead sent behind it, or on its way back, is not caught by it.

    Another loop with the same number catches what plays outside it: that goes on from its start.
    """
    speed: float = 1.0
    """Frames of the sound for each that is heard, the pitch moving with it; below zero backwards, never zero."""


class Waymark(NamedTuple):
    """From rendered frame `counter` on the sound runs from frame `position` at `speed`, or stands still there at 0."""

    counter: int
    position: float
    jump: int
    speed: float

    def place(self, counter: int) -> float:
        """The frame of the sound at rendered frame `counter`."""
        return self.position + self.speed * (counter - self.counter)


class PlaybackRenderer:
    """Renders a mixer along the playhead's way. One thread writes `order`, one renders, any may ask `heard`."""

    def __init__(self, mixer: Mixer, frames: int) -> None:
        self.order = PlayCommand()
        self.frames = frames
        self.rendered = 0
        """Frames rendered since the deck was made or reset, silence included."""
        self.tap = MeterTap(mixer.sample_rate)
        """What was rendered of the sound, for meters."""
        self._mixer = mixer
        self._fade_frames = max(1, round(FADE_SECONDS * mixer.sample_rate))
        phase = np.arange(self._fade_frames + 1) / self._fade_frames * (np.pi / 2.0)
        self._rising = (np.sin(phase) ** 2).astype(np.float32)[:, np.newaxis]
        self._falling = np.ascontiguousarray(self._rising[::-1])
        self.reset()

    @property
    def sample_rate(self) -> int:
        """The rate of what is rendered in Hz."""
        return self._mixer.sample_rate

    @property
    def moving(self) -> bool:
        """Whether what is rendered is sound on its way, not silence after a stop or an end."""
        return self._moving

    def reset(self) -> None:
        """Begin anew in silence; only while nobody renders."""
        self.rendered = 0
        self._followed = PlayCommand(jump=-1)
        self._position = 0.0
        self._head = Varispeed(self._mixer, 0, 1.0)
        self._moving = False
        # Which step of the fade the last frame had: 0 is silence, `_fade_frames` is full level.
        self._step = 0
        self._waymarks: list[Waymark | None] = [None] * _WAYMARKS
        self._marked = 0

    def render(self, out: Samples) -> None:
        """Fill `out` (frames, 2) with what comes next."""
        order = self.order
        done = 0
        while done < len(out):
            done += self._render_stretch(order, out[done:])

    def heard(self, counter: int) -> Waymark | None:
        """The stretch that rendered frame `counter` belongs to, None before the first."""
        marked = self._marked
        for index in range(marked - 1, max(-1, marked - 1 - _WAYMARKS), -1):
            waymark = self._waymarks[index % _WAYMARKS]
            if waymark is not None and waymark.counter <= counter:
                return waymark
        return None

    def _render_stretch(self, order: PlayCommand, out: Samples) -> int:
        """Render up to the next thing that happens; returns how many frames that were."""
        leaving = (order.jump, order.speed) != (self._followed.jump, self._followed.speed) or self._is_caught(order)
        if not leaving:
            self._followed = order
        elif self._step == 0 or not self._moving:
            self._set_out(order)
            leaving = False
        if not self._moving:
            out[:] = 0.0
            self.rendered += len(out)
            return len(out)
        speed = self._followed.speed
        end, wraps = self._horizon()
        remaining = max(0, ceil((end - self._position) / speed))
        # The recording's own end is no cut at its own speed, and a loop joins its ends as they are.
        cut = not wraps and (end < self.frames or speed != 1.0)
        frames, slope = self._plan(min(len(out), remaining), remaining, leaving, cut)
        if frames:
            self._head.render(out[:frames])
            self._fade(out[:frames], slope)
            self.tap.write(out[:frames])
            self.rendered += frames
            self._position += frames * speed
        if frames == remaining:
            self._arrive(end, wraps)
        return frames

    def _is_caught(self, order: PlayCommand) -> bool:
        """Whether a loop is new, and what plays at its own speed is outside it."""
        loop, followed = order.loop, self._followed
        if loop is None or loop == followed.loop or order.jump != followed.jump or order.speed != 1.0:
            return False
        return self._moving and not loop[0] <= self._position < loop[1]

    def _set_out(self, order: PlayCommand) -> None:
        """Go where the order says; from the present place if only the speed is another."""
        if order.jump != self._followed.jump:
            self._position = order.start
        elif order.loop is not None and self._is_caught(order):
            self._position = order.loop[0]
        self._followed = order
        self._moving = order.playing
        # The recording's own beginning is no cut: an attack at its first frame stays whole.
        whole = order.playing and self._position == 0 and order.speed == 1.0
        self._step = self._fade_frames if whole else 0
        self._mixer.snap()
        self._begin_way()

    def _horizon(self) -> tuple[int, bool]:
        """Where the present straight way ends, and whether it goes on from the loop's start there."""
        loop, stop = self._followed.loop, self._followed.stop
        if self._followed.speed < 0.0:
            return 0, False
        if loop is not None and self._position < loop[1] <= self.frames:
            return loop[1], True
        return self.frames if stop is None else min(stop, self.frames), False

    def _plan(self, frames: int, remaining: int, leaving: bool, cut: bool) -> tuple[int, int]:
        """How many frames are alike, and whether the level rises (1), falls (-1) or stays (0) in them."""
        if leaving or (cut and remaining <= self._step):
            return min(frames, self._step), -1
        spare = remaining - self._step if cut else frames
        if self._step < self._fade_frames:
            return min(frames, self._fade_frames - self._step, max(1, spare // 2) if cut else frames), 1
        return min(frames, spare), 0

    def _fade(self, out: Samples, slope: int) -> None:
        if slope > 0:
            out *= self._rising[self._step + 1 : self._step + 1 + len(out)]
        elif slope < 0:
            first = self._fade_frames - self._step + 1
            out *= self._falling[first : first + len(out)]
        self._step += slope * len(out)

    def _arrive(self, end: int, wraps: bool) -> None:
        if wraps and self._followed.loop is not None:
            self._position = self._followed.loop[0]
        else:
            self._position = end
            self._moving = False
            self._step = 0
        self._begin_way()

    def _begin_way(self) -> None:
        """From here on the sound is read, and the playhead counted, from another place or at another speed."""
        speed = self._followed.speed if self._moving else 0.0
        if self._moving:
            self._head = Varispeed(self._mixer, round(self._position), speed)
        waymark = Waymark(self.rendered, self._position, self._followed.jump, speed)
        self._waymarks[self._marked % _WAYMARKS] = waymark
        self._marked += 1
