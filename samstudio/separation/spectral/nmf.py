"""Non-negative matrix factorisation under the Kullback-Leibler divergence (Lee & Seung, 2001).

V (S, N) is explained as W (S, K) spectra times H (K, N) activations by multiplicative updates. Every column of W sums
to 1. An L1 penalty on H makes few spectra active at a time (Hoyer, 2002).
"""

import torch
from torch import Tensor

from samstudio.separation.nn.repeatable import mean
from samstudio.separation.steps import Steps

EPS = 1e-8


def normalised(spectra: Tensor) -> Tensor:
    """The columns of (S, K) scaled to sum 1."""
    return spectra / (spectra.sum(0, keepdim=True) + EPS)


def unit_length(frames: Tensor) -> Tensor:
    """The columns of (S, N) scaled to Euclidean length 1."""
    length: Tensor = torch.linalg.vector_norm(frames, dim=0, keepdim=True)
    return frames / (length + EPS)


def initial_spectra(frames: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """(S, count): randomly chosen columns of `frames` (S, N) with 10 % of noise, so that no two are equal."""
    chosen = torch.randint(frames.shape[1], (count,), generator=generator)
    noise = torch.rand(frames.shape[0], count, generator=generator).to(frames.device)
    return normalised(frames[:, chosen.to(frames.device)] + 0.1 * mean(frames) * noise + EPS)


def initial_activations(spectra: Tensor, frames: Tensor) -> Tensor:
    """(K, N): every frame's total divided evenly."""
    count = spectra.shape[1]
    return (frames.sum(0, keepdim=True) / count + EPS).expand(count, -1).contiguous()


def update_activations(frames: Tensor, spectra: Tensor, activations: Tensor, penalty: Tensor | float = 0.0) -> Tensor:
    """One multiplicative step of H; `penalty` is a number or (K, 1)."""
    return (spectra.T @ _unexplained(frames, spectra, activations)).mul_(activations).div_(1.0 + penalty)


def _unexplained(frames: Tensor, spectra: Tensor, activations: Tensor) -> Tensor:
    """(S, N): the frames over what explains them."""
    explained = (spectra @ activations).add_(EPS)
    return torch.div(frames, explained, out=explained)


def learn(
    frames: Tensor,
    count: int,
    iterations: int,
    generator: torch.Generator,
    fixed: Tensor | None = None,
    penalty: float = 0.0,
) -> Steps[tuple[Tensor, Tensor]]:
    """Learn `count` spectra from `frames` (S, N), beside `fixed` ones (S, Kf) that do not change.

    Returns the learned spectra (S, count) and their activations (count, N).
    `penalty` (L1) applies to the learned spectra's activations alone.
    """
    learned = initial_spectra(frames, count, generator)
    spectra = learned if fixed is None else torch.cat((learned, fixed), 1)
    activations = initial_activations(spectra, frames)
    penalties = torch.zeros(spectra.shape[1], 1, device=frames.device)
    penalties[:count] = penalty
    for _ in range(iterations):
        activations = update_activations(frames, spectra, activations, penalties)
        own = activations[:count]
        learned = learned * (_unexplained(frames, spectra, activations) @ own.T) / (own.sum(1) + EPS)
        scale = learned.sum(0) + EPS
        learned = learned / scale
        activations[:count] *= scale[:, None]
        spectra = learned if fixed is None else torch.cat((learned, fixed), 1)
        yield
    return learned, activations[:count]
