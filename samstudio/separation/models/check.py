"""What a folder of weights is for and whether it is complete: each engine reads its own models (`part_reader`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models.catalogue import KNOWN, Role, known_model
from samstudio.separation.models.files import has_weights, model_folder, no_weights_sentence, weight_files
from samstudio.separation.models.hub_id import is_hub_id
from samstudio.separation.models.part_reader import ModelContents, PartReader
from samstudio.separation.models.weights.index import read_index
from samstudio.separation.registry import engines
from samstudio.session.text.quoting import quoted


@dataclass(frozen=True)
class IdentifiedPart:
    """A folder or weights file as an engine reads it."""

    engine: str
    role: Role
    reader: PartReader


def identify(path: Path) -> IdentifiedPart | None:
    """The first engine that has a use for the weights in a folder or a file; None where none has.

    Raises SeparationError where an engine cannot read them and no other has a use for them.
    """
    unread: SeparationError | None = None
    for info in engines():
        reader = info.part_reader() if info.part_reader else None
        try:
            role = reader.role(path) if reader else None
        except SeparationError as error:
            unread = unread or error
            continue
        if reader and role:
            return IdentifiedPart(info.name, role, reader)
    if unread:
        raise unread
    return None


def faults(path: Path) -> Iterator[str]:
    """One sentence for each thing that is wrong with the part in a folder, or with a weights file."""
    return (step for step in examine(path) if isinstance(step, str))


def examine(path: Path) -> Iterator[str | Progress]:
    """`faults`, and between them how many bytes of the weights have been read: they may be many GB."""
    try:
        part = identify(path)
        if part is None and path.is_dir() and not has_weights(path):
            yield no_weights_sentence(path)
        elif part is None:
            titles = " or ".join(info.title for info in engines() if info.part_reader)
            known_by = _first_key(path)
            yield f"{path} holds the weights of a model that no engine uses{known_by}: choose those of {titles}."
        else:
            yield from part.reader.faults(path, part.role)
    except SeparationError as error:
        yield str(error)


def _first_key(path: Path) -> str:
    """The first key in a file, or in a folder's first one, in brackets: it often tells what the model is."""
    file = weight_files(path)[0] if path.is_dir() else path
    key = next(iter(read_index(file)), "")
    return f" (its first key is {quoted(key)})" if key else ""


def helpers(path: Path) -> dict[str, Role]:
    """What a model needs and does not bring along, by the short names of what is published.

    Empty for what is no model, or cannot be read.
    """
    try:
        part = identify(path)
        named = part.reader.helpers(path) if part and part.role is Role.MODEL else {}
    except SeparationError:
        return {}
    missing = {name: role for name, role in named.items() if not has_weights(model_folder(path) / name)}
    return {_obtainable(name, role): role for name, role in missing.items()}


def _obtainable(name: str, role: Role) -> str:
    """A name that can be downloaded: the same, or, for one that only the model's author knows, a published part's."""
    known = known_model(name)
    if known is None and not is_hub_id(name):
        known = next((part for part in KNOWN if part.role is role), None)
    return known.names[0] if known else name


def contents(path: Path) -> ModelContents | None:
    """What a model brings along; None for what is no model, or cannot be read."""
    try:
        part = identify(path)
        return part.reader.contents(path) if part and part.role is Role.MODEL else None
    except SeparationError:
        return None
