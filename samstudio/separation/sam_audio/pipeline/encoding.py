"""From the clip's samples to the codec's features, as far as they are needed.

C channels, T latent frames, N samples at the codec's rate.
"""

from collections.abc import Generator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.engine import Progress, SeparationRequest
from samstudio.separation.freed_memory import return_freed
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.resample import Resampler, resampled_length
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.steps import Steps, reporting
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array

ENCODED_FRAMES = 25
"""Encoded at once: a second of sound."""


def reach(encoder: CodecEncoder) -> int:
    """How many samples beyond a frame its features depend on, at most."""
    samples, length = 0, 1
    for stage in encoder.stages:
        length *= stage.down
        samples += (stage.reach + stage.down) * length
    return samples


class Encoding:
    """Resamples and encodes: `sound` (C, N) and `features` (T, C, codebook_dim) fill from the start, on disk."""

    def __init__(self, request: SeparationRequest, device: Device, cost_model: CostModel, cost: float) -> None:
        """`cost` is the work of encoding a frame of one channel, resampling included."""
        codec, encoder = device.model.config.audio_codec, device.model.codec.encoder
        self._fallback = OomFallback(device, ENCODED_FRAMES, "encoding")
        self._samples = request.samples
        frames, channels = request.samples.shape
        self._rate = request.sample_rate
        self._resampler = Resampler(request.sample_rate, codec.sample_rate)
        self.sound: Samples = scratch_array(channels, resampled_length(frames, request.sample_rate, codec.sample_rate))
        self.frames = encoder.frames(self.sound.shape[1])
        self.features: NDArray[np.float32] = scratch_array(self.frames, channels * codec.codebook_dim).reshape(
            self.frames, channels, codec.codebook_dim
        )
        self._hop, self._reach = codec.hop, reach(encoder)
        # Frames of the clip read, samples of the sound made of them, frames of features made of these.
        self._read = self._resampled = self._encoded = 0
        self._cost_model, self._cost = cost_model, cost

    def advance(self, stop: int) -> Generator[Progress, None, None]:
        """Make the features before frame `stop` that are not there yet."""
        while self._encoded < stop:
            start, last = self._encoded, min(self._encoded + ENCODED_FRAMES, stop)
            self._resample(last * self._hop + self._reach)
            yield from reporting(
                self._fallback.pieces(start, last, self._encode), self._cost_model.add("Encoding", 0.0)
            )
            self._encoded = last
            forget_pages(self.sound)
            forget_pages(self.features)
            forget_pages(self._samples)
            if last == self.frames:
                return_freed()
            yield self._cost_model.add("Encoding", self._cost * (last - start) * self.features.shape[1])

    @torch.inference_mode()
    def _encode(self, model: Model, start: int, stop: int) -> Steps[None]:
        sound = torch.from_numpy(self.sound)[:, None]
        features = yield from model.codec.encoder.part_stepwise(sound, start, stop)  # (C, codebook_dim, n)
        self.features[start:stop] = features.permute(2, 0, 1).float().cpu().numpy()

    def _resample(self, stop: int) -> None:
        """Resample until there is sound up to `stop`, or to its end."""
        length = self.sound.shape[1]
        while self._resampled < min(stop, length):
            last = min(self._read + self._rate, len(self._samples))
            piece = self._resampler.push(read_finite(self._samples, self._read, last))
            self._read = last
            if last == len(self._samples):
                piece = torch.cat([piece, self._resampler.finish()], dim=1)
            piece = piece[:, : length - self._resampled]
            self.sound[:, self._resampled : self._resampled + piece.shape[1]] = piece.numpy()
            self._resampled += piece.shape[1]


def read_finite(samples: Samples, start: int, stop: int) -> Tensor:
    """Frames `start` to `stop` of samples (n, channels) as (channels, n), silence for NaN and infinity."""
    return torch.from_numpy(np.nan_to_num(samples[start:stop].T, nan=0.0, posinf=0.0, neginf=0.0))
