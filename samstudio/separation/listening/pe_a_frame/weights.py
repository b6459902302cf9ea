"""Which PE-A-Frame is on this computer."""

from contextlib import suppress
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.config import load_pe_a_frame_config
from samstudio.separation.models.catalogue import KNOWN, KnownModel, Role
from samstudio.separation.models.entries import read_entries
from samstudio.separation.models.files import has_weights
from samstudio.separation.models.store import resolve_model

TITLE = "PE-A-Frame"


def published() -> tuple[KnownModel, ...]:
    """The published ones, the smallest first: it is the quickest, and none was compared with another."""
    return tuple(known for known in KNOWN if known.role is Role.SPANS)


def find_weights() -> Path | None:
    """The folder of the first that is wholly there: a published one, or one of the user's own."""
    for known in published():
        with suppress(SeparationError):
            return resolve_model(known.names[0])
    with suppress(SeparationError):
        for entry in read_entries():
            if entry.hub is None and _is_one(entry.path):
                return entry.path
    return None


def _is_one(folder: Path) -> bool:
    try:
        load_pe_a_frame_config(folder)
    except SeparationError:
        return False
    return has_weights(folder)
