"""Whole solves of the tiny model, for the golden parts that end in latents; all of them are about c's two clips."""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from samstudio.separation.models.checkpoint import load_module, open_weights
from samstudio.separation.sam_audio.config import load_config
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.sampling.solver import SolverPlan
from tests.separation.sam_audio.golden import TINY_MODEL, golden
from tests.separation.sam_audio.reference import Anchor, anchor_rows, solve

TEXTS = ("man speaking", "dog barking in the background")
FRAMES = (17, 10)


@cache
def tiny_field() -> VectorField:
    with torch.device("meta"):
        field = VectorField(load_config(TINY_MODEL))
    load_module(field, open_weights(TINY_MODEL), "", ignore=("audio_codec.", "vision_encoder."))
    return field.arrange("cpu", torch.float32)


def solve_two_clips(
    noise: Tensor,
    plan: SolverPlan,
    texts: Sequence[str] = TEXTS,
    anchors: Sequence[Sequence[Anchor]] | None = None,
    video: Tensor | None = None,
) -> Tensor:
    """Noise (2 * R, T, 256), item-major for R candidates -> latents (4 * R, 128, T), target and residual in turn."""
    candidates = len(noise) // len(FRAMES)
    _, clips = golden("c_forward")
    text, text_mask = TextEncoder.load(TINY_MODEL / "t5", load_config(TINY_MODEL).text_encoder).encode(texts)
    rows = [clips["case0.audio_features"], *anchor_rows(anchors, FRAMES), video]
    condition = tiny_field().condition(*(row if row is None else row.repeat_interleave(candidates, 0) for row in rows))
    text, text_mask, padding = (
        row.repeat_interleave(candidates, 0) for row in (text, text_mask, clips["case0.audio_pad_mask"])
    )
    times = plan.times[:, None].expand(-1, len(noise))
    schedule = tiny_field().schedule(times, text, text_mask)

    def evaluate(noisy: Tensor, index: int) -> Tensor:
        return tiny_field().evaluate(noisy, condition, schedule, index, padding)

    *_, last = solve(evaluate, noise, plan)
    return last.x.transpose(1, 2).reshape(2 * len(noise), -1, noise.shape[1])
