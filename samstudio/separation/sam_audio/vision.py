"""The picture as a prompt: which video frames, what of them stays visible, and their features.

One vision frame is made per latent frame. Reading video is no business of this module.
Shapes: N video frames of H x W pixels, T latent frames, B clips, E feature width.
"""

from collections.abc import Iterator, Sequence
from enum import Enum

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.sam_audio.config import VisionEncoderConfig, VisionTowerConfig
from samstudio.separation.sam_audio.vision_tower import VisualTower
from samstudio.separation.sam_audio.weights import Weights, load_module

VISUAL_PREFIX = "vision_encoder.model.visual."
"""Beside it lies CLIP's text tower, which SAM Audio never uses: it is not loaded."""


class Kept(Enum):
    """Which side of a mask stays visible; the other side becomes black."""

    INSIDE = "inside"
    """Where the mask is not zero: masks of the object, as the paper means them."""
    OUTSIDE = "outside"
    """Where the mask is zero: what the reference's helper does."""


def even_frames(available: int, wanted: int) -> Tensor:
    """Indices (wanted,) of frames spread evenly from the first to the last; halves are rounded to even.

    Here and in `nearest_frames` a frame may be chosen more than once; its features need be made only once.
    """
    return torch.linspace(0, available - 1, wanted).round().long()


def nearest_frames(timestamps: Tensor, wanted: int, frame_rate: float) -> Tensor:
    """Indices (wanted,) of the frames whose timestamps (N,), in seconds and rising, lie nearest to k / frame_rate."""
    timestamps = timestamps.double()
    times = torch.arange(wanted, dtype=torch.float64) / frame_rate
    after = torch.searchsorted(timestamps, times).clamp(max=len(timestamps) - 1)
    before = (after - 1).clamp(min=0)
    return torch.where(times - timestamps[before] <= timestamps[after] - times, before, after)


def mask_frames(frames: Tensor, mask: Tensor, kept: Kept = Kept.INSIDE) -> Tensor:
    """Frames (N, 3, H, W), black where the mask (N, 1, H, W) says so."""
    visible = (mask != 0) if kept is Kept.INSIDE else (mask == 0)
    return frames * visible


def resize(frames: Tensor, size: int, mode: str) -> Tensor:
    """uint8 (N, 3, H, W) -> uint8 (N, 3, size, size), antialiased, whatever the aspect was.

    Frames of this size already stay as they are: a reader of long videos may shrink them one by one as they come.
    """
    small = frames.new_empty(len(frames), 3, size, size)
    # One at a time: in float32 a second of high definition takes more than half a gigabyte.
    for frame, target in zip(frames, small, strict=True):
        resized = F.interpolate(frame[None].float(), (size, size), mode=mode, antialias=True, align_corners=False)
        target.copy_(resized[0].clamp(0, 255).round())
    return small


def normalise(frames: Tensor) -> Tensor:
    """uint8 0..255 -> float32 -1..1."""
    return (frames.float() / 255 - 0.5) / 0.5


class VisionEncoder:
    """Video frames -> features of unit length."""

    def __init__(self, tower: VisualTower, config: VisionEncoderConfig) -> None:
        """A filled tower."""
        self.tower = tower
        self.config = config

    @classmethod
    def load(
        cls,
        weights: Weights,
        config: VisionEncoderConfig,
        tower_config: VisionTowerConfig,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> "VisionEncoder":
        """Load the visual tower, and nothing else, from a SAM Audio checkpoint. Raises SeparationError."""
        with torch.device("meta"):
            tower = VisualTower(tower_config)
        load_module(tower, weights, VISUAL_PREFIX, dtype=dtype, device=device)
        return cls(tower.eval(), config)

    def preprocess(self, frames: Tensor) -> Tensor:
        """uint8 (N, 3, H, W) -> float32 (N, 3, S, S) in -1..1."""
        return normalise(resize(frames, self.config.image_size, self.config.interpolation_mode.lower()))

    def encode_steps(self, frames: Tensor, at_once: int) -> Iterator[Tensor]:
        """Features (n, E), float32, of `at_once` frames after the other: where long videos report and stop.

        How many make a batch changes memory and speed, not the features.
        """
        weight = self.tower.conv1.weight
        for batch in torch.split(frames, at_once):
            with torch.inference_mode():
                pictures = self.preprocess(batch.to(weight.device)).to(weight.dtype)
                features = self.tower(pictures).float()
            yield F.normalize(features, dim=-1) if self.config.normalize_feature else features

    def encode(self, frames: Tensor) -> Tensor:
        """uint8 (N, 3, H, W) -> features (N, E), float32, in batches as large as config.json says."""
        return torch.cat(list(self.encode_steps(frames, self.config.batch_size)))


def batch_features(features: Sequence[Tensor]) -> Tensor:
    """Features of several clips, each (T_b, E), -> (B, E, T), zeros after the end of the shorter ones."""
    return torch.nn.utils.rnn.pad_sequence(list(features), batch_first=True).transpose(1, 2)
