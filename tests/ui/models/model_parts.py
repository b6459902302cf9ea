"""Parts of SAM Audio as the stock would tell them, all missing but for what a test changes."""

from dataclasses import replace
from typing import Any

from samstudio.separation.models.catalogue import KNOWN
from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.models.store import PartState

READY: dict[str, Any] = {"state": PartState.READY, "here": 1_000_000}


def made_parts(changes: dict[str, dict[str, Any]] | None = None, *own: ModelPart) -> tuple[ModelPart, ...]:
    """All published parts, with fields changed by name, and a person's own."""
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
        )
        for known in KNOWN
    ]
    return (*(replace(part, **(changes or {}).get(part.name, {})) for part in published), *own)
