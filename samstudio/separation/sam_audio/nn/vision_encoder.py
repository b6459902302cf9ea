"""Video as a prompt: masking of the video frames, and their features.

Shapes: N video frames of H x W pixels, E feature width.
"""

from enum import Enum

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.engine import SeparationError, UnavailableError
from samstudio.separation.models.checkpoint import Checkpoint, load_module
from samstudio.separation.sam_audio.config import VisionEncoderConfig, VisionTowerConfig
from samstudio.separation.sam_audio.nn.vision_tower import VisualTower
from samstudio.separation.steps import Steps, finish

VISUAL_PREFIX = "vision_encoder.model.visual."
"""Beside it lies CLIP's text tower, which SAM Audio never uses: it is not loaded."""


NO_VISION = (
    "This model has no vision weights (some conversions leave them out), or none of known sizes (vision_config.json "
    "has them), so it cannot use the video: remove the object, or choose a model that has them."
)


class Kept(Enum):
    """Which side of a mask stays visible; the other side becomes black."""

    INSIDE = "inside"
    """Where the mask is not zero: masks of the object, as the paper means them."""
    OUTSIDE = "outside"
    """Where the mask is zero: what the reference's helper does."""


def mask_frames(frames: Tensor, mask: Tensor, kept: Kept = Kept.INSIDE) -> Tensor:
    """Frames (N, 3, H, W), black where the mask (N, 1, H, W) says so."""
    visible = (mask != 0) if kept is Kept.INSIDE else (mask == 0)
    return frames * visible


def resize(frames: Tensor, size: int, mode: str) -> Tensor:
    """uint8 (N, 3, H, W) -> uint8 (N, 3, size, size), antialiased, the aspect not kept.

    Frames that have this size already stay as they are: those of long videos are resized one by one as they are read.
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
        """A tower with its weights."""
        self.tower = tower
        self.config = config

    @classmethod
    def load(
        cls,
        weights: Checkpoint,
        config: VisionEncoderConfig,
        tower_config: VisionTowerConfig,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> "VisionEncoder":
        """Load the visual tower, and nothing else, from a SAM Audio checkpoint. Raises SeparationError."""
        if not any(key.startswith(VISUAL_PREFIX) for key in weights):
            raise UnavailableError(NO_VISION)
        if tower_config.output_dim != config.dim:
            raise SeparationError(
                f"{weights.path} contradicts its config.json: its vision tower makes features of width "
                f"{tower_config.output_dim}, and vision_encoder.dim is {config.dim}."
            )
        with torch.device("meta"):
            tower = VisualTower(tower_config)
        load_module(tower, weights, VISUAL_PREFIX, dtype=dtype, device=device)
        return cls(tower.eval(), config)

    def preprocess(self, frames: Tensor) -> Tensor:
        """uint8 (N, 3, H, W) -> float32 (N, 3, S, S) in -1..1."""
        return normalise(resize(frames, self.config.image_size, self.config.interpolation_mode.lower()))

    def encode_stepwise(self, frames: Tensor) -> Steps[Tensor]:
        """uint8 (N, 3, H, W) -> features (N, E), float32, of one batch; on a CPU it yields after every layer."""
        weight = self.tower.conv1.weight
        with torch.inference_mode():
            images = self.preprocess(frames.to(weight.device)).to(weight.dtype)
            features = (yield from self.tower.stepwise(images)).float()
            return F.normalize(features, dim=-1) if self.config.normalize_feature else features

    def encode(self, frames: Tensor) -> Tensor:
        """uint8 (N, 3, H, W) -> features (N, E), float32, in batches as large as config.json says."""
        return torch.cat([finish(self.encode_stepwise(part)) for part in torch.split(frames, self.config.batch_size)])
