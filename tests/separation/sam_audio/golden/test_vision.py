"""Part h: the picture, from video frames to features, and separations by the picture alone."""

import json
from collections.abc import Generator, Iterable
from math import ceil

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.models.checkpoint import open_weights
from samstudio.separation.sam_audio.config import VisionTowerConfig
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.nn.vision_encoder import VISUAL_PREFIX, Kept, mask_frames, resize
from samstudio.separation.sam_audio.nn.vision_tower import VisualTower
from samstudio.separation.steps import finish
from samstudio.session.engine_settings import Options
from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, assert_near, golden, needs, tensors_of
from tests.separation.sam_audio.golden.test_separation import KINDS, begin_with
from tests.separation.sam_audio.golden.tiny_model import (
    batch_features,
    codec_config,
    even_frames,
    longest_clip,
    mono,
    plan_of,
    solve_clips,
    tiny_codec,
    tiny_vision,
)

PART = "h_vision"
needs_vision = needs(PART, "tiny_model/checkpoint.pt")
VIDEOS = [f"video{case['video']}" for case in golden(PART)[0] if "video" in case]
SEPARATION = next((case["sep"] for case in golden(PART)[0] if "sep" in case), {"descriptions": []})
CLIPS = range(len(SEPARATION["descriptions"]))
SIZES = sorted(path.stem for path in (GOLDEN / "state_dict_keys").glob("*.json"))


def having(name: str) -> list[str]:
    """The videos of which that was recorded."""
    return [video for video in VIDEOS if f"{video}.{name}" in golden(PART)[1]]


class GivenFrames:
    """Frames (N, 3, H, W), one per time asked."""

    key = "given"

    def __init__(self, frames: Tensor) -> None:
        self.frames = frames.permute(0, 2, 3, 1).numpy()

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        for _, frame in zip(times, self.frames, strict=True):
            yield frame


