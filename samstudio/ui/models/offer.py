"""What the set-up dialog's main button does: download what is missing, or use a model that is ready."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from samstudio.separation.listening.pe_a_frame.weights import TITLE
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart
from samstudio.ui.models.model_text import format_bytes, title_of


@dataclass(frozen=True)
class Offer:
    """Either parts to download or the name of a model to use."""

    text: str
    more: str
    missing: tuple[str, ...] = ()
    model: str = ""


def offer_of(engine: str, model: str, missing: Sequence[ModelPart], own: ModelPart | None) -> Offer:
    """Of an engine (its title) and a published model; the user's `own` that is ready comes before a download."""
    if own is not None or not missing:
        name = f"“{title_of(own)}”" if own is not None else f"{engine} {model}"
        return Offer(f"Use {name}", "Separate with this model from now on.", model=own.name if own else model)
    begun = any(part.here for part in missing)
    return _download(f"{'Go on: ' if begun else 'Download '}{_left(missing)}", missing)


def offer_alone(missing: Sequence[ModelPart]) -> Offer | None:
    """Of the listener alone; None where there is nothing to download."""
    return _download(f"Download {TITLE}, {_left(missing)}", missing) if missing else None


def _download(text: str, missing: Sequence[ModelPart]) -> Offer:
    if any(part.state is PartState.FAULTY for part in missing):
        text = "Download again"
    return Offer(text, ", ".join(map(title_of, missing)), tuple(part.name for part in missing))


def _left(missing: Iterable[ModelPart]) -> str:
    return format_bytes(sum(max(0, part.disk - part.here) for part in missing))


def ready_own(parts: Iterable[ModelPart], name: str) -> ModelPart | None:
    """The user's own model of that name, if it can be used as it is."""
    by_name = {part.name: part for part in parts}
    part = by_name.get(name)
    if part is None or not (part.is_own and part.role is Role.MODEL and part.is_ready):
        return None
    needed = [by_name[helper] for helper in part.helpers if helper in by_name]
    is_whole = all(each.is_ready for each in needed if each.role in (Role.CODEC, Role.TEXT))
    return part if is_whole else None
