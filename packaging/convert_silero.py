"""Make resources/models/silero_vad.safetensors from silero_vad.jit of the package silero-vad 6.2.3.

    python packaging/convert_silero.py silero_vad.jit silero_vad.safetensors

A TorchScript file holds code, which loading it runs: use only a file of the package.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("destination", type=Path)
    options = parser.parse_args()
    model = dict(torch.jit.load(options.source).named_children())["_model"]
    memory, output = model.decoder.rnn, getattr(model.decoder.decoder, "2")
    tensors = {"transform.weight": model.stft.forward_basis_buffer}
    for number in range(4):
        layer = getattr(model.encoder, str(number)).reparam_conv
        tensors |= {f"layers.{number}.weight": layer.weight, f"layers.{number}.bias": layer.bias}
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        tensors[f"memory.{name}_l0"] = getattr(memory, name)
    tensors |= {"output.weight": output.weight[:, :, 0], "output.bias": output.bias}
    save_file({name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}, options.destination)


if __name__ == "__main__":
    main()
