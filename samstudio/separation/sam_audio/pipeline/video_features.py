"""Features of the video: one vision frame per latent frame, everything but the objects in it black.

T latent frames, S side of a vision frame, E feature width, n vision frames.
"""

from collections.abc import Generator, Iterator
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import Notice, Progress
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder, mask_frames, resize
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.steps import Steps, mapped, reporting
from samstudio.separation.video.shown_video import ShownVideo, View
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.video.mask_track import MaskTrack

ANALYSING = "Analysing the video"
AT_ONCE = {"cpu": 1, "cuda": 32, "mps": 8}
"""Vision frames in a batch: more make neither any faster."""


class VideoFeatures:
    """Encodes the video as far as it is needed: `features` (T, E) fill from the start, on disk.

    Frame and region that stay the same, as in a video of fewer frames per second or a still, are encoded once. What is
    whole goes into the cache, and is found there by the next prompt with the same regions, also for a part of it.
    """

    def __init__(
        self,
        video: ShownVideo,
        device: Device,
        frames: range,
        length: int,
        cache: ClipCache,
        cost_model: CostModel,
        cost: float,
    ) -> None:
        """`frames` are those of the clip's `length` latent frames; `cost` is the work of encoding one vision frame."""
        config = device.model.config
        self._device, self._vision = device, config.vision_encoder
        self._fallback = OomFallback(device, AT_ONCE[device.model.device.type], "the analysis of the video")
        self._video, self._rate = video, config.audio_codec.frame_rate
        self._views: Generator[View, None, None] | None = None
        self._cache = cache
        self._key = ("sam-audio vision", video.key, config.audio_codec.frame_rate, device.model.vision_key)
        self._place = frames
        known = self._known_features(length)
        self.features: NDArray[np.float32] = scratch_array(len(frames), self._vision.dim) if known is None else known
        self._encoded = 0 if known is None else len(frames)
        cost_model.leave_out(cost * self._encoded)
        self._view: View | None = None
        self._known = torch.zeros(1, self._vision.dim)
        self._encoder: tuple[Model, VisionEncoder] | None = None
        self._cost_model, self._cost = cost_model, cost

    def advance(self, stop: int) -> Generator[Progress | Notice, None, None]:
        """Make the features before frame `stop` that are not there yet. Raises SeparationError."""
        if self._encoded >= stop:
            return
        if self._views is None:
            tracks = yield from self._followed()
            self._views = self._video.views(tracks, self._place, self._rate)
        while self._encoded < stop:
            first, self._encoded = self._encoded, min(self._encoded + self._fallback.most, stop)
            fresh, places = self._gather(self._views, self._encoded - first)
            encoding = self._fallback.pieces(0, len(fresh), partial(self._encode, fresh))
            found = yield from reporting(encoding, self._cost_model.add(ANALYSING, 0.0))
            known = torch.cat([self._known, *(features.cpu() for features in found)])
            self.features[first : self._encoded] = known[places].numpy()
            forget_pages(self.features)
            self._known = known[-1:]
            yield self._cost_model.add(ANALYSING, self._cost * (self._encoded - first))
        if self._encoded == len(self.features) and self._encoder is not None:
            # All is encoded: the memory is needed for the solve.
            self._encoder = None
            self._views.close()
            self._cache.put((*self._key, self._place), self.features, self.features.nbytes)

    def _followed(self) -> Generator[Progress | Notice, None, tuple[MaskTrack, ...]]:
        steps = self._video.tracks(self._place, self._rate)
        tracks = yield from mapped(steps, lambda step: self._cost_model.add(step.stage, 0.0))
        yield from self._video.doubts(tracks, self._place, self._rate)
        return tracks

    def _known_features(self, length: int) -> NDArray[np.float32] | None:
        """The features of a request before this one: those of the same part of the clip, or of all of it."""
        for frames in (self._place, range(length)):
            features = self._cache.get(np.ndarray, (*self._key, frames))
            if features is not None:
                return features[self._place.start - frames.start : self._place.stop - frames.start]
        return None

    def _gather(self, views: Iterator[View], count: int) -> tuple[list[Tensor], list[int]]:
        """The distinct ones of the next `count` frames, each (3, S, S), and which of them each frame shows.

        0 is the last one encoded before, so new ones count from 1.
        """
        fresh: list[Tensor] = []
        places = []
        for _ in range(count):
            view = next(views)
            if not view.is_same(self._view):
                fresh.append(self._shrunk(view))
                self._view = view
            places.append(len(fresh))
        return fresh, places

    def _shrunk(self, view: View) -> Tensor:
        """The frame with all but the objects black, uint8 (3, S, S)."""
        # A copy, for the reader may have made its frames read-only.
        frame = torch.from_numpy(np.array(view.pixels)).to(self._device.model.device).permute(2, 0, 1)[None]
        mask = view.mask().to(frame.device)[None, None]
        return resize(mask_frames(frame, mask), self._vision.image_size, self._vision.interpolation_mode.lower())[0]

    def _encode(self, fresh: list[Tensor], model: Model, start: int, stop: int) -> Steps[Tensor]:
        if self._encoder is None or self._encoder[0] is not model:
            self._encoder = None
            self._encoder = model, model.vision()
        return (yield from self._encoder[1].encode_stepwise(torch.stack(fresh[start:stop])))
