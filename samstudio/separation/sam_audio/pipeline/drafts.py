"""Drafts: what a joint solve is heading for, heard long before it ends.

At a quarter, half and three quarters of its steps the running estimate of x(1) is decoded where somebody listens or
looks. Nothing that the solve goes on with is changed, so finished stems are the same with drafts and without.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from samstudio.separation.engine import Progress, SeparationRequest, StemChunk
from samstudio.separation.marks import Marks
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.pipeline.decoding import DecodedRows, Decoding, reach
from samstudio.separation.sam_audio.pipeline.rendering import MARGIN_SECONDS, Rendering, latent_part
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, UnitTooLargeError
from samstudio.separation.sam_audio.sampling.joint_solver import Estimate
from samstudio.separation.sam_audio.settings import SamAudioSettings
from samstudio.separation.steps import Steps
from samstudio.session.stretch import Stretch

PARTS = 4
"""A draft after each of so many equal parts of the solve but the last: after 4, 8 and 12 steps of 16."""
SHARE = 0.06
"""Of the cost of solving and delivering, for all drafts of it: encoding may have been done for another prompt. In time
they take more, up to a tenth: decoding is less efficient than solving."""
CONTEXT_SECONDS = 0.2
"""Decoded beyond either end of a draft, and cut off: less than of finished stems."""
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 30.0
"""Of a draft; it comes as one chunk."""
DRAFTING = "Rendering a draft"


class _PlacedSound:
    """Sound of some latent frames, from `first` on, asked for by their places in the clip."""

    def __init__(self, decoding: Decoding, first: int, frames: int) -> None:
        self.rows, self.margin, self.cost = decoding.rows, decoding.margin, decoding.cost
        self.frames = frames
        self._decoding, self._first = decoding, first

    def part(self, start: int, stop: int) -> Steps[Tensor]:
        """See `DecodedSound`."""
        return self._decoding.part(start - self._first, stop - self._first)


class Drafts:
    """Makes the drafts of one solve, of its first candidate."""

    def __init__(
        self,
        request: SeparationRequest,
        settings: SamAudioSettings,
        device: Device,
        marks: Marks,
        cost_model: CostModel,
        decode_cost: float,
        whole_cost: float,
    ) -> None:
        """`decode_cost` is the work of decoding a frame of a row, `whole_cost` that of solving and delivering.

        Adds to the cost of the separation what drafts may cost.
        """
        self._request, self._device, self._marks = request, device, marks
        self._cost_model, self._decode_cost = cost_model, decode_cost
        # The mark is for sound that leaves the program, and drafts do not.
        self._settings = replace(settings, watermark=False)
        steps = settings.plan.steps
        self._due = {steps * part // PARTS for part in range(1, PARTS)} - {0, steps}
        self._codec: CodecConfig = device.model.config.audio_codec
        self._share = SHARE * whole_cost / max(1, len(self._due))
        self._saved = 0.0
        """What may be spent now: of a short sound a share alone pays for none."""
        cost_model.leave_out(-self._share * len(self._due))

    def draft(self, estimate: Estimate, known: Sequence[Stretch]) -> Generator[Progress | StemChunk, None, None]:
        """A draft where the focus is now, if one is due at this step; `known`: where the target is known to be."""
        if estimate.steps not in self._due:
            return
        self._due.remove(estimate.steps)
        self._saved += self._share
        left = self._cost_model.total - self._cost_model.done - self._saved
        try:
            is_made = yield from self._make(estimate, known)
        except UnitTooLargeError:
            self._cost_model.leave_only(left - self._share * len(self._due))
            self._due.clear()
            return
        if is_made or not self._due:
            self._cost_model.leave_only(left)
            self._saved = 0.0

    def _make(self, estimate: Estimate, known: Sequence[Stretch]) -> Generator[Progress | StemChunk, None, bool]:
        """Returns whether there is one."""
        channels = self._request.samples.shape[1]
        rows = DecodedRows(self._settings)
        stretch = self._stretch(self._decode_cost * channels * rows.halves)
        if stretch is None:
            return False
        request = replace(self._request, frame_range=stretch)
        frames = latent_part(request, self._codec, CONTEXT_SECONDS)
        total = len(estimate.later)
        margin = reach(self._device.model.codec.decoder)
        first, stop = max(0, frames.start - margin), min(total, frames.stop + margin)
        latents = estimate.part(first, stop, slice(channels))
        decoding = Decoding(self._device, latents, rows, self._request.settings.seed, self._decode_cost)
        decoding.stay_on_device()
        sound = _PlacedSound(decoding, first, total)
        rendering = Rendering(
            request, sound, self._codec, self._marks, known, self._cost_model, context_seconds=CONTEXT_SECONDS
        )
        chunks: list[StemChunk] = []
        for step in rendering.advance(total):
            if isinstance(step, StemChunk):
                chunks.append(step)
            elif isinstance(step, Progress):
                yield replace(step, stage=DRAFTING)
        target, residual = (
            np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ("target", "residual")
        )
        yield StemChunk(stretch[0], target, residual, is_draft=True)
        return True

    def _stretch(self, cost: float) -> tuple[int, int] | None:
        """Start and end frame of the draft, at most what may be spent; `cost` of decoding a frame of the sound."""
        focus = self._request.focus.frames() if self._request.focus is not None else None
        if focus is None:
            return None
        rate = self._request.sample_rate
        seconds = self._saved / cost / self._codec.frame_rate - 2 * (CONTEXT_SECONDS + MARGIN_SECONDS)
        start, stop = max(focus[0], 0), min(focus[1], len(self._request.samples))
        stop = min(stop, start + round(min(seconds, LONGEST_SECONDS) * rate))
        return (start, stop) if stop - start >= SHORTEST_SECONDS * rate else None
