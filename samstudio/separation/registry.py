"""Which engines there are, and why one is unavailable. An engine's code is imported only when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from samstudio.separation.engine import Engine, SeparationError
from samstudio.separation.models.part_reader import PartReader


@dataclass(frozen=True)
class EngineInfo:
    """An engine as a person sees it; `unavailable` says why it cannot run and what to do, or is empty."""

    name: str
    title: str
    summary: str
    unavailable: str = ""
    part_reader: Callable[[], PartReader] | None = None


SPECTRAL = EngineInfo(
    "spectral",
    "Spectral (embedded)",
    "Learns the target from + spans and the background from - spans. Needs no weights.",
)


def _part_reader() -> PartReader:
    from samstudio.separation.sam_audio.runtime.part_reader import SamAudioPartReader

    return SamAudioPartReader()


SAM_AUDIO = EngineInfo(
    "sam-audio",
    "SAM Audio",
    "Meta's flow-matching model: text, spans, or both. Needs its weights.",
    "SAM Audio needs its weights: set it up to get them, or point to a folder that has them.",
    _part_reader,
)

NO_MODEL = (
    "SAM Audio needs weights, and none are named: 'samstudio models add small' gets them, "
    "and --model takes their name or the folder they are in."
)


def engines(model: str = "") -> tuple[EngineInfo, ...]:
    """All engines, the default first. `model` is the one that the settings name for SAM Audio, if any."""
    return SPECTRAL, replace(SAM_AUDIO, unavailable="") if model else SAM_AUDIO


def create_engine(name: str) -> Engine:
    """The engine of that name, imported now; there is one of SAM Audio, which keeps its model loaded.

    Raises SeparationError for an unknown one. What weights SAM Audio needs it says when it is asked to separate.
    """
    if name == SPECTRAL.name:
        from samstudio.separation.spectral.engine import SpectralEngine

        return SpectralEngine()
    if name == SAM_AUDIO.name:
        return _sam_audio()
    known = ", ".join(info.name for info in engines())
    raise SeparationError(f"There is no engine called '{name}'; the engines are: {known}.")


@cache
def _sam_audio() -> Engine:
    from samstudio.separation.sam_audio.engine import SamAudioEngine

    return SamAudioEngine()
