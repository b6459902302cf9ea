"""All published parts as `all_parts` gives them, all missing but for what a test changes."""

from dataclasses import replace
from typing import Any

from samstudio.separation.models.catalogue import KNOWN
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart

READY: dict[str, Any] = {"state": PartState.READY, "here": 1_000_000}


def made_parts(changes: dict[str, dict[str, Any]] | None = None, *own: ModelPart) -> tuple[ModelPart, ...]:
    """All published parts, with fields changed by name, and the user's own."""
    published = [
        ModelPart(
            known.names[0],
            known.title,
            known.role,
            PartState.MISSING,
            known.disk,
            memory=known.memory,
            gated=known.gated,
            page=known.hub.page,
            helpers=known.helpers,
            licence=known.licence,
            engine=known.family.engine,
        )
        for known in KNOWN
    ]
    return (*(replace(part, **(changes or {}).get(part.name, {})) for part in published), *own)
