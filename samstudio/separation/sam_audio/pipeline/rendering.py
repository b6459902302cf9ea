"""From decoded sound to stems: resampled, masked, silenced and delivered, as far as the latents are final.

All of it works on pieces, with the same result as on the whole.
C channels, n samples at the clip's rate, R rows of sound.
"""

from collections.abc import Generator, Sequence
from math import ceil

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.boxes import BinCells, boxes_near, keep_to_boxes
from samstudio.separation.engine import Absent, Progress, SeparationRequest, StemChunk
from samstudio.separation.marks import Marks
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.resample import Resampler
from samstudio.separation.sam_audio.pipeline import decoding
from samstudio.separation.sam_audio.pipeline.decoding import DecodedSound
from samstudio.separation.sam_audio.pipeline.encoding import read_finite
from samstudio.separation.sam_audio.pipeline.excerpt import samples_per_frame
from samstudio.separation.sam_audio.pipeline.presence import Gate
from samstudio.separation.sam_audio.pipeline.wiener_mask import apply_wiener_mask
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.stems import exact_residual, faded, silence
from samstudio.separation.steps import reporting
from samstudio.separation.stft import StftGrid
from samstudio.separation.windows import Window, windows
from samstudio.session.clip import Samples
from samstudio.session.stretch import Stretch

CHUNK_SECONDS, CONTEXT_SECONDS, MARGIN_SECONDS = 4.0, 1.0, 0.25
RENDERING = "Rendering"


def latent_part(request: SeparationRequest, codec: CodecConfig, context_seconds: float = CONTEXT_SECONDS) -> range:
    """The latent frames to decode for what is wanted; the first one begins on a sample of the clip."""
    length = samples_per_frame(request.sample_rate, codec)
    # Somewhat more than what rendering reads, for the resampler needs context.
    context = (context_seconds + MARGIN_SECONDS) * request.sample_rate
    start, stop = request.wanted
    first = max(0, int((start - context) / length))
    last = min(ceil(len(request.samples) / length), ceil((stop + context) / length))
    return range(first - first % length.denominator, last)


class Rendering:
    """Makes the stems of one candidate."""

    def __init__(
        self,
        request: SeparationRequest,
        sound: DecodedSound,
        codec: CodecConfig,
        marks: Marks,
        known: Sequence[Stretch],
        cost_model: CostModel,
        candidate: int = 0,
        context_seconds: float = CONTEXT_SECONDS,
    ) -> None:
        """`known`: where the target is known to be, in seconds. `codec` is that of `sound`.

        `context_seconds` on either side of what is wanted are decoded too, for the masks and the gate.
        """
        self._request, self._sound, self._codec_rate = request, sound, codec.sample_rate
        self._marks, self._cost_model, self._candidate = marks, cost_model, candidate
        frames, rate = len(request.samples), request.sample_rate
        self._grid = StftGrid(rate, torch.device("cpu"))
        self._gate = Gate(known, marks.minus if request.settings.silent_in_minus else (), self._grid)
        length, context = (ceil(s * rate / self._grid.hop) * self._grid.hop for s in (CHUNK_SECONDS, context_seconds))
        self._windows = windows(frames, length, context, 0, request.wanted)
        self._window: Window | None = next(self._windows)
        self._resampler = Resampler(codec.sample_rate, rate)
        # Sound (R, n) from frame `_buffer_start` on, as far as it is still needed.
        self._buffer = torch.zeros(sound.rows.per_channel * request.samples.shape[1], 0)
        self.frames = latent_part(request, codec, context_seconds)
        """The latent frames that are needed."""
        self._decoded_until = self.frames.start
        self._buffer_start = int(self._decoded_until * samples_per_frame(rate, codec))

    def advance(self, final: int) -> Generator[Progress | StemChunk | Absent, None, None]:
        """Render as far as possible, the latent frames before `final` being final."""
        total = self._sound.frames
        stop = min(self.frames.stop, total if final == total else final - self._sound.margin)
        while self._decoded_until < stop:
            last = min(self._decoded_until + decoding.DECODED_FRAMES, stop)
            piece = yield from reporting(
                self._sound.part(self._decoded_until, last), self._cost_model.add(RENDERING, 0.0)
            )
            self._buffer = torch.cat([self._buffer, self._resampler.push(piece)], dim=1)
            if last == total:
                self._buffer = torch.cat([self._buffer, self._resampler.finish()], dim=1)
            amount = self._sound.cost * (last - self._decoded_until)
            self._decoded_until = last
            yield self._cost_model.add(RENDERING, amount)
            yield from self._finished_chunks()

    def _finished_chunks(self) -> Generator[StemChunk | Absent, None, None]:
        while self._window is not None and self._window.read_end <= self._buffer_start + self._buffer.shape[1]:
            chunk = self._chunk(self._window)
            yield chunk
            if chunk.withheld is not None:
                yield Absent(self._gate.absent, self._candidate)
            self._window = next(self._windows, None)
            if self._window is not None:
                spent = self._window.read_start - self._buffer_start
                self._buffer, self._buffer_start = self._buffer[:, spent:].clone(), self._window.read_start

    def _chunk(self, window: Window) -> StemChunk:
        place = slice(window.read_start - self._buffer_start, window.read_end - self._buffer_start)
        model_target, model_residual, dry = self._sound.rows.split(self._buffer[:, place])
        clip = read_finite(self._request.samples, window.read_start, window.read_end)
        allowed = self._allowed(self._masked(clip, model_target, model_residual), window.read_start)
        inner = slice(window.start - window.read_start, window.end - window.read_start)
        target = np.ascontiguousarray(allowed[:, inner].T.numpy())
        if self._request.settings.silent_in_minus:
            silence(target, window.start, self._request.sample_rate, self._marks.minus)
        gains = None
        if self._sound.rows.gated:
            gains = self._gate.gains(dry, clip, window)
        own = np.ascontiguousarray(model_residual[:, inner].T.numpy()) if self._sound.rows.own_residual else None
        return self._stems(window, target, own, gains)

    def _stems(self, window: Window, target: Samples, own: Samples | None, gains: Samples | None) -> StemChunk:
        """What is delivered of a target (n, C), the model's own residual if it is wanted, and the gate's gains (n,)."""
        original = np.array(self._request.samples[window.start : window.end])
        full, residual = (target, own) if own is not None else exact_residual(original, target)
        if gains is None:
            return StemChunk(window.start, full, residual, self._candidate)
        kept = faded(full, gains)
        if own is None:
            kept, residual = exact_residual(original, kept)
        withheld = full - kept
        return StemChunk(window.start, kept, residual, self._candidate, withheld if withheld.any() else None)

    def _masked(self, clip: Tensor, target: Tensor, residual: Tensor) -> Tensor:
        """The model's target (C, n), or the clip under the mask made from the model's stems."""
        if not self._sound.rows.faithful:
            return target
        return apply_wiener_mask(clip, target, residual, self._grid, self._codec_rate)

    def _allowed(self, target: Tensor, first: int) -> Tensor:
        """The target (C, n) from frame `first` on, where boxes allow it."""
        stop = first + target.shape[1]
        minus = self._marks.minus_boxes if self._request.settings.silent_in_minus else ()
        plus, minus = (boxes_near(boxes, first, stop, self._grid) for boxes in (self._marks.plus_boxes, minus))
        return keep_to_boxes(target, first, plus, minus, BinCells(self._grid))
