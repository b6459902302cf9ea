"""A graphics card that runs out of memory: the engine goes on with less, says so, and makes what it would have made."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from samstudio.separation.engine import Notice, Predicted, Progress, Scored
from samstudio.separation.nn.codec.decoder import CodecDecoder
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.nn.codec.watermark import Watermark
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.settings import WindowOrder
from samstudio.session.take import Scores
from tests.separation.sam_audio.engine_runs import request, run, sound

SMALLER = "The graphics card ran out of memory: {} was done in smaller pieces."
ON_CPU = "The graphics card ran out of memory: the rest of {} was done on the CPU."


@pytest.fixture
def crowd(monkeypatch):
    """Let a method run out of memory wherever `fits` says no, on the first object that is asked: the card's."""

    def crowd(owner, name, fits):
        real, asked = getattr(owner, name), []

        def crowded(self, *arguments):
            asked.append(self)
            if self is asked[0] and not fits(*arguments):
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return real(self, *arguments)

        monkeypatch.setattr(owner, name, crowded)

    return crowd


@pytest.fixture(scope="module")
def roomy(engine, model):
    """The target of five seconds where there is room for everything."""
    return run(engine, request(model, sound(5.0), watermark=True))[0]


def emitted(steps: list) -> list[str]:
    return [step.text for step in steps if isinstance(step, Notice) and "graphics card" in step.text]


def fails_at(nth: int):
    calls = count(1)
    return lambda *_: next(calls) != nth


def test_fewer_rows_at_once(engine, model, roomy, monkeypatch, crowd):
    monkeypatch.setattr("samstudio.separation.sam_audio.pipeline.loading.rows_at_once", lambda *_: 4)
    crowd(VectorField, "evaluate_stepwise", lambda noisy, *_: len(noisy) < 2)
    found, _, steps = run(engine, request(model, sound(5.0), watermark=True))
    np.testing.assert_allclose(found, roomy, atol=2e-3)
    assert emitted(steps) == [SMALLER.format("the separation")]


@pytest.mark.parametrize("order", list(WindowOrder))
def test_shorter_windows(engine, model, crowd, order):
    """The solve begins anew; what comes out is what an engine with such windows would have made."""
    asked = request(model, sound(5.0), order=order)
    wanted = run(SamAudioEngine(24, 10, torch.float32), asked)[0]
    crowd(VectorField, "evaluate_stepwise", lambda noisy, *_: noisy.shape[1] < 30)
    found, _, steps = run(engine, asked)
    np.testing.assert_allclose(found, wanted, atol=2e-3)
    assert emitted(steps) == ["The graphics card ran out of memory: shorter windows were solved, of 1 s."]
    signals = [step for step in steps if isinstance(step, Progress)]
    assert signals[-1].fraction == pytest.approx(1.0)


def test_at_last_the_cpu_solves(engine, model, crowd):
    asked = request(model, sound(5.0), watermark=True)
    wanted = run(SamAudioEngine(11, 5, torch.float32), asked)[0]
    crowd(VectorField, "evaluate_stepwise", lambda *_: False)
    found, _, steps = run(engine, asked)
    np.testing.assert_allclose(found, wanted, atol=2e-3)
    assert emitted(steps)[-1] == ON_CPU.format("the separation")
    assert len(emitted(steps)) == 3


def test_what_is_delivered_is_not_solved_again(engine, model, crowd):
    """In the streaming order some sound is out already when the memory runs out: the CPU takes the rest."""
    asked = request(model, sound(9.0), order=WindowOrder.STREAMING)
    wanted = run(engine, asked)[0]
    # Two steps of two evaluations for each of two channels make a window.
    crowd(VectorField, "evaluate_stepwise", fails_at(3 * 8 + 1))
    found, _, steps = run(engine, asked)
    np.testing.assert_allclose(found, wanted, atol=2e-3)
    assert emitted(steps) == [ON_CPU.format("the separation")]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_cpu_computes_in_the_type_that_the_card_began_in(model, monkeypatch, crowd, dtype):
    """To the last bit, for here the card is a CPU too; whatever type this machine's CPU is fastest in."""
    other = {torch.float32: torch.bfloat16, torch.bfloat16: torch.float32}[dtype]
    monkeypatch.setattr("samstudio.separation.sam_audio.engine.precision", lambda _device: other)
    asked = request(model, sound(3.0), order=WindowOrder.STREAMING)
    wanted = run(SamAudioEngine(50, 10, dtype), asked)[0]
    crowd(VectorField, "evaluate_stepwise", fails_at(9))
    found, _, steps = run(SamAudioEngine(50, 10, dtype), asked)
    assert emitted(steps) == [ON_CPU.format("the separation")]
    np.testing.assert_array_equal(found, wanted)
    assert np.abs(wanted - run(SamAudioEngine(50, 10, other), asked)[0]).max() > 1e-3


