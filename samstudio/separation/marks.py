"""The marks of a prompt after the overlap rule, cut to the clip: what every engine works from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.stft import StftGrid
from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches
from samstudio.session.stretch import Stretch


@dataclass(frozen=True)
class Marks:
    """The unmuted spans after the overlap rule, cut to the clip."""

    plus: tuple[Stretch, ...]
    minus: tuple[Stretch, ...]
    plus_boxes: tuple[Span, ...]
    minus_boxes: tuple[Span, ...]


def resolve(prompt: Prompt, duration: float) -> Marks:
    """Decide overlaps and cut to `duration` seconds.

    A + box marks time as a + span does; a - box silences its own band only and teaches nothing.
    Raises SeparationError if spans were given but all lie outside the clip.
    """
    active = prompt.active_spans
    inside = tuple(span for span in active if span.start < duration)
    if active and not inside:
        raise SeparationError(f"All spans lie after the end of the clip ({duration:.2f} s); mark a + span inside it.")
    boxes = tuple(span for span in inside if span.is_box)
    timed = tuple(
        Span(span.start, span.end, span.sign) for span in inside if not (span.is_box and span.sign is Sign.MINUS)
    )
    stretches = decided_stretches(Prompt(spans=timed), duration)
    return Marks(
        tuple((span.start, span.end) for span in stretches if span.sign is Sign.PLUS),
        tuple((span.start, span.end) for span in stretches if span.sign is Sign.MINUS),
        tuple(box for box in boxes if box.sign is Sign.PLUS),
        tuple(box for box in boxes if box.sign is Sign.MINUS),
    )


def frames_in(stretches: Sequence[Stretch], first: int, count: int, grid: StftGrid) -> Tensor:
    """(count,) bool: which STFT frames, the first one centred on the clip's frame `first`, lie in the stretches.

    A stretch too short to hold a frame's centre gets the nearest one.
    """
    times = (first + np.arange(count) * grid.hop) / grid.sample_rate
    chosen = np.zeros(count, bool)
    for start, end in stretches:
        within = (times >= start) & (times <= end)
        middle = (start + end) / 2
        if not within.any() and times[0] <= middle <= times[-1]:
            within[np.abs(times - middle).argmin()] = True
        chosen |= within
    return torch.from_numpy(chosen).to(grid.device)
