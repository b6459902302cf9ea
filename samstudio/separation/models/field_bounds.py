"""The largest values that a model's config.json may ask for: far beyond every published model, and soon built.

Without them a damaged file could ask for a billion layers, and be answered after hours. They bound the time in which a
network is described; the memory that it takes is bounded by its weights file, whose shapes it must fit.
"""

from math import prod

MOST_JSON_BYTES = 16 << 20
"""Of a config.json; an index of shards has a hundred bytes a tensor."""
_MOST_LETTERS = 500
_MOST_LAYERS = 256
_MOST_WIDTH = 1 << 15
_MOST_ENTRIES = 1 << 20
"""Of a table of tokens or positions."""
_MOST_RATE = 768_000
"""Hz."""
_MOST_PIXELS = 4096
"""Of a side of the image that the vision encoder sees."""
_MOST_STRIDES = 8
_MOST_HOP = 1 << 16
"""Samples a frame: the strides multiplied."""
_MOST_RATIO = 64.0
_MOST_FLOAT = 1e9
_RATIOS = ("ffn_exp", "ffn_dim_multiplier", "mlp_ratio")
"""Factors of a width."""


def fits_bounds(name: str, value: object) -> bool:
    """Whether a field of that name may have the value; texts, whole numbers, other numbers and lists of strides."""
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= _MOST_LETTERS
    if isinstance(value, float):
        # Also false for what is not a number.
        return value <= _most_float(name)
    if isinstance(value, int):
        return value <= (_most_float(name) if name in _RATIOS or "theta" in name else _most_int(name))
    if isinstance(value, list | tuple):
        return len(value) <= _MOST_STRIDES and all(v <= _MOST_HOP for v in value) and prod(value) <= _MOST_HOP
    return False


def _most_float(name: str) -> float:
    return _MOST_RATIO if name in _RATIOS else _MOST_FLOAT


def _most_int(name: str) -> int:
    """The largest whole number that a field of that name may have."""
    if "layer" in name or "heads" in name or name == "num_anchors":
        return _MOST_LAYERS
    if "position" in name or "vocab" in name or "max_" in name:
        return _MOST_ENTRIES
    if name == "image_size":
        return _MOST_PIXELS
    return _MOST_RATE if "rate" in name else _MOST_WIDTH