def rounding_ties(frames: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Which grey levels (N, 3, size, size) may be rounded either way, and those below them.

    Halving and similar ratios give many values half way between two levels. A sum of n float32 products is off by
    n * 2^-24 of their absolute sum, here 1.3^2 * 255 at most, n counting both passes of four weights a step: where
    float64 is nearer to a tie than that, the order of the sums decides, which differs between kinds of processors.
    """
    products = sum(ceil(4 * max(1.0, side / size)) for side in frames.shape[-2:])
    exact = interpolate(frames.double(), (size, size), mode="bicubic", antialias=True, align_corners=False)
    ties = (exact - exact.floor() - 0.5).abs() < products * 2**-24 * 1.3**2 * 255
    return ties & (exact > 0) & (exact < 255), exact.floor().int()


def assert_same_levels(found: Tensor, expected: Tensor, frames: Tensor) -> None:
    """Equal but for ties, which may lie one level apart; both in grey levels."""
    ties, _ = rounding_ties(frames, expected.shape[-1])
    difference = (found - expected).abs()
    assert difference.max() <= 1
    assert not (difference.bool() & ~ties).any()


def tie_effect(frames: Tensor) -> float:
    """The most by which a feature changes, to the first order, where ties are rounded the other way."""
    size = tiny_vision().config.image_size
    effect = 0.0
    for frame, ties, below in zip(resize(frames, size, "bicubic"), *rounding_ties(frames, size), strict=True):
        batch = [frame]
        for place in ties.nonzero().tolist():
            batch.append(frame.clone())
            batch[-1][*place] = 2 * below[*place] + 1 - frame[*place].int()
        features = tiny_vision().encode(torch.stack(batch))
        effect = max(effect, (features[1:] - features[0]).abs().sum(dim=0).max().item())
    return effect


@needs_vision
@pytest.mark.parametrize("video", having("preprocessed"))
def test_frames_are_resized_and_normalised_as_in_the_reference(video: str) -> None:
    t = tensors_of(PART, video)
    found, expected = (((x + 1) * 127.5) for x in (tiny_vision().preprocess(t["frames"]), t["preprocessed"]))
    # Whole levels of 2/255 each, to the rounding of float32.
    assert_near(found, found.round(), 1e-4)
    assert_same_levels(found.round().int(), expected.round().int(), t["frames"])


@needs_vision
@pytest.mark.parametrize("video", having("resized_uint8"))
def test_resized_bytes_are_those_of_the_reference(video: str) -> None:
    t = tensors_of(PART, video)
    expected = t["resized_uint8"]
    assert_same_levels(resize(t["frames"], expected.shape[-1], "bicubic").int(), expected.int(), t["frames"])


@needs_vision
@pytest.mark.parametrize("video", having("tap.pooled"))
def test_every_stage_of_the_tower(video: str) -> None:
    t, tower = tensors_of(PART, video), tiny_vision().tower
    with torch.inference_mode():
        tokens = finish(tower.tokens(t["preprocessed"]))
        pooled = tower.attn_pool(tokens)
    assert_near(tokens, t["tap.tokens_after_transformer_ln_post"], 1e-5)
    assert_near(pooled, t["tap.pooled"], 1e-5)
    assert_near(pooled @ tower.proj, t["tap.unnormalised"], 1e-5)


@needs_vision
@pytest.mark.parametrize("video", VIDEOS)
def test_features_of_a_video(video: str) -> None:
    t = tensors_of(PART, video)
    assert_near(tiny_vision().encode(t["frames"]), t["features"], 1e-5 + tie_effect(t["frames"]))


@needs_vision
@pytest.mark.parametrize("video", having("preprocessed"))
def test_features_of_frames_that_the_reference_has_resized(video: str) -> None:
    t = tensors_of(PART, video)
    levels = ((t["preprocessed"] + 1) * 127.5).round().to(torch.uint8)
    assert_near(tiny_vision().encode(levels), t["features"], 1e-5)


@needs_vision
def test_features_of_several_clips_are_padded_in_time() -> None:
    frames = [tensors_of(PART, video)["frames"] for video in VIDEOS]
    batch = batch_features(map(tiny_vision().encode, frames))
    assert_near(batch.transpose(1, 2), golden(PART)[1]["batch.features"], 1e-5 + max(map(tie_effect, frames)))


@needs(PART)
@pytest.mark.parametrize("clip", CLIPS)
def test_frame_choice_and_mask(clip: int) -> None:
    t = tensors_of(PART, "sep")
    frames, mask, chosen = t[f"frames{clip}"], t[f"mask{clip}"], t[f"frame_index{clip}"]
    assert torch.equal(even_frames(len(frames), len(chosen)), chosen)
    masked = mask_frames(frames, mask, Kept.OUTSIDE)  # the reference's helper keeps what the mask leaves out
    assert torch.equal(masked, t[f"masked{clip}"])
    assert torch.equal(masked[chosen], t[f"selected{clip}"])
    assert torch.equal(mask_frames(frames, mask, Kept.INSIDE) + masked, frames)


@needs_vision
@needs("tiny_model/t5", "c_forward")
def test_separation_by_the_video_alone() -> None:
    t = tensors_of(PART, "sep")
    frames, video = [t[f"selected{clip}"] for clip in CLIPS], t["masked_video_features"]
    found = batch_features(map(tiny_vision().encode, frames))
    assert_near(found, video, 1e-5 + max(map(tie_effect, frames)))
    plan = plan_of(SEPARATION, ("midpoint", 0.25))
    latents = solve_clips(t["noise"], plan, SEPARATION["descriptions"], video=video)
    assert_near(latents, t["latents"], 1e-4)


@needs_vision
@needs("tiny_model/t5", "c_forward")
def test_the_engine_looks_as_the_reference_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """From samples and frames to stems, of the reference's longest clip: that one has no padding."""
    t, clip = tensors_of(PART, "sep"), longest_clip()
    begin_with(t["noise"][clip], monkeypatch)
    plan = plan_of(SEPARATION, ("midpoint", 0.25))
    choices = Options(
        model=str(TINY_MODEL),
        solver=str(plan.solver),
        steps=plan.steps,
        residual="model",
        watermark=False,
        presence_gate=False,
    )
    wav = mono(t[f"wav{clip}"]).numpy()[:, None]
    # The frames are masked already, by masks of any shape: here the place is the whole picture.
    request = SeparationRequest(
        wav,
        codec_config().sample_rate,
        Prompt(SEPARATION["descriptions"][clip]).with_region(Region(0, 0, 1, 1)),
        SeparationSettings("sam-audio", "cpu", options=choices),
        video=GivenFrames(t[f"selected{clip}"]),
    )
    chunks = [step for step in SamAudioEngine(dtype=torch.float32).separate(request) if isinstance(step, StemChunk)]
    expected = tiny_codec()[0].decode(t["latents"][2 * clip : 2 * clip + 2]).flatten(1)[:, : len(wav)]
    for name, row in zip(KINDS, expected, strict=True):
        found = torch.from_numpy(np.concatenate([getattr(chunk, name) for chunk in chunks]))[:, 0]
        assert_near(found, row, 2e-4)


@needs_vision
def test_text_tower_in_the_checkpoint_is_known_and_left_alone() -> None:
    keys = [key for key in open_weights(TINY_MODEL) if key.startswith("vision_encoder.")]
    assert any(not key.startswith(VISUAL_PREFIX) for key in keys)


@pytest.mark.parametrize("size", SIZES)
def test_real_checkpoints_fit_the_real_tower(size: str) -> None:
    keys = json.loads((GOLDEN / "state_dict_keys" / f"{size}.json").read_text("utf-8"))
    visual = {key.removeprefix(VISUAL_PREFIX): shape for key, shape in keys.items() if key.startswith(VISUAL_PREFIX)}
    with torch.device("meta"):
        tower = VisualTower(VisionTowerConfig())
    assert {name: list(tensor.shape) for name, tensor in tower.state_dict().items()} == visual
