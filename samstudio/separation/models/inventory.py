"""The list of all models: every published one and every folder of the user's own, each with its state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import KNOWN, KnownModel, Role, hub_id, known_model, licence_of
from samstudio.separation.models.check import contents, helpers, identify
from samstudio.separation.models.entries import PartState, StoredModel, find_entry, read_entries
from samstudio.separation.models.hub_id import is_hub_id
from samstudio.separation.models.part_reader import ModelContents
from samstudio.separation.models.store import cached_snapshot

if TYPE_CHECKING:
    # It imports huggingface_hub, which takes a second that showing the parts need not wait for.
    from samstudio.separation.models.hub import Access


@dataclass(frozen=True)
class ModelPart:
    """A published part, or a folder or file of the user's own, which may stand for a published one.

    `name` is what settings and models.json call it. In bytes: `disk` all that it takes when it is complete, `here`
    what is there already, `memory` what it takes when loaded (0: not known). `access` is the hub's last answer, None
    as long as it has not been asked.
    """

    name: str
    title: str
    role: Role
    state: PartState
    disk: int
    here: int = 0
    memory: int = 0
    gated: bool = False
    page: str = ""
    """Where access is requested; empty where it isn't published."""
    path: Path | None = None
    is_own: bool = False
    """Whether the files are the user's own, which are never deleted."""
    fault: str = ""
    """What its check found, in a sentence."""
    helpers: tuple[str, ...] = ()
    """What a model names in its config.json and does not bring along: text encoder and span predictor."""
    access: "Access | None" = None
    licence: str = ""
    """Of what is published; of a conversion of it too. Empty where it is not known."""
    contents: ModelContents | None = None
    """What a model that is here brings along."""
    engine: str = ""
    """The name of the engine that it belongs to; empty where no engine reads it."""

    @property
    def is_ready(self) -> bool:
        """Whether it can be used."""
        return self.state is PartState.READY


def all_parts() -> tuple[ModelPart, ...]:
    """All parts, published ones first, as they lie on the disk; the hub is not asked. Raises SeparationError."""
    entries = {known: find_entry(known.names[0]) for known in KNOWN}
    published = tuple(_published(known, entry) for known, entry in entries.items())
    standing_in = [entry for entry in entries.values() if entry]
    parts = published + tuple(_own(entry) for entry in read_entries() if entry not in standing_in)
    return parts + _named_by_models(parts)


def usable_part(parts: Iterable[ModelPart], engine: str, role: str, chosen: str) -> str:
    """The name of the engine's chosen part where it is ready or a path, else of the first ready one, else empty."""
    models = [part for part in parts if part.engine == engine and part.role == role and part.is_ready]
    known = known_model(chosen)
    name = known.names[0] if known else chosen
    named = next((part for part in models if part.name == name), None)
    if named is None and chosen and Path(chosen).expanduser().exists():
        return chosen
    return named.name if named else next((part.name for part in models), "")


def _named_by_models(parts: Sequence[ModelPart]) -> tuple[ModelPart, ...]:
    """Parts that a model's config.json names by hub id and that neither the catalogue nor models.json has."""
    named: dict[str, tuple[Role, str]] = {}
    for part in parts:
        found = helpers(part.path) if part.path else {}
        named |= {name: (role, part.engine) for name, role in found.items()}
    unknown = {name: row for name, row in named.items() if is_hub_id(name) and known_model(name) is None}
    known = {part.name for part in parts}
    return tuple(
        ModelPart(name, name, role, PartState.MISSING, disk=0, page=hub_id(name).page, engine=engine)
        for name, (role, engine) in unknown.items()
        if name not in known
    )


def _with_codec(state: PartState, brought: ModelContents | None) -> PartState:
    """The state of a model's files, or what it still lacks."""
    lacks = state is PartState.READY and brought is not None and brought.parts.get(Role.CODEC) == ""
    return PartState.NEEDS_CODEC if lacks else state


def _published(known: KnownModel, entry: StoredModel | None) -> ModelPart:
    path, state = (entry.path, entry.state) if entry else (cached_snapshot(known.hub), PartState.READY)
    brought = contents(path) if path else None
    return ModelPart(
        known.names[0],
        known.title,
        known.role,
        _with_codec(state, brought) if path else PartState.MISSING,
        disk=sum(entry.files.values()) if entry and entry.files else known.disk,
        here=entry.disk if entry else 0,
        memory=known.memory,
        gated=known.gated,
        page=known.hub.page,
        path=path,
        is_own=bool(entry and entry.hub is None),
        fault=entry.fault if entry else "",
        helpers=tuple(helpers(path)) if path else known.helpers,
        licence=known.licence,
        contents=brought,
        engine=known.family.engine,
    )


def _own(entry: StoredModel) -> ModelPart:
    state, role, engine = entry.state, Role.MODEL, ""
    try:
        part = identify(entry.path)
        role, engine = (part.role, part.engine) if part else (role, engine)
    except SeparationError:
        state = PartState.MISSING
    brought = contents(entry.path)
    size = sum(entry.files.values()) or entry.disk
    page = entry.hub.page if entry.hub else ""
    return ModelPart(
        entry.name,
        entry.name,
        role,
        _with_codec(state, brought),
        disk=size,
        here=entry.disk,
        page=page,
        path=entry.path,
        is_own=entry.hub is None,
        fault=entry.fault,
        helpers=tuple(helpers(entry.path)),
        licence=licence_of(engine, role),
        contents=brought,
        engine=engine,
    )
