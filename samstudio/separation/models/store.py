"""The weights on this computer: downloaded ones in a folder of the app, and folders that a person has named.

What is there is written in a small JSON file beside the downloads; a half-finished download is told from a whole
one by the sizes written there before it began.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models.catalogue import (
    CONFIG_FILE,
    SAFETENSORS_FILE,
    TORCH_FILE,
    WEIGHT_FILES,
    HubId,
    Role,
    hub_id,
    is_hub_id,
    known_model,
    published_model,
)
from samstudio.separation.models.json_fields import read_json


class DiskError(SeparationError):
    """Something that the disk doesn't take."""


class PartState(StrEnum):
    """How much of a part is on the disk."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    FAULTY = "faulty"
    """Wholly there, but not what its config.json says."""
    READY = "ready"


@dataclass(frozen=True)
class StoredModel:
    """A part that has been added: a download (`hub` says of what) or a person's own folder or file (`hub` is None).

    `files` are a download's sizes in bytes, by name.
    """

    name: str
    path: Path
    hub: HubId | None = None
    files: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""
    """What was wrong with a download when it was last checked, in a sentence."""

    @property
    def state(self) -> PartState:
        """What the disk says now."""
        if not self.files:
            return PartState.READY if has_weights(self.path) else PartState.MISSING
        if not self.path.is_dir():
            return PartState.MISSING
        whole = all(_size(self.path / name) == size for name, size in self.files.items())
        if not whole:
            return PartState.INCOMPLETE
        return PartState.FAULTY if self.fault else PartState.READY

    @property
    def disk(self) -> int:
        """Bytes that it takes on the disk now, half-finished files included."""
        files = [self.path] if self.path.is_file() else self.path.rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file())


def library_folder() -> Path:
    """Where downloads lie: the environment variable SAMSTUDIO_MODELS, or the user's data folder."""
    named = os.environ.get("SAMSTUDIO_MODELS")
    return Path(named).expanduser() if named else user_data_path("samstudio", appauthor=False) / "models"


def resolve_model(name: str) -> Path:
    """The folder, or the weights file, of the model that a person calls `name`.

    That is the name of an added part, a short name ("small"), a hub id, or a path; config.json lies in the folder,
    or beside the file. Nothing is downloaded. Raises SeparationError where it isn't wholly there.
    """
    path = Path(name).expanduser()
    if (path.is_absolute() or name.startswith(".")) and path.exists():
        return _checked(path)
    entry = find_entry(name)
    if entry and (entry.state is not PartState.MISSING or not path.exists()):
        return _ready(entry)
    if path.exists():
        return _checked(path)
    if known_model(name) or is_hub_id(name):
        cached = cached_snapshot(hub_id(name))
        if cached:
            return cached
        raise SeparationError(
            f"The model '{name}' is not on this computer: 'samstudio models add {name}' downloads it."
        )
    raise SeparationError(
        f"There is no model and no folder '{name}': 'samstudio models list' shows the models, "
        "'samstudio models add' gets another one."
    )


def resolve_part(name: str, model_folder: Path) -> Path:
    """The folder of a text encoder, span predictor or judge as a model's config.json names it.

    A folder beside that config.json comes first, then whatever `resolve_model` finds. Raises SeparationError.
    """
    beside = model_folder / name
    return beside if name and has_weights(beside) else resolve_model(name)


def has_weights(path: Path) -> bool:
    """Whether there is a folder with config.json and weights, or a weights file beside its config.json."""
    if path.is_dir():
        return (path / CONFIG_FILE).is_file() and any((path / name).is_file() for name in WEIGHT_FILES)
    return path.is_file() and (path.parent / CONFIG_FILE).is_file()


def role_of(path: Path) -> Role:
    """What the config.json in a folder, or beside a weights file, is for. Raises SeparationError."""
    data = read_json(model_folder(path) / CONFIG_FILE)
    kind = str(data.get("model_type", ""))
    if kind == "t5":
        return Role.TEXT
    if "audio_model" in data or kind.startswith("pe_a"):
        return Role.SPANS
    return Role.JUDGE if "finetune_transformer" in data or "judge" in kind else Role.MODEL


def model_folder(path: Path) -> Path:
    """Where the config.json of a folder, or of a weights file, lies."""
    return path if path.is_dir() else path.parent


def find_entry(name: str) -> StoredModel | None:
    """The added part of that name, short name or hub id. Raises SeparationError for a damaged list."""
    known = known_model(name)
    hub = hub_id(name) if known or is_hub_id(name) else None
    names = {name, *(known.names if known else ())}
    return next((e for e in read_entries() if (e.hub == hub if e.hub and hub else e.name in names)), None)


