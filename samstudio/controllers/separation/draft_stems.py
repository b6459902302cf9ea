"""Drafts of the take that is being built: put over each other, and finished sound over them."""

from dataclasses import replace

import numpy as np

from samstudio.audio.playback.tracks import Draft
from samstudio.separation.correction.patched_copy import PatchedCopy
from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.session.clip import Samples
from samstudio.session.scratch import silent_array
from samstudio.session.stretch import joined
from samstudio.session.take import Stems

FADE_SECONDS = 0.02
"""At either end of a draft: from and into what was there before it."""


class DraftStems:
    """Each draft is a sound of its own, so that one that plays is never written to: only what differs takes room."""

    def __init__(self, request: SeparationRequest) -> None:
        self._whole = request.samples
        self._fade = max(1, round(FADE_SECONDS * request.sample_rate))
        self._finished = 0
        self.latest: Draft | None = None
        """All drafts so far, and among them what is finished."""

    def finish(self, chunk: StemChunk) -> None:
        """Put finished sound over the drafts, if there are any after it. Raises ScratchError."""
        before = self.latest
        start = chunk.start
        self._finished = stop = start + len(chunk.target)
        if before is None or not before.beyond(stop):
            return
        target, residual = PatchedCopy(before.stems.target), PatchedCopy(before.stems.residual)
        target.write(start, chunk.target)
        residual.write(start, chunk.residual)
        self.latest = replace(before, stems=Stems(target.samples, residual.samples), frame_range=(start, stop))

    def add(self, chunk: StemChunk) -> None:
        """Put a draft over those before it. Raises ScratchError."""
        before = self.latest
        start, stop = max(chunk.start, self._finished), chunk.start + len(chunk.target)
        if stop <= start:
            return
        chunk = replace(
            chunk, start=start, target=chunk.target[start - stop :], residual=chunk.residual[start - stop :]
        )
        gains = self._gains(start, stop)
        stems = before.stems if before is not None else Stems(silent_array(*self._whole.shape), self._whole)
        alone = before.alone if before is not None else self._whole
        target = _laid_over(stems.target, start, chunk.target, gains)
        residual = _laid_over(stems.residual, start, chunk.residual, gains)
        ranges = joined((*(before.frame_ranges if before is not None else ()), (start, stop)))
        alone = _laid_over(alone, start, chunk.target, gains)
        self.latest = Draft(Stems(target, residual), alone, (start, stop), ranges)

    def _gains(self, start: int, stop: int) -> Samples:
        """(n, 1) of the draft; there is no fade where it begins or ends with the recording."""
        count = stop - start
        fade = min(self._fade, count // 2)
        gains = np.ones((count, 1), np.float32)
        rise = ((np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade))[:, np.newaxis]
        if start > 0:
            gains[:fade] = rise
        if stop < len(self._whole):
            gains[count - fade :] = rise[::-1]
        return gains


def _laid_over(samples: Samples, start: int, draft: Samples, gains: Samples) -> Samples:
    """A copy of `samples` with the draft from frame `start` on, faded in and out."""
    copy = PatchedCopy(samples)
    old = np.nan_to_num(samples[start : start + len(draft)])
    copy.write(start, np.where(gains == 1, draft, old + (draft - old) * gains).astype(np.float32, copy=False))
    return copy.samples
