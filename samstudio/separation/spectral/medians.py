"""Medians by a sorting network of whole-array comparisons, which is faster than sorting at every cell."""

from functools import cache

import torch
from torch import Tensor

from samstudio.separation.spectral.blocks import blocks

WIDEST_WHOLE = 21
"""A wider median takes every second neighbour: nearly the same value for half the work."""


@cache
def median_network(width: int) -> tuple[tuple[int, int, bool, bool], ...]:
    """Comparisons (low, high, keep the smaller at low, keep the larger at high) that bring the median to the middle.

    Batcher's odd-even merge sort (1968) without the comparisons that the middle of `width` values does not depend on;
    of an even number it is the smaller one of the two in the middle.
    """
    pairs = []
    size = 1 << (width - 1).bit_length()
    merged = 1
    while merged < size:
        reach = merged
        while reach:
            for start in range(reach % merged, size - reach, 2 * reach):
                for low in range(start, start + reach):
                    high = low + reach
                    if low // (2 * merged) == high // (2 * merged) and high < width:
                        pairs.append((low, high))
            reach //= 2
        merged *= 2
    needed, kept = {(width - 1) // 2}, []
    for low, high in reversed(pairs):
        if low in needed or high in needed:
            kept.append((low, high, low in needed, high in needed))
            needed |= {low, high}
    return tuple(reversed(kept))


def median_of(rows: list[Tensor]) -> Tensor:
    """Median of arrays of one shape, cell by cell; the list is used up."""
    for low, high, smaller, larger in median_network(len(rows)):
        first, second = rows[low], rows[high]
        if smaller:
            rows[low] = torch.minimum(first, second)
        if larger:
            rows[high] = torch.maximum(first, second)
    return rows[(len(rows) - 1) // 2]


def running_median(values: Tensor, width: int, dim: int) -> Tensor:
    """Median of (..., B, N) over `width` (odd) neighbours along `dim` (-1 or -2), the edge value repeated beyond it."""
    step = 1 if width <= WIDEST_WHOLE else 2
    taps = (width // step - 1) // 2 * 2 + 1 if step == 2 else width
    reach = taps // 2 * step
    before, after = (values.narrow(dim, place, 1) for place in (0, values.shape[dim] - 1))
    repeats = [1] * values.ndim
    repeats[dim] = reach
    padded = torch.cat((before.repeat(repeats), values, after.repeat(repeats)), dim)
    shifted = [padded.narrow(dim, tap * step, values.shape[dim]) for tap in range(taps)]
    medians = torch.empty_like(values)
    for block in blocks(values, -2):
        medians[..., block, :] = median_of([neighbours[..., block, :] for neighbours in shifted])
    return medians
