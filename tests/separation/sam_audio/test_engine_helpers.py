"""What helps the engine: predicted spans, the Judge, the planner; on a small model of our own."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from samstudio.separation.engine import Notice, Predicted, Progress, Scored, StemChunk
from samstudio.separation.sam_audio.config import SIZES, SamAudioConfig, VisionTowerConfig
from samstudio.separation.sam_audio.pipeline.prediction import predicted_spans, prediction_text
from samstudio.separation.sam_audio.runtime.memory_budget import memory_need, parameters, rows_at_once, vision_memory
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import Scores
from tests.separation.sam_audio.engine_runs import request, run, sound, stems_of


class Hears:
    """A span predictor that hears the words where it is told to, frame for frame."""

    def __init__(self, *frames: range) -> None:
        self.frames = frames
        self.place = 0

    def probabilities(self, features, texts):
        assert texts == ["man speaking"] * len(features)
        row = torch.zeros(150)
        for frames in self.frames:
            row[frames.start : frames.stop] = 0.9
        # Four windows, evenly placed.
        start = self.place * (150 - features.shape[1]) // 3
        self.place += 1
        return row[start : start + features.shape[1]].expand(len(features), -1)


def test_predicted_spans_are_used_and_reported(engine, model, monkeypatch):
    """They do what the same spans marked by hand do, and leave alone what was marked by hand."""
    samples = sound(6.0)
    minus = Span(1.0, 1.4, Sign.MINUS)
    edges = np.float32([[0.8, 2.0], [4.0, 4.8]]).tolist()
    by_hand = Prompt("man speaking", (*(Span(start, end) for start, end in edges), minus))
    wanted = run(engine, request(model, samples, prompt=by_hand))[0]
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.runtime.model_parts.Model.span_predictor",
        lambda _self: Hears(range(20, 50), range(100, 120)),
    )
    asked = request(model, samples, prompt=Prompt("man speaking", (minus,)), predict_spans=True)
    found, _, steps = run(engine, asked)
    np.testing.assert_array_equal(found, wanted)
    (predicted,) = (step.spans for step in steps if isinstance(step, Predicted))
    assert predicted == tuple(Span(start, end) for start, end in edges)
    (notice,) = (step.text for step in steps if isinstance(step, Notice) and "was found" in step.text)
    assert "in 2 places (2.0 s in total)" in notice


def test_what_was_dismissed_is_neither_used_nor_reported_again(engine, model, monkeypatch):
    samples = sound(6.0)
    left = Span(*np.float32([1.2, 2.0]).tolist())
    wanted = run(engine, request(model, samples, prompt=Prompt("man speaking", (left,))))[0]
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.runtime.model_parts.Model.span_predictor",
        lambda _self: Hears(range(20, 50), range(100, 120)),
    )
    # One of them whole, one in part; a − span that was dismissed says nothing about where the target is.
    dismissed = Span(3.9, 5.0), Span(0.5, left.start), Span(1.5, 1.8, Sign.MINUS)
    asked = request(model, samples, prompt=Prompt("man speaking", dismissed=dismissed), predict_spans=True)
    found, _, steps = run(engine, asked)
    np.testing.assert_array_equal(found, wanted)
    assert [step.spans for step in steps if isinstance(step, Predicted)] == [(left,)]


def test_predicted_spans_close_to_each_other_are_shown_as_one():
    found = [(0.2, 1.0), (1.1, 1.5), (1.9, 2.2), (2.24, 3.04)]
    assert predicted_spans(found, 3.0) == (Span(0.2, 1.5), Span(1.9, 3.0))
    assert predicted_spans([], 3.0) == ()
    assert "not found anywhere" in prediction_text("dog", ())
    assert "one place (1.3 s" in prediction_text("dog", (Span(0.2, 1.5),))


def test_without_a_span_predictor_the_words_must_do(engine, model):
    samples = sound()
    plain = run(engine, request(model, samples))[0]
    found, _, steps = run(engine, request(model, samples, predict_spans=True))
    np.testing.assert_array_equal(found, plain)
    assert any("No spans were predicted" in step.text for step in steps if isinstance(step, Notice))


def test_what_is_needed_is_reported_before_it_begins(engine, model):
    first = next(engine.separate(request(model, sound())))
    assert first.stage == "Loading SAM Audio: about 0.0 GB, float32 on the CPU"
    small = SamAudioConfig(transformer=SIZES["small"])
    assert parameters(small.transformer) == pytest.approx(492_089_856, rel=2e-3)
    assert 1.4e9 < memory_need(small, 500, 2, torch.bfloat16).total(4) < 2.5e9
    # The vision tower has 317 million parameters.
    assert vision_memory(VisionTowerConfig(), 0, torch.float32) == pytest.approx(4 * 317_151_232, rel=0.02)
    seen = replace(
        memory_need(small, 500, 1, torch.bfloat16), vision=vision_memory(VisionTowerConfig(), 32, torch.bfloat16)
    )
    assert seen.total(1) == seen.weights + seen.vision
    assert rows_at_once(torch.device("cuda"), 500, 500, 10**8, 10**9) == 5
    assert rows_at_once(torch.device("cuda"), 500, 500, 10**8, -1) == 1


class Likes:
    """A Judge of its own taste: it likes the candidate that is told, and keeps what it was given."""

    def __init__(self, best: int) -> None:
        self.best = best
        self.heard = []

    def score(self, candidates):
        yield
        self.heard.append(candidates)
        return [Scores(float(n == self.best)) for n in range(len(candidates.targets))]


class LikesLength(Likes):
    """A Judge that scores the first candidate by the length it hears, the second one always alike."""

    def score(self, candidates):
        yield
        return [Scores(float(len(candidates.mixture))), Scores(2.0, recall=1.0)]


@pytest.fixture
def judged_by(monkeypatch):
    """Sets who judges."""

    def set_judge(likes: Likes) -> Likes:
        place = "samstudio.separation.sam_audio.pipeline.candidates.judging"
        monkeypatch.setattr(f"{place}.Judge", SimpleNamespace(load=lambda *_: likes))
        monkeypatch.setattr(f"{place}.scores_of", lambda judge, candidates: judge.score(candidates))
        monkeypatch.setattr(f"{place}.resolve_part", lambda *_: None)
        return likes

    return set_judge


@pytest.mark.parametrize("best", [0, 2])
def test_the_judge_chooses_and_all_candidates_are_delivered_best_first(engine, model, judged_by, best):
    samples = sound(2.5)
    likes = judged_by(Likes(best))
    asked = request(model, samples, candidates=3, judge="judge")
    found, _, steps = run(engine, asked)
    assert any(f"Candidate {best + 1} of 3" in step.text for step in steps if isinstance(step, Notice))
    (scored,) = (step for step in steps if isinstance(step, Scored))
    assert [score.overall for score in scored.scores] == [float(number == best) for number in range(3)]
    order = [step.candidate for step in steps if isinstance(step, StemChunk)]
    assert steps.index(scored) < next(n for n, step in enumerate(steps) if isinstance(step, StemChunk))
    assert order == sorted(order, key=lambda candidate: (candidate != best, candidate))
    assert set(order) == {0, 1, 2}
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions)
    (heard,) = likes.heard
    targets = heard.targets.numpy()
    assert np.abs(targets[0] - targets[1]).max() > 0.05
    assert heard.mixture.shape[0] == round(2.5 * 8000)
    # The first candidate is what it would be alone.
    first = stems_of(steps, 0, asked)[0]
    np.testing.assert_allclose(first, run(engine, request(model, samples))[0], atol=2e-3)
    others = [stems_of(steps, candidate, asked) for candidate in range(3)]
    for target, residual, _ in others:
        np.testing.assert_array_equal(target + residual, samples)
        assert sum(np.abs(target - other[0]).max() < 0.01 for other in others) == 1
    np.testing.assert_array_equal(found, others[best][0])


def test_a_long_clip_is_judged_in_equal_pieces_that_count_by_their_length(engine, model, judged_by, monkeypatch):
    monkeypatch.setattr("samstudio.separation.sam_audio.pipeline.candidates.judging.PIECE_SECONDS", 1.0)
    judged_by(LikesLength(1))
    _, _, steps = run(engine, request(model, sound(2.5), candidates=2, judge="judge"))
    (scored,) = (step.scores for step in steps if isinstance(step, Scored))
    pieces = np.array([21 * 320, 21 * 320, 20000 - 42 * 320])
    assert scored[0].overall == pytest.approx((pieces**2).sum() / pieces.sum())
    assert scored[1] == Scores(2.0, recall=1.0)


def test_where_the_judge_cannot_be_loaded_candidates_are_measured(engine, model):
    asked = request(model, sound(1.5), candidates=2, judge="/nowhere", prompt=Prompt("man"))
    _, _, steps = run(engine, asked)
    assert any("Judge is not available" in step.text for step in steps if isinstance(step, Notice))
    (scored,) = (step for step in steps if isinstance(step, Scored))
    assert scored.on_demand
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)
