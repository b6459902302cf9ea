"""One result of one prompt."""

from dataclasses import dataclass, field
from enum import StrEnum

from samstudio.session.clip import Samples
from samstudio.session.prompt import Prompt
from samstudio.session.sam_audio_settings import SamAudioSettings


class Stem(StrEnum):
    """What can be heard: the clip itself and the two parts a take splits it into."""

    CLIP = "clip"
    TARGET = "target"
    RESIDUAL = "residual"


@dataclass(frozen=True, eq=False)
class Stems:
    """`target` and `residual`, float32 (frames, channels), of the clip's shape and rate."""

    target: Samples
    residual: Samples


@dataclass(frozen=True)
class SeparationSettings:
    """How an engine shall work. `seed` makes a result repeatable."""

    engine: str = "spectral"
    device: str = "auto"
    """`auto`, `cpu` or `cuda[:N]`."""
    seed: int = 0
    silent_in_minus: bool = True
    """Whether the target is forced to silence in `-` spans, or these only teach the background."""
    sam_audio: SamAudioSettings = field(default_factory=SamAudioSettings)


@dataclass(frozen=True, eq=False)
class Take:
    """A target and a residual with everything needed to make them again."""

    name: str
    prompt: Prompt
    settings: SeparationSettings
    stems: Stems
    seconds: float
    """Time the separation took."""
    frames_done: int
    """Frames computed from the start; fewer than the clip's after a cancel (the rest of the target is silence)."""
    remarks: tuple[str, ...] = field(default=())
    """What the engine said about the result's worth, in whole sentences."""
