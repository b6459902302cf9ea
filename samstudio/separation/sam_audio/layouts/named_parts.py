"""The parts that a model names and that have their own folders: text encoder and span predictor."""

from contextlib import suppress
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState, read_entries
from samstudio.separation.models.store import resolve_part
from samstudio.separation.sam_audio.layouts.contents import role_of


def part_named(name: str, role: Role, folder: Path) -> Path:
    """The part that a model in `folder` names: beside it, or in the list of models.

    Where nothing of that name is on this computer, the first part of the role that has been added stands in for it.
    Raises SeparationError.
    """
    try:
        return resolve_part(name, folder)
    except SeparationError:
        added = _added(role)
        if added is None:
            raise
        return added


def is_stood_in_for(name: str, role: Role, folder: Path) -> bool:
    """Whether another part is used in place of the one that is named."""
    try:
        resolve_part(name, folder)
    except SeparationError:
        return _added(role) is not None
    return False


def _added(role: Role) -> Path | None:
    """The first part of that role in the list of models."""
    with suppress(SeparationError):
        for entry in read_entries():
            with suppress(SeparationError):
                if entry.state is PartState.READY and role_of(entry.path) is role:
                    return entry.path
    return None
