"""Tracks in, two channels out: gains, ramps and levels."""

from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from samstudio.audio.playback.fold_down import fold_down
from samstudio.audio.playback.tracks import Track
from samstudio.session.clip import Samples

RAMP_SECONDS = 0.01
"""Time a gain takes to reach its new value: long enough not to click, short enough to seem immediate."""
_BLOCK = 240
"""Frames processed at a time; every buffer is this long and allocated once.

numpy releases the GIL in every operation on more than 500 values, and beside a busy thread each wait to get it back
takes up to 5 ms: blocks of 4096 frames then cost 100 ms. Two channels of 240 stay below.
"""


@dataclass(frozen=True)
class Levels:
    """The level of a strip after its fader: linear peak and root mean square of left and right."""

    peak: tuple[float, float] = (0.0, 0.0)
    rms: tuple[float, float] = (0.0, 0.0)


class _Ramp:
    """A pair of gains that move linearly to new values."""

    def __init__(self, left: float, right: float) -> None:
        self._now = np.array((left, right), np.float32)
        self._goal = self._now.copy()
        self._step = np.zeros(2, np.float32)
        self._left = 0
        # Stored for a whole block: numpy is four times slower where it has to broadcast two numbers itself.
        self._curve = np.tile(self._now, (_BLOCK, 1))
        self.silent = left == right == 0.0

    def aim(self, left: float, right: float, frames: int) -> None:
        """Move to other gains within `frames`."""
        goal = np.array((left, right), np.float32)
        if np.array_equal(goal, self._goal):
            return
        self._goal = goal
        self._step = (goal - self._now) / np.float32(frames)
        self._left = frames
        self.silent = False

    def apply(self, sound: Samples, out: Samples, count: Samples) -> None:
        """Write `sound` (frames, 1 or 2) times the gains to `out` (frames, 2); `count` is 1, 2, 3, ... (_BLOCK, 1)."""
        moving = min(self._left, len(out))
        if moving:
            curve = self._curve[:moving]
            np.multiply(count[:moving], self._step, out=curve)
            curve += self._now
            self._left -= moving
            self._now[:] = curve[-1] if self._left else self._goal
            self._curve[moving:] = self._goal
        np.multiply(sound, self._curve[: len(out)], out=out)
        if moving and not self._left:
            self._curve[:] = self._goal
            self.silent = not self._now.any()


class _Voice:
    """A track being played: it is kept for one ramp after its track is removed, so that nothing is cut off.

    Where the computed part begins and ends the sound fades from and into what stands in for it, and so it does, from
    then on, when the computed part has grown past the playhead.
    """

    def __init__(self, track: Track, left: float, right: float, fade: int) -> None:
        self.track, self._fade = track, fade
        self._begin, self._edge = track.since, _edge(track)
        self._since_growth = fade
        self.place = _place(track.samples)
        self.fold = fold_down(track.samples.shape[1])
        self.ramp = _Ramp(left, right)
        self.row: int | None = None
        self.metered_row: int | None = None
        """Whose level what was read last is."""

    def read(self, start: int, wide: Samples, other: Samples, folded: Samples, backwards: bool) -> Samples:
        """The sound from frame `start`, (frames, 1 or 2), silence after the end; the buffers set the length."""
        track, frames, begin, edge = self.track, len(folded), self.track.since, _edge(self.track)
        start -= track.first
        is_beyond = self.row is not None and track.beyond_row is not None and start >= edge
        self.metered_row = track.beyond_row if is_beyond else self.row
        if edge > self._edge and start + frames > self._edge - self._fade:
            self._since_growth = 0
        if begin < self._begin and start < self._begin + self._fade:
            self._since_growth = 0
        self._begin, self._edge = begin, edge
        is_fading = self._since_growth < self._fade
        is_near_edge = edge < len(track.samples) and start + frames > edge - self._fade
        is_near_edge = is_near_edge or (begin > 0 and start < begin + self._fade)
        missing = min(max(0, begin - start), frames)
        sound = track.samples[start + missing : min(start + frames, edge)]
        if is_fading or is_near_edge or len(sound) < frames:
            pieces = wide[:, : track.samples.shape[1]]
            pieces.fill(0.0)
            pieces[missing : missing + len(sound)] = sound
            if is_fading or is_near_edge:
                self._blend(pieces, other[:, : pieces.shape[1]], start, backwards)
            sound = pieces
        return sound if self.fold is None else np.matmul(sound, self.fold, out=folded)

    def _blend(self, pieces: Samples, later: Samples, start: int, backwards: bool) -> None:
        """Fade `pieces`, the sound from frame `start`, into what stands in for it, by place and by time."""
        frames = len(pieces)
        later.fill(0.0)
        if self.track.beyond is not None:
            there = self.track.beyond[start : start + frames]
            later[: len(there)] = there
        number = np.arange(frames, dtype=np.float32)[:, np.newaxis]
        weights = np.clip((self._since_growth + (number[::-1] if backwards else number)) / self._fade, 0.0, 1.0)
        if self._edge < len(self.track.samples):
            weights *= np.clip((self._edge - start - number) / self._fade, 0.0, 1.0)
        if self._begin > 0:
            weights *= np.clip((start + number - self._begin) / self._fade, 0.0, 1.0)
        self._since_growth += frames
        # What has its full weight stays as it is, to the last bit.
        np.copyto(pieces, later + (pieces - later) * weights, where=weights < 1.0)


def _edge(track: Track) -> int:
    """How many frames of a track are computed."""
    return len(track.samples) if track.ready is None else track.ready


