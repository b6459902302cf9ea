"""The visual path against the reference (golden part h), and the real PE-Core-L14-336 (part k)."""

import json
from collections.abc import Generator, Iterable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.sam_audio.codec.codec import load_codec
from samstudio.separation.sam_audio.config import VisionEncoderConfig, VisionTowerConfig, load_config, load_tower_config
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.sampler import Plan, Solver
from samstudio.separation.sam_audio.vision import VISUAL_PREFIX, Kept, VisionEncoder, mask_frames, resize
from samstudio.separation.sam_audio.vision_tower import VisualTower
from samstudio.separation.sam_audio.weights import Weights, open_weights
from samstudio.separation.ticks import finish
from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.sam_audio_settings import ResidualKind, SamAudioSettings
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, assert_near, golden, needs_golden, seeded_weights
from tests.separation.sam_audio.tiny_solver import solve_two_clips

pytestmark = needs_golden


def even_frames(available: int, wanted: int) -> Tensor:
    """Which frames the reference takes where it knows no times: spread from first to last, halves rounded to even."""
    return torch.linspace(0, available - 1, wanted).round().long()


def batch_features(features: list[Tensor]) -> Tensor:
    """Features of several clips, each (T_b, E), as the reference has them: (B, E, T), zeros after the shorter ones."""
    return torch.nn.utils.rnn.pad_sequence(features, batch_first=True).transpose(1, 2)


class GivenFrames:
    """Frames (N, 3, H, W), one per time asked."""

    def __init__(self, frames: Tensor) -> None:
        self.frames = frames.permute(0, 2, 3, 1).numpy()

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        for _, frame in zip(times, self.frames, strict=True):
            yield frame


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    return golden("h_vision")[1]


@pytest.fixture(scope="module")
def encoder() -> VisionEncoder:
    config = load_config(TINY_MODEL).vision_encoder
    return VisionEncoder.load(open_weights(TINY_MODEL), config, load_tower_config(TINY_MODEL, config))


@pytest.mark.parametrize("video", ["video0", "video1", "video2"])
def test_frames_are_resized_and_normalised_as_in_the_reference(
    video: str, tensors: dict[str, Tensor], encoder: VisionEncoder
) -> None:
    difference = (encoder.preprocess(tensors[f"{video}.frames"]) - tensors[f"{video}.preprocessed"]).abs()
    # One grey level (2/255) where a rounding tie falls the other way, which it may do at one value in ten thousand.
    assert difference.max() <= 1 / 127
    assert (difference > 1e-6).float().mean() <= 1e-4


def test_resized_bytes_are_those_of_the_reference(tensors: dict[str, Tensor]) -> None:
    expected = tensors["video0.resized_uint8"]
    difference = (resize(tensors["video0.frames"], expected.shape[-1], "bicubic").int() - expected.int()).abs()
    assert difference.max() <= 1
    assert (difference > 0).float().mean() <= 1e-4


def test_every_stage_of_the_tower(tensors: dict[str, Tensor], encoder: VisionEncoder) -> None:
    with torch.inference_mode():
        tokens = finish(encoder.tower.tokens(tensors["video0.preprocessed"]))
        pooled = encoder.tower.attn_pool(tokens)
    assert_near(tokens, tensors["video0.tap.tokens_after_transformer_ln_post"], 1e-5)
    assert_near(pooled, tensors["video0.tap.pooled"], 1e-5)
    assert_near(pooled @ encoder.tower.proj, tensors["video0.tap.unnormalised"], 1e-5)


@pytest.mark.parametrize("video", ["video0", "video1", "video2"])
def test_features(video: str, tensors: dict[str, Tensor], encoder: VisionEncoder) -> None:
    assert_near(encoder.encode(tensors[f"{video}.frames"]), tensors[f"{video}.features"], 1e-5)


def test_features_of_several_clips_are_padded_in_time(tensors: dict[str, Tensor], encoder: VisionEncoder) -> None:
    batch = batch_features([encoder.encode(tensors[f"video{i}.frames"]) for i in range(3)])
    assert_near(batch.transpose(1, 2), tensors["batch.features"], 1e-5)


