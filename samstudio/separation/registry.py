"""Which engines there are, and why one is unavailable. An engine's code is imported only when it is asked for."""

from dataclasses import dataclass

from samstudio.separation.engine import Engine, SeparationError


@dataclass(frozen=True)
class EngineInfo:
    """An engine as a person sees it; `unavailable` says why it cannot run and what to do, or is empty."""

    name: str
    title: str
    summary: str
    unavailable: str = ""


SPECTRAL = EngineInfo(
    "spectral",
    "Spectral (embedded)",
    "Learns the target from + spans and the background from - spans. Needs no weights.",
)
SAM_AUDIO = EngineInfo(
    "sam-audio",
    "SAM Audio",
    "Meta's flow-matching model: text, spans and video.",
    "SAM Audio is not part of this version yet; the spectral engine separates from spans without any weights.",
)


def engines() -> tuple[EngineInfo, ...]:
    """All engines, the default first."""
    return SPECTRAL, SAM_AUDIO


def create_engine(name: str) -> Engine:
    """The engine of that name, imported now.

    Raises SeparationError for an unknown or unavailable one.
    """
    for info in engines():
        if info.name == name and info.unavailable:
            raise SeparationError(info.unavailable)
    if name == SPECTRAL.name:
        from samstudio.separation.spectral.engine import SpectralEngine

        return SpectralEngine()
    known = ", ".join(info.name for info in engines())
    raise SeparationError(f"There is no engine called '{name}'; the engines are: {known}.")
