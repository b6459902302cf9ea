"""Decoded frames joined to chunks that are worth the trouble of numpy, and where each stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame

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


@dataclass
class Timed:
    """A decoded frame, of which the samples from `skip` to `samples` count; the time of the first of them or None."""

    frame: AudioFrame
    samples: int
    start: Fraction | None
    missing: int = 0
    """Samples known to be lost just before it."""
    skip: int = 0


Shape = tuple[int, int]
"""Rate in Hz and channels."""


def joined(frames: Iterator[Timed], tolerance: Fraction) -> Iterator[Chunk]:
    """Frames in chunks of some CHUNK samples; a new one begins where the time stamps leave the line by `tolerance`."""
    joiner: _Joiner | None = None
    for timed in frames:
        if joiner is not None and not joiner.goes_on(timed, tolerance):
            yield joiner.chunk()
            joiner = None
        if joiner is None:
            joiner = _Joiner(timed)
        joiner.add(timed)
        if joiner.count >= CHUNK:
            yield joiner.chunk()
            joiner = None
    if joiner is not None:
        yield joiner.chunk()


class _Joiner:
    """Frames that follow each other without a gap, in memory of FFmpeg's own."""

    def __init__(self, first: Timed) -> None:
        frame = first.frame
        self._key = frame.sample_rate, frame.format.name, frame.layout.name
        self._rate, self._start, self._missing, self._step = (
            frame.sample_rate,
            first.start,
            first.missing,
            first.samples - first.skip,
        )
        self._fifo = av.AudioFifo()
        self._skip, self._cut = first.skip, 0
        self.count = -first.skip
        self._drift = Fraction(0)

    def goes_on(self, timed: Timed, tolerance: Fraction) -> bool:
        """Whether a frame stands right behind the last one."""
        frame = timed.frame
        if (
            timed.missing
            or timed.skip
            or self._cut
            or (frame.sample_rate, frame.format.name, frame.layout.name) != self._key
        ):
            return False
        if timed.start is None or self._start is None:
            return timed.start is None
        self._late = timed.start - self._start - Fraction(self.count, self._rate)
        return abs(self._late) <= tolerance

    def add(self, timed: Timed) -> None:
        """Take a frame in."""
        if self.count > 0 and timed.start is not None:
            self._drift = self._late
        self.count += timed.samples
        self._cut = timed.frame.samples - timed.samples
        # Its time stamp is ours to judge.
        timed.frame.pts = None
        self._fifo.write(timed.frame)

    def chunk(self) -> Chunk:
        """All that was taken in."""
        frame = self._fifo.read()
        samples = (
            np.zeros((0, 1), np.float32) if frame is None else to_float(frame)[self._skip : self._skip + self.count]
        )
        return Chunk(samples, self._rate, self._start, self._step, self._drift, self._missing)


def to_float(frame: AudioFrame) -> Samples:
    """A decoded frame as float32 (n, channels), integers scaled so that full scale is +-1."""
    channels, name = frame.layout.nb_channels, frame.format.name
    # Not to_ndarray(): of eight planes it takes nine, and the last lies anywhere in memory.
    planes = [memoryview(plane) for plane in frame.planes]
    if not frame.format.is_planar:
        values = np.frombuffer(planes[0], _PACKED[name], frame.samples * channels).reshape(-1, channels)
        return _scaled(values)
    out = np.empty((frame.samples, channels), np.float32)
    for channel, plane in enumerate(planes[:channels]):
        out[:, channel] = _scaled(np.frombuffer(plane, PLANAR[name], frame.samples))
    return out


def _scaled(values: np.ndarray) -> Samples:
    if values.dtype.kind == "f":
        return values.astype(np.float32, copy=False)
    if values.dtype == np.uint8:
        return (values.astype(np.float32) - np.float32(128.0)) / np.float32(128.0)
    # A power of two: exact in float32 for up to 24 bits.
    return values.astype(np.float32) * np.float32(1.0 / (1 << (8 * values.itemsize - 1)))
