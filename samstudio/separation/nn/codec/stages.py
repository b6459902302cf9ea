"""Running a chain of layers on a part of a signal, with exactly the result that the whole would give there.

A stage makes up/down times as many frames as it takes, and a frame of its output depends on no more than `reach` frames
of its input on either side. So a part needs a little more of each stage than is kept of it, and that is computed, used
and cut off stage by stage. At the ends of the signal the stages' own zero padding is the right one.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from samstudio.separation.steps import Steps

# Floats at the widest place of a stage that are worked on at a time: few enough to stay in the processor's caches from
# one layer to the next, enough that the context doesn't count.
TILE = 1 << 21


class Stage(nn.Module):
    """Layers on (B, T, C) that change the frame rate by up/down.

    `reach` counts input frames; `width` the floats at the stage's widest place for one frame of its output.
    """

    up = 1
    down = 1
    reach = 0
    width = 1


def run_part(
    stages: Sequence[Stage], read: Callable[[int, int], Tensor], frames: int, start: int, stop: int
) -> Steps[Tensor]:
    """Frames `start` to `stop` of what `stages` make of a signal of `frames` frames: (B, stop - start, C).

    `read(a, b)` gives the signal's frames a to b as (B, b - a, C). On a CPU it yields after every tile.
    """
    lengths = [frames]
    for stage in stages:
        lengths.append(lengths[-1] * stage.up // stage.down)
    spans = [(start, stop)]
    for stage, length in zip(reversed(stages), reversed(lengths[:-1]), strict=True):
        spans.append(_needed(stage, *spans[-1], length))
    spans.reverse()
    x = read(*spans[0])
    for stage, (begin, end), span in zip(stages, spans, spans[1:], strict=False):
        x = yield from _run_stage(stage, x, begin, end, *span)
    return x


def _run_stage(stage: Stage, x: Tensor, begin: int, end: int, start: int, stop: int) -> Steps[Tensor]:
    """Frames `start` to `stop` of a stage's output, tile by tile, from its input frames `begin` to `end`."""
    tile = max(1, TILE // (stage.width * len(x)))
    parts = []
    for first in range(start, stop, tile):
        last = min(first + tile, stop)
        low, high = _needed(stage, first, last, end)
        low = max(low, begin)
        skip = first - low * stage.up // stage.down
        y = stage(x[:, low - begin : high - begin].contiguous())
        parts.append(y[:, skip : skip + last - first])
        if not x.is_cuda:
            yield
    return torch.cat(parts, dim=1)


def _needed(stage: Stage, start: int, stop: int, length: int) -> tuple[int, int]:
    """The input frames, of `length`, that output frames `start` to `stop` depend on, in whole blocks of `down`."""
    first = start * stage.down // stage.up - stage.reach
    last = -(-stop * stage.down // stage.up) + stage.reach
    return max(0, first // stage.down * stage.down), min(length, -(-last // stage.down) * stage.down)
