"""What there is of SAM Audio: every published part and every folder of a person's own, each with how things stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import KNOWN, KnownModel, Role, hub_id, is_hub_id, known_model
from samstudio.separation.models.store import (
    PartState,
    StoredModel,
    cached_snapshot,
    find_entry,
    has_weights,
    model_folder,
    read_entries,
    role_of,
)
from samstudio.separation.sam_audio.config import load_config

if TYPE_CHECKING:
    # It imports huggingface_hub, which takes a second that those who only show parts need not wait.
    from samstudio.separation.models.hub import Access


PUBLISHED_HELPERS = ("t5-base", "pe-a-frame-large")
"""What the published models name."""


@dataclass(frozen=True)
class ModelPart:
    """A published part, or a folder or file of a person's own, which may stand for a published one.

    `name` is what settings and library call it. In bytes: `disk` all that it takes there when it is whole, `here`
    what is there already, `memory` what it takes when loaded (0: not known). `access` is what the hub said when it was
    last asked, None as long as nobody has.
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
    """Where access is asked for; empty where it isn't published."""
    path: Path | None = None
    is_own: bool = False
    """Whether the files are a person's own, which are never deleted."""
    fault: str = ""
    """What its check found, in a sentence."""
    helpers: tuple[str, ...] = PUBLISHED_HELPERS
    """What a model names in its config.json and does not bring along: text encoder and span predictor."""
    access: "Access | None" = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be used."""
        return self.state is PartState.READY


@dataclass(frozen=True)
class Transfer:
    """A download as it stands: part `number` of `count`; `done` of `total` bytes of it.

    `speed` in bytes a second and `left` in seconds, None while they are not known.
    """

    title: str
    stage: str
    done: float
    total: float
    number: int = 1
    count: int = 1
    speed: float | None = None
    left: float | None = None


def take_stock() -> tuple[ModelPart, ...]:
    """All parts, published ones first, as the disk has them; the hub is not asked. Raises SeparationError."""
    entries = {known: find_entry(known.names[0]) for known in KNOWN}
    published = tuple(_published(known, entry) for known, entry in entries.items())
    standing_in = [entry for entry in entries.values() if entry]
    parts = published + tuple(_own(entry) for entry in read_entries() if entry not in standing_in)
    return parts + _named_by_models(parts)


def usable_model(parts: Iterable[ModelPart], chosen: str) -> str:
    """The chosen model's name where it is ready or a path, else the first ready one's, else nothing."""
    models = [part for part in parts if part.role is Role.MODEL and part.is_ready]
    known = known_model(chosen)
    name = known.names[0] if known else chosen
    named = next((part for part in models if part.name == name), None)
    if named is None and chosen and Path(chosen).expanduser().exists():
        return chosen
    return named.name if named else next((part.name for part in models), "")


def helpers(path: Path) -> dict[str, Role]:
    """What a model names in its config.json and does not bring along, by the short names of what is published.

    Nothing for what is no model, or cannot be read.
    """
    folder = model_folder(path)
    try:
        if role_of(folder) is not Role.MODEL:
            return {}
        config = load_config(folder)
    except SeparationError:
        return {}
    named = {config.text_encoder.name: Role.TEXT, config.span_predictor: Role.SPANS}
    missing = {name: role for name, role in named.items() if name and not has_weights(folder / name)}
    return {known.names[0] if (known := known_model(name)) else name: role for name, role in missing.items()}


def _named_by_models(parts: Sequence[ModelPart]) -> tuple[ModelPart, ...]:
    """What models name by its hub id and nothing stands for yet."""
    named: dict[str, Role] = {}
    for part in parts:
        named |= helpers(part.path) if part.path else {}
    unknown = {name: role for name, role in named.items() if is_hub_id(name) and known_model(name) is None}
    known = {part.name for part in parts}
    return tuple(
        ModelPart(name, name, role, PartState.MISSING, disk=0, page=hub_id(name).page, helpers=())
        for name, role in unknown.items()
        if name not in known
    )


def _published(known: KnownModel, entry: StoredModel | None) -> ModelPart:
    path, state = (entry.path, entry.state) if entry else (cached_snapshot(known.hub), PartState.READY)
    return ModelPart(
        known.names[0],
        known.title,
        known.role,
        state if path else PartState.MISSING,
        disk=sum(entry.files.values()) if entry and entry.files else known.disk,
        here=entry.disk if entry else 0,
        memory=known.memory,
        gated=known.gated,
        page=known.hub.page,
        path=path,
        is_own=bool(entry and entry.hub is None),
        fault=entry.fault if entry else "",
        helpers=tuple(helpers(path)) if path else PUBLISHED_HELPERS,
    )


def _own(entry: StoredModel) -> ModelPart:
    state = entry.state
    try:
        role = role_of(entry.path)
    except SeparationError:
        role, state = Role.MODEL, PartState.MISSING
    size = sum(entry.files.values()) or entry.disk
    page = entry.hub.page if entry.hub else ""
    return ModelPart(
        entry.name,
        entry.name,
        role,
        state,
        disk=size,
        here=entry.disk,
        page=page,
        path=entry.path,
        is_own=entry.hub is None,
        fault=entry.fault,
        helpers=tuple(helpers(entry.path)),
    )
