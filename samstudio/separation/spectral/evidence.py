"""Evidence ratios: how much likelier a cell of the grid is target than background, learned from + against - frames.

A + span holds target and background together, so nothing is learned from it alone: what the background's own rate
explains is taken off first (positive-unlabelled learning; du Plessis, Niu & Sugiyama, 2014).
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.nn.repeatable import angle, mean
from samstudio.separation.spectral.blocks import blocks
from samstudio.separation.spectral.medians import running_median

LIMITS = (0.1, 10.0)
"""Bounds of every ratio."""


def local_features(magnitude: Tensor) -> Tensor:
    """Six local features (6, B, N) of a magnitude (B, N): hp, pk, tm, hp2, hp3, on.

    Logarithms of: medians along time over medians along frequency at three scales (steady against sudden; Fitzgerald,
    2010), the height over the neighbours in frequency and in time, and the rise over 3 frames.
    """
    floor = 1e-4 * mean(magnitude) + 1e-12
    level = magnitude + floor
    time, frequency = -1, -2

    def median(width: int, dim: int) -> Tensor:
        return running_median(level, width, dim)

    earlier = functional.pad(level[None], (3, 0), mode="replicate")[0][:, : level.shape[1]]
    return torch.stack(
        (
            (median(17, time) / median(17, frequency)).log(),
            (level / median(15, frequency)).log(),
            (level / median(25, time)).log(),
            (median(41, time) / median(9, frequency)).log(),
            (median(9, time) / median(31, frequency)).log(),
            (level / earlier).log(),
        )
    )


HISTOGRAM_FEATURES = 4
"""The first four features have a histogram ratio each; all six feed the network."""


@dataclass(frozen=True)
class HistogramRatio:
    """log(target's share / background's share) of a quantity, by bins over `low`..`high`; `log_ratio` (bins,)."""

    low: float
    high: float
    log_ratio: Tensor

    def __call__(self, values: Tensor) -> Tensor:
        """Log ratio of each value, interpolated between bins."""
        flat = values.reshape(-1)
        ratios = torch.empty_like(flat)
        for block in blocks(flat):
            ratios[block] = self._interpolated(flat[block])
        return ratios.view(values.shape)

    def _interpolated(self, values: Tensor) -> Tensor:
        """Log ratio (n,) of values (n,)."""
        bins = len(self.log_ratio)
        place = ((values - self.low) / (self.high - self.low) * bins - 0.5).clamp_(0, bins - 1)
        below = place.int().clamp_(max=bins - 2)
        part = place.sub_(below)
        lower, upper = (ratios.index_select(0, below) for ratios in (self.log_ratio[:-1], self.log_ratio[1:]))
        return upper.mul_(part).add_(lower.mul_(1 - part))


def _histogram(values: Tensor, weights: Tensor, low: float, high: float, bins: int) -> Tensor:
    """Smoothed weighted histogram (bins,)."""
    place = ((values - low) / (high - low) * bins).long().clamp(0, bins - 1)
    counts = torch.zeros(bins, device=values.device).index_add_(0, place.flatten(), weights.flatten())
    for _ in range(2):
        padded = functional.pad(counts[None, None], (1, 1), mode="replicate")[0, 0]
        counts = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return counts


def histogram_ratio(
    values: Tensor,
    weights: Tensor,
    plus: Tensor,
    minus: Tensor,
    low: float,
    high: float,
    bins: int,
    limits: tuple[float, float] = LIMITS,
) -> HistogramRatio:
    """Learn a ratio from `values` and `weights` (..., N), where the masks `plus` and `minus` (N,) choose frames."""
    rate_plus = _histogram(values[..., plus], weights[..., plus], low, high, bins) / plus.sum()
    rate_minus = _histogram(values[..., minus], weights[..., minus], low, high, bins) / minus.sum()
    tiny = 1e-6 * (rate_plus.sum() + rate_minus.sum()) + 1e-12
    share = torch.clamp(rate_plus.sum() / (rate_minus.sum() + tiny), max=1.0)
    target = (rate_plus - 1.3 * rate_minus * share).clamp(min=0) + 1e-3 * rate_plus.sum() / bins + tiny
    background = rate_minus + 1e-3 * rate_minus.sum() / bins + tiny
    ratio = (target / target.sum()) / (background / background.sum())
    return HistogramRatio(low, high, ratio.clamp(*limits).log())


def pan_angle(spectra: Tensor) -> Tensor:
    """Pan (F, N) of stereo spectra (2, F, N): 0 left, 0.5 centre, 1 right."""
    return 2 / pi * angle(spectra[1].abs(), spectra[0].abs())