class _Meter:
    """Peaks and powers of some blocks; row by row, the last is the master."""

    def __init__(self, tracks: int) -> None:
        self.peak = np.zeros((tracks + 1, 2), np.float32)
        self.power = np.zeros((tracks + 1, 2), np.float64)
        self.frames = 0

    def add(self, row: int, peak: NDArray[np.float32], power: NDArray[np.float32]) -> None:
        """Add a block's peak and sum of squares, (2,) each."""
        np.maximum(self.peak[row], peak, out=self.peak[row])
        self.power[row] += power

    def levels(self) -> tuple[Levels, ...]:
        """The result for each row."""
        rms = np.sqrt(self.power / max(1, self.frames))
        return tuple(
            Levels((float(high[0]), float(high[1])), (float(mean[0]), float(mean[1])))
            for high, mean in zip(self.peak, rms, strict=True)
        )


@dataclass(frozen=True, eq=False)
class _MixerState:
    """All that the controlling thread passes to the rendering thread, exchanged as one reference."""

    tracks: tuple[Track, ...]
    master: float
    meter: _Meter


class Mixer:
    """Adds tracks up at a common playhead.

    One thread controls (`set_tracks`, `read_levels`), another may render; they share one reference and no lock.
    At 0 dB a mono or stereo track comes out unchanged, sample for sample.
    """

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._ramp_frames = max(1, round(RAMP_SECONDS * sample_rate))
        self._state = _MixerState((), 1.0, _Meter(0))
        self._count = np.arange(1, _BLOCK + 1, dtype=np.float32)[:, np.newaxis]
        self._wide = np.empty((_BLOCK, 8), np.float32)
        self._other = np.empty_like(self._wide)
        self._folded = np.empty((_BLOCK, 2), np.float32)
        self._gained = np.empty((_BLOCK, 2), np.float32)
        self._magnitude = np.empty((2, _BLOCK), np.float32)
        self.snap()

    def set_tracks(self, tracks: tuple[Track, ...], master: float = 1.0) -> None:
        """Change the tracks and the master's linear gain.

        Tracks on the same memory as before keep sounding and ramp to their new gains; new ones fade in while those
        that are gone fade out, at the same playhead.
        """
        self._state = _MixerState(tracks, master, _Meter(len(tracks)))

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks that play."""
        return self._state.tracks

    def read_levels(self) -> tuple[Levels, ...]:
        """The levels since the last call: one for each track in order, then the master's."""
        state = self._state
        # The rendering thread may still add its present block to the old meter: only that block is not shown.
        self._state = replace(state, meter=_Meter(len(state.tracks)))
        return state.meter.levels()

    def snap(self) -> None:
        """Drop the previous gains: the next block begins at its own. Only the rendering thread may call it."""
        self._voices: list[_Voice] = []
        self._master = _Ramp(1.0, 1.0)
        self._followed: tuple[Track, ...] | None = None

    def render(self, start: int, out: Samples, backwards: bool = False) -> None:
        """Fill `out` (any number of frames, 2) from frame `start` on; silence after a track's end.

        `backwards`: with the frames before `start`, the last one first; there must be enough of them.
        """
        state = self._state
        if state.tracks is not self._followed:
            self._follow(state)
        self._master.aim(state.master, state.master, self._ramp_frames)
        for first in range(0, len(out), _BLOCK):
            block = out[first : first + _BLOCK]
            place = start - first - len(block) if backwards else start + first
            self._render_block(state.meter, place, block, backwards)

    def _follow(self, state: _MixerState) -> None:
        fresh = self._followed is None
        if fresh:
            self._master = _Ramp(state.master, state.master)
        old, voices = self._voices, list[_Voice]()
        for row, track in enumerate(state.tracks):
            gains = track.gain_left, track.gain_right
            place = _place(track.samples)
            voice = next((voice for voice in old if voice.place == place), None)
            if voice is None:
                voice = _Voice(track, *(gains if fresh else (0.0, 0.0)), self._ramp_frames)
            else:
                old.remove(voice)
                voice.track = track
            voice.row = row
            voice.ramp.aim(*gains, self._ramp_frames)
            voices.append(voice)
        for voice in old:
            voice.row = None
            voice.ramp.aim(0.0, 0.0, self._ramp_frames)
        self._voices = [*voices, *(voice for voice in old if not voice.ramp.silent)]
        self._followed = state.tracks

    def _render_block(self, meter: _Meter, start: int, out: Samples, backwards: bool) -> None:
        frames = len(out)
        gained, magnitude = self._gained[:frames], self._magnitude[:, :frames]
        out[:] = 0.0
        for voice in self._voices:
            if voice.ramp.silent:
                continue
            sound = voice.read(start, self._wide[:frames], self._other[:frames], self._folded[:frames], backwards)
            # Reversed here: gains ramp in the order in which the frames play.
            voice.ramp.apply(sound[::-1] if backwards else sound, gained, self._count)
            measured = _measure_finite(gained, magnitude)
            out += gained
            if voice.metered_row is not None:
                meter.add(voice.metered_row, *measured)
        self._master.apply(out, out, self._count)
        meter.add(-1, *_measure_finite(out, magnitude))
        meter.frames += frames


def _place(samples: Samples) -> tuple[int, int]:
    """Identifies samples whatever view holds them and however long it is: address and number of channels."""
    return int(samples.__array_interface__["data"][0]), samples.shape[1]


def _measure_finite(sound: Samples, magnitude: Samples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Peak and sum of squares of each side; broken samples (NaN, Inf) in `sound` are silenced first."""
    np.abs(sound.T, out=magnitude)
    power: NDArray[np.float32] = np.vecdot(magnitude, magnitude)
    if not isfinite(power[0] + power[1]):
        sound[~np.isfinite(sound)] = 0.0
        np.abs(sound.T, out=magnitude)
        power = np.vecdot(magnitude, magnitude)
    return np.maximum.reduce(magnitude, axis=1), power
