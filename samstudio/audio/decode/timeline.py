"""Every chunk of sound in the place that its time stamp gives it.

A container's clock rounds, jitters and may drift against the samples; packets are missing, come twice, or begin again
at another time. A deviation that lasts is followed, one that passes is ignored.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from samstudio.audio.decode.chunks import Chunk
from samstudio.audio.decode.faults import Faults
from samstudio.session.clip import Samples

LOOK_AHEAD = 8
"""Chunks (packets, where the clock jitters) after a jump that must agree with it."""
MAX_STRETCH = Fraction(1, 200)
"""By how much a chunk is stretched to follow a clock that drifts: 9 cents, for less than a second."""
LONGEST_OVERLAP = Fraction(1, 2)
"""Seconds; a clock that goes back further has been reset (recordings joined, a channel changed)."""
SILENCE_BLOCK = 1 << 16
FREE_SILENCE = 60
SLOWEST_STREAM = 250
"""Silence for missing sound is at most FREE_SILENCE seconds and a second for so many bytes of the file: a damaged time
stamp may claim years."""


@dataclass
class ChunkTimeline:
    """`tolerance` in seconds: what a time stamp may differ from the samples for being rounded; `tick`: its unit.

    `silence_left`: seconds of silence that may still be inserted. `last` is the time stamp after which nothing may lie.
    """

    tolerance: Fraction
    tick: Fraction
    silence_left: Fraction
    faults: Faults
    last: Fraction | None = None
    missing_at_end: Callable[[Fraction], Fraction] = lambda _: Fraction(0)
    """Of the end that was reached, how many seconds the sound should go on."""
    zero: Fraction | None = None
    """The clip's beginning on the stream's clock; None until the first time stamp."""
    end: Fraction = Fraction(0)
    """Where in the clip what comes next stands if nothing is amiss, in seconds."""
    _cut: Fraction = Fraction(0)
    _lean: Fraction = Fraction(0)
    """By how much the last packet was late."""
    _waiting: deque[Chunk] = field(default_factory=deque)

    def place(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks without their time stamps, gaps filled with silence and what came twice left out."""
        last: Chunk | None = None
        while True:
            chunk = self._waiting.popleft() if self._waiting else next(chunks, None)
            if chunk is None:
                break
            if chunk.missing:
                gap = self._allowed(Fraction(chunk.missing, chunk.rate))
                yield from self._silence(gap, chunk)
            yield from self._follow_clock(chunk, chunks)
            if self._cut:
                chunk = self._without_doubled(chunk)
            if len(chunk.samples):
                self.end += chunk.length
                yield chunk
            last = chunk
        if last is not None:
            yield from self._silence(self._allowed(self.missing_at_end(self.end)), last)

    def _follow_clock(self, chunk: Chunk, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Silence before a chunk that is late; arrange that what is early is cut, and what drifts is stretched."""
        if chunk.start is None:
            return
        if self.zero is None:
            self.zero = chunk.start
        late = chunk.start - self.zero - self.end + self._cut
        if abs(late) > self.tolerance:
            while len(self._waiting) < LOOK_AHEAD and (following := next(chunks, None)) is not None:
                self._waiting.append(following)
            jump = late - self._lean
            late = self._lasting(late, chunk)
            if abs(jump) <= 2 * self.tick and abs(late) <= 2 * self.tolerance:
                late -= self._stretch(chunk, late)
            elif late < -LONGEST_OVERLAP or late > self._longest_gap(chunk.start):
                self.zero += late
                self.faults.clock_jumped(self.end)
                late = Fraction(0)
            elif late > 0:
                self.silence_left -= late
                yield from self._silence(late, chunk)
                late = Fraction(0)
            elif late < 0:
                self.faults.doubled(self.end + late, -late)
                self._cut -= late
                late = Fraction(0)
        self._lean = late + chunk.drift

    def _lasting(self, late: Fraction, chunk: Chunk) -> Fraction:
        """The part of a jump that what follows agrees with, as even as the packets are; 0 for a passing one."""
        # What stands at `start` on the stream's clock, if nothing is amiss.
        start, found = (chunk.start or 0) - late + chunk.length, [late]
        for following in self._waiting:
            if following.missing:
                break
            if following.start is not None:
                found.append(following.start - start)
            start += following.length
        least = min(found, key=abs) if all((x > 0) == (late > 0) for x in found) else Fraction(0)
        # At the end few can agree: there a jump must be about a packet's length, as of one that is missing.
        is_end = len(self._waiting) < LOOK_AHEAD
        if abs(least) <= max(self.tolerance, Fraction(3 * chunk.step, 4 * chunk.rate) if is_end else 0):
            return Fraction(0)
        if abs(least) < abs(late) - self.tolerance:
            late = least
        near = [x for x in found if abs(x - late) <= self.tolerance]
        late = Fraction(sum(near), len(near))
        step = Fraction(chunk.step, chunk.rate)
        whole = round(late / step) * step if step else late
        return whole if abs(whole - late) <= self.tick + Fraction(1, chunk.rate) and whole else late

    def _longest_gap(self, start: Fraction) -> Fraction:
        """Silence that may stand before `start` on the stream's clock."""
        return self.silence_left if self.last is None or start <= self.last else Fraction(0)

    def _allowed(self, gap: Fraction) -> Fraction:
        gap = min(gap, self.silence_left)
        self.silence_left -= gap
        return gap

    def _silence(self, gap: Fraction, like: Chunk) -> Iterator[Chunk]:
        frames = round(gap * like.rate)
        self.faults.missing(self.end, Fraction(frames, like.rate))
        channels = like.samples.shape[1]
        for start in range(0, frames, SILENCE_BLOCK):
            silent = Chunk(np.zeros((min(SILENCE_BLOCK, frames - start), channels), np.float32), like.rate)
            self.end += silent.length
            yield silent

    def _without_doubled(self, chunk: Chunk) -> Chunk:
        """What is left of a chunk when what was there already is cut."""
        frames = min(len(chunk.samples), round(self._cut * chunk.rate))
        self._cut -= Fraction(frames, chunk.rate)
        if self._cut * chunk.rate < 1:
            self._cut = Fraction(0)
        return Chunk(chunk.samples[frames:], chunk.rate)

    def _stretch(self, chunk: Chunk, late: Fraction) -> Fraction:
        """Make a chunk longer by `late` seconds or by as much of it as can't be heard; how much it was."""
        most = len(chunk.samples) * MAX_STRETCH
        frames = int(max(-most, min(most, late * chunk.rate)))
        if frames:
            chunk.samples = _stretched(chunk.samples, len(chunk.samples) + frames)
        return Fraction(frames, chunk.rate)


def _stretched(samples: Samples, frames: int) -> Samples:
    """Resampled to `frames` by cubic interpolation (Catmull and Rom 1974), the ends in their places."""
    at = np.linspace(0, len(samples) - 1, frames)
    whole = np.minimum(at.astype(np.int64), max(0, len(samples) - 2))
    part = (at - whole)[:, None].astype(np.float32)
    before, first, second, after = (samples[np.clip(whole + k, 0, len(samples) - 1)] for k in (-1, 0, 1, 2))
    slope = (second - before) / 2
    steep = (after - first) / 2
    rise = first - second
    cubic: Samples = first + part * (slope + part * (-3 * rise - 2 * slope - steep + part * (2 * rise + slope + steep)))
    return cubic
