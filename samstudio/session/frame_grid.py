"""The grid of frames in which a model sees time, and what it makes of the spans."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches


@dataclass(frozen=True)
class FrameGrid:
    """Frames of `hop` samples at `rate` Hz, the first one from the clip's start on."""

    rate: int
    hop: int

    @property
    def seconds(self) -> float:
        """The length of a frame."""
        return self.hop / self.rate

    def range(self, start: float, end: float) -> tuple[int, int]:
        """First frame and the one after the last, of `start` to `end` in seconds; none where they don't run forward.

        Both edges round up, in double precision and in just this order, as models were trained: 0.28 s begins at frame
        8 of 40 ms, because 0.28 * 48000 lies slightly above 7 * 1920. Raises ValueError for a start before 0.
        """
        if start < 0:
            raise ValueError(f"An anchor must start at 0 s or later, not at {start:g} s.")
        first = ceil(start * self.rate / self.hop)
        return first, max(first, ceil(end * self.rate / self.hop))

    def frames_of(self, span: Span) -> tuple[int, int] | None:
        """The frames that a span marks (first, and the one after the last), or None for a - box.

        A span too short to reach a frame is widened to the one it lies in. A + box marks its time, a - box does not:
        elsewhere in the spectrum the target may go on.
        """
        if span.is_box and span.sign is Sign.MINUS:
            return None
        first, stop = self.range(span.start, span.end)
        if first == stop:
            first = int(span.start * self.rate / self.hop)
            stop = first + 1
        return first, stop

    def runs(self, spans: tuple[Span, ...]) -> tuple["FrameRun", ...]:
        """The marked frames in order of time, each with the sign of the span that decides it."""
        return _runs(self, spans)


@dataclass(frozen=True)
class FrameRun:
    """Frames `first` up to, but without, `stop` that all bear one sign."""

    first: int
    stop: int
    sign: Sign
    grid: FrameGrid

    @property
    def start(self) -> float:
        """Seconds."""
        return self.first * self.grid.seconds

    @property
    def end(self) -> float:
        """Seconds."""
        return self.stop * self.grid.seconds


@lru_cache(maxsize=4)
def _runs(grid: FrameGrid, spans: tuple[Span, ...]) -> tuple[FrameRun, ...]:
    marked = [(frames, span.sign) for span in spans if not span.muted and (frames := grid.frames_of(span))]
    counted = Prompt(spans=tuple(Span(first, stop, sign) for (first, stop), sign in marked))
    return tuple(
        FrameRun(int(run.start), int(run.end), run.sign, grid) for run in decided_stretches(counted, float("inf"))
    )
