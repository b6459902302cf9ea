"""What bfloat16 weights cost: the relative error of final latents against float32, from the same noise.

    python benchmarks/sam_audio_precision.py [--model tiny real] [--frames 50] [--step 0.0625] [--threads 1]

The tiny model of the golden data, and the small model's field with seeded weights (folder in SAMSTUDIO_GOLDEN, default
../shared/golden). Random weights amplify errors in their own way: the figure is a check of the arithmetic and says
little about trained weights. Prints a table in
Markdown.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parents[1]))

from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.sam_audio.config import SIZES, SamAudioConfig, load_config
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.pipeline.anchors import prompt_anchors, window_anchors
from samstudio.separation.sam_audio.sampling.solver import Solution, Solver, SolverPlan
from samstudio.session.prompt import Prompt, Span
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, seeded_weights

FIELD_KEYS = ("proj.", "memory_proj.", "align_masked_video.", "embed_anchors.", "transformer.")


def checkpoint(model: str) -> tuple[SamAudioConfig, Checkpoint]:
    """The sizes of a model, and its weights."""
    if model == "tiny":
        return load_config(TINY_MODEL), open_weights(TINY_MODEL)
    tensors = seeded_weights(FIELD_KEYS)
    weights = Checkpoint(GOLDEN / "k_real_size_seeded", {key: partial(tensors.__getitem__, key) for key in tensors})
    return SamAudioConfig(transformer=SIZES["small"]), weights


def latents(config: SamAudioConfig, weights: Checkpoint, dtype: torch.dtype, frames: int, plan: SolverPlan) -> Tensor:
    """x(1) of one window, from a fixed noise and mixture."""
    with torch.device("meta"):
        field = VectorField(config)
    load_module(field, weights, "", ignore=("audio_codec.", "vision_encoder."))
    field.arrange("cpu", dtype)
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    channels = config.transformer.out_channels
    tokens = prompt_anchors(Prompt("", (Span(0.2, 0.8),)), frames, 48000, 1920)
    ids, alignment = window_anchors(tokens, [range(frames)])
    condition = field.condition(random(1, frames, channels // 2).repeat(1, 1, 2), ids, alignment)
    schedule = field.schedule(plan.times, random(1, 6, config.text_encoder.dim))
    solution = Solution(random(1, frames, channels), plan)
    while not solution.finished:
        solution.advance(field.evaluate(solution.probe, condition, schedule, solution.index))
    return solution.x


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", nargs="+", choices=("tiny", "real"), default=["tiny", "real"])
    parser.add_argument("--frames", type=int, default=50)
    parser.add_argument("--step", type=float, default=1 / 16)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print("| model | solver | relative error | dB | worst / rms |\n| --- | --- | --- | --- | --- |")
    for model in arguments.model:
        config, weights = checkpoint(model)
        for solver in Solver:
            plan = SolverPlan(solver, arguments.step)
            exact = latents(config, weights, torch.float32, arguments.frames, plan)
            rounded = latents(config, weights, torch.bfloat16, arguments.frames, plan)
            error = ((rounded - exact).norm() / exact.norm()).item()
            worst = ((rounded - exact).abs().max() / exact.square().mean().sqrt()).item()
            decibels = 20 * torch.tensor(error).log10().item()
            print(f"| {model} | {solver} {arguments.step:g} | {error:.2e} | {decibels:.0f} | {worst:.2e} |", flush=True)


if __name__ == "__main__":
    main()