@pytest.mark.parametrize(
    ("owner", "name", "work"),
    [
        (CodecEncoder, "part_stepwise", "encoding"),
        (CodecDecoder, "part_stepwise", "decoding"),
        (Watermark, "forward", "decoding"),
    ],
)
@pytest.mark.parametrize("nth", [1, 3])
def test_smaller_pieces_of_sound(engine, model, roomy, crowd, owner, name, work, nth):
    crowd(owner, name, fails_at(nth))
    found, _, steps = run(engine, request(model, sound(5.0), watermark=True))
    np.testing.assert_allclose(found, roomy, atol=2e-3)
    assert np.median(np.abs(found - roomy)) < 1e-5
    assert emitted(steps) == [SMALLER.format(work)]


@pytest.mark.parametrize(
    ("owner", "name", "work"),
    [
        (CodecEncoder, "part_stepwise", "encoding"),
        (CodecDecoder, "part_stepwise", "decoding"),
        (Watermark, "forward", "decoding"),
    ],
)
def test_sound_on_the_cpu(engine, model, roomy, crowd, owner, name, work):
    """After some seconds nothing fits any more: the CPU goes on where the card has stopped, the watermark too."""
    calls = count()
    crowd(owner, name, lambda *_: next(calls) < 4)
    found, _, steps = run(engine, request(model, sound(5.0), watermark=True))
    np.testing.assert_allclose(found, roomy, atol=2e-3)
    assert np.median(np.abs(found - roomy)) < 1e-5
    assert emitted(steps) == [SMALLER.format(work), ON_CPU.format(work)]


def test_a_card_without_room_for_the_model(model, monkeypatch):
    engine = SamAudioEngine(50, 10, torch.float32)
    asked = request(model, sound(1.0))
    load_field = Model.load_field
    cards: list[Model] = []

    def crowded(self):
        cards.append(self)
        if self is cards[0]:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return load_field(self)

    monkeypatch.setattr(Model, "load_field", crowded)
    _, _, steps = run(engine, asked)
    assert emitted(steps) == ["The graphics card has too little memory for the model: it was run on the CPU."]


def test_helpers_go_to_the_cpu(engine, model, monkeypatch):
    """Neither the span predictor nor the Judge can be cut smaller; what they say does not change."""
    card = engine._load(request(model, sound(0.1)))
    place = "samstudio.separation.sam_audio.pipeline.candidates.judging"

    class Helper:
        """Hears the sound everywhere, and likes the second candidate."""

        def __init__(self, on_card: bool) -> None:
            self._on_card = on_card

        def probabilities(self, features, _texts):
            if self._on_card:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return torch.ones(features.shape[:2])

        def score(self, candidates):
            yield
            if self._on_card:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return [Scores(float(n)) for n in range(len(candidates.targets))]

    loads: list[bool] = []

    def load_judge(_path, _device):
        # Loaded for the card first, then for the CPU.
        loads.append(not loads)
        return Helper(loads[-1])

    monkeypatch.setattr(Model, "span_predictor", lambda self: Helper(self is card))
    monkeypatch.setattr(f"{place}.Judge", SimpleNamespace(load=load_judge))
    monkeypatch.setattr(f"{place}.scores_of", lambda judge, candidates: judge.score(candidates))
    monkeypatch.setattr(f"{place}.resolve_part", lambda *_: None)
    _, _, steps = run(engine, request(model, sound(1.5), predict_spans=True, candidates=2, judge="judge"))
    assert emitted(steps) == [ON_CPU.format("the search for the sound"), ON_CPU.format("judging")]
    (predicted,) = (step for step in steps if isinstance(step, Predicted))
    assert [(span.start, span.end) for span in predicted.spans] == [(0, pytest.approx(1.5, abs=1e-3))]
    (scored,) = (step for step in steps if isinstance(step, Scored))
    assert [score.overall for score in scored.scores] == [0, 1]
