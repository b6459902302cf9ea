"""The tiny model of a set, loaded once, and whole solves of it; all of them are about the clips of part c."""

from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.nn.codec.codec import Codec, load_codec, load_watermark
from samstudio.separation.nn.codec.watermark import Watermark
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import SamAudioConfig, load_config, load_tower_config
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from tests.separation.sam_audio.golden import TINY_MODEL, golden, tensors_of
from tests.separation.sam_audio.reference import Anchor, anchor_rows, solve

FIELD = ("proj.", "memory_proj.", "align_masked_video.", "embed_anchors.", "transformer.")


@cache
def tiny_config() -> SamAudioConfig:
    return load_config(TINY_MODEL)


def codec_config() -> CodecConfig:
    return tiny_config().audio_codec


@cache
def tiny_codec() -> tuple[Codec, Watermark]:
    weights = open_weights(TINY_MODEL)
    return load_codec(weights, codec_config()), load_watermark(weights, codec_config())


@cache
def tiny_field() -> VectorField:
    with torch.device("meta"):
        field = VectorField(tiny_config())
    load_module(field, open_weights(TINY_MODEL), "", ignore=("audio_codec.", "vision_encoder."))
    return field.arrange("cpu", torch.float32)


@cache
def tiny_text_encoder() -> TextEncoder:
    config = tiny_config().text_encoder
    return TextEncoder.load(TINY_MODEL / config.name, config)


@cache
def tiny_vision() -> VisionEncoder:
    config = tiny_config().vision_encoder
    return VisionEncoder.load(open_weights(TINY_MODEL), config, load_tower_config(TINY_MODEL, config))


def in_memory(tensors: dict[str, Tensor]) -> Checkpoint:
    """A checkpoint of these tensors."""
    return Checkpoint(TINY_MODEL, {key: partial(tensors.__getitem__, key) for key in tensors})


@cache
def clip_texts() -> tuple[str, ...]:
    """The descriptions of the clips, which all of c's cases with text share."""
    return next(tuple(case["texts"]) for case in golden("c_forward")[0] if case["texts"] is not None)


@cache
def clip_frames() -> tuple[int, ...]:
    """The clips' lengths in latent frames."""
    lengths = tensors_of("c_forward", 0)["audio_pad_mask"].sum(dim=1).tolist()
    return tuple(map(int, lengths))


def longest_clip() -> int:
    """The number of the clip without padding: it is what it would be alone."""
    return max(range(len(clip_frames())), key=clip_frames().__getitem__)


def mono(wav: Tensor) -> Tensor:
    """The clip as the reference takes it, (N,), of (channels, N)."""
    return wav.reshape(-1, wav.shape[-1]).mean(dim=0)


def even_frames(available: int, wanted: int) -> Tensor:
    """Which frames the reference takes where it knows no times: spread from first to last, halves rounded to even."""
    return torch.linspace(0, available - 1, wanted).round().long()


def batch_features(features: Iterable[Tensor]) -> Tensor:
    """Features of several clips, each (T_b, E), as the reference has them: (B, E, T), zeros after the shorter ones."""
    return torch.nn.utils.rnn.pad_sequence(list(features), batch_first=True).transpose(1, 2)


def solve_clips(
    noise: Tensor,
    plan: SolverPlan,
    texts: Sequence[str] | None = None,
    anchors: Sequence[Sequence[Anchor]] | None = None,
    video: Tensor | None = None,
) -> Tensor:
    """Noise (B * R, T, 2 C), clip by clip for R candidates -> latents (2 B * R, C, T), target and residual in turn.

    `texts` None: the clips' own.
    """
    candidates = len(noise) // len(clip_frames())
    clips = tensors_of("c_forward", 0)
    text, text_mask = tiny_text_encoder().encode(clip_texts() if texts is None else texts)
    codec = codec_config()
    ids, alignment = anchor_rows(anchors, clip_frames(), sample_rate=codec.sample_rate, hop=codec.hop)
    rows = [clips["audio_features"], ids, alignment, video]
    condition = tiny_field().condition(*(row if row is None else row.repeat_interleave(candidates, 0) for row in rows))
    text, text_mask, padding = (
        row.repeat_interleave(candidates, 0) for row in (text, text_mask, clips["audio_pad_mask"])
    )
    times = plan.times[:, None].expand(-1, len(noise))
    schedule = tiny_field().schedule(times, text, text_mask)

    def evaluate(noisy: Tensor, index: int) -> Tensor:
        return tiny_field().evaluate(noisy, condition, schedule, index, padding)

    *_, last = solve(evaluate, noise, plan)
    return last.x.transpose(1, 2).reshape(2 * len(noise), -1, noise.shape[1])


def plan_of(case: dict[str, Any], otherwise: tuple[str, float]) -> SolverPlan:
    """The solver and step that a case names as `ode`, or those that the README.md gives for its part."""
    method, step = case.get("ode", otherwise)
    return SolverPlan(Solver(method), step)


def evaluate_once(field: VectorField, t: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The transformer's input and the velocities of a batch of the golden data."""
    video = t["masked_video_features"]
    condition = field.condition(
        t["audio_features"], t["anchor_ids"], t["anchor_alignment"], video if video.any() else None
    )
    schedule = field.schedule(t["time"][None], t.get("text_features"), t.get("text_mask"))
    aligned = field.aligned(t["noisy_audio"], condition)
    return aligned, field.evaluate(t["noisy_audio"], condition, schedule, 0, t["audio_pad_mask"])
