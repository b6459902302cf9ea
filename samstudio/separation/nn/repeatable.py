"""Operations of torch whose results depend on the number of threads, in a form whose results do not.

Torch divides a large array among its threads. A sum of all of it is then a sum of one sum for each thread; and where a
function is computed in vectors, the last values of each thread's part are computed one by one, by another formula.
"""

import torch
from torch import Tensor

_ROW = 1 << 12
_SMALL = 1 << 15
"""Torch gives an array of so many values to one thread."""


def total(values: Tensor) -> Tensor:
    """The sum of all values, row by row."""
    flat = values.reshape(-1)
    whole = len(flat) // _ROW * _ROW
    # The sum of a row is never divided, and those of all rows are few.
    return flat[:whole].view(-1, _ROW).sum(1).sum() + flat[whole:].sum()


def mean(values: Tensor) -> Tensor:
    """The mean of all values."""
    return total(values) / values.numel()


def sigmoid(values: Tensor) -> Tensor:
    """1 / (1 + exp(-x)) of each value; exp is computed alike everywhere."""
    return values.neg().exp_().add_(1.0).reciprocal_()


def logit(values: Tensor) -> Tensor:
    """log(p / (1 - p)) of each value between 0 and 1."""
    return (values / (1.0 - values)).log_()


def angle(y: Tensor, x: Tensor) -> Tensor:
    """atan2 of each pair of values, in the order of its arguments; both of one shape."""
    if y.device.type != "cpu":
        return torch.atan2(y, x)
    found = torch.empty_like(y, memory_format=torch.contiguous_format)
    goal, first, second = found.view(-1), y.reshape(-1), x.reshape(-1)
    for start in range(0, len(goal), _SMALL):
        part = slice(start, start + _SMALL)
        torch.atan2(first[part], second[part], out=goal[part])
    return found
