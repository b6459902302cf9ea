"""What a person can choose about SAM Audio."""

from dataclasses import dataclass
from enum import StrEnum


class Preset(StrEnum):
    """How much work a result is worth."""

    FAST = "fast"
    BALANCED = "balanced"
    BEST = "best"


class Mode(StrEnum):
    """What the target is made of: the model's own sound, or the recording's behind a mask that the model steers."""

    GENERATED = "generated"
    FAITHFUL = "faithful"


class ResidualKind(StrEnum):
    """The recording less the target, or what the model itself made of the rest."""

    EXACT = "exact"
    MODEL = "model"


class WindowOrder(StrEnum):
    """All windows of a long clip together, or one after the other, so that the first is heard early."""

    JOINT = "joint"
    STREAMING = "streaming"


@dataclass(frozen=True)
class SamAudioSettings:
    """How SAM Audio shall work; where an override is None the preset decides."""

    model: str = ""
    """A model's name, hub id, folder or file; empty: none has been set up."""
    judge: str = ""
    """The Judge that chooses among candidates, named likewise; without one a single candidate is made."""
    preset: Preset = Preset.BALANCED
    solver: str | None = None
    """`midpoint` (two evaluations a step) or `euler` (one)."""
    steps: int | None = None
    candidates: int | None = None
    predict_spans: bool | None = None
    mode: Mode = Mode.GENERATED
    residual: ResidualKind = ResidualKind.EXACT
    watermark: bool = True
    """Whether generated sound carries the model's inaudible watermark."""
    order: WindowOrder = WindowOrder.JOINT
    presence_gate: bool = True
    """Whether the target is silent where nothing says that the sound is there."""
