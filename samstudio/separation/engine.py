"""The contract between an engine and whoever runs it: window, command line, batch or test.

An engine is a generator of plain picklable steps. Walking it is progress, closing it is cancel.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Protocol

from samstudio.session.clip import Samples
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings


class SeparationError(Exception):
    """A separation that cannot be done; the text says why and what to do, and may be shown as it stands."""


class UnavailableError(SeparationError):
    """The engine, or the weights it needs, are not there or not usable."""


@dataclass(frozen=True)
class SeparationRequest:
    """What an engine is given.

    `samples` float32 (frames, channels) at `sample_rate` Hz; the engine reads it in slices and never holds all of it.
    `prompt` times are seconds from the first frame of `samples`.
    """

    samples: Samples = field(repr=False)
    sample_rate: int
    prompt: Prompt
    settings: SeparationSettings = field(default_factory=SeparationSettings)


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of work (the unit is the engine's own); `stage` names what is going on now."""

    stage: str
    done: float
    total: float

    @property
    def fraction(self) -> float:
        """0..1."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0


@dataclass(frozen=True)
class StemChunk:
    """Finished sound: `target` and `residual` float32 (n, channels), from frame `start` on.

    Chunks come in order, without gap or overlap, and cover the whole clip.
    """

    start: int
    target: Samples = field(repr=False)
    residual: Samples = field(repr=False)


@dataclass(frozen=True)
class Remark:
    """A sentence about what the result is worth ("Rough: found by the word 'drums' alone ..."), kept with the take."""

    text: str


Step = Progress | StemChunk | Remark


class Engine(Protocol):
    """Turns a request into stems."""

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """Yield progress and finished chunks until the whole clip is covered.

        Steps come at least every 200 ms or so of work: that is where closing the generator cancels.
        Raises SeparationError.
        """
        ...
