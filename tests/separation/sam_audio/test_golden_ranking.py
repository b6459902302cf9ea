"""Candidates and their ranking against the reference (golden part j)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.codec.codec import Codec, load_codec
from samstudio.separation.sam_audio.config import load_config, load_tower_config
from samstudio.separation.sam_audio.ranking import CandidateSet, rank
from samstudio.separation.sam_audio.sampler import Plan, Solver
from samstudio.separation.sam_audio.vision import VisionEncoder, batch_features, even_frames
from samstudio.separation.sam_audio.weights import open_weights
from samstudio.session.take import Scores
from tests.separation.sam_audio.golden import TINY_MODEL, assert_near, golden, needs_golden
from tests.separation.sam_audio.tiny_solver import FRAMES, TEXTS, solve_two_clips

pytestmark = needs_golden

CANDIDATES = 3


@dataclass
class GivenScores:
    """A ranker that says what it is told to, and keeps what it was asked."""

    scores: Sequence[float]
    asked: list[CandidateSet] = field(default_factory=list)

    def score(self, candidates: CandidateSet) -> list[Scores]:
        self.asked.append(candidates)
        return [Scores(score) for score in self.scores]


@cache
def tiny_codec() -> Codec:
    return load_codec(open_weights(TINY_MODEL), load_config(TINY_MODEL).audio_codec)


@cache
def chosen_frames(clip: int) -> Tensor:
    video = golden("j_rerank")[1][f"video{clip}"]
    return video[even_frames(len(video), FRAMES[clip])]


def solve_case(case: dict[str, Any], noise: Tensor) -> Tensor:
    """Latents (2 * 3 * 2, 128, T), item-major."""
    video = None
    if case["video"]:
        config = load_config(TINY_MODEL).vision_encoder
        encoder = VisionEncoder.load(open_weights(TINY_MODEL), config, load_tower_config(TINY_MODEL, config))
        video = batch_features([encoder.encode(chosen_frames(clip)) for clip in range(2)])
    return solve_two_clips(noise, Plan(Solver.EULER, 0.5), TEXTS, case["anchors"], video)


def candidate_set(case: dict[str, Any], clip: int, targets: Tensor) -> CandidateSet:
    """What is known of one clip of the batch, given its decoded targets (3, samples)."""
    _, clips = golden("c_forward")
    length = FRAMES[clip] * tiny_codec().config.hop
    mixture = clips["case0.audios"][clip, 0, :length]
    frames = chosen_frames(clip) if case["video"] else None
    return CandidateSet(mixture, targets[:, :length], 48000, TEXTS[clip], frames)


@pytest.mark.parametrize("number", range(4))
def test_candidates_are_solved_shown_and_chosen_as_in_the_reference(number: int) -> None:
    cases, tensors = golden("j_rerank")
    case = cases[number]
    latents = solve_case(case, tensors[f"case{number}.noise"])
    assert_near(latents, tensors[f"case{number}.final_latents"], 1e-4)
    with torch.inference_mode():
        sound = tiny_codec().decode(latents).view(2, CANDIDATES, 2, -1)  # the last but one: target, residual
    for clip in range(2):
        candidates = candidate_set(case, clip, sound[clip, :, 0])
        best = ask(case, clip, candidates)
        assert best == case["chosen"][clip]
        for kind, name in enumerate(("target", "residual")):
            expected = tensors.get(f"case{number}.{name}{clip}_dry")
            assert (expected is None) == (number > 1)
            if expected is not None:
                assert_near(sound[clip, best, kind, : len(expected)], expected, 2e-4)


def ask(case: dict[str, Any], clip: int, candidates: CandidateSet) -> int:
    """The choice of the rankers that this case has; checks that the right one, and only it, was asked."""
    if case["scores"] is None:
        best, scores = rank(candidates)
        assert scores == []
        return best
    right, wrong = GivenScores(case["scores"][clip]), GivenScores([0.0, 0.0, 9.0])
    given = case["ranker_arguments"]
    best, scores = rank(candidates, wrong, right) if case["video"] else rank(candidates, right, wrong)
    assert wrong.asked == []
    assert [score.overall for score in scores] == case["scores"][clip]
    (asked,) = right.asked
    assert list(asked.targets.shape) == given["extracted_audio"][clip]
    assert asked.sample_rate == given["sample_rate"]
    if case["video"]:
        assert asked.frames is not None
        assert list(asked.frames.shape) == given["videos"][clip]
    else:
        assert [len(asked.targets), *asked.mixture.shape] == given["input_audio"][clip]
        assert asked.description == given["descriptions"][clip]
    return best
