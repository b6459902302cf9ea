"""The models on this computer: finding them by name, adding the user's own folders, removing. Nothing is downloaded."""

import contextlib
from dataclasses import replace
from pathlib import Path

from samstudio.separation.engine import SeparationError, WayOn
from samstudio.separation.models.catalogue import hub_id, known_model
from samstudio.separation.models.entries import (
    DiskError,
    PartState,
    StoredModel,
    find_entry,
    read_entries,
    write_entries,
)
from samstudio.separation.models.files import (
    CONFIG_FILE,
    PARTIAL_SUFFIX,
    WEIGHT_FILES,
    has_weights,
    is_path,
    no_weights_sentence,
)
from samstudio.separation.models.folder_lock import LOCK, locked
from samstudio.separation.models.hub_id import HubId, is_hub_id
from samstudio.session.text.quoting import one_line, quoted

_MOST_LETTERS = 1000
"""Of a name or a path: the system refuses longer ones with an error of its own."""


def resolve_model(name: str) -> Path:
    """The folder, or the weights file, of the model that the user calls `name`.

    That is the name of an added part, a short name ("small"), a hub id, or a path.
    Raises SeparationError where it isn't wholly there.
    """
    if len(name) > _MOST_LETTERS:
        raise SeparationError(f"There is no model of so long a name: {quoted(name)}.")
    path = Path(name).expanduser()
    refuse_dead_link(path)
    if (path.is_absolute() or name.startswith(".")) and path.exists():
        return _checked(path)
    entry = find_entry(name)
    if entry and (entry.state is not PartState.MISSING or not path.exists()):
        return _ready(entry)
    if path.exists():
        return _checked(path)
    refuse_lost_path(name)
    known = known_model(name)
    if known or is_hub_id(name):
        cached = cached_snapshot(hub_id(name))
        if cached:
            return cached
        lacking = (
            f"The model '{name}' is not on this computer: "
            if known
            else f"There is no folder '{name}' here and no model of that name: check the path, or "
        )
        raise SeparationError(
            f"{lacking}'samstudio models add {name}' downloads it{'' if known else ' from the hub'}.",
            WayOn.SET_UP_MODEL,
            f"The model '{name}' is not on this computer: set it up, or choose another one.",
        )
    raise SeparationError(
        f"There is no model and no folder '{name}': 'samstudio models list' shows the models, "
        "'samstudio models add' gets another one.",
        WayOn.SET_UP_MODEL,
        f"There is no model and no folder '{name}': set one up, or choose another one.",
    )


def resolve_part(name: str, model_folder: Path) -> Path:
    """The folder of a text encoder, span predictor or judge as a model's config.json names it.

    A folder beside that config.json comes first, then whatever `resolve_model` finds. Raises SeparationError.
    """
    beside = model_folder / name
    return beside if name and has_weights(beside) else resolve_model(name)


def refuse_dead_link(path: Path) -> None:
    """Raise SeparationError for a link that leads nowhere, and for a name that no file can have."""
    try:
        is_dead = path.is_symlink() and not path.exists()
    except OSError as error:
        raise SeparationError(f"'{one_line(str(path))}' can't be read: {error.strerror}.") from error
    if is_dead:
        raise SeparationError(
            f"{path} is a link that leads to nothing, or in a circle: name the folder or file itself."
        )


def refuse_lost_path(name: str) -> None:
    """Raise SeparationError for what leads nowhere and was meant as a path, not as a name: it has the form of one."""
    if known_model(name) or not is_path(name) or Path(name).expanduser().exists():
        return
    lost = f"There is no file and no folder '{one_line(name)}': "
    raise SeparationError(
        f"{lost}check the path, or name a model that 'samstudio models list' shows.",
        WayOn.SET_UP_MODEL,
        f"{lost}it was moved or renamed, so choose another one.",
    )


def add_folder(path: Path, name: str = "") -> StoredModel:
    """Name the user's own folder, or weights file; by default as `own_name` does. Raises SeparationError.

    Named like a published part it stands for that one ("t5-base"). The files stay where they are.
    """
    path = _checked(path.expanduser().resolve())
    name = name or own_name(path)
    taken = find_entry(name)
    if taken and taken.path != path:
        raise SeparationError(f"The name '{name}' is taken by {taken.path}: please choose another with --name.")
    entry = StoredModel(name, path)
    write_entries([*(e for e in read_entries() if e != taken), entry])
    return entry


def own_name(path: Path) -> str:
    """What a folder or a weights file is called: a file of a usual name is called after its folder."""
    if path.is_dir():
        return path.name
    return path.parent.name if path.name in WEIGHT_FILES else path.name.removesuffix(path.suffix)


def record_fault(name: str, fault: str) -> None:
    """Remember what is wrong with a download, or, where `fault` is empty, that nothing is. Raises SeparationError."""
    entry = find_entry(name)
    if entry and entry.hub and entry.fault != fault:
        write_entries([replace(e, fault=fault) if e == entry else e for e in read_entries()])


def remove(name: str) -> StoredModel:
    """Take a part off the list; downloaded files are deleted, the user's own never. Raises SeparationError."""
    entry = find_entry(name)
    if entry is None:
        raise SeparationError(f"'{name}' is not in the list: 'samstudio models list' shows what is.")
    if entry.hub and entry.path.is_dir():
        _delete(entry)
    write_entries([e for e in read_entries() if e != entry])
    return entry


def cached_snapshot(hub: HubId) -> Path | None:
    """The folder in huggingface_hub's own cache, where `hf download` has put the whole repository."""
    from huggingface_hub import try_to_load_from_cache

    file = try_to_load_from_cache(hub.repository, hub.file or CONFIG_FILE, revision=hub.revision)
    folder = Path(file).parent if isinstance(file, str) else None
    return folder if folder and has_weights(folder) else None


def _delete(entry: StoredModel) -> None:
    """Delete a download's files, and no others. Raises SeparationError."""
    try:
        with locked(entry.path):
            for file in (*(entry.path / name for name in entry.files), *entry.path.glob(f"*{PARTIAL_SUFFIX}")):
                file.unlink(missing_ok=True)
        (entry.path / LOCK).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other files that the user put there stay
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
            f"{entry.name}' and add it again.",
            WayOn.SET_UP_MODEL,
            f"The model '{entry.name}' is no longer in {entry.path}: put it back, or set up another one.",
        )
    return entry.path


def _checked(path: Path) -> Path:
    """The user's own folder or file. Raises SeparationError where a folder has no weights."""
    if not has_weights(path):
        raise SeparationError(no_weights_sentence(path))
    return path
