"""Large arrays in blocks: a chain of operations on a block stays in the cache and asks for no fresh pages of memory."""

from collections.abc import Iterator

from torch import Tensor

BLOCK_CELLS = 1 << 16
"""Enough for two threads: torch gives no second one fewer than half. More of them need more for each to be worth its
start; a size by their number would make the results depend on it."""


def blocks(values: Tensor, dim: int = 0) -> Iterator[slice]:
    """Slices of `values` along `dim` that together are all of it; one on a graphics card, where calls cost most."""
    length = values.shape[dim]
    size = length
    if values.device.type == "cpu":
        size = max(1, BLOCK_CELLS * length // max(1, values.numel()))
    for start in range(0, length, size):
        yield slice(start, min(length, start + size))
