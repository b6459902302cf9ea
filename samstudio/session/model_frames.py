"""What SAM Audio sees of the marks: whole frames of its codec, 40 ms each."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches

CODEC_RATE, CODEC_HOP = 48000, 1920
FRAME = CODEC_HOP / CODEC_RATE
"""Seconds."""


@dataclass(frozen=True)
class FrameRun:
    """Frames `first` up to, but without, `stop` that all bear one sign."""

    first: int
    stop: int
    sign: Sign

    @property
    def start(self) -> float:
        """Seconds."""
        return self.first * FRAME

    @property
    def end(self) -> float:
        """Seconds."""
        return self.stop * FRAME


def frame_range(start: float, end: float, sample_rate: int, hop: int) -> tuple[int, int]:
    """First latent frame and the one after the last, of `start` to `end` in seconds; none where they don't run forward.

    Both edges round up, in double precision and in just this order, as the model was trained: 0.28 s begins at frame 8,
    because 0.28 * 48000 lies a hair above 7 * 1920. Raises ValueError for a start before 0.
    """
    if start < 0:
        raise ValueError(f"An anchor must start at 0 s or later, not at {start:g} s.")
    first = ceil(start * sample_rate / hop)
    return first, max(first, ceil(end * sample_rate / hop))


def seen_frames(span: Span, sample_rate: int = CODEC_RATE, hop: int = CODEC_HOP) -> tuple[int, int] | None:
    """The frames that a span marks (first, and the one after the last), or None for a - box.

    A span too short to reach a frame is widened to the one it lies in. A + box marks its time, a - box does not:
    elsewhere in the spectrum the target may go on.
    """
    if span.is_box and span.sign is Sign.MINUS:
        return None
    first, stop = frame_range(span.start, span.end, sample_rate, hop)
    if first == stop:
        first = int(span.start * sample_rate / hop)
        stop = first + 1
    return first, stop


@lru_cache(maxsize=4)
def frame_runs(spans: tuple[Span, ...]) -> tuple[FrameRun, ...]:
    """The marked frames in order of time, each with the sign of the span that decides it."""
    seen = [(frames, span.sign) for span in spans if not span.muted and (frames := seen_frames(span))]
    counted = Prompt(spans=tuple(Span(first, stop, sign) for (first, stop), sign in seen))
    return tuple(FrameRun(int(run.start), int(run.end), run.sign) for run in decided_stretches(counted, float("inf")))
