"""What a weights file is for, by the keys in it, whatever the file is called."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.files import weight_files
from samstudio.separation.models.weights.index import WeightIndex, read_index
from samstudio.separation.models.weights.pickled import TensorFacts

FIELD, CODEC, VISION = "", "audio_codec.", "vision_encoder.model.visual."
"""Where Meta's checkpoints have the field, the codec and the visual tower."""
_OUTSIDE_FIELD = (
    "audio_codec.",
    "vision_encoder.",
    "text_encoder.",
    "span_predictor.",
    "text_ranker.",
    "visual_ranker.",
)
_FIELD = (
    "transformer.layers.",
    "transformer.final_",
    "transformer.output.",
    "proj.",
    "memory_proj.",
    "align_masked_video.",
    "embed_anchors.",
)
"""What keys of the field begin with, and those of no other network (vision encoders have a transformer too)."""
_ROLES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    # A Judge has a codec's encoder and transformers of the names of other parts, so it is recognised first.
    (Role.JUDGE, ("cat_audio_proj.weight", "finetune_transformer.norm.weight", "finetune_data_proj.weight")),
    (Role.TRACKER, ("memory_temporal_positional_encoding",)),
    (Role.SPANS, ("audio_model.data_proj.weight", "audio_encoder.embedder.data_proj.weight")),
    (Role.MODEL, ("transformer.final_layer_scale_shift_table", "embed_anchors.gate", "memory_proj.weight")),
    (Role.TEXT, ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",)),
    (Role.VISION, ("visual.conv1.weight", "attn_pool.probe")),
    (
        Role.CODEC,
        ("decoder.model.0.weight_v", "decoder.model.0.weight", "decoder.model.0.parametrizations.weight.original1"),
    ),
)
"""The keys by which each is recognised; any of them will do, with or without something before it."""
_NORM_PARAMETERS = {
    ".parametrizations.weight.original0": ".weight_g",
    ".parametrizations.weight.original1": ".weight_v",
}
"""What newer versions of torch call the two parts of a weight norm."""


def role_of_keys(keys: Iterable[str]) -> Role | None:
    """What a file with these keys is for; None where they are of nothing that is known."""
    there = set(keys)
    for role, marks in _ROLES:
        if any(prefix_before(there, mark) is not None for mark in marks):
            return role
    return None


def role_of(path: Path) -> Role | None:
    """What a weights file, or the files in a folder, are for; of several things the first in the order above.

    None where they are for nothing that is known. Raises SeparationError where none of them can be read.
    """
    files = weight_files(path) if path.is_dir() else [path]
    order = [role for role, _ in _ROLES]
    found, refusal = [], None
    for file in files:
        try:
            found += [role] if (role := role_of_keys(read_index(file))) else []
        except SeparationError as error:
            refusal = refusal or error
    if refusal and not found:
        raise refusal
    return min(found, key=order.index, default=None)


def prefix_before(keys: Collection[str], mark: str) -> str | None:
    """What stands before a key's usual name ("model."); None where no key ends in it."""
    ends = (key.removesuffix(mark) for key in keys if key == mark or key.endswith(f".{mark}"))
    return min(ends, key=len, default=None)


def field_names(index: WeightIndex) -> dict[str, str]:
    """The field's keys as Meta's checkpoints have them -> those in this file; empty where it has none."""
    prefix = _first_prefix(index, dict(_ROLES)[Role.MODEL])
    if prefix is None or role_of_keys(index) is not Role.MODEL:
        return {}
    names = _below(index, prefix)
    return {name: key for name, key in names.items() if not name.startswith(_OUTSIDE_FIELD)}


def codec_names(index: WeightIndex) -> dict[str, str]:
    """The codec's keys ("audio_codec.encoder...") -> those in this file; empty where it has no whole codec."""
    prefix = _first_prefix(index, dict(_ROLES)[Role.CODEC])
    if prefix is None:
        return {}
    parts = ("encoder.", "quantizer.", "decoder.")
    return {f"{CODEC}{_plain(name)}": key for name, key in _below(index, prefix).items() if name.startswith(parts)}


def vision_names(index: WeightIndex) -> dict[str, str]:
    """The visual tower's keys ("vision_encoder.model.visual...") -> those in this file; empty where it has none."""
    prefix = prefix_before(index, "attn_pool.probe")
    return {} if prefix is None else {f"{VISION}{name}": key for name, key in _below(index, prefix).items()}


def seen_as(index: WeightIndex, names: Mapping[str, str]) -> dict[str, TensorFacts]:
    """Types and shapes under Meta's names."""
    return {name: index[key] for name, key in names.items()}


def field_shards(files: Mapping[Path, WeightIndex]) -> tuple[Path, ...]:
    """Those of some files that have the parts of one field between them, no tensor twice; empty where one has it all.

    Told by keys alone: more than one file has some of the field, and no two have the same key.
    """
    others = (Role.JUDGE, Role.SPANS, Role.TEXT, Role.TRACKER)
    files = {file: index for file, index in files.items() if role_of_keys(index) not in others}
    together = {key for index in files.values() for key in index}
    prefix = _first_prefix(together, dict(_ROLES)[Role.MODEL])
    if prefix is None:
        return ()
    field = tuple(f"{prefix}{start}" for start in _FIELD)
    starts = (*field, *(f"{prefix}{start}" for start in _OUTSIDE_FIELD))
    shards = {file: index for file, index in files.items() if any(key.startswith(starts) for key in index)}
    holders = [file for file, index in shards.items() if any(key.startswith(field) for key in index)]
    is_disjoint = len(set().union(*shards.values())) == sum(map(len, shards.values()))
    return tuple(shards) if len(holders) > 1 and is_disjoint else ()


def _first_prefix(index: Collection[str], marks: Iterable[str]) -> str | None:
    return next((prefix for mark in marks if (prefix := prefix_before(index, mark)) is not None), None)


def _below(index: WeightIndex, prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): key for key in index if key.startswith(prefix)}


def _plain(name: str) -> str:
    """A key of the codec with its weight norm's parts called as in Meta's checkpoints."""
    for new, old in _NORM_PARAMETERS.items():
        if name.endswith(new):
            return name.removesuffix(new) + old
    return name
