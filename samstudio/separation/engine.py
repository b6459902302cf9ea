"""The contract between an engine and whoever runs it: window, command line, batch or test.

An engine is a generator of plain picklable steps. Walking it is progress, closing it is cancel.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samstudio.session.clip import Samples
from samstudio.session.prompt import Prompt, Span
from samstudio.session.stretch import Stretch
from samstudio.session.take import Scores, SeparationSettings
from samstudio.session.video.mask_track import MaskTrack


class WayOn(StrEnum):
    """What else can be done about a separation that cannot be done, beside what its text says."""

    ADD_LISTENER = "add a listener"
    """Get the weights of a listener that hears any words."""
    SET_UP_MODEL = "set up a model"
    """The weights that were chosen are not there."""


class SeparationError(Exception):
    """A separation that cannot be done; the text says why and what to do, and may be shown as it stands."""

    def __init__(self, sentence: str = "", way_on: WayOn | None = None, in_window: str = "") -> None:
        """`in_window` is the sentence where there are buttons in place of commands; empty: the same."""
        super().__init__(sentence)
        self.way_on, self.in_window = way_on, in_window or sentence


class UnavailableError(SeparationError):
    """The engine, or the weights it needs, are not there or not usable."""


class NotHeardError(SeparationError):
    """The words are understood, but what they name is not found in the clip."""

    def __init__(self, reason: str, guess: tuple[Span, ...] = (), remedy: str = "") -> None:
        """`reason` says what is so; `remedy` what to do for the words as a target, and ends the sentence.

        `guess`: + spans where it is most likely, though not likely enough to separate by them.
        """
        super().__init__(f"{reason}: {remedy}" if remedy else reason)
        self.reason, self.guess = reason, guess


class Video(Protocol):
    """The video that belongs to the clip; picklable, and opened only when frames are read."""

    @property
    def key(self) -> str:
        """Tells it from others, and from itself before its file was changed."""
        ...

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        """The video frame nearest to each of the times (seconds of the clip, rising), uint8 (H, W, 3).

        A frame that is nearest again comes as the same array. What opening it raises passes through the engine.
        """
        ...


class TrackStore(Protocol):
    """Keeps where objects were followed to; what is lost is made anew."""

    def find(self, key: str) -> MaskTrack | None:
        """The track of that key; None where it is missing or damaged."""
        ...

    def keep(self, track: MaskTrack) -> None:
        """Keep a track that is complete."""
        ...


class Focus(Protocol):
    """What is being listened to or looked at while an engine works; it moves."""

    def frames(self) -> tuple[int, int] | None:
        """Start and end frame of what is heard or seen next; None: nothing of it is. Any thread may ask."""
        ...


SHORTEST_SECONDS = 0.05
"""Of a clip that can be separated."""


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
    frame_range: tuple[int, int] | None = None
    """Start and end frame of the only part whose stems are wanted; the engine still learns from the rest."""
    video: Video | None = None
    """Read where the prompt has objects in it."""
    tracks: TrackStore | None = None
    """Where the masks of followed objects are kept; None: they are made for this request alone."""
    focus: Focus | None = None
    """Where drafts are wanted; None: nowhere. It changes nothing about what is finished."""
    candidate: int | None = None
    """The only candidate whose stems are wanted, of those that the same request without this gave scores of; None: all
    that are delivered."""

    @property
    def wanted(self) -> tuple[int, int]:
        """Start and end frame of what the chunks must cover."""
        return self.frame_range or (0, len(self.samples))

    @property
    def duration(self) -> float:
        """Seconds of all samples."""
        return len(self.samples) / self.sample_rate

    def check_length(self) -> None:
        """Raises SeparationError where there is too little sound for any engine."""
        if self.duration < SHORTEST_SECONDS:
            raise SeparationError(
                f"The clip is too short to separate: it must last at least {SHORTEST_SECONDS * 1000:.0f} ms."
            )


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of work (the unit is the engine's own); `stage` names the present kind of work.

    A `total` of 0: how much it is cannot be told yet.
    """

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

    Chunks come in order, without gap or overlap, and cover what is wanted. Where several candidates are made, they come
    one candidate after the other, the best one first.

    A draft is sound as it is likely to become. Drafts come anywhere before the finished sound, as often as an engine
    likes, where the request's focus is; a later one takes the place of those before it, and finished sound that of all.
    """

    start: int
    target: Samples = field(repr=False)
    residual: Samples = field(repr=False)
    candidate: int = 0
    withheld: Samples | None = field(default=None, repr=False)
    """What the presence gate took from this target (it is in the residual); None where it took nothing."""
    is_draft: bool = False


@dataclass(frozen=True)
class Notice:
    """A sentence about the quality of the result ("Rough: found by the word 'drums' alone ..."), kept with the take."""

    text: str


@dataclass(frozen=True)
class Predicted:
    """Where the sound was found (+), and where it surely is not (-), on the clip's time; what was said before stays."""

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Scored:
    """Scores of the candidates, by their index; yielded before their chunks."""

    scores: tuple[Scores, ...]
    on_demand: bool = False
    """Whether only the best one is delivered; a request for another candidate makes the others."""


@dataclass(frozen=True)
class Absent:
    """Stretches (seconds) where the presence gate made a candidate's target silent; disjoint, in order.

    Repeated whenever there are more of them: the last one is complete.
    """

    stretches: tuple[Stretch, ...]
    candidate: int = 0


@dataclass(frozen=True)
class CacheUse:
    """What the cache of results has to do with this one."""

    is_hit: bool = False
    """It was made before, and comes from there; yielded before its chunks."""
    trouble: str = ""
    """Why it could not be kept there, in a sentence; yielded last."""


Step = Progress | StemChunk | Notice | Predicted | Scored | Absent | CacheUse


class Engine(Protocol):
    """Turns a request into stems."""

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """Yield progress and finished chunks until all that is wanted is covered.

        Steps come at least every 200 ms or so of work: that is where closing the generator cancels.
        Raises SeparationError.
        """
        ...
