"""Part k: codec, field and vision tower at the published sizes, with weights that follow from their names.

Each is given up before the next one is made: the codec takes 430 MB, the vision tower 1.3 GB, the field 2 GB.
"""

import os
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from samstudio.separation.models.checkpoint import load_module
from samstudio.separation.nn.codec.codec import load_codec, load_watermark
from samstudio.separation.nn.codec.watermark import GAIN
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import VisionEncoderConfig, VisionTowerConfig, parse_config
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VISUAL_PREFIX, VisionEncoder
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from tests.separation.sam_audio.golden import (
    GOLDEN,
    REAL_SIZE,
    assert_near,
    golden,
    needs,
    seeded_weights,
    tensors_of,
)
from tests.separation.sam_audio.golden.tiny_model import FIELD, evaluate_once, in_memory
from tests.separation.sam_audio.reference import solve

pytestmark = [needs(REAL_SIZE), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _all_cores() -> Iterator[None]:
    """These networks are large enough to share out."""
    before = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    yield
    torch.set_num_threads(before)


def test_codec_at_the_real_size() -> None:
    """In one go; of what is made in pieces see nn/test_codec.py."""
    t = tensors_of(REAL_SIZE, "codec")
    weights = in_memory(seeded_weights(("audio_codec.",)))
    codec, watermark = load_codec(weights, CodecConfig()), load_watermark(weights, CodecConfig())
    assert_near(codec.encode(t["wav"]), t["mean"], 2e-4)
    dry = codec.decode(t["features"])
    assert_near(dry, t["wav_dry"], 2e-4)
    marked = dry + GAIN * watermark(dry, t["message"])
    assert_near(marked, t["wav_watermarked"], 2e-4)


def real_size_field() -> VectorField:
    config = parse_config(golden(REAL_SIZE)[0]["config"], GOLDEN / REAL_SIZE / "info.json")
    with torch.device("meta"):
        field = VectorField(config)
    load_module(field, in_memory(seeded_weights(FIELD)), "")
    return field.arrange("cpu", torch.float32)


def test_field_at_the_real_size() -> None:
    t = tensors_of(REAL_SIZE, "dit")
    field = real_size_field()
    aligned, velocities = evaluate_once(field, t)
    if "aligned_inputs" in t:
        assert_near(aligned, t["aligned_inputs"], 1e-4)
    assert_near(velocities, t["output"], 1e-4)
    condition = field.condition(t["audio_features"], t["anchor_ids"], t["anchor_alignment"], t["masked_video_features"])
    for name, expected in t.items():
        if name.startswith("midpoint_"):
            plan = SolverPlan(Solver.MIDPOINT, float(name.removeprefix("midpoint_")))
            assert_near(solved(field, condition, t, plan), expected, 1e-4)


def solved(field: VectorField, condition: Tensor, t: dict[str, Tensor], plan: SolverPlan) -> Tensor:
    """The batch at t = 1."""
    schedule = field.schedule(plan.times, t["text_features"], t["text_mask"])
    *_, last = solve(
        lambda x, index: field.evaluate(x, condition, schedule, index, t["audio_pad_mask"]), t["noisy_audio"], plan
    )
    return last.x


def test_vision_at_the_real_size() -> None:
    t = tensors_of(REAL_SIZE, "vision")
    vision = VisionEncoder.load(in_memory(seeded_weights((VISUAL_PREFIX,))), VisionEncoderConfig(), VisionTowerConfig())
    assert_near(vision.encode(t["frames"]), t["features"], 1e-5)
