"""The processing of a sound on its way into a file: range, noise gate, fades, sample rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import soxr

from samstudio.dsp.noise_gate import gated
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages

BLOCK = 1 << 14
"""Frames processed at a time: bounds the memory, and a block stays in the processor's cache."""
FORGET_BYTES = 64 << 20
"""Bytes of a disk-backed array to read before its pages are released."""


@dataclass(frozen=True)
class RenderChain:
    """The same for every stem of an export, so that stems that add up still do so in the files.

    `start` to `stop` are frames of the sounds, which are `total` frames long. With `keeps_length` the file is as long
    as the sound, silent outside the range. `fade_in` and `fade_out` are seconds at the range's ends. `gate` is the
    threshold in dBFS of a noise gate, applied to the range before the fades; None: no gate.
    """

    start: int
    stop: int
    total: int
    sample_rate: int
    output_rate: int
    keeps_length: bool = False
    fade_in: float = 0.0
    fade_out: float = 0.0
    gate: float | None = None

    @property
    def first(self) -> int:
        """The frame of the sound that the file begins with."""
        return 0 if self.keeps_length else self.start

    @property
    def source_frames(self) -> int:
        """Length at the sound's own rate."""
        return self.total if self.keeps_length else self.stop - self.start

    @property
    def frames(self) -> int:
        """Length of the file."""
        return round(self.source_frames * self.output_rate / self.sample_rate)

    def blocks(self, samples: Samples) -> Iterator[Samples]:
        """The processed sound, float32 (n, channels), block by block."""
        blocks = self._range(samples)
        if self.gate is not None:
            blocks = gated(blocks, self.gate, self.sample_rate)
        blocks = self._faded(blocks)
        if self.keeps_length:
            before, after = (_silence(frames, samples.shape[1]) for frames in (self.start, self.total - self.stop))
            blocks = chain(before, blocks, after)
        if self.output_rate != self.sample_rate:
            blocks = self._resampled(blocks, samples.shape[1])
        return blocks

    def _range(self, samples: Samples) -> Iterator[Samples]:
        held = 0
        for first in range(self.start, self.stop, BLOCK):
            block = samples[first : min(first + BLOCK, self.stop)]
            yield block
            held += block.nbytes
            if held > FORGET_BYTES:
                forget_pages(samples)
                held = 0

    def _faded(self, blocks: Iterator[Samples]) -> Iterator[Samples]:
        """The range with its fades."""
        first = self.start
        for block in blocks:
            last = first + len(block)
            yield block * self._envelope(first, last) if self._has_fade(first, last) else block
            first = last

    def _has_fade(self, first: int, last: int) -> bool:
        return (
            first < self.start + self.fade_in * self.sample_rate or last > self.stop - self.fade_out * self.sample_rate
        )

    def _envelope(self, first: int, last: int) -> Samples:
        """Gains (n, 1) of some frames: half a raised cosine at each end."""
        places = np.arange(first, last, dtype=np.float64)
        gains = np.ones(len(places))
        for fade, distance in ((self.fade_in, places + 1 - self.start), (self.fade_out, self.stop - places)):
            if frames := fade * self.sample_rate:
                gains *= 0.5 - 0.5 * np.cos(np.pi * np.clip(distance / (frames + 1), 0.0, 1.0))
        return gains.astype(np.float32)[:, np.newaxis]

    def _resampled(self, blocks: Iterator[Samples], channels: int) -> Iterator[Samples]:
        """At the file's rate: soxr's best quality, no delay, and exactly `frames` long."""
        stream = soxr.ResampleStream(self.sample_rate, self.output_rate, channels, dtype="float32", quality="VHQ")
        left = self.frames
        ends = chain(blocks, [np.zeros((0, channels), np.float32)])
        done = 0
        for block in ends:
            done += len(block)
            made = stream.resample_chunk(np.ascontiguousarray(block), last=not len(block))[:left]
            left -= len(made)
            if len(made):
                yield made
        if left:
            yield np.zeros((left, channels), np.float32)


def _silence(frames: int, channels: int) -> Iterator[Samples]:
    for first in range(0, frames, BLOCK):
        yield np.zeros((min(BLOCK, frames - first), channels), np.float32)


def peak_of(block: Samples) -> float:
    """The highest magnitude in a block; NaN if it holds one."""
    return max(float(block.max()), -float(block.min()))
