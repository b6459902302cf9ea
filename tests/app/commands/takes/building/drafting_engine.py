"""An engine that gives out drafts of what it will make, each when its gate opens."""

import threading

import numpy as np

from samstudio.separation.engine import Progress, StemChunk


class DraftingEngine:
    """Its target is half of the clip; the drafts are less, where somebody listens or looks."""

    def __init__(self, shares: tuple[float, ...] = (0.125, 0.25)) -> None:
        self.shares = shares
        self.gates = [threading.Event() for _ in range(len(shares) + 2)]
        self.asked: list[tuple[int, int] | None] = []

    def separate(self, request):
        yield Progress("Solving", 0.0, 1.0)
        *drafts, first_half, second_half = self.gates
        for gate, share in zip(drafts, self.shares, strict=True):
            assert gate.wait(30)
            focus = request.focus.frames() or (0, 1)
            self.asked.append(focus)
            start, stop = focus
            part = np.array(request.samples[start : min(stop, len(request.samples))])
            yield StemChunk(start, part * np.float32(share), part - part * np.float32(share), is_draft=True)
        middle, last = len(request.samples) // 2, len(request.samples)
        for gate, (start, stop) in ((first_half, (0, middle)), (second_half, (middle, last))):
            assert gate.wait(30)
            part = np.array(request.samples[start:stop])
            yield StemChunk(start, part * np.float32(0.5), part - part * np.float32(0.5))
            yield Progress("Rendering", stop, last)
