"""Stems of which a part is being made: the sound around it, and in it what is finished."""

from samstudio.separation.correction.patched_copy import PatchedCopy
from samstudio.separation.engine import SeparationRequest
from samstudio.separation.registry import sums_exactly
from samstudio.separation.splice import FADE_SECONDS, splice_piece
from samstudio.session.scratch import silent_array
from samstudio.session.take import Sound, Stems, Take


class PartStems:
    """What would be kept if the part ended here.

    After each chunk these are other stems, so that those that play are never written to; only what differs takes room.
    """

    def __init__(self, request: SeparationRequest, base: Take | None) -> None:
        """The part is put into the take `base`; without one nothing around it is target. Raises ScratchError."""
        self._request = request
        if base is None:
            around = Stems(silent_array(*request.samples.shape), request.samples)
        else:
            # Not the take's own: who looks at that one sees nothing grow.
            around = Stems(base.sound.stems.target, base.sound.stems.residual)
        self._around = Sound(around)
        self._done = request.wanted[0]
        self.latest = around
        """With all that is finished."""
        self.changed = self._done, self._done
        """The frames, from the first up to another one, in which they differ from those before."""

    def add(self, made: Sound, done: int) -> None:
        """Put in what is `made` up to the frame `done`. Raises ScratchError."""
        request, (first, _) = self._request, self._request.wanted
        # The fade at the end of what was there before is none any more.
        start = max(first, self._done - round(FADE_SECONDS * request.sample_rate))
        target, residual = splice_piece(
            self._around,
            made,
            request.samples,
            request.sample_rate,
            (first, done),
            slice(start, done),
            is_exact=sums_exactly(request.settings),
        )
        copies = PatchedCopy(self.latest.target), PatchedCopy(self.latest.residual)
        for copy, samples in zip(copies, (target, residual), strict=True):
            copy.write(start, samples)
        self.latest = Stems(copies[0].samples, copies[1].samples)
        self._done, self.changed = done, (start, done)
