"""Moves the playhead through the sound: starts, jumps, changes of direction, loops and ends without a click."""

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np

from samstudio.audio.playback.meter_ring import MeterRing
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.scrub import Scrub
from samstudio.audio.playback.varispeed import Varispeed
from samstudio.session.clip import Samples

FADE_SECONDS = 0.005
"""Length of the fade at a start, a stop and either side of a jump or a change of speed."""
_SEGMENTS_KEPT = 128
"""The newest segments: more than a second of them in the shortest loop, longer than any output latency."""


@dataclass(frozen=True)
class PlayCommand:
    """What to play, exchanged between threads as one reference; all places in frames.

    A new number in `jump` means: go to `start`, whatever is playing now. With the same number playing goes on from
    where it is, and only what follows changes.
    """

    jump: int = 0
    start: int = 0
    playing: bool = False
    stop: int | None = None
    """Where playing ends; None is the end of the sound."""
    loop: tuple[int, int] | None = None
    """First frame and end of what repeats; a playhead sent to a place after it, or moving backwards, does not enter it.

    A new loop with the same `jump` number moves a playhead that is outside it to its start.
    """
    speed: float = 1.0
    """Frames of the sound for each frame rendered, the pitch changing with it; negative is backwards, never zero."""
    scrubs: bool = False
    """Whether `start` is a place that is moved by hand, also with the same `jump`, and heard as it moves."""


class RenderedSegment(NamedTuple):
    """From rendered frame `counter` on, the sound plays from frame `position` at `speed`; 0 if it has stopped there."""

    counter: int
    position: float
    jump: int
    speed: float

    def place(self, counter: int) -> float:
        """The frame of the sound at rendered frame `counter`."""
        return self.position + self.speed * (counter - self.counter)


class PlaybackRenderer:
    """Renders a mixer along the playhead. One thread sets `command`, one renders, any may call `segment_at`."""

    def __init__(self, mixer: Mixer, frames: int) -> None:
        self.command = PlayCommand()
        self.frames = frames
        self.rendered = 0
        """Frames rendered since the renderer was made or reset, silence included."""
        self.meter_ring = MeterRing(mixer.sample_rate)
        """Receives a copy of what is rendered, for the meters."""
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
        """Whether sound is being rendered, not the silence after a stop or an end."""
        return self._moving

    def reset(self) -> None:
        """Start again in silence; call it only while no thread renders."""
        self.rendered = 0
        self._current = PlayCommand(jump=-1)
        self._position = 0.0
        self._reader: Varispeed | Scrub = Varispeed(self._mixer, 0, 1.0)
        self._moving = False
        # The last frame's step of the fade: 0 is silence, `_fade_frames` is full level.
        self._step = 0
        self._segments: list[RenderedSegment | None] = [None] * _SEGMENTS_KEPT
        self._segments_begun = 0

    def render(self, out: Samples) -> None:
        """Fill `out` (frames, 2) with what comes next."""
        command = self.command
        done = 0
        while done < len(out):
            done += self._render_segment(command, out[done:])

    def segment_at(self, counter: int) -> RenderedSegment | None:
        """The segment that rendered frame `counter` belongs to, None before the first."""
        begun = self._segments_begun
        for index in range(begun - 1, max(-1, begun - 1 - _SEGMENTS_KEPT), -1):
            segment = self._segments[index % _SEGMENTS_KEPT]
            if segment is not None and segment.counter <= counter:
                return segment
        return None

    def _render_segment(self, command: PlayCommand, out: Samples) -> int:
        """Render up to the next change of place, speed or fade; returns the number of frames rendered."""
        current = self._current
        is_leaving = (command.jump, command.speed) != (current.jump, current.speed) or self._enters_loop(command)
        if not is_leaving:
            self._current = command
        elif self._step == 0 or not self._moving:
            self._begin_command(command)
            is_leaving = False
        if not self._moving:
            out[:] = 0.0
            self.rendered += len(out)
            return len(out)
        if isinstance(self._reader, Scrub):
            return self._render_scrub(self._reader, out, is_leaving)
        speed = self._current.speed
        end, wraps = self._segment_end()
        remaining = max(0, ceil((end - self._position) / speed))
        # The recording's own end needs no fade at its own speed, and a loop joins its ends as they are.
        cut = not wraps and (end < self.frames or speed != 1.0)
        frames, slope = self._next_fade(min(len(out), remaining), remaining, is_leaving, cut)
        if frames:
            self._reader.render(out[:frames])
            self._fade(out[:frames], slope)
            self.meter_ring.write(out[:frames])
            self.rendered += frames
            self._position += frames * speed
        if frames == remaining:
            self._end_segment(end, wraps)
        return frames

    def _render_scrub(self, scrub: Scrub, out: Samples, is_leaving: bool) -> int:
        """Render as the place is moved, without end; returns the number of frames rendered."""
        scrub.target = self._current.start
        frames = min(len(out), self._step) if is_leaving else len(out)
        scrub.render(out[:frames])
        if is_leaving:
            self._fade(out[:frames], -1)
        self.meter_ring.write(out[:frames])
        self.rendered += frames
        return frames

    def _enters_loop(self, command: PlayCommand) -> bool:
        """Whether the command brings a new loop and the playhead, at speed 1, is outside it."""
        loop, current = command.loop, self._current
        if loop is None or loop == current.loop or command.jump != current.jump or command.speed != 1.0:
            return False
        return self._moving and not loop[0] <= self._position < loop[1]

    def _begin_command(self, command: PlayCommand) -> None:
        """Go where the command says; stay at the present place if only the speed changes."""
        if command.jump != self._current.jump:
            self._position = command.start
        elif command.loop is not None and self._enters_loop(command):
            self._position = command.loop[0]
        self._current = command
        self._moving = command.playing
        # The recording's own beginning needs no fade: an attack at its first frame stays whole.
        # What is scrubbed rises by itself.
        whole = command.scrubs or (command.playing and self._position == 0 and command.speed == 1.0)
        self._step = self._fade_frames if whole else 0
        self._mixer.snap()
        self._begin_segment()

    def _segment_end(self) -> tuple[int, bool]:
        """The frame where the present segment ends, and whether playing goes on from the loop's start there."""
        loop, stop = self._current.loop, self._current.stop
        if self._current.speed < 0.0:
            return 0, False
        if loop is not None and self._position < loop[1] <= self.frames:
            return loop[1], True
        return self.frames if stop is None else min(stop, self.frames), False

    def _next_fade(self, frames: int, remaining: int, is_leaving: bool, cut: bool) -> tuple[int, int]:
        """Number of frames with one kind of fade, and whether the level rises (1), falls (-1) or stays (0) in them."""
        if is_leaving or (cut and remaining <= self._step):
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

    def _end_segment(self, end: int, wraps: bool) -> None:
        if wraps and self._current.loop is not None:
            self._position = self._current.loop[0]
        else:
            self._position = end
            self._moving = False
            self._step = 0
        self._begin_segment()

    def _begin_segment(self) -> None:
        """From here on the sound is read, and the playhead counted, from a new place or at a new speed."""
        speed = self._current.speed if self._moving else 0.0
        if self._moving:
            place = round(self._position)
            is_scrub = self._current.scrubs
            self._reader = Scrub(self._mixer, place) if is_scrub else Varispeed(self._mixer, place, speed)
        segment = RenderedSegment(self.rendered, self._position, self._current.jump, speed)
        self._segments[self._segments_begun % _SEGMENTS_KEPT] = segment
        self._segments_begun += 1
