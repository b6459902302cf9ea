"""Decoded frames joined to chunks long enough for numpy to be efficient, and the position of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from samstudio.session.clip import Samples

CHUNK = 1 << 15
"""Frames to a chunk; a packet of 20 ms is so small that numpy's overhead would cost more than the decoding."""

PLANAR = {"u8p": "u1", "s16p": "i2", "s32p": "i4", "s64p": "i8", "fltp": "f4", "dblp": "f8"}
"""FFmpeg's names for samples in a plane a channel, and numpy's."""
_PACKED = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}


@dataclass
class Chunk:
    """Sound float32 (n, channels) at `rate` Hz, and what its stream says of its place.

    `start` in seconds, None for "right behind the last one". `step` is the length of its first packet in frames.
    `drift` in seconds: how much later its last packet's time stamp is than its samples say. `missing`: frames that are
    known to be lost just before it.
    """

    samples: Samples
    rate: int
    start: Fraction | None = None
    step: int = 0
    drift: Fraction = Fraction(0)
    missing: int = 0

    @property
    def length(self) -> Fraction:
        """In seconds."""
        return Fraction(len(self.samples), self.rate)


@dataclass(frozen=True)
class Clock:
    """What time stamps mean: they count `tick` seconds each, from `zero` seconds on."""

    tick: Fraction
    zero: Fraction = Fraction(0)

    def time(self, stamp: int) -> Fraction:
        """Seconds."""
        return self.zero + stamp * self.tick


@dataclass(slots=True)
class Timed:
    """A decoded frame, of which the samples from `skip` to `samples` count.

    `stamp` is the time of the first of them on the `clock`; without either it stands right behind the frame before.
    """

    frame: AudioFrame
    samples: int
    clock: Clock | None = None
    stamp: int | None = None
    missing: int = 0
    """Samples known to be lost just before it."""
    skip: int = 0


Shape = tuple[int, int]
"""Rate in Hz and channels."""


def joined(frames: Iterator[Timed], tolerance: Fraction) -> Iterator[Chunk]:
    """Frames in chunks of some CHUNK samples; a new one begins where the time stamps leave the line by `tolerance`."""
    joiner: _Joiner | None = None
    # Memory that was in use before is in the processor's cache, and costs no page faults.
    fifo, shape = av.AudioFifo(), None
    for timed in frames:
        if joiner is None or not joiner.takes(timed):
            if joiner is not None:
                yield joiner.chunk()
            if shape != (shape := _shape(timed.frame)):
                fifo = av.AudioFifo()
            joiner = _Joiner(timed, tolerance, fifo)
        if joiner.count >= CHUNK:
            yield joiner.chunk()
            joiner = None
    if joiner is not None:
        yield joiner.chunk()


def _shape(frame: AudioFrame) -> tuple[int, int, str]:
    """What all frames in one FIFO have in common."""
    return frame.sample_rate, frame.layout.nb_channels, frame.format.name


class _Joiner:
    """Frames that follow each other without a gap, in memory of FFmpeg's own.

    In whole numbers: of a fraction for every packet the arithmetic would cost as much as the decoding.
    """

    def __init__(self, first: Timed, tolerance: Fraction, fifo: av.AudioFifo) -> None:
        self._first = first
        self._clock, self._stamp = first.clock, first.stamp
        frame = first.frame
        self._rate, self._channels = frame.sample_rate, frame.layout.nb_channels
        if first.clock is not None:
            # Lateness is counted in parts of a second so small that ticks and samples are whole numbers of them.
            tick = first.clock.tick
            self._parts = tick.denominator * self._rate
            self._tick, self._sample = tick.numerator * self._rate, tick.denominator
            self._most = int(tolerance * self._parts)
        self._late = 0
        self._fifo = fifo
        self.count = first.samples - first.skip
        self._is_cut = frame.samples != first.samples
        # Its time stamp is ours to judge.
        frame.pts = None
        fifo.write(frame)

    def takes(self, timed: Timed) -> bool:
        """Take a frame in if it stands right behind the last one; whether it does."""
        frame, stamp = timed.frame, timed.stamp
        if timed.missing or timed.skip or self._is_cut or frame.layout.nb_channels != self._channels:
            return False
        late = self._late
        if stamp is not None:
            if self._stamp is None or timed.clock is not self._clock:
                return False
            late = (stamp - self._stamp) * self._tick - self.count * self._sample
            if not -self._most <= late <= self._most:
                return False
        frame.pts = None
        try:
            self._fifo.write(frame)
        except ValueError:
            # Another rate or sample format.
            return False
        self._late = late
        self.count += timed.samples
        self._is_cut = frame.samples != timed.samples
        return True

    def chunk(self) -> Chunk:
        """All that was taken in."""
        first, frame = self._first, self._fifo.read()
        samples = np.zeros((0, self._channels), np.float32) if frame is None else to_float(frame)
        samples = samples[first.skip : first.skip + self.count]
        if self._clock is None or self._stamp is None:
            return Chunk(samples, self._rate, missing=first.missing)
        start, drift = self._clock.time(self._stamp), Fraction(self._late, self._parts)
        return Chunk(samples, self._rate, start, first.samples - first.skip, drift, first.missing)


def to_float(frame: AudioFrame) -> Samples:
    """A decoded frame as float32 (n, channels), integers scaled so that full scale is +-1."""
    channels, name = frame.layout.nb_channels, frame.format.name
    # Not to_ndarray(): of eight planes it takes nine, and the last lies anywhere in memory.
    planes = [memoryview(plane) for plane in frame.planes]
    out = np.empty((frame.samples, channels), np.float32)
    if not frame.format.is_planar:
        _scale(np.frombuffer(planes[0], _PACKED[name], frame.samples * channels).reshape(-1, channels), out)
    else:
        for channel, plane in enumerate(planes[:channels]):
            _scale(np.frombuffer(plane, PLANAR[name], frame.samples), out[:, channel])
    return out


def _scale(values: NDArray[Any], out: Samples) -> None:
    """Samples of any kind as floats into `out`."""
    if values.dtype.kind == "f":
        # What float32 cannot hold becomes infinite, and silence later.
        with np.errstate(over="ignore", invalid="ignore"):
            out[:] = values
    elif values.dtype == np.uint8:
        out[:] = (values.astype(np.float32) - np.float32(128.0)) / np.float32(128.0)
    else:
        # A power of two: exact in float32 for up to 24 bits.
        scale = np.float32(1.0 / (1 << (8 * values.itemsize - 1)))
        np.multiply(values, scale, out=out, dtype=np.float32, casting="unsafe")
