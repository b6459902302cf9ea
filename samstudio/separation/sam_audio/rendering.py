"""From latents to stems, as far as the latents are final: decoded, marked, resampled, masked, silenced, delivered.

All of it works on pieces and gives what the whole would. C channels, T latent frames, n samples at the clip's rate.
"""

from collections.abc import Generator, Sequence
from math import ceil

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.engine import Progress, SeparationRequest, StemChunk
from samstudio.separation.sam_audio.codec.decoder import Decoder
from samstudio.separation.sam_audio.codec.watermark import BITS, GAIN, Carry
from samstudio.separation.sam_audio.faithful import faithful_target
from samstudio.separation.sam_audio.intake import read_finite
from samstudio.separation.sam_audio.joint import Latents
from samstudio.separation.sam_audio.model import Model
from samstudio.separation.sam_audio.presence import Stretch, gain, keep_to_boxes, marked, present
from samstudio.separation.sam_audio.resample import Resampler
from samstudio.separation.sam_audio.work import Work
from samstudio.separation.spectral.grid import Grid
from samstudio.separation.spectral.material import Marks
from samstudio.separation.stems import exact_residual, silence
from samstudio.separation.windows import Window, windows
from samstudio.session.sam_audio_settings import Mode, ResidualKind
from samstudio.session.scratch import forget_pages

DECODED_FRAMES = 25
"""Decoded at once: a second of sound."""
CHUNK_SECONDS, CONTEXT_SECONDS = 4.0, 1.0


def message(seed: int) -> Tensor:
    """The watermark's bits for target and residual (2, 16), from the seed, so that output repeats.

    All channels carry the same, so that what they have in common stays common.
    """
    return torch.from_numpy(np.random.default_rng([seed, BITS]).integers(0, 2, (2, BITS)))


def reach(decoder: Decoder) -> int:
    """How many frames beyond a frame its sound depends on, at most."""
    frames, rate = 0.0, 1.0
    for stage in decoder.stages:
        frames += stage.reach / rate
        rate *= stage.up
    return ceil(frames) + 1


