"""One result of one prompt."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Self
from uuid import uuid4

import numpy as np

from samstudio.session.clip import Samples
from samstudio.session.correction import Correction
from samstudio.session.engine_settings import Options, Value
from samstudio.session.prompt import Prompt, Span
from samstudio.session.stretch import Stretch

NOT_STORED = {"is_stored": False}
"""Metadata of a field that a session does not keep, as it follows from the others."""


def is_stored(member: Field[Any]) -> bool:
    """Whether a session keeps a field."""
    return member.metadata != NOT_STORED


class Stem(StrEnum):
    """What can be played: the clip itself and the two stems of a take."""

    CLIP = "clip"
    TARGET = "target"
    RESIDUAL = "residual"


@dataclass(frozen=True, eq=False)
class Stems:
    """`target` and `residual`, float32 (frames, channels), of the clip's shape and rate."""

    target: Samples
    residual: Samples


REMOTE = "remote:"
"""How a device begins that is another machine."""


def machine_of(device: str) -> str:
    """The name of the other machine that a device is; empty for a device of this one."""
    return device.removeprefix(REMOTE) if device.startswith(REMOTE) else ""


@dataclass(frozen=True)
class SeparationSettings:
    """How an engine is to work. `seed` makes a result repeatable."""

    # What a session means that does not name one. Which engine a separation uses, the registry says.
    engine: str = "spectral"
    device: str = "auto"
    """`auto`, `cpu`, `cuda[:N]`, `mps`, or REMOTE and the name of another machine."""
    seed: int = 0
    silent_in_minus: bool = True
    """Whether the target is forced to silence in `-` spans, or these only teach the background."""
    options: Mapping[str, Value] = field(default_factory=Options)
    """The settings that the engine has of its own, by their names; always an `Options`."""

    def __post_init__(self) -> None:
        if not isinstance(self.options, Options):
            object.__setattr__(self, "options", Options(self.options))


@dataclass(frozen=True)
class Measure:
    """One thing that was measured of a result, 0..1, higher is better; `name` is shown."""

    name: str
    value: float


@dataclass(frozen=True)
class Scores:
    """Scores of a result, higher is better: a judge's, from 1 to 5, or the mean of what was measured, 0..1."""

    overall: float
    recall: float | None = None
    precision: float | None = None
    faithfulness: float | None = None
    """A judge's; None where it gives none."""
    measures: tuple[Measure, ...] = ()
    """What was measured, where there was no judge."""


@dataclass(frozen=True)
class SplicedPart:
    """A stretch (seconds) that came from elsewhere; `origin` says where from, in words."""

    start: float
    end: float
    origin: str


@dataclass(frozen=True, eq=False)
class Sound:
    """The stems of one result, what the presence gate withheld from them, and how they are corrected."""

    stems: Stems
    """What is heard."""
    absent: tuple[Stretch, ...] = ()
    """Stretches (seconds) where the gate made the target silent; disjoint and in order."""
    withheld: Samples | None = None
    """What the gate took from the target, of the stems' shape: target + withheld is the target without the gate."""
    parts: tuple[SplicedPart, ...] = ()
    """What was put in from elsewhere, the latest last: it lies on top."""
    correction: Correction = field(default_factory=Correction)
    """How the stems are to be corrected."""
    applied: Correction | None = field(default=None, metadata=NOT_STORED)
    """The correction that `stems` have so far; None where they have none."""
    uncorrected: Stems | None = field(default=None, metadata=NOT_STORED)
    """What the engine made; None where `stems` are just that."""

    @property
    def made(self) -> Stems:
        """The stems as the engine made them."""
        return self.stems if self.uncorrected is None else self.uncorrected

    @property
    def is_edited(self) -> bool:
        """Whether it was corrected, or parts of it come from elsewhere."""
        return bool(self.parts) or not self.correction.is_neutral

    @property
    def stored(self) -> Self:
        """The sound as a session keeps it: the stems that are heard follow from those that the engine made."""
        if self.uncorrected is None:
            return self
        return replace(self, stems=self.uncorrected, applied=None, uncorrected=None)

    @property
    def is_up_to_date(self) -> bool:
        """Whether `stems` have the correction."""
        if self.applied is None:
            return self.correction.is_neutral
        return self.applied == self.correction

    def with_stems(self, stems: Stems, applied: Correction) -> Self:
        """The sound whose stems, made by the same engine, have the correction `applied`."""
        uncorrected = None if stems is self.made else self.made
        return replace(self, stems=stems, applied=None if uncorrected is None else applied, uncorrected=uncorrected)


@dataclass(frozen=True, eq=False)
class Candidate:
    """One of several results of the same request, from other noise."""

    sound: Sound | None
    """None: it is not rendered yet; the engine makes it when it is chosen."""
    scores: Scores


