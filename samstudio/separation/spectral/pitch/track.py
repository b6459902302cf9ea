"""The target's pitch, followed over time, and what it says about cells.

The pitch is that of the sound which the mask keeps: a sum over harmonics (Hermes, 1988) of the whitened magnitudes,
less the same sum half-way between them, and the best path through it (Viterbi). It is looked for in bins below
SINGLE_BINS_BELOW, where a band of the grid is one bin.

Shapes: L such bins, N frames, K candidates.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import log2

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from samstudio.separation.nn.repeatable import mean
from samstudio.separation.stft import SINGLE_BINS_BELOW, StftGrid

LOWEST, HIGHEST, PER_OCTAVE = 60.0, 1100.0, 48
"""Hz, and candidates for each octave."""
MOST_HARMONICS = 20
LOBE = 1.2
"""Width of a harmonic in bins, as the standard deviation of a Gaussian."""
WHITENED_BINS = 81
SALIENCE_SCALE = 10.0
UNVOICED = 1.0
"""Salience that a pitch must exceed."""
STEP_COST, SWITCH_COST, FARTHEST = 0.3, 3.0, 10
"""Cost of moving by a candidate from frame to frame, of any farther move, and where the second becomes the cheaper."""
LOWEST_BIN = 50.0
"""Hz; below it there is no evidence."""
ON_HARMONICS, BETWEEN_HARMONICS = 0.7, 2.0
"""Log odds that a cell on a harmonic gains, and that one between them loses where the target is a single pitch."""
TINY = 1e-9


@dataclass(frozen=True)
class PitchTrack:
    """The pitch (N,) in Hz of every frame, and whether it has one (N,)."""

    pitch: Tensor
    voiced: Tensor


def pitched_bins(grid: StftGrid) -> int:
    """L, the number of lowest bins that are looked at."""
    return int((grid.band_frequencies < SINGLE_BINS_BELOW).sum())


def bin_frequencies(grid: StftGrid) -> Tensor:
    """(L,) the frequency of each bin in Hz."""
    return torch.arange(pitched_bins(grid), device=grid.device) * (grid.sample_rate / grid.size)


def _nearness(distance: Tensor, width: float) -> Tensor:
    return torch.exp(-0.5 * (distance / width).square())


@lru_cache(maxsize=4)
def _salience_kernel(grid: StftGrid) -> tuple[Tensor, Tensor]:
    """Candidates (K,) in Hz, and what each adds up of a spectrum, (K, L)."""
    count = int(log2(HIGHEST / LOWEST) * PER_OCTAVE) + 1
    pitches = LOWEST * 2 ** (torch.arange(count, device=grid.device) / PER_OCTAVE)
    width, ratio = grid.sample_rate / grid.size, bin_frequencies(grid)[None] / pitches[:, None]
    harmonic = ratio.round().clamp(min=1)
    distance = (ratio - harmonic).abs() * pitches[:, None] / width
    weight = harmonic.pow(-0.5) * (harmonic <= MOST_HARMONICS)
    on = _nearness(distance, 1.0) * weight
    between = _nearness(distance - pitches[:, None] / (2 * width), 1.0) * weight * (ratio > 0.4)
    kernel = on / on.sum(1, keepdim=True) - between / between.sum(1, keepdim=True).clamp(min=TINY)
    return pitches, SALIENCE_SCALE * kernel


def _whitened(magnitude: Tensor) -> Tensor:
    """Root of the magnitude (L, N) over that of its surroundings in frequency."""
    power = magnitude.square()
    around = functional.avg_pool1d(power.T[:, None], WHITENED_BINS, 1, WHITENED_BINS // 2, count_include_pad=False)
    return (magnitude / (around[:, 0].T.sqrt() + 1e-3 * mean(power).sqrt() + TINY)).sqrt()


def _best_path(salience: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,) the candidate of every frame, K where there is none, of salience (N, K).

    Frame after frame in NumPy: for so small arrays each operation of torch costs four times as much.
    """
    frames, count = salience.shape
    moves, places = np.arange(-FARTHEST, FARTHEST + 1), np.arange(count)
    costs = np.float32(STEP_COST) * np.abs(moves).astype(np.float32)
    padded = np.full(count + 2 * FARTHEST, -np.inf, np.float32)
    neighbours = np.lib.stride_tricks.sliding_window_view(padded, len(moves))
    came = np.empty((frames, count + 1), np.int64)
    total = np.append(salience[0], np.float32(UNVOICED))
    for frame in range(1, frames):
        padded[FARTHEST:-FARTHEST] = total[:count]
        near = neighbours - costs
        move = near.argmax(1)
        best, origin = near[places, move], total.argmax()
        switched = total[origin] - np.float32(SWITCH_COST)
        came[frame, :count] = np.where(best < switched, origin, places + move - FARTHEST)
        came[frame, count] = count if total[count] >= switched else origin
        total[:count] = np.maximum(best, switched) + salience[frame]
        total[count] = max(total[count], switched) + np.float32(UNVOICED)
    path = np.empty(frames, np.int64)
    path[-1] = total.argmax()
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = came[frame, path[frame]]
    return path


def best_salience(magnitude: Tensor, mask: Tensor, grid: StftGrid) -> Tensor:
    """(N,) how much stands on the best pitch of what `mask` (L, N) keeps of the magnitude (L, N)."""
    best: Tensor = (_salience_kernel(grid)[1] @ (_whitened(magnitude) * mask)).max(0).values
    return best


def find_pitch(magnitude: Tensor, mask: Tensor, grid: StftGrid) -> PitchTrack:
    """The pitch of what `mask` (L, N) keeps of the magnitude (L, N)."""
    pitches, kernel = _salience_kernel(grid)
    salience = kernel @ (_whitened(magnitude) * mask)
    path = torch.from_numpy(_best_path(salience.T.contiguous().cpu().numpy())).to(grid.device)
    voiced = path < len(pitches)
    path = path.clamp(max=len(pitches) - 1)
    # The top of the parabola through three neighbours is finer than the candidates are.
    low, middle, high = (salience.gather(0, (path + shift).clamp(0, len(pitches) - 1)[None])[0] for shift in (-1, 0, 1))
    bend = (2 * middle - low - high).clamp(min=TINY)
    shift = (0.5 * (high - low) / bend).clamp(-0.5, 0.5)
    return PitchTrack(pitches[path] * 2 ** (shift / PER_OCTAVE), voiced)


def comb(track: PitchTrack, grid: StftGrid) -> Tensor:
    """(L, N) 1 on the pitch's harmonics, towards 0 between them; each frame as if it had a pitch."""
    ratio = bin_frequencies(grid)[:, None] / track.pitch[None]
    distance = (ratio - ratio.round().clamp(min=1)).abs() * track.pitch[None] * (grid.size / grid.sample_rate)
    return _nearness(distance, LOBE)


def pitch_evidence(magnitude: Tensor, mask: Tensor, grid: StftGrid, *, single_pitch: bool) -> Tensor:
    """Log odds (L, N) to add to those of `mask` (L, N), which kept part of the magnitude (L, N).

    `single_pitch`: the target has nothing between the harmonics, so what is there is background.
    """
    track = find_pitch(magnitude, mask, grid)
    near = comb(track, grid)
    evidence = ON_HARMONICS * near
    if single_pitch:
        evidence -= BETWEEN_HARMONICS * (1 - near)
    return evidence * (track.voiced & (bin_frequencies(grid) > LOWEST_BIN)[:, None])
