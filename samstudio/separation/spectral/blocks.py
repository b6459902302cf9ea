"""Large arrays in blocks: a chain of operations on a block stays in the cache and asks for no fresh pages of memory."""

from collections.abc import Iterator

import torch
from torch import Tensor

BLOCK_CELLS = 1 << 15
"""For each thread: torch gives no second thread fewer of them."""


def blocks(values: Tensor, dim: int = 0) -> Iterator[slice]:
    """Slices of `values` along `dim` that together are all of it; one on a graphics card, where calls cost most."""
    length = values.shape[dim]
    size = length
    if values.device.type == "cpu":
        size = max(1, BLOCK_CELLS * torch.get_num_threads() * length // max(1, values.numel()))
    for start in range(0, length, size):
        yield slice(start, min(length, start + size))
