"""Converts sound whose rate or channels change within a file to those that it begins with."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import soxr

from samstudio.audio.decode.chunks import Chunk
from samstudio.audio.decode.faults import Faults
from samstudio.session.clip import Samples

_HALF = np.float32(np.sqrt(0.5))
"""-3 dB, by which one channel, the centre and the surrounds go into the two fronts (ITU-R BS.775; so does FFmpeg)."""


def converted(chunks: Iterator[Chunk], rate: int, channels: int, faults: Faults) -> Iterator[Samples]:
    """The samples of all chunks at `rate` Hz in `channels` channels."""
    shape, goal = (rate, channels), (rate, channels)
    resampler: soxr.ResampleStream | None = None
    end = Fraction(0)
    for chunk in chunks:
        new = chunk.rate, chunk.samples.shape[1]
        if new != shape:
            if resampler is not None:
                yield resampler.resample_chunk(np.zeros((0, channels), np.float32), last=True)
            faults.changed(end, shape, new)
            resampler = None if new[0] == rate else soxr.ResampleStream(new[0], rate, channels, "float32")
            shape = new
        end += chunk.length
        if shape == goal:
            yield chunk.samples
            continue
        mixed = mixed_to(chunk.samples, channels)
        yield mixed if resampler is None else np.asarray(resampler.resample_chunk(mixed), np.float32)
    if resampler is not None:
        yield resampler.resample_chunk(np.zeros((0, channels), np.float32), last=True)


def mixed_to(samples: Samples, channels: int) -> Samples:
    """Sound of another number of channels: one goes to both fronts, surplus ones are mixed into them."""
    given = samples.shape[1]
    if given == channels:
        return samples
    if channels == 1:
        fronts = mixed_to(samples, 2) if given > 2 else samples
        return np.asarray(fronts.mean(axis=1, keepdims=True), np.float32)
    out = np.zeros((len(samples), channels), np.float32)
    if given == 1:
        out[:, :2] = _HALF * samples
        return out
    kept = min(given, channels)
    out[:, :kept] = samples[:, :kept]
    if channels == 2 and given > 2:
        out += _HALF * samples[:, 2:3]
        # The fourth of six or more is the low-frequency channel, which a downmix leaves out.
        for channel in range(3 if given < 6 else 4, given):
            out[:, channel % 2] += _HALF * samples[:, channel]
        out /= np.float32(1 + 2 * np.sqrt(0.5))
    return out
