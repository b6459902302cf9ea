"""models.json: the models that have been added on this computer, downloads and the user's own folders.

A download's file sizes are written before it begins, which distinguishes an unfinished download from a complete one.
"""

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import hub_id, known_model
from samstudio.separation.models.files import has_weights
from samstudio.separation.models.hub_id import HubId, is_hub_id
from samstudio.separation.models.weights.index import shards_of

_STALE_SECONDS = 60.0
"""Writing the list takes a thousandth of it."""
_MOST_PATH, _MOST_NAME = 1000, 200
"""Letters of a path, and of a folder's name: the system refuses longer ones with an error of its own."""
_MOST_ENTRIES = 500
"""Of the list; each one's files are looked at."""


class DiskError(SeparationError):
    """A file or folder of models cannot be written or deleted."""


class PartState(StrEnum):
    """How much of a part is on the disk."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    FAULTY = "faulty"
    """Complete, but not what its config.json says."""
    NEEDS_CODEC = "needs a codec"
    """Complete but for the codec, which no other part that is here has either."""
    READY = "ready"


@dataclass(frozen=True)
class StoredModel:
    """A part that has been added: a download (`hub` says of what) or the user's own folder or file (`hub` is None).

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
        """How much of it is on the disk now."""
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
        """Bytes that it takes on the disk now, half-finished files included; of a shard all that belong to it."""
        files = set(self.path.rglob("*")) or {self.path}
        if self.path.is_file():
            with suppress(SeparationError):
                files |= set(shards_of(self.path))
        return sum(file.stat().st_size for file in files if file.is_file())


def library_folder() -> Path:
    """Where downloads lie: the environment variable SAMSTUDIO_MODELS, or the user's data folder."""
    named = os.environ.get("SAMSTUDIO_MODELS")
    return Path(named).expanduser() if named else user_data_path("samstudio", appauthor=False) / "models"


def download_folder(hub: HubId) -> Path:
    """Where a download of it lies."""
    return library_folder() / str(hub).replace("/", "--").replace(":", "--")


def find_entry(name: str) -> StoredModel | None:
    """The added part of that name, short name or hub id. Raises SeparationError for a damaged list."""
    known = known_model(name)
    hub = hub_id(name) if known or is_hub_id(name) else None
    names = {name, *(known.names if known else ())}
    entries = read_entries()
    found = next((e for e in entries if (e.hub == hub if e.hub and hub else e.name in names)), None)
    # Another revision of what is published is listed by its hub id alone.
    return found or next((e for e in entries if e.name == name), None)


def read_entries() -> list[StoredModel]:
    """All added parts, in the order they were added. Raises SeparationError for a damaged list."""
    file = _list_file()
    try:
        data = json.loads(file.read_text("utf-8"))
        if len(data["models"]) > _MOST_ENTRIES:
            raise ValueError("so many models are on no computer")
        return [_entry(item) for item in data["models"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SeparationError(f"{file} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise SeparationError(
            f"{file} is damaged: delete it and add the models again; what is downloaded is not fetched twice."
        ) from error


def write_entries(entries: Iterable[StoredModel]) -> None:
    """Replace the list, wholly or not at all. Raises DiskError."""
    items: list[dict[str, Any]] = []
    for entry in entries:
        if entry.hub:
            where = {"repository": entry.hub.repository, "revision": entry.hub.revision, "files": dict(entry.files)}
            where |= {"file": entry.hub.file} if entry.hub.file else {}
            where |= {"fault": entry.fault} if entry.fault else {}
        else:
            where = {"path": str(entry.path)}
        items.append({"name": entry.name, **where})
    file = _list_file()
    beside = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(0o700, parents=True, exist_ok=True)
        _remove_stale(file)
        beside.write_text(json.dumps({"models": items}, indent=2, ensure_ascii=False), "utf-8")
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DiskError(f"{file} can't be written: {error.strerror}.") from error


def _remove_stale(file: Path) -> None:
    """Remove what a process that crashed left beside the list."""
    for left in file.parent.glob(f"{file.stem}.*.part"):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > _STALE_SECONDS:
                left.unlink()


def _list_file() -> Path:
    return library_folder() / "models.json"


def _entry(item: Mapping[str, Any]) -> StoredModel:
    """Raises ValueError, KeyError, TypeError or AttributeError for an item that this module did not write."""
    if len(str(item.get("path", ""))) > _MOST_PATH:
        raise ValueError("no disk has a path of such length")
    if sum(len(str(item.get(part, ""))) for part in ("repository", "revision", "file")) > _MOST_NAME:
        raise ValueError("no folder can have a name of such length")
    if "repository" not in item:
        return StoredModel(str(item["name"]), Path(item["path"]))
    hub = HubId(str(item["repository"]), str(item["revision"]), str(item.get("file", "")))
    files = {str(name): int(size) for name, size in item["files"].items()}
    if (
        not is_hub_id(hub.repository)
        or Path(hub.file).name != hub.file
        or any(Path(name).name != name for name in files)
    ):
        raise ValueError("a download lies elsewhere")
    return StoredModel(str(item["name"]), download_folder(hub), hub, files, str(item.get("fault", "")))


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
