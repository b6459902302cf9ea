"""The cells of a sound's short-time spectrum, and the sound of some of them.

Frame n of an STFT with frames of `size` samples is centred on sample n * size / 4; windows are periodic Hann windows.
"""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SILENCE_DB = -120.0
_CHUNK = 128
"""Frames transformed at a time."""


def cell_levels(samples: Floats, first: int, count: int, size: int) -> Generator[Floats | None, None, None]:
    """Yields None while it works, and at last the levels in dBFS, (count, bins), of the frames from `first` on.

    `samples` (frames, channels): the loudest channel counts in each cell. A level is the mean over the cell and its
    eight neighbours, so that noise is not torn into single cells.
    """
    power: Floats = np.zeros((count, size // 2 + 1), np.float32)
    scale = np.float32(4.0 / size)
    for at in range(0, count, _CHUNK):
        lines = _spectra(samples, first + at, min(_CHUNK, count - at), size) * scale
        power[at : at + lines.shape[1]] = (lines.real**2 + lines.imag**2).max(axis=0)
        yield None
    smoothed = _smoothed(_smoothed(power).T).T
    yield np.asarray(10.0 * np.log10(np.maximum(smoothed, 10.0 ** (SILENCE_DB / 10.0))), np.float32)


def _smoothed(power: Floats) -> Floats:
    """The mean of each row and its two neighbours; at the ends the row itself stands for the missing one."""
    padded = np.pad(power, ((1, 1), (0, 0)), mode="edge")
    mean: Floats = (padded[:-2] + padded[1:-1] + padded[2:]) / np.float32(3.0)
    return mean


def sound_of_cells(
    samples: Floats, weights: NDArray[np.uint8], first_cell: tuple[int, int], size: int, out: Floats, start: int
) -> Generator[int, None, None]:
    """Fill `out` with what the cells hold of `samples` from sample `start` on; yields how many of its samples are done.

    `weights` (frames, bins), 255 is whole, of the cells from `first_cell` (frame, bin) on. With all cells whole it is
    the sound itself, but for rounding.
    """
    hop = size // 4
    frames_of_sound = len(samples) // hop + 1
    shape = _window(size)
    first_frame, first_bin = first_cell
    bins = slice(first_bin, first_bin + weights.shape[1])
    done = 0
    # Blocks of whole hops; each needs the frames whose windows reach into it.
    for at in range(0, len(out), _CHUNK * hop):
        length = min(_CHUNK * hop, len(out) - at)
        first = (start + at - size // 2) // hop + 1
        last = min((start + at + length - 1 + size // 2) // hop, frames_of_sound - 1)
        frames = np.arange(max(0, first), max(0, last + 1, first))
        lines = np.zeros((samples.shape[1], len(frames), size // 2 + 1), np.complex64)
        known = (frames >= first_frame) & (frames < first_frame + len(weights))
        if known.any():
            these = frames[known]
            spectra = _spectra(samples, int(these[0]), len(these), size)[:, :, bins]
            lines[:, known, bins] = spectra * (weights[these - first_frame] / np.float32(255.0))
        pieces = np.fft.irfft(lines, size, axis=2).astype(np.float32) * shape
        total = np.zeros((length + 2 * size, samples.shape[1]), np.float32)
        norm = np.zeros(length + 2 * size, np.float32)
        for number, frame in enumerate(frames):
            place = int(frame) * hop - size // 2 - (start + at) + size
            total[place : place + size] += pieces[:, number].T
            norm[place : place + size] += shape**2
        inside = slice(size, size + length)
        out[at : at + length] = total[inside] / np.maximum(norm[inside], 1e-6)[:, None]
        done += length
        yield done


def _window(size: int) -> Floats:
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)).astype(np.float32)


def _spectra(samples: Floats, first: int, count: int, size: int) -> NDArray[np.complex64]:
    """(channels, count, bins); outside of the sound is silence."""
    hop = size // 4
    start, stop = first * hop - size // 2, (first + count - 1) * hop + size - size // 2
    block = np.zeros((stop - start, samples.shape[1]), np.float32)
    low, high = max(0, start), min(len(samples), stop)
    if low < high:
        block[low - start : high - start] = samples[low:high]
    windows = np.lib.stride_tricks.sliding_window_view(block, size, axis=0)[::hop]
    lines = np.fft.rfft(windows.transpose(1, 0, 2) * _window(size), axis=2)
    return lines.astype(np.complex64, copy=False)
