"""Where the golden data lie: inputs and outputs of the reference at every stage, on tiny random weights."""

import json
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

GOLDEN = Path(os.environ.get("SAMSTUDIO_GOLDEN", Path(__file__).parents[4] / "shared" / "golden"))
TINY_MODEL = GOLDEN / "tiny_model"

needs_golden = pytest.mark.skipif(
    not (GOLDEN / "tiny_model" / "config.json").is_file(),
    reason=f"no golden data at {GOLDEN}: set SAMSTUDIO_GOLDEN to their folder",
)


def golden(part: str) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """The cases (or info) and tensors of one part ("a_codec"); a part without tensors gives an empty dict of them."""
    folder = GOLDEN / part
    described = next((folder / name for name in ("cases.json", "info.json") if (folder / name).is_file()), None)
    cases = json.loads(described.read_text("utf-8")) if described else {}
    tensors = folder / "tensors.safetensors"
    return cases, load_file(tensors) if tensors.is_file() else {}


def assert_near(found: torch.Tensor, expected: torch.Tensor, tolerance: float) -> None:
    """Equal shape and no element further off than `tolerance` (max abs difference, as golden/README.md counts)."""
    assert found.shape == expected.shape
    worst = (found.detach().double() - expected.double()).abs().max().item()
    assert worst <= tolerance, f"worst difference {worst:.3g} > {tolerance:.3g}"


def seeded_weights(prefixes: tuple[str, ...]) -> dict[str, torch.Tensor]:
    """The tensors of fixture k whose keys begin with one of `prefixes`, made as golden/README.md describes."""
    recipe = json.loads((GOLDEN / "k_real_size_seeded" / "recipe.json").read_text("utf-8"))
    weights = {
        key: seeded_tensor(recipe["salt"] + key, shape, offset, scale)
        for key, (shape, offset, scale) in recipe["tensors"].items()
        if key.startswith(prefixes)
    }
    if "embed_anchors.embed.weight" in weights:
        weights["embed_anchors.embed.weight"][3] = 0.0
    return weights


def seeded_tensor(key: str, shape: list[int], offset: float, scale: float) -> torch.Tensor:
    """`offset` + `scale` times numbers in [-1, 1) that follow from `key` alone."""
    with np.errstate(over="ignore"):
        z = np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(zlib.crc32(key.encode()))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    uniform = (z >> np.uint64(40)).astype(np.float32) * np.float32(2**-23) - np.float32(1)
    return torch.from_numpy((uniform * np.float32(scale) + np.float32(offset)).reshape(shape))