@pytest.mark.parametrize("clip", [0, 1])
def test_frame_choice_and_mask(clip: int, tensors: dict[str, Tensor]) -> None:
    frames, mask = tensors[f"sep.frames{clip}"], tensors[f"sep.mask{clip}"]
    indices = even_frames(len(frames), len(tensors[f"sep.frame_index{clip}"]))
    assert torch.equal(indices, tensors[f"sep.frame_index{clip}"])
    masked = mask_frames(frames, mask, Kept.OUTSIDE)  # the reference's helper keeps what the mask leaves out
    assert torch.equal(masked, tensors[f"sep.masked{clip}"])
    assert torch.equal(masked[indices], tensors[f"sep.selected{clip}"])
    assert torch.equal(mask_frames(frames, mask, Kept.INSIDE) + masked, frames)


def test_separation_by_the_picture_alone(tensors: dict[str, Tensor], encoder: VisionEncoder) -> None:
    video = batch_features([encoder.encode(tensors[f"sep.selected{clip}"]) for clip in range(2)])
    assert_near(video, tensors["sep.masked_video_features"], 1e-5)
    latents = solve_two_clips(tensors["sep.noise"], Plan(Solver.MIDPOINT, 0.25), ("", ""), video=video)
    assert_near(latents, tensors["sep.latents"], 1e-4)


def test_the_engine_looks_as_the_reference_does(tensors: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch) -> None:
    """From samples and frames to stems, of the reference's longest clip: that one has no padding."""
    given = tensors["sep.noise"][0].numpy()
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.separation.noise", lambda _seed, _candidate, start, stop, _n: given[start:stop]
    )
    choices = SamAudioSettings(
        str(TINY_MODEL), steps=4, residual=ResidualKind.MODEL, watermark=False, presence_gate=False
    )
    wav = tensors["sep.wav0"].mean(dim=0).numpy()[:, None]
    # The frames are masked already, by masks of any shape: here the place is the whole picture.
    request = SeparationRequest(
        wav,
        48000,
        Prompt(regions=(Region(0, 0, 1, 1),)),
        SeparationSettings("sam-audio", "cpu", sam_audio=choices),
        picture=GivenFrames(tensors["sep.selected0"]),
    )
    chunks = [step for step in SamAudioEngine(dtype=torch.float32).separate(request) if isinstance(step, StemChunk)]
    config = load_config(TINY_MODEL)
    codec = load_codec(open_weights(TINY_MODEL), config.audio_codec)
    with torch.inference_mode():
        expected = codec.decode(tensors["sep.latents"][:2]).flatten(1)[:, : len(wav)]
    for name, row in zip(("target", "residual"), expected, strict=True):
        found = torch.from_numpy(np.concatenate([getattr(chunk, name) for chunk in chunks]))[:, 0]
        assert_near(found, row, 2e-4)


def test_text_tower_in_the_checkpoint_is_known_and_left_alone() -> None:
    keys = [key for key in open_weights(TINY_MODEL) if key.startswith("vision_encoder.")]
    assert any(not key.startswith(VISUAL_PREFIX) for key in keys)


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_real_checkpoints_fit_the_real_tower(size: str) -> None:
    keys = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text("utf-8"))
    visual = {key.removeprefix(VISUAL_PREFIX): shape for key, shape in keys.items() if key.startswith(VISUAL_PREFIX)}
    with torch.device("meta"):
        tower = VisualTower(VisionTowerConfig())
    assert {name: list(tensor.shape) for name, tensor in tower.state_dict().items()} == visual


def test_features_at_the_real_size() -> None:
    _, tensors = golden("k_real_size_seeded")
    seeded = seeded_weights((VISUAL_PREFIX,))
    weights = Weights(Path("seeded"), {key: lambda key=key: seeded[key] for key in seeded})
    encoder = VisionEncoder.load(weights, VisionEncoderConfig(), VisionTowerConfig())
    assert_near(encoder.encode(tensors["vision.frames"]), tensors["vision.features"], 1e-5)
