"""Frame choice, masks and the visual tower on made-up sizes."""

import json

import pytest
import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError, UnavailableError
from samstudio.separation.models.checkpoint import Checkpoint
from samstudio.separation.sam_audio.config import VisionEncoderConfig, VisionTowerConfig, load_tower_config
from samstudio.separation.sam_audio.nn.vision_encoder import (
    VISUAL_PREFIX,
    Kept,
    VisionEncoder,
    mask_frames,
    normalise,
    resize,
)
from samstudio.separation.sam_audio.nn.vision_tower import VisualTower, grid_rotation
from samstudio.separation.steps import finish
from tests.separation.sam_audio.random_weights import randomise

TOWER = VisionTowerConfig(
    patch_size=6, width=48, layers=2, heads=2, mlp_ratio=2.0, output_dim=20, image_size=18, attn_pooler_heads=3
)
VISION = VisionEncoderConfig(name="made up", dim=20, batch_size=4, image_size=18)


def made_up_weights(tmp_path) -> Checkpoint:
    tensors = {VISUAL_PREFIX + name: t for name, t in randomise(VisualTower(TOWER)).state_dict().items()}
    tensors["vision_encoder.model.logit_scale"] = torch.ones(())
    tensors["proj.weight"] = torch.ones(2, 2)
    return Checkpoint(tmp_path / "checkpoint.pt", {name: lambda t=t: t for name, t in tensors.items()})


@pytest.fixture
def encoder(tmp_path) -> VisionEncoder:
    return VisionEncoder.load(made_up_weights(tmp_path), VISION, TOWER)


def video(frames: int, height: int = 20, width: int = 31) -> Tensor:
    generator = torch.Generator().manual_seed(frames)
    return torch.randint(0, 256, (frames, 3, height, width), dtype=torch.uint8, generator=generator)


def test_only_the_masked_object_stays_visible_by_default() -> None:
    frames = torch.full((1, 3, 2, 2), 9, dtype=torch.uint8)
    mask = torch.tensor([[[[0, 255], [1, 0]]]], dtype=torch.uint8)
    assert mask_frames(frames, mask)[0, 0].tolist() == [[0, 9], [9, 0]]
    assert mask_frames(frames, mask, Kept.OUTSIDE)[0, 2].tolist() == [[9, 0], [0, 9]]
    assert mask_frames(frames, mask.bool()).dtype == torch.uint8


def test_resize_keeps_flat_colours_and_the_range() -> None:
    assert (resize(torch.full((1, 3, 11, 7), 200, dtype=torch.uint8), 18, "bicubic") == 200).all()
    edges = torch.zeros(1, 3, 40, 40, dtype=torch.uint8)
    edges[..., 20:] = 255  # bicubic overshoots here, and must not wrap around
    small = resize(edges, 18, "bicubic")
    assert (small[..., 0] == 0).all()
    assert (small[..., -1] == 255).all()
    assert normalise(torch.tensor([0, 255], dtype=torch.uint8)).tolist() == [-1.0, 1.0]


def test_frames_may_be_shrunk_before(encoder: VisionEncoder) -> None:
    frames = video(5)
    small = resize(frames, 18, "bicubic")
    assert torch.equal(resize(small, 18, "bicubic"), small)
    assert torch.equal(encoder.encode(small), encoder.encode(frames))


def test_features_do_not_depend_on_the_batch(encoder: VisionEncoder) -> None:
    frames = video(9)
    whole = encoder.encode(frames)
    assert whole.shape == (9, 20)
    torch.testing.assert_close(whole.norm(dim=-1), torch.ones(9))
    alone = [finish(encoder.encode_stepwise(frame[None])) for frame in frames]
    torch.testing.assert_close(torch.cat(alone), whole, atol=1e-6, rtol=0)


def test_there_is_a_place_to_stop_after_every_layer(encoder: VisionEncoder) -> None:
    assert len(list(encoder.encode_stepwise(video(2)))) == TOWER.layers


def test_sixteen_bits_see_about_the_same(tmp_path) -> None:
    exact = VisionEncoder.load(made_up_weights(tmp_path), VISION, TOWER).encode(video(3))
    rough = VisionEncoder.load(made_up_weights(tmp_path), VISION, TOWER, dtype=torch.bfloat16).encode(video(3))
    assert rough.dtype == torch.float32
    assert 1e-5 < (rough - exact).abs().max() < 0.05


def test_a_model_without_vision_weights_cannot_look(tmp_path) -> None:
    blind = Checkpoint(tmp_path / "checkpoint.pt", {"proj.weight": lambda: torch.ones(2, 2)})
    with pytest.raises(UnavailableError, match="This model has no vision weights"):
        VisionEncoder.load(blind, VISION, TOWER)


def test_a_tower_as_wide_as_another_field_is_refused(tmp_path) -> None:
    other = VisionEncoderConfig(**{**vars(VISION), "dim": 21})
    with pytest.raises(SeparationError, match=r"features of width 20, and vision_encoder\.dim is 21"):
        VisionEncoder.load(made_up_weights(tmp_path), other, TOWER)


def test_features_distinguish_places(encoder: VisionEncoder) -> None:
    frames = video(1, 18, 18)
    difference = encoder.encode(frames) - encoder.encode(frames.transpose(2, 3).contiguous())
    assert difference.abs().max() > 0.01


def test_class_token_stands_outside_the_grid_and_x_comes_first() -> None:
    cos, sin = grid_rotation(3, 8, torch.device("cpu"))
    angles = torch.atan2(sin, cos)
    assert angles.shape == (10, 4)
    assert angles[0].tolist() == [0, 0, 0, 0]
    torch.testing.assert_close(angles[1 + 3 * 0 + 2], torch.tensor([3.0, 0.03, 1.0, 0.01]))  # row 1, column 3


def test_a_tower_of_another_making_is_refused(tmp_path) -> None:
    (tmp_path / "vision_config.json").write_text(json.dumps({"vision": {"width": 48, "use_rope2d": False}}))
    with pytest.raises(SeparationError, match=r"vision\.use_rope2d = False; SAM Studio only knows models with True"):
        load_tower_config(tmp_path, VISION)
    (tmp_path / "vision_config.json").write_text(json.dumps({"vision": {"width": 48, "use_rope2d": True}}))
    assert load_tower_config(tmp_path, VISION).width == 48


def test_a_tower_of_another_size_is_refused(tmp_path) -> None:
    larger = VisionTowerConfig(**{**vars(TOWER), "image_size": 24})
    with pytest.raises(SeparationError, match=r"positional_embedding' has the shape \(10, 48\), not \(17, 48\)"):
        VisionEncoder.load(made_up_weights(tmp_path), VISION, larger)
