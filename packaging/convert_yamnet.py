"""Make resources/models/yamnet.safetensors from Google's yamnet.h5 (needs h5py).

    python packaging/convert_yamnet.py yamnet.h5 yamnet.safetensors

The batch norms (no scale, epsilon 1e-4) are folded into the convolutions before them. The names of the layers are those
of yamnet.py in tensorflow/models, research/audioset/yamnet.
"""

import argparse
from pathlib import Path

import h5py
import numpy as np
import torch
from safetensors.torch import save_file

EPSILON = 1e-4


def values(file: h5py.File, layer: str) -> dict[str, np.ndarray]:
    """The arrays of one layer by their short names, wherever in its group they lie."""
    found = {}
    file[layer].visititems(
        lambda name, item: found.update({name.rsplit("/", 1)[-1]: np.asarray(item)}) if hasattr(item, "shape") else None
    )
    return {name.split(":")[0]: value for name, value in found.items()}


def folded(file: h5py.File, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """Weight (out, in, height, width) and bias of a convolution and its batch norm."""
    kernel = next(value for name, value in values(file, layer).items() if "kernel" in name)
    norm = values(file, f"{layer}/bn")
    scale = 1.0 / np.sqrt(norm["moving_variance"] + EPSILON)
    order = (2, 3, 0, 1) if "depthwise" in layer else (3, 2, 0, 1)
    weight = kernel.transpose(order) * scale[:, None, None, None]
    return weight, norm["beta"] - norm["moving_mean"] * scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("destination", type=Path)
    options = parser.parse_args()
    tensors: dict[str, np.ndarray] = {}
    with h5py.File(options.source) as file:
        layers = {"first": "layer1/conv"}
        for number in range(13):
            layers[f"pairs.{number}.depthwise"] = f"layer{number + 2}/depthwise_conv"
            layers[f"pairs.{number}.pointwise"] = f"layer{number + 2}/pointwise_conv"
        for ours, theirs in layers.items():
            tensors[f"{ours}.weight"], tensors[f"{ours}.bias"] = folded(file, theirs)
        logits = values(file, "logits")
        tensors["classes.weight"], tensors["classes.bias"] = logits["kernel"].T, logits["bias"]
    converted = {
        name: torch.from_numpy(np.ascontiguousarray(value)).to(torch.float16 if "weight" in name else torch.float32)
        for name, value in tensors.items()
    }
    save_file(converted, options.destination)


if __name__ == "__main__":
    main()
