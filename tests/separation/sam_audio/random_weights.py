"""Networks with weights that leave no term out: norms, gates and biases included."""

from typing import TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)


def randomise(module: Network, seed: int = 0) -> Network:
    """Fill all parameters of a module; matrices keep the scale of what flows through, norms stay near one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.ndim > 1 and not name.endswith("alpha"):
                parameter.copy_(noise * parameter[0].numel() ** -0.5)
            else:
                parameter.copy_(0.2 * noise + (1.0 if name.endswith(("weight", "alpha")) else 0.0))
    return module.requires_grad_(requires_grad=False).eval()
