"""Features of the video: one vision frame per latent frame, everything outside the region black.

T latent frames, S side of a vision frame, E feature width, n vision frames.
"""

from collections.abc import Generator
from contextlib import closing
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import Progress, SeparationError, SeparationRequest, Video
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder, mask_frames, resize
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.steps import Steps, reporting
from samstudio.session.region import Region, region_at
from samstudio.session.scratch import forget_pages, scratch_array

ANALYSING = "Analysing the video"
NO_VIDEO = "A region is drawn, but this recording has no video: open the video file, or remove the region."
AT_ONCE = {"cpu": 1, "cuda": 32, "mps": 8}
"""Vision frames in a batch: more make neither any faster."""

View = tuple[NDArray[np.uint8], tuple[slice, slice]]
"""A video frame (H, W, 3), and the rows and columns of its region."""


def prompted_video(request: SeparationRequest) -> Video | None:
    """The video, or None where the prompt has no region. Raises SeparationError."""
    if not request.prompt.regions:
        return None
    if request.video is None:
        raise SeparationError(NO_VIDEO)
    return request.video


def views(video: Video, regions: tuple[Region, ...], frames: range, frame_rate: float) -> Generator[View, None, None]:
    """The video frame and region at each of the latent frames."""
    with closing(video.frames_at(index / frame_rate for index in frames)) as shown:
        for index, pixels in zip(frames, shown, strict=True):
            region = region_at(regions, index / frame_rate)
            if region is not None:
                yield pixels, region.pixels(pixels.shape[1], pixels.shape[0])


class VideoFeatures:
    """Encodes the video as far as it is needed: `features` (T, E) fill from the start, on disk.

    Frame and region that stay the same, as in a video of fewer frames per second or a still, are encoded once. What is
    whole goes into the cache, and is found there by the next prompt with the same regions, also for a part of it.
    """

    def __init__(
        self,
        video: Video,
        regions: tuple[Region, ...],
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
        self._views = views(video, regions, frames, config.audio_codec.frame_rate)
        self._cache = cache
        self._key = ("sam-audio vision", video.key, regions, config.audio_codec.frame_rate, device.model.vision_key)
        self._place = frames
        known = self._known_features(length)
        self.features: NDArray[np.float32] = scratch_array(len(frames), self._vision.dim) if known is None else known
        self._encoded = 0 if known is None else len(frames)
        cost_model.leave_out(cost * self._encoded)
        self._view: View | None = None
        self._known = torch.zeros(1, self._vision.dim)
        self._encoder: tuple[Model, VisionEncoder] | None = None
        self._cost_model, self._cost = cost_model, cost

    def advance(self, stop: int) -> Generator[Progress, None, None]:
        """Make the features before frame `stop` that are not there yet. Raises SeparationError."""
        while self._encoded < stop:
            first, self._encoded = self._encoded, min(self._encoded + self._fallback.most, stop)
            fresh, places = self._gather(self._encoded - first)
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

    def _known_features(self, length: int) -> NDArray[np.float32] | None:
        """The features of a request before this one: those of the same part of the clip, or of all of it."""
        for frames in (self._place, range(length)):
            features = self._cache.get(np.ndarray, (*self._key, frames))
            if features is not None:
                return features[self._place.start - frames.start : self._place.stop - frames.start]
        return None

    def _gather(self, count: int) -> tuple[list[Tensor], list[int]]:
        """The distinct ones of the next `count` frames, each (3, S, S), and which of them each frame shows.

        0 is the last one encoded before, so new ones count from 1.
        """
        fresh: list[Tensor] = []
        places = []
        for _ in range(count):
            view = next(self._views)
            if self._view is None or view[0] is not self._view[0] or view[1] != self._view[1]:
                fresh.append(self._shrunk(view))
                self._view = view
            places.append(len(fresh))
        return fresh, places

    def _shrunk(self, view: View) -> Tensor:
        """The frame with all but the region black, uint8 (3, S, S)."""
        pixels, region = view
        # A copy, for the reader may have made its frames read-only.
        frame = torch.from_numpy(np.array(pixels)).to(self._device.model.device).permute(2, 0, 1)[None]
        mask = torch.zeros_like(frame[:, :1])
        mask[:, :, *region] = 1
        return resize(mask_frames(frame, mask), self._vision.image_size, self._vision.interpolation_mode.lower())[0]

    def _encode(self, fresh: list[Tensor], model: Model, start: int, stop: int) -> Steps[Tensor]:
        if self._encoder is None or self._encoder[0] is not model:
            self._encoder = None
            self._encoder = model, model.vision()
        return (yield from self._encoder[1].encode_stepwise(torch.stack(fresh[start:stop])))
