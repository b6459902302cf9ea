"""A picture for the made-up model: frames of noise, and eyes to see them with."""

import json
from collections.abc import Generator, Iterable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.sam_audio.config import VisionTowerConfig
from samstudio.separation.sam_audio.nn.vision_encoder import VISUAL_PREFIX
from samstudio.separation.sam_audio.nn.vision_tower import VisualTower
from tests.separation.sam_audio.made_up_model import CONFIG, write_model
from tests.separation.sam_audio.random_weights import randomise

TOWER = VisionTowerConfig(
    patch_size=4, width=16, layers=2, heads=2, mlp_ratio=2.0, output_dim=6, image_size=12, attn_pooler_heads=2
)


def write_seeing_model(folder: Path) -> Path:
    """The made-up model with a vision tower; the picture speaks up in it."""
    write_model(folder)
    vision = CONFIG["vision_encoder"] | {"name": "made up", "image_size": TOWER.image_size}
    (folder / "config.json").write_text(json.dumps(CONFIG | {"vision_encoder": vision}))
    (folder / "vision_config.json").write_text(json.dumps({"vision": vars(TOWER)}))
    tensors = torch.load(folder / "checkpoint.pt", weights_only=True)
    tensors |= {VISUAL_PREFIX + name: tensor for name, tensor in randomise(VisualTower(TOWER)).state_dict().items()}
    tensors["align_masked_video.gate"] = torch.tensor([2.0])
    torch.save(tensors, folder / "checkpoint.pt")
    return folder


class MadeUpVideo:
    """`rate` frames of coloured noise a second, (20, 30, 3) each; notes what was asked and whether it was let go."""

    def __init__(self, seconds: float = 3.0, rate: float = 25.0, seed: int = 0) -> None:
        count = round(seconds * rate)
        self.key = f"{seconds} {rate} {seed}"
        self.rate = rate
        self.frames = np.random.default_rng(seed).integers(0, 256, (count, 20, 30, 3), np.uint8)
        self.asked: list[float] = []
        self.is_closed = False

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        shown = [*self.frames]
        try:
            for time in times:
                self.asked.append(time)
                yield shown[min(len(shown) - 1, round(time * self.rate))]
        finally:
            self.is_closed = True
