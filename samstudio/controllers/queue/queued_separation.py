"""A separation that waits for its turn, and how far all of them are."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from samstudio.controllers.document.recording import Recording
from samstudio.session.prompt import Prompt
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Take


@dataclass(frozen=True, eq=False)
class QueuedSeparation:
    """What is to be separated, as `Separator.start` has it."""

    recording: Recording
    prompt: Prompt
    settings: SeparationSettings
    name: str
    source: str = ""
    """The id of the take whose residual is separated, as it is when its turn comes; empty: the clip is."""
    base: str = ""
    """The id of the take of which the `frame_range` is made again, as it is then; empty: none."""
    frame_range: tuple[int, int] | None = None
    candidate: int | None = None
    """The only thing that is made: this candidate of `base`, as it was not rendered with the others."""
    chain: str = ""
    """The same of all parts that a recording is split into: each is made from what those before it left."""
    band: Stretch | None = None
    """The only frequencies (Hz) that the target has."""

    @property
    def origins(self) -> list[Take | None]:
        """The takes that it is made from; None for one that was deleted."""
        return [self.recording.take(take_id) for take_id in (self.source, self.base) if take_id]

    @property
    def is_ready(self) -> bool:
        """Whether what it is made from is complete, or never will be."""
        return self.recording.is_complete and all(take is None or take.sound.is_up_to_date for take in self.origins)

    @property
    def seconds(self) -> float:
        """How much sound is separated."""
        clip = self.recording.clip
        if clip is None:
            return 0.0
        first, last = self.frame_range or (0, clip.frames)
        return (last - first) / clip.sample_rate

    def is_like(self, other: "QueuedSeparation") -> bool:
        """Whether both would make the same."""
        return self.made_from == other.made_from

    @property
    def made_from(self) -> tuple[object, ...]:
        """Everything that decides what comes out."""
        sound = self.recording, self.source, self.base, self.frame_range, self.band, self.candidate
        return (*sound, self.prompt, self.settings)


@dataclass(frozen=True)
class QueueProgress:
    """`done` of `total` separations have ended, `failed` of these in vain.

    `fraction` (0..1) of all their work, `left` seconds (None: unknown).
    """

    done: int
    failed: int
    total: int
    fraction: float
    left: float | None


def queue_progress(
    ended: Iterable[QueuedSeparation],
    running: QueuedSeparation | None,
    now: tuple[float, float | None],
    waiting: Iterable[QueuedSeparation],
    expected: Callable[[QueuedSeparation], float | None],
    failed: Container[QueuedSeparation] = (),
) -> QueueProgress:
    """How far all are; `now` is the fraction done and the time left of the one that is `running`.

    `expected` gives the seconds that one will take. Of two recordings the longer is the more work.
    """
    over, ahead = list(ended), list(waiting)
    current = [running] if running is not None else []
    fraction, left = now
    work = sum(one.seconds for one in (*over, *current, *ahead))
    done = sum(one.seconds for one in over) + fraction * sum(one.seconds for one in current)
    times = [*([left] if current else []), *map(expected, ahead)]
    known = [time for time in times if time is not None]
    is_known = len(known) == len(times)
    vain = sum(one in failed for one in over)
    total, left = len(over) + len(current) + len(ahead), sum(known) if is_known else None
    return QueueProgress(len(over), vain, total, done / work if work else 0.0, left)
