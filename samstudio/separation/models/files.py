"""The files of a model: which ones a folder must hold, and which of a repository's are downloaded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CONFIG_FILE = "config.json"
TORCH_FILE = "checkpoint.pt"
SAFETENSORS_FILE = "model.safetensors"
SAFETENSORS_INDEX = "model.safetensors.index.json"
WEIGHT_FILES = (TORCH_FILE, SAFETENSORS_FILE, SAFETENSORS_INDEX)
"""The names of weights files, in order of preference where a folder holds several."""
PARTIAL_SUFFIX = ".part"
"""Ends the name of a file whose download is not complete."""

_SIDE_FILES = (
    CONFIG_FILE,
    "vision_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)
_LICENCE = re.compile(r"(LICENSE|LICENCE|NOTICE)(\.\w+)?")
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: `size` bytes; `checksum` is its SHA-256, or git's SHA-1 of it, or empty."""

    name: str
    size: int
    checksum: str = ""


def wanted_files(files: Iterable[HubFile]) -> tuple[HubFile, ...]:
    """The files to download of a repository: sizes, tokenizer, licence, and one kind of weights, which come last.

    Empty where config.json or readable weights are missing. Files in folders are never wanted.
    """
    by_name = {file.name: file for file in files}
    kind = next((name for name in WEIGHT_FILES if name in by_name), None)
    if kind is None or CONFIG_FILE not in by_name:
        return ()
    names = [name for name in by_name if name in _SIDE_FILES or _LICENCE.fullmatch(name)]
    names.append(kind)
    if kind == SAFETENSORS_INDEX:
        names.extend(sorted(name for name in by_name if _SHARD.fullmatch(name)))
    return tuple(by_name[name] for name in names)


def has_weights(path: Path) -> bool:
    """Whether there is a folder with config.json and weights, or a weights file beside its config.json."""
    if path.is_dir():
        return (path / CONFIG_FILE).is_file() and any((path / name).is_file() for name in WEIGHT_FILES)
    return path.is_file() and (path.parent / CONFIG_FILE).is_file()


def model_folder(path: Path) -> Path:
    """The folder that holds the config.json of a folder or of a weights file."""
    return path if path.is_dir() else path.parent


def config_file(folder_or_file: Path) -> Path:
    """config.json in a folder; a file is taken as it is."""
    return folder_or_file / "config.json" if folder_or_file.is_dir() else folder_or_file
