"""Stems to correct, and the same mathematics written for a whole clip at once."""

import numpy as np

from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.correction import CellMask, Correction, Direction
from samstudio.session.take import Sound, Stems

RATE = 8000
GRID = CellGrid(RATE)


def pcm(sound: np.ndarray, bits: int = 16) -> Samples:
    steps = 2.0 ** (bits - 1)
    return (np.rint(sound * steps) / steps).astype(np.float32)


def stems(frames: int = 20_001, channels: int = 2, seed: int = 0) -> Stems:
    """A tone with noise, and other noise; both 16 bit."""
    random = np.random.default_rng(seed)
    time = np.arange(frames)[:, None] / RATE
    tone = np.sin(2 * np.pi * (500 + 300 * np.arange(channels)) * time) * (1 + np.sin(2 * np.pi * time)) / 8
    target = tone + random.normal(0, 0.01, (frames, channels))
    residual = random.normal(0, 0.05, (frames, channels))
    return Stems(pcm(target), pcm(residual))


def whole_of(made: Stems) -> Samples:
    return made.target + made.residual


def run(steps):
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def box(first_frame: int, frames: int, first_bin: int, bins: int, weight: int = 255) -> CellMask:
    return CellMask(first_frame, first_bin, np.full((frames, bins), weight, np.uint8))


def everything(made: Stems) -> CellMask:
    return box(0, GRID.frames_in(len(made.target)), 0, GRID.bins)


def scattered(seed: int, frames: int, bins: int, first_frame: int = 0, first_bin: int = 0) -> CellMask:
    weights = np.random.default_rng(seed).integers(0, 256, (frames, bins)).astype(np.uint8)
    return CellMask(first_frame, first_bin, weights)


def painted(correction: Correction, *edits: tuple[CellMask, Direction, float]) -> Correction:
    for edit in edits:
        correction = correction.painted(*edit)
    return correction


def sound_with(made: Stems, correction: Correction) -> Sound:
    return Sound(made, correction=correction)


def straightforward_target(made: Stems, correction: Correction) -> np.ndarray:
    """(frames, channels) float64, before it is rounded: one frame after the other over the whole clip."""
    frames, channels = made.target.shape
    size, hop, last = GRID.size, GRID.hop, GRID.frames_in(frames) - 1
    hand = correction.cells.values(0, last + 1, GRID.bins) / 127.0
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    result = made.target.astype(np.float64)
    factor = 10 ** (correction.strength_db / 10)
    for channel in range(channels):
        both = [np.pad(stem[:, channel].astype(np.float64), 2 * size) for stem in (made.target, made.residual)]
        change = np.zeros_like(both[0])
        for number in range(-2, last + 3):
            start = 2 * size + number * hop - size // 2
            own, other = (np.fft.rfft(sound[start : start + size] * window) for sound in both)
            e = hand[min(max(number, 0), last)]
            share = abs(own) ** 2 / np.maximum(abs(own) ** 2 + abs(other) ** 2, 1e-300)
            new = share * factor / (share * factor + 1 - share)
            with np.errstate(divide="ignore", invalid="ignore"):
                by_strength = 1 - (1 - new) / (1 - share) if factor > 1 else new / share - 1
            by_strength = np.nan_to_num(by_strength) if factor != 1 else np.zeros_like(share)
            e = by_strength + abs(e) * (np.sign(e) - by_strength)
            moved = np.maximum(e, 0) * other + np.minimum(e, 0) * own
            change[start : start + size] += np.fft.irfft(moved, size) * window / 1.5
        result[:, channel] += change[2 * size : 2 * size + frames]
    return result
