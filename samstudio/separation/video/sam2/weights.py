"""Which SAM 2.1 is on this computer, and whether it can run; nothing heavy is imported to find out."""

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from samstudio.assets import how_to_get
from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import KNOWN, Role
from samstudio.separation.models.store import resolve_model

MISSING = f"SAM 2.1 needs the package transformers: {how_to_get('video')}."


def find_weights() -> Path | None:
    """The folder of the first published one that is wholly there; None also where transformers is not installed."""
    if not has_transformers():
        return None
    for known in KNOWN:
        if known.role is Role.TRACKER:
            with suppress(SeparationError):
                return resolve_model(known.names[0])
    return None


def has_transformers() -> bool:
    """Whether what runs it is installed."""
    return find_spec("transformers") is not None
