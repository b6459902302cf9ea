"""The weights on this computer: downloaded ones in a folder of the app, and folders that a person has named.

What is there is written in a small JSON file beside the downloads; a half-finished download is told from a whole
one by the sizes written there before it began.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.catalogue import HubId, hub_id, is_hub_id, known_model
from samstudio.separation.sam_audio.weights import SAFETENSORS_FILE, SAFETENSORS_INDEX, TORCH_FILE

WEIGHT_FILES = (TORCH_FILE, SAFETENSORS_FILE, SAFETENSORS_INDEX)


class State(StrEnum):
    """How much of a part is on the disk."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    READY = "ready"


@dataclass(frozen=True)
class Entry:
    """A part that has been added: a download (`hub` says of what) or a person's own folder or file (`hub` is None).

    `files` are a download's sizes in bytes, by name.
    """

    name: str
    path: Path
    hub: HubId | None = None
    files: Mapping[str, int] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """What the disk says now."""
        if not self.files:
            return State.READY if has_weights(self.path) else State.MISSING
        if not self.path.is_dir():
            return State.MISSING
        whole = all(_size(self.path / name) == size for name, size in self.files.items())
        return State.READY if whole else State.INCOMPLETE

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
    entry = find_entry(name)
    if entry and (entry.state is not State.MISSING or not Path(name).exists()):
        return _ready(entry)
    path = Path(name).expanduser()
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
        return (path / "config.json").is_file() and any((path / name).is_file() for name in WEIGHT_FILES)
    return path.is_file() and (path.parent / "config.json").is_file()


def find_entry(name: str) -> Entry | None:
    """The added part of that name, short name or hub id. Raises SeparationError for a damaged list."""
    known = known_model(name)
    names = {name, str(known.hub)} if known else {name}
    return next((e for e in read_entries() if e.name in names or (e.hub and str(e.hub) in names)), None)


def read_entries() -> list[Entry]:
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


def cached_snapshot(hub: HubId) -> Path | None:
    """The folder in huggingface_hub's own cache, where `hf download` has put the whole of it."""
    from huggingface_hub import try_to_load_from_cache

    file = try_to_load_from_cache(hub.repository, "config.json", revision=hub.revision)
    folder = Path(file).parent if isinstance(file, str) else None
    return folder if folder and has_weights(folder) else None


def _list_file() -> Path:
    return library_folder() / "models.json"


def _entry(item: Mapping[str, Any]) -> Entry:
    hub = HubId(item["repository"], item["revision"]) if item.get("repository") else None
    files = {str(name): int(size) for name, size in item.get("files", {}).items()}
    return Entry(str(item["name"]), Path(item["path"]), hub, files)


def _ready(entry: Entry) -> Path:
    """Its path, where all of it is there. Raises SeparationError."""
    if entry.state is State.INCOMPLETE:
        raise SeparationError(
            f"The model '{entry.name}' is only partly downloaded: 'samstudio models add {entry.name}' goes on with it."
        )
    if entry.state is State.MISSING:
        raise SeparationError(
            f"The model '{entry.name}' is no longer in {entry.path}: put it back, or 'samstudio models remove "
            f"{entry.name}' and add it anew."
        )
    return entry.path


def _checked(path: Path) -> Path:
    """A person's own folder or file. Raises SeparationError where it has no config.json or no weights."""
    if path.is_file() and not has_weights(path):
        raise SeparationError(f"{path} needs its config.json beside it: copy that file into {path.parent}.")
    if not (path / "config.json").is_file() and path.is_dir():
        raise SeparationError(f"{path} is not a folder with a model: it has no config.json.")
    if not has_weights(path):
        raise SeparationError(f"{path} holds no weights: neither {TORCH_FILE} nor {SAFETENSORS_FILE} is there.")
    return path


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
