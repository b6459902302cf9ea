"""From the clip's samples to the codec's features, as far as they are needed.

C channels, T latent frames of what is separated, F of the whole clip, N samples at the codec's rate.
"""

from collections.abc import Generator
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.cache.kept_arrays import clip_key, find_arrays, keep_arrays
from samstudio.separation.engine import Progress, SeparationRequest
from samstudio.separation.freed_memory import return_freed
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.resample import ResampledPart
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.steps import Steps, finish, reporting
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array

ENCODED_FRAMES = 100
"""Encoded at once: four seconds of sound, which begin at a multiple of that, whatever part of the clip is separated.

The context of a piece is encoded with it: 44 % more work where a piece is one second, 11 % where it is four.
"""


def reach(encoder: CodecEncoder) -> int:
    """How many samples beyond a frame its features depend on, at most."""
    samples, length = 0, 1
    for stage in encoder.stages:
        length *= stage.down
        samples += (stage.reach + stage.down) * length
    return samples


class ClipFeatures:
    """The features (F, C, codebook_dim) of a clip, in a scratch file, and which pieces of it are encoded by now."""

    def __init__(self, frames: int, channels: int, width: int) -> None:
        self.values: NDArray[np.float32] = scratch_array(frames, channels * width).reshape(frames, channels, width)
        self.encoded: set[int] = set()


class Encoding:
    """Resamples and encodes what is not in the cache yet: `features` (T, C, codebook_dim) fill from the start.

    A part of a clip has the features that it has in the whole clip.
    """

    def __init__(
        self,
        whole: SeparationRequest,
        place: range,
        clip: str,
        device: Device,
        cache: ClipCache,
        cost_model: CostModel,
        cost: float,
    ) -> None:
        """`place`: the latent frames of the clip that are separated; `clip`: the clip's digest.

        `cost` is the work of encoding a frame of one channel, resampling included.
        """
        model = device.model
        codec, encoder = model.config.audio_codec, model.codec.encoder
        self._fallback = OomFallback(device, ENCODED_FRAMES, "encoding")
        samples, channels = whole.samples.shape
        self.sound = ResampledPart(partial(read_finite, whole.samples), samples, whole.sample_rate, codec.sample_rate)
        """The clip at the codec's rate."""
        key = ("sam-audio features", clip, model.encoder_key, model.device.type)
        features = cache.get(ClipFeatures, key)
        self._files = cache.files
        self._key = clip_key("features", clip, model.device, model.encoder_key, channels) if cache.files else ""
        if features is None:
            features = ClipFeatures(encoder.frames(self.sound.length), channels, codec.codebook_dim)
            self._find(features)
            cache.put(key, features, features.values.nbytes)
        self._all, self._place = features, place
        self.features = features.values[place.start : place.stop]
        self._samples, self._hop = whole.samples, codec.hop
        # Whole frames.
        self._reach = -(-reach(encoder) // codec.hop) * codec.hop
        self._cost_model, self._cost = cost_model, cost * channels
        self._until = place.start
        for piece in features.encoded:
            cost_model.leave_out(self._cost * len(self._wanted(piece)))

    def _find(self, features: ClipFeatures) -> None:
        """Fill in what an earlier start, or another process, has encoded."""
        found = finish(find_arrays(self._files, self._key)) if self._files is not None else None
        if found is not None and found["features"].shape == features.values.shape:
            features.values[:] = found["features"]
            features.encoded.update(range(-(-len(features.values) // ENCODED_FRAMES)))

    def advance(self, stop: int) -> Generator[Progress, None, None]:
        """Make the features before frame `stop` that are not there yet."""
        stop += self._place.start
        while self._until < stop:
            piece = self._until // ENCODED_FRAMES
            if piece not in self._all.encoded:
                yield from self._make(piece)
            self._until = self._wanted(piece).stop

    def _wanted(self, piece: int) -> range:
        """The frames of a piece that belong to what is separated."""
        first = max(self._place.start, piece * ENCODED_FRAMES)
        return range(first, max(first, min(self._place.stop, (piece + 1) * ENCODED_FRAMES)))

    def _make(self, piece: int) -> Generator[Progress, None, None]:
        frames = len(self._all.values)
        start, last = piece * ENCODED_FRAMES, min((piece + 1) * ENCODED_FRAMES, frames)
        yield from reporting(self._fallback.pieces(start, last, self._encode), self._cost_model.add("Encoding", 0.0))
        self._all.encoded.add(piece)
        if self._files is not None and len(self._all.encoded) * ENCODED_FRAMES >= frames:
            keep_arrays(self._files, self._key, {"features": self._all.values})
        forget_pages(self._all.values)
        forget_pages(self._samples)
        if last >= self._place.stop:
            return_freed()
        yield self._cost_model.add("Encoding", self._cost * len(self._wanted(piece)))

    @torch.inference_mode()
    def _encode(self, model: Model, start: int, stop: int) -> Steps[None]:
        begin = max(0, start * self._hop - self._reach)
        sound = self.sound.part(begin, stop * self._hop + self._reach)[:, None]
        first = begin // self._hop
        features = yield from model.codec.encoder.part_stepwise(sound, start - first, stop - first)
        self._all.values[start:stop] = features.permute(2, 0, 1).float().cpu().numpy()  # of (C, codebook_dim, n)


def read_finite(samples: Samples, start: int, stop: int) -> Tensor:
    """Frames `start` to `stop` of samples (n, channels) as (channels, n), silence for NaN and infinity."""
    return torch.from_numpy(np.nan_to_num(samples[start:stop].T, nan=0.0, posinf=0.0, neginf=0.0))
