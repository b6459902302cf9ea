"""How much memory the tensors take that a test makes."""

import torch
from torch.overrides import TorchFunctionMode


class Allocations(TorchFunctionMode):
    """While it is on, finds the most numbers that a call of torch gives outside the meta device."""

    most = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        if isinstance(made, torch.Tensor) and not made.is_meta:
            self.most = max(self.most, made.numel())
        return made
