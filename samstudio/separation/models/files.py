"""The files of a model: which ones a folder must hold, and which of a repository's are downloaded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from samstudio.separation.models.hub_id import parse_hub_id
from samstudio.separation.models.weights.foreign import TAKE, foreign_suffix
from samstudio.session.text.quoting import listed

CONFIG_FILE = "config.json"
TORCH_FILE = "checkpoint.pt"
SAFETENSORS_FILE = "model.safetensors"
SAFETENSORS_INDEX = "model.safetensors.index.json"
WEIGHT_FILES = (TORCH_FILE, SAFETENSORS_FILE, SAFETENSORS_INDEX)
"""The names of weights files, in order of preference where a folder holds several."""
PARTIAL_SUFFIX = ".part"
"""Ends the name of a file whose download is not complete."""

WEIGHT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")
"""What weights files of any other name end in."""
_INDEX_SUFFIX = ".index.json"
_SIDE_FILE = re.compile(r"[\w.-]*config[\w.-]*\.json|tokenizer\.json|special_tokens_map\.json")
_LICENCE = re.compile(r"(LICENSE|LICENCE|NOTICE)(\.\w+)?")
_SHARD = re.compile(r"(.+)-\d+-of-\d+(\.\w+)")
_FURTHER_PART = re.compile(r"codec|dac|vae|vision", re.IGNORECASE)
"""A file of a repository that is no model, but a part of one."""
_UNREADABLE = re.compile(r"fp8|e4m3|e5m2|int8|int4|nf4|4bit|8bit|gguf|onnx|mlx", re.IGNORECASE)


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: `size` bytes; `checksum` is its SHA-256, or git's SHA-1 of it, or empty."""

    name: str
    size: int
    checksum: str = ""


def models_in(files: Iterable[HubFile]) -> list[str]:
    """The weights files of a repository among which one has to be chosen; not more than one where none has to."""
    weights = _readable(files)
    if weights[:1] and weights[0] in WEIGHT_FILES:
        return weights[:1]
    return [name for name in weights if not _FURTHER_PART.search(name)]


def wanted_files(files: Iterable[HubFile], chosen: str = "") -> tuple[HubFile, ...]:
    """The files to download of a repository: sizes, tokenizer, licence, and one kind of weights, which come last.

    `chosen` names the weights where `models_in` gives several. The codec or vision encoder that a model may need is
    wanted too. Empty where no readable weights are there. Files in folders are never wanted.
    """
    files = tuple(files)
    by_name = {file.name: file for file in files if "/" not in file.name}
    if chosen and chosen not in by_name:
        return ()
    models = [chosen] if chosen else models_in(files)[:1]
    parts = [] if models == [TORCH_FILE] else [name for name in _readable(files) if _FURTHER_PART.search(name)]
    weights = [*(name for name in parts if name not in models), *models]
    if not weights:
        return ()
    names = [name for name in by_name if _SIDE_FILE.fullmatch(name) or _LICENCE.fullmatch(name)]
    for name in weights:
        start = name.removesuffix(_INDEX_SUFFIX).rpartition(".")[0]
        shards = [n for n in by_name if (m := _SHARD.fullmatch(n)) and m[1] == start] if name != start else []
        names.extend([name, *sorted(shards)] if name.endswith(_INDEX_SUFFIX) else [name])
    return tuple(by_name[name] for name in names)


def _readable(files: Iterable[HubFile]) -> list[str]:
    return in_preference([file.name for file in files if "/" not in file.name and not _UNREADABLE.search(file.name)])


def in_preference(names: Sequence[str]) -> list[str]:
    """Those names that weights have: published names first, then indices of shards, then all others by the alphabet.

    The shards of an index are left out, and without one all but the first.
    """
    known = [name for name in WEIGHT_FILES if name in names]
    indices = sorted(name for name in names if name.endswith(_INDEX_SUFFIX) and name not in known)
    indexed = {name.removesuffix(_INDEX_SUFFIX).rpartition(".")[0] for name in names if name.endswith(_INDEX_SUFFIX)}
    others = []
    for name in sorted(names):
        shard = _SHARD.fullmatch(name)
        is_hidden = shard and (shard[1] in indexed or "-00001-of-" not in name)
        if Path(name).suffix in WEIGHT_SUFFIXES and name not in known and not is_hidden:
            others.append(name)
    return [*known, *indices, *others]


def weight_files(folder: Path) -> list[Path]:
    """The weights files in a folder, the one that counts first; none where it can't be read."""
    try:
        names = [file.name for file in folder.iterdir() if file.is_file()]
    except OSError:
        return []
    return [folder / name for name in in_preference(names)]


def no_weights_sentence(folder: Path) -> str:
    """Why a folder is no model: it has no weights, or such as are not read."""
    try:
        files = list(folder.iterdir())
    except OSError as error:
        return f"{folder} can't be read: {error.strerror}."
    if not files:
        return f"{folder} is empty: choose the folder that the weights are in."
    foreign = next((name for file in files if (name := foreign_suffix(file))), "")
    if foreign:
        return f"{folder} holds {foreign} files only, which are not supported: {TAKE}."
    return f"{folder} holds no weights: choose the folder with a file that ends in {listed(WEIGHT_SUFFIXES)}."


def has_weights(path: Path) -> bool:
    """Whether there is a folder with weights, or a file."""
    return bool(weight_files(path)) if path.is_dir() else path.is_file()


def is_path(name: str) -> bool:
    """Whether what a user typed has the form of a path rather than of a name, on the hub or in the list."""
    hub = parse_hub_id(name)
    if "://" in name or (hub and hub.file):
        return False
    folder, suffix = Path(name).expanduser().parent, Path(name).suffix
    if suffix in WEIGHT_SUFFIXES or name.startswith((".", "~")):
        return True
    if hub:  # owner/name, which is a path too, where there is a folder of the owner's name
        return folder.is_dir()
    return "/" in name or "\\" in name


def model_folder(path: Path) -> Path:
    """The folder that holds the config.json of a folder or of a weights file."""
    return path if path.is_dir() else path.parent


def config_file(folder_or_file: Path) -> Path:
    """config.json in a folder; a file is taken as it is."""
    return folder_or_file / "config.json" if folder_or_file.is_dir() else folder_or_file