@dataclass(frozen=True)
class MadeOn:
    """The machine that a separation was made on."""

    host: str
    system: str
    """Operating system and processor."""
    cores: int
    software: str
    """Versions of what decides the numbers."""


def _new_id() -> str:
    return uuid4().hex


@dataclass(frozen=True, eq=False)
class Take:
    """A target and a residual with everything needed to make them again."""

    name: str
    prompt: Prompt
    settings: SeparationSettings
    sound: Sound
    """The take's sound: the chosen candidate's where there are several."""
    seconds: float
    """Time the separation took."""
    frames_done: int
    """Frames computed from the start; fewer than the clip's after a cancel (the rest of the target is silence)."""
    notices: tuple[str, ...] = field(default=())
    """The engine's sentences about the quality of the result."""
    predicted: tuple[Span, ...] = ()
    """Where the engine itself found the sound (+), and where it surely is not (-)."""
    candidates: tuple[Candidate, ...] = ()
    """All results that were scored, by their number, the chosen one among them; empty where one was made."""
    stretch: Stretch | None = None
    """The only stretch (seconds) that was separated, elsewhere the target is silent; None: all of it was."""
    source: str = ""
    """The id of the take whose residual was separated; empty: the clip was."""
    starred: bool = False
    note: str = ""
    """Written by the user."""
    suggestions: tuple[Span, ...] | None = None
    """What is left to decide of `predicted`, in order of time; None: nothing has been decided yet."""
    id: str = field(default_factory=_new_id)
    """Stays the same when the take is renamed or another candidate is chosen."""
    from_cache: bool = False
    """Whether it was made before, and read from the cache now."""
    began: float = 0.0
    """When its separation began, in seconds since 1970; 0: unknown."""
    made_on: MadeOn | None = None

    def left_out(self, frames: int, sample_rate: int) -> tuple[Stretch, ...]:
        """The stretches (seconds) of a clip of so many frames that were not separated, in order."""
        end = frames / sample_rate
        if self.stretch is not None:
            around = ((0.0, self.stretch[0]), (self.stretch[1], end))
            return tuple(stretch for stretch in around if stretch[0] < stretch[1])
        return ((self.frames_done / sample_rate, end),) if self.frames_done < frames else ()

    def is_stored_like(self, other: "Take") -> bool:
        """Whether a session would keep the same of both; samples count as the same where they are the same array."""
        return _is_stored_like(self.stored, other.stored)

    def with_sound_exchanged(self, old: Sound, new: Sound) -> Self:
        """The take with `new` wherever the stems of `old` were: in its sound, and among the candidates.

        What counts is what the engine made: since then the stems may have been corrected.
        """
        candidates = tuple(
            replace(candidate, sound=new)
            if candidate.sound is not None and candidate.sound.made is old.made
            else candidate
            for candidate in self.candidates
        )
        sound = new if self.sound.made is old.made else self.sound
        return replace(self, sound=sound, candidates=candidates)

    @cached_property
    def stored(self) -> "Take":
        """The take as a session keeps it."""
        if all(sound.uncorrected is None for sound in self.sounds):
            return self
        candidates = tuple(
            candidate if candidate.sound is None else replace(candidate, sound=candidate.sound.stored)
            for candidate in self.candidates
        )
        return replace(self, sound=self.sound.stored, candidates=candidates)

    @property
    def without_sound(self) -> "Take":
        """The take with empty stems."""
        nothing = np.zeros((0, 1), np.float32)
        return replace(self, sound=Sound(Stems(nothing, nothing)), candidates=())

    @property
    def sound_bytes(self) -> int:
        """How much its sound takes, in memory or on disk."""
        stems = [stems for sound in self.sounds for stems in (sound.stems, sound.made)]
        arrays = [array for pair in stems for array in (pair.target, pair.residual)]
        arrays += [sound.withheld for sound in self.sounds if sound.withheld is not None]
        # Stems that were not corrected are there twice.
        return sum(array.nbytes for array in {id(array): array for array in arrays}.values())

    @property
    def sounds(self) -> tuple[Sound, ...]:
        """Its sound, and those of the candidates that were not chosen."""
        others = (candidate.sound for candidate in self.candidates if candidate.sound is not None)
        return (self.sound, *(sound for sound in others if sound.made is not self.sound.made))


def _is_stored_like(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, Take | Sound | Candidate) and type(one) is type(other):
        pairs = (
            (getattr(one, member.name), getattr(other, member.name)) for member in fields(one) if is_stored(member)
        )
        return all(_is_stored_like(*pair) for pair in pairs)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(_is_stored_like(*pair) for pair in zip(one, other, strict=True))
    # Cells are equal where their values are.
    return not isinstance(one, np.ndarray) and bool(one == other)
