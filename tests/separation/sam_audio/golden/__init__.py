"""The recorded outputs of the reference at every stage, on tiny random weights, and how they are read.

A set is a folder with a README.md that describes its format. Every length, text, count and rate is taken from the set,
so another one of the same format is run by naming its folder in SAMSTUDIO_GOLDEN. Where no other is at hand, the small
one beside this file is used; tests of parts that a set lacks are skipped.
"""

import json
import math
import os
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

SMALL = Path(__file__).parent / "small"
BESIDE = Path(__file__).parents[5] / "shared" / "golden"
GOLDEN = Path(os.environ.get("SAMSTUDIO_GOLDEN") or (BESIDE if BESIDE.is_dir() else SMALL))
TINY_MODEL = GOLDEN / "tiny_model"
REAL_SIZE = "k_real_size_seeded"
_PIECE = 1 << 16
_STEP = np.uint64(0x9E3779B97F4A7C15)


def needs(*files: str) -> pytest.MarkDecorator:
    """Skips where the set lacks one of these files or folders."""
    missing = [name for name in files if not (GOLDEN / name).exists()]
    return pytest.mark.skipif(bool(missing), reason=f"{GOLDEN} lacks {', '.join(missing)}: see SAMSTUDIO_GOLDEN")


needs_golden = needs("tiny_model/checkpoint.pt")
"""Skips where there is no whole tiny model."""


@cache
def golden(part: str) -> tuple[Any, dict[str, Tensor]]:
    """The cases (or info) and tensors of one part ("a_codec"); what there is none of comes empty. Not to be changed."""
    folder = GOLDEN / part
    described = next((folder / name for name in ("cases.json", "info.json") if (folder / name).is_file()), None)
    cases = json.loads(described.read_text("utf-8")) if described else {}
    tensors = folder / "tensors.safetensors"
    return cases, load_file(tensors) if tensors.is_file() else {}


def cases_with(part: str, *names: str) -> list[dict[str, Any]]:
    """The numbered cases of a part that have all the named tensors ("target0")."""
    cases, tensors = golden(part)
    listed = cases.get("cases", []) if isinstance(cases, dict) else cases
    numbered = [case for case in listed if isinstance(case.get("case"), int)]
    return [case for case in numbered if all(f"case{case['case']}.{name}" in tensors for name in names)]


def numbers(cases: list[dict[str, Any]]) -> list[int]:
    """The cases' numbers, to parametrise a test with."""
    return [case["case"] for case in cases]


def case_of(part: str, name: int | str) -> dict[str, Any]:
    """The case of that number or name."""
    case: dict[str, Any] = next(case for case in golden(part)[0] if case.get("case") == name)
    return case


def tensors_of(part: str, case: int | str) -> dict[str, Tensor]:
    """The tensors of one case or section ("e2e"), without its name."""
    start = f"case{case}." if isinstance(case, int) else f"{case}."
    tensors = golden(part)[1]
    return {key.removeprefix(start): tensor for key, tensor in tensors.items() if key.startswith(start)}


def assert_near(found: Tensor, expected: Tensor, tolerance: float) -> None:
    """Equal shape and no element further off than `tolerance` (max abs difference, as the set's README.md counts)."""
    assert found.shape == expected.shape
    worst = (found.detach().double() - expected.double()).abs().max().item()
    assert worst <= tolerance, f"worst difference {worst:.3g} > {tolerance:.3g}"


def seeded_weights(prefixes: tuple[str, ...]) -> dict[str, Tensor]:
    """The tensors of fixture k whose keys begin with one of `prefixes`, made as the set's README.md describes."""
    recipe = json.loads((GOLDEN / REAL_SIZE / "recipe.json").read_text("utf-8"))
    weights = {
        key: seeded_tensor(recipe["salt"] + key, shape, offset, scale)
        for key, (shape, offset, scale) in recipe["tensors"].items()
        if key.startswith(prefixes)
    }
    if "embed_anchors.embed.weight" in weights:
        weights["embed_anchors.embed.weight"][3] = 0.0
    return weights


def seeded_tensor(key: str, shape: list[int], offset: float, scale: float) -> Tensor:
    """`offset` + `scale` times numbers in [-1, 1) that follow from `key` alone."""
    made = np.empty(math.prod(shape), np.float32)
    # A piece at a time that stays in the processor's cache: there are 500 million numbers.
    first = np.arange(1, _PIECE + 1, dtype=np.uint64) * _STEP + np.uint64(zlib.crc32(key.encode()))
    z, shifted = np.empty_like(first), np.empty_like(first)
    for start in range(0, len(made), _PIECE):
        np.add(first, np.uint64(start * int(_STEP) % 2**64), out=z)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
            np.right_shift(z, np.uint64(shift), out=shifted)
            np.bitwise_xor(z, shifted, out=z)
            np.multiply(z, np.uint64(factor), out=z)
        piece = made[start : start + _PIECE]
        piece[:] = (z >> np.uint64(40))[: len(piece)]
        piece *= np.float32(2**-23)
        piece -= np.float32(1)
        piece *= np.float32(scale)
        piece += np.float32(offset)
    return torch.from_numpy(made.reshape(shape))