def read_entries() -> list[StoredModel]:
    """All added parts, in the order they were added. Raises SeparationError for a damaged list."""
    file = _list_file()
    try:
        data = json.loads(file.read_text("utf-8"))
        return [_entry(item) for item in data["models"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SeparationError(f"{file} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SeparationError(
            f"{file} is damaged: delete it and add the models again; what is downloaded is not fetched twice."
        ) from error


def download(name: str, token: str | None = None) -> Generator[Progress, None, StoredModel]:
    """Get a part from the hub, by short name or hub id, or go on with a download that was stopped.

    Yields progress in bytes; closing it stops, and keeps what has come. What is there already is checked and, where
    it is damaged or the hub has it newer, replaced. Raises SeparationError.
    """
    from samstudio.separation.models.download import fetch
    from samstudio.separation.models.hub import list_files

    hub = hub_id(name)
    known = find_entry(name)
    if known and known.hub is None:
        raise SeparationError(f"'{known.name}' is your own {known.path}: remove it from the list first.")
    listing = list_files(hub, token)
    folder = download_folder(hub)
    published = published_model(hub)
    sizes = {file.name: file.size for file in listing.files}
    entry = StoredModel(published.names[-1] if published else str(hub), folder, hub, sizes)
    _check_room(folder, listing.size - entry.disk)
    _write_entries([*(e for e in read_entries() if e.hub != hub), entry])
    yield from fetch(listing, folder, token)
    return entry


def add_folder(path: Path, name: str = "") -> StoredModel:
    """Name a person's own folder, or weights file; without a name it is called like the folder. Raises SeparationError.

    Named like a published part it stands for that one ("t5-base"). The files stay where they are.
    """
    path = _checked(path.expanduser().resolve())
    name = name or (path.name if path.is_dir() else path.parent.name)
    taken = find_entry(name)
    if taken and taken.path != path:
        raise SeparationError(f"The name '{name}' is taken by {taken.path}: please choose another with --name.")
    entry = StoredModel(name, path)
    _write_entries([*(e for e in read_entries() if e != taken), entry])
    return entry


def note_fault(name: str, fault: str) -> None:
    """Remember what is wrong with a download, or, where `fault` is empty, that nothing is. Raises SeparationError."""
    entry = find_entry(name)
    if entry and entry.hub and entry.fault != fault:
        _write_entries([replace(e, fault=fault) if e == entry else e for e in read_entries()])


def remove(name: str) -> StoredModel:
    """Take a part off the list; downloaded files are deleted, a person's own never. Raises SeparationError."""
    entry = find_entry(name)
    if entry is None:
        raise SeparationError(f"'{name}' is not in the list: 'samstudio models list' shows what is.")
    if entry.hub and entry.path.is_dir():
        _delete(entry)
    _write_entries([e for e in read_entries() if e != entry])
    return entry


def download_folder(hub: HubId) -> Path:
    """Where a download of it lies."""
    return library_folder() / str(hub).replace("/", "--")


def cached_snapshot(hub: HubId) -> Path | None:
    """The folder in huggingface_hub's own cache, where `hf download` has put the whole of it."""
    from huggingface_hub import try_to_load_from_cache

    file = try_to_load_from_cache(hub.repository, CONFIG_FILE, revision=hub.revision)
    folder = Path(file).parent if isinstance(file, str) else None
    return folder if folder and has_weights(folder) else None


def _list_file() -> Path:
    return library_folder() / "models.json"


def _entry(item: Mapping[str, Any]) -> StoredModel:
    """Raises ValueError, KeyError, TypeError or AttributeError for one that we did not write."""
    if "repository" not in item:
        return StoredModel(str(item["name"]), Path(item["path"]))
    hub = HubId(str(item["repository"]), str(item["revision"]))
    files = {str(name): int(size) for name, size in item["files"].items()}
    if not is_hub_id(hub.repository) or any(Path(name).name != name for name in files):
        raise ValueError("a download lies elsewhere")
    return StoredModel(str(item["name"]), download_folder(hub), hub, files, str(item.get("fault", "")))


def _write_entries(entries: Iterable[StoredModel]) -> None:
    """Replace the list, wholly or not at all. Raises SeparationError."""
    items: list[dict[str, Any]] = []
    for entry in entries:
        if entry.hub:
            where = {"repository": entry.hub.repository, "revision": entry.hub.revision, "files": dict(entry.files)}
            where |= {"fault": entry.fault} if entry.fault else {}
        else:
            where = {"path": str(entry.path)}
        items.append({"name": entry.name, **where})
    file = _list_file()
    beside = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"models": items}, indent=2, ensure_ascii=False), "utf-8")
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DiskError(f"{file} can't be written: {error.strerror}.") from error


def _check_room(folder: Path, needed: int) -> None:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise DiskError(
            f"The download needs {needed / 1e9:.1f} GB more, and {folder} has {free / 1e9:.1f} GB free: free some, or "
            "set SAMSTUDIO_MODELS to a folder on a larger disk."
        )


def _delete(entry: StoredModel) -> None:
    """Delete a download's files, and those alone. Raises SeparationError."""
    from samstudio.separation.models.download import LOCK, PART, claimed

    try:
        with claimed(entry.path):
            for file in (*(entry.path / name for name in entry.files), *entry.path.glob(f"*{PART}")):
                file.unlink(missing_ok=True)
        (entry.path / LOCK).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # whatever else someone has put there stays
            entry.path.rmdir()
    except OSError as error:
        raise DiskError(f"{entry.path} can't be deleted: {error.strerror}.") from error


def _ready(entry: StoredModel) -> Path:
    """Its path, where all of it is there. Raises SeparationError."""
    if entry.state is PartState.INCOMPLETE:
        raise SeparationError(
            f"The model '{entry.name}' is only partly downloaded: 'samstudio models add {entry.name}' goes on with it."
        )
    if entry.state is PartState.MISSING:
        raise SeparationError(
            f"The model '{entry.name}' is no longer in {entry.path}: put it back, or 'samstudio models remove "
            f"{entry.name}' and add it anew."
        )
    return entry.path


def _checked(path: Path) -> Path:
    """A person's own folder or file. Raises SeparationError where it has no config.json or no weights."""
    if path.is_file() and not has_weights(path):
        raise SeparationError(f"{path} needs its config.json beside it: copy that file into {path.parent}.")
    if not (path / CONFIG_FILE).is_file() and path.is_dir():
        raise SeparationError(f"{path} is not a folder with a model: it has no config.json.")
    if not has_weights(path):
        raise SeparationError(f"{path} holds no weights: neither {TORCH_FILE} nor {SAFETENSORS_FILE} is there.")
    return path


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
