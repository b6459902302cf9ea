"""What a listener is: text and clip in, a curve over time out."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from samstudio.separation.listening.curve_spans import Curve, CurveSpans, NoSpans
from samstudio.session.clip import Samples


@dataclass(frozen=True, eq=False)
class HeardCurve:
    """How clearly a sound is heard: `values` (N,) float64 at `times` (N,) seconds, and what the text was taken for."""

    values: Curve
    times: Curve
    names: tuple[str, ...]
    find_spans: Callable[[Curve, Curve, float], CurveSpans | NoSpans] = field(repr=False)
    """Where in a clip of so many seconds it is heard, by values and times: what a value means is the listener's own."""
    least_clear: float = -inf
    """The mean value in its places that a clearly heard sound reaches."""


class ClipListener(Protocol):
    """Hears where in a clip a text is meant."""

    def listen(self, text: str, samples: Samples, sample_rate: int) -> Generator[float, None, HeardCurve | None]:
        """Listen to a clip (frames, channels), yielding the fraction done; None: the text has no meaning for it.

        What was computed of the clip is kept, so that the next text about it costs little. Raises NotHeardError for a
        text that it understands and cannot listen for, SeparationError and ScratchError.
        """
        ...
