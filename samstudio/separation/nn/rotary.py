"""Rotary position embedding (Su et al. 2021) in cosine and sine form."""

import torch
from torch import Tensor


def rotary_table(positions: int, head_dim: int, theta: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosine and sine (positions, head_dim / 2), float32: pair j turns by theta^(-2j / head_dim) per position."""
    pairs = torch.arange(0, head_dim, 2, device=device, dtype=torch.float32)
    speeds = theta ** (-pairs / head_dim)
    angles = torch.outer(torch.arange(positions, device=device, dtype=torch.float32), speeds)
    return angles.cos(), angles.sin()


def rotate_pairs(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the pairs (2j, 2j + 1) of x (..., L, d) by the angles of cos and sin (L, d/2); float32 inside."""
    even, odd = x.float().reshape(*x.shape[:-1], -1, 2).unbind(-1)
    turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)
    return turned.flatten(-2).to(x.dtype)


def rotate_halves(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the pairs (j, j + d/2) of x (..., L, d) likewise."""
    first, second = x.float().chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1).to(x.dtype)
