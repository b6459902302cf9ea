"""Which tensors a weights file has, by name, with types and shapes: only the descriptions are read, without torch."""

import json
import re
import struct
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.json_fields import read_text
from samstudio.separation.models.weights.foreign import CHOOSE, foreign_type, not_weights, other_archive
from samstudio.separation.models.weights.pickled import CodeError, TensorFacts, pickled_tensors
from samstudio.session.text.quoting import size_text

WeightIndex = Mapping[str, TensorFacts]
_MOST_HEADER = 100 << 20
"""Bytes, as safetensors itself has it."""
NO_TENSORS = (
    "{path} is not a checkpoint of this kind, it should hold named tensors and nothing else: take the model's "
    "state_dict or safetensors file."
)
TRUNCATED = "is truncated or no PyTorch checkpoint: download it again"
_OF_NO_KIND = f"begins neither as safetensors nor as a PyTorch checkpoint does: {CHOOSE}"
_TORCH_STARTS = (b"PK", b"\x80\x02")
"""Of a ZIP archive, and of what torch wrote before 1.6."""
_SHARD = re.compile(r"(?P<name>.+)-\d{5}-of-(?P<count>\d{5})(?P<suffix>\.\w+)")


def read_index(path: Path) -> WeightIndex:
    """The tensors of a weights file, or of all shards that an index or a first shard names. Not to be changed.

    Raises SeparationError for what is no weights file, is truncated, or of a format that is not read.
    """
    tensors: dict[str, TensorFacts] = {}
    for file in shards_of(path):
        try:
            facts = file.stat()
        except OSError as error:
            raise SeparationError(f"{file} can't be read: {error.strerror}.") from error
        tensors |= _read_file(file, facts.st_size, facts.st_mtime_ns)
    return tensors


def shards_of(path: Path) -> list[Path]:
    """The files of a checkpoint: those that an index names, all shards of which `path` is one, or itself.

    Raises SeparationError where one is missing.
    """
    if path.suffix == ".json":
        files = [path.parent / name for name in sorted(set(shard_names(path).values()))]
    elif numbered := _SHARD.fullmatch(path.name):
        count = int(numbered["count"])
        names = (f"{numbered['name']}-{i + 1:05}-of-{count:05}{numbered['suffix']}" for i in range(min(count, 1000)))
        files = [path.parent / name for name in names]
    else:
        files = [path]
    missing = next((file for file in files if not file.is_file()), None)
    if missing:
        beside = f", which {path.name} needs beside itself" if missing != path else ""
        raise SeparationError(f"{missing} is missing{beside}: download it.")
    return files


def shard_names(index: Path) -> dict[str, str]:
    """For each tensor the name of the file beside `index` that has it. Raises SeparationError."""
    try:
        shard_of = json.loads(read_text(index))["weight_map"]
        if any(Path(shard).name != shard for shard in shard_of.values()):
            raise ValueError("a shard lies elsewhere")
        return {str(name): shard for name, shard in shard_of.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SeparationError(f"{index} is damaged or no index of safetensors: download it again.") from error


def is_safetensors(path: Path) -> bool:
    """Whether a file begins as safetensors do, whatever it is called. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(9)
    return len(head) == 9 and head[8:] == b"{" and struct.unpack("<Q", head[:8])[0] <= _MOST_HEADER


@lru_cache(maxsize=64)
def _read_file(path: Path, size: int, _changed: int) -> WeightIndex:
    try:
        if why := not_weights(path):
            raise SeparationError(why)
        tensors, metadata = _safetensors(path, size) if is_safetensors(path) else (_pickled(path), {})
    except OSError as error:
        raise SeparationError(f"{path} can't be read: {error.strerror}.") from error
    if why := foreign_type(path, {name: facts.kind for name, facts in tensors.items()}, metadata):
        raise SeparationError(why)
    return tensors


def _safetensors(path: Path, size: int) -> tuple[dict[str, TensorFacts], dict[str, str]]:
    """Tensors and metadata of a safetensors file: its length, a JSON object of that length, the values."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = file.read(length)
    if len(header) < length:
        raise SeparationError(f"{path} is truncated, {size_text(size)} are there: download it again.")
    try:
        described = json.loads(header)
        metadata = described.pop("__metadata__", {})
        tensors = {
            name: TensorFacts(str(item["dtype"]), tuple(map(int, item["shape"]))) for name, item in described.items()
        }
        whole = 8 + length + max((int(item["data_offsets"][1]) for item in described.values()), default=0)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise SeparationError(f"{path} is damaged or no safetensors file: download it again.") from error
    if whole > size:
        raise SeparationError(
            f"{path} is truncated, {size_text(size)} of {size_text(whole)} are there: download it again."
        )
    return tensors, metadata if isinstance(metadata, dict) else {}


def _pickled(path: Path) -> dict[str, TensorFacts]:
    if path.suffix == ".safetensors" and zipfile.is_zipfile(path):
        # torch goes by the name too.
        raise SeparationError(f"{path} is a PyTorch checkpoint by its contents: give it a name that ends in .pt.")
    if why := other_archive(path):
        raise SeparationError(why)
    try:
        return pickled_tensors(path)
    except OSError:
        raise
    except CodeError as error:
        raise SeparationError(
            f"{path} is refused: it holds more than tensors, and might run code; take it from another source."
        ) from error
    except ValueError as error:
        if zipfile.is_zipfile(path):
            raise SeparationError(NO_TENSORS.format(path=path)) from error
        raise _no_checkpoint(path) from error
    except Exception as error:  # a damaged file makes the pickle module raise whatever its parts raise
        raise _no_checkpoint(path) from error


def _no_checkpoint(path: Path) -> SeparationError:
    with path.open("rb") as file:
        is_torch = file.read(2) in _TORCH_STARTS
    return SeparationError(f"{path} {TRUNCATED if is_torch else _OF_NO_KIND}.")