class Rendering:
    """Makes stems of the latents (T, C, 2 codebook_dim), which may still be growing."""

    def __init__(
        self,
        request: SeparationRequest,
        model: Model,
        latents: Latents,
        marks: Marks,
        heard: Sequence[Stretch],
        work: Work,
        cost: float,
    ) -> None:
        """`heard`: where the target is known to be, in seconds. `cost` is the work of decoding a frame of a row."""
        settings = request.settings.sam_audio
        self._request, self._model, self._latents = request, model, latents
        self._marks, self._heard = marks, heard
        self._faithful = settings.mode is Mode.FAITHFUL
        self._own_residual = settings.residual is ResidualKind.MODEL and not self._faithful
        self._gated = settings.presence_gate
        self._marked = settings.watermark and not self._faithful
        self._with_residual = self._faithful or self._own_residual
        self._rows = all_rows(latents) if self._with_residual else target_rows(latents)
        halves = 2 if self._with_residual else 1
        self._message = message(request.settings.seed)[:halves].repeat(len(self._rows) // halves, 1)
        self._carry: Carry = {}
        self._work, self._cost = work, cost
        frames, rate = len(request.samples), request.sample_rate
        self._grid = Grid(rate, torch.device("cpu"))
        length, context = (ceil(s * rate / self._grid.hop) * self._grid.hop for s in (CHUNK_SECONDS, CONTEXT_SECONDS))
        self._windows = windows(frames, length, context, 0)
        self._window: Window | None = next(self._windows)
        self._resampler = Resampler(model.config.audio_codec.sample_rate, rate)
        # Sound of the rows (rows, n) from frame `_tape_start` on, as far as it is still needed.
        self._tape, self._tape_start = torch.zeros(len(self._rows), 0), 0
        self._decoded = 0

    def advance(self, final: int) -> Generator[Progress | StemChunk, None, None]:
        """Go on as far as it goes, the frames before `final` being final."""
        total = self._rows.shape[-1]
        stop = total if final == total else final - reach(self._model.codec.decoder)
        while self._decoded < stop:
            last = min(self._decoded + DECODED_FRAMES, stop)
            sound = self._sound(self._decoded, last)
            self._tape = torch.cat([self._tape, self._resampler.push(sound)], dim=1)
            if last == total:
                self._tape = torch.cat([self._tape, self._resampler.finish()], dim=1)
            amount = self._cost * len(self._rows) * (last - self._decoded)
            self._decoded = last
            forget_pages(self._latents)
            yield self._work.add("Making sound", amount)
            yield from self._finished_chunks()

    @torch.inference_mode()
    def _sound(self, start: int, stop: int) -> Tensor:
        """The rows' sound (rows, n) of some latent frames."""
        dry = self._model.codec.decoder.part(self._rows, start, stop)
        if self._marked:
            dry = dry + GAIN * self._model.watermark(dry, self._message, self._carry)
        return dry[:, 0].float().cpu()

    def _finished_chunks(self) -> Generator[StemChunk, None, None]:
        while self._window is not None and self._window.read_end <= self._tape_start + self._tape.shape[1]:
            yield self._chunk(self._window)
            self._window = next(self._windows, None)
            if self._window is not None:
                spent = self._window.read_start - self._tape_start
                self._tape, self._tape_start = self._tape[:, spent:].clone(), self._window.read_start

    def _chunk(self, window: Window) -> StemChunk:
        place = slice(window.read_start - self._tape_start, window.read_end - self._tape_start)
        halves = 2 if self._with_residual else 1
        sound = self._tape[:, place]
        target, own = sound[::halves], sound[halves - 1 :: halves]
        clip = read_finite(self._request.samples, window.read_start, window.read_end)
        target = self._allowed(self._drawn(clip, target, own), clip, window.read_start)
        inner = slice(window.start - window.read_start, window.end - window.read_start)
        finished = np.ascontiguousarray(target[:, inner].T.numpy())
        if self._request.settings.silent_in_minus:
            silence(finished, window.start, self._request.sample_rate, self._marks.minus)
        if self._own_residual:
            return StemChunk(window.start, finished, np.ascontiguousarray(own[:, inner].T.numpy()))
        original = np.array(self._request.samples[window.start : window.end])
        return StemChunk(window.start, *exact_residual(original, finished))

    def _drawn(self, clip: Tensor, target: Tensor, residual: Tensor) -> Tensor:
        """The model's target (C, n), or the clip's own behind the mask that it draws."""
        if not self._faithful:
            return target
        return faithful_target(clip, target, residual, self._grid, self._model.config.audio_codec.sample_rate)

    def _allowed(self, target: Tensor, clip: Tensor, first: int) -> Tensor:
        """The target (C, n) from frame `first` on, where boxes allow it and where it is there at all."""
        minus = self._marks.minus_boxes if self._request.settings.silent_in_minus else ()
        target = keep_to_boxes(target, first, (*self._marks.plus_boxes, *minus), self._grid)
        if not self._gated:
            return target
        hop, rate = self._grid.hop, self._grid.sample_rate
        found = present(target, clip, hop, rate)
        found |= marked(self._heard, first, len(found), hop, rate)
        return target * gain(found, hop, target.shape[1])


def target_rows(latents: Latents) -> Tensor:
    """A view of the latents (T, lines, channels) as the decoder takes them: the lines' targets (lines, _, T)."""
    return _halves(latents)[:, 0]


def all_rows(latents: Latents) -> Tensor:
    """Likewise, targets and residuals by turns: (2 lines, _, T)."""
    return _halves(latents).flatten(0, 1)


def _halves(latents: Latents) -> Tensor:
    """(lines, target and residual, codebook_dim, T)."""
    frames, lines, width = latents.shape
    return torch.from_numpy(latents).view(frames, lines, 2, width // 2).permute(1, 2, 3, 0)
