"""Several candidates without a Judge: ranked by what can be measured, rendered on demand."""

from dataclasses import replace
from weakref import finalize

import numpy as np
import pytest
import torch

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import Notice, Progress, Scored, StemChunk
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.resample import ResampledPart
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.pipeline.candidates.measures import (
    ENERGY,
    SILENCE,
    SPANS,
    WORDS,
    Known,
    measure,
    measured_text,
)
from samstudio.separation.sam_audio.pipeline.candidates.ranking import best_candidate
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.steps import finish
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.scratch import map_of, scratch_array
from samstudio.session.take import Measure, Scores
from tests.separation.sam_audio.engine_runs import request, run, sound, stems_of

RATE, HOP = 8000, 320
CODEC = CodecConfig(encoder_rates=(4, 8, 10), decoder_rates=(10, 8, 4), sample_rate=RATE)


class Given:
    """A target that is decoded already (n,)."""

    cost = 1.0

    def __init__(self, target: np.ndarray) -> None:
        self._target = torch.from_numpy(target.astype(np.float32))[None]

    def part(self, start, stop):
        yield
        return self._target[:, start * HOP : stop * HOP]


@pytest.fixture(scope="module")
def scene() -> tuple[np.ndarray, np.ndarray]:
    """A sound from 1 s to 2 s of four, and noise that goes on: the sound (n,), and both together."""
    rng = np.random.default_rng(0)
    noise = 0.05 * rng.standard_normal(4 * RATE)
    tone = np.zeros(4 * RATE)
    tone[RATE : 2 * RATE] = 0.3 * np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE)
    return tone.astype(np.float32), (tone + noise).astype(np.float32)


def scores_of(targets: list[np.ndarray], clip: np.ndarray, known: Known) -> list[dict[str, float]]:
    whole = torch.from_numpy(clip)[None]
    part = ResampledPart(lambda start, stop: whole[:, start:stop], len(clip), RATE, RATE)
    frames = range(len(clip) // HOP)
    scores = finish(measure([Given(one) for one in targets], part, frames, CODEC, known, CostModel(1.0)))
    for score in scores:
        assert score.overall == pytest.approx(np.mean([one.value for one in score.measures]))
    return [{one.name: one.value for one in score.measures} for score in scores]


def test_each_measure_tells_the_fault_it_is_for(scene):
    tone, clip = scene
    known = Known(((1.0, 2.0),), ((2.5, 3.5),), "")
    missing = np.where(np.arange(len(tone)) < 1.5 * RATE, tone, 0)
    invented = np.roll(tone, 5) + 0.2 * np.random.default_rng(3).standard_normal(len(tone))
    right, absent, whole, made_up = scores_of([tone, missing, clip, invented], clip, known)
    assert right[SPANS] == 1.0
    assert absent[SPANS] == pytest.approx(0.5, abs=0.05)
    assert right[SILENCE] == 1.0
    assert whole[SILENCE] == pytest.approx(0.0, abs=1e-3)
    # Against the formula, from the whole sounds.
    assert right[ENERGY] == pytest.approx(min(1, (tone * clip).sum() / (tone**2).sum()), abs=1e-3)
    assert whole[ENERGY] == pytest.approx(1.0)
    assert made_up[ENERGY] < 0.7
    assert WORDS not in right


def test_without_spans_and_words_there_is_still_the_recording(scene):
    tone, clip = scene
    (only,) = scores_of([tone], clip, Known((), (), "bozzle"))
    assert list(only) == [ENERGY]
    (silent,) = scores_of([0 * tone], clip, Known(((1.0, 2.0),), (), ""))
    assert silent == {SPANS: 0.0, ENERGY: 0.0}


def test_the_listener_judges_words_that_it_knows(scene):
    tone, clip = scene
    noise = clip - tone
    beep, hiss = (one[WORDS] for one in scores_of([tone, noise], clip, Known(((1.0, 2.0),), (), "beep")))
    assert beep > 1.5 * hiss


def test_a_silent_recording_and_its_last_frame(scene):
    """The last frame of a target reaches beyond a recording that is no whole number of frames long."""
    tone, clip = scene
    known = Known(((1.0, 2.0),), (), "")
    (score,) = scores_of([tone], clip[: 4 * RATE], known)
    whole = torch.from_numpy(clip[: 4 * RATE - 100])[None]
    part = ResampledPart(lambda start, stop: whole[:, start:stop], 4 * RATE - 100, RATE, RATE)
    (cut,) = finish(measure([Given(tone)], part, range(100), CODEC, known, CostModel(1.0)))
    assert cut.measures[0].value == score[SPANS]


@pytest.fixture
def keeping() -> SamAudioEngine:
    return SamAudioEngine(50, 10, torch.float32, ClipCache())


PROMPT = Prompt("dog barking", (Span(0.5, 1.5), Span(2.0, 2.4, Sign.MINUS)))


def test_the_best_by_measure_is_delivered_and_the_others_come_on_demand(keeping, model, monkeypatch):
    samples = sound(2.5)
    asked = request(model, samples, prompt=PROMPT, candidates=3)
    found, residual, steps = run(keeping, asked)
    np.testing.assert_array_equal(found + residual, samples)
    (scored,) = (step for step in steps if isinstance(step, Scored))
    assert scored.on_demand
    overall = [score.overall for score in scored.scores]
    best = int(np.argmax(overall))
    assert {step.candidate for step in steps if isinstance(step, StemChunk)} == {best}
    assert [one.name for one in scored.scores[0].measures] == [SPANS, SILENCE, ENERGY, WORDS]
    (notice,) = (step.text for step in steps if isinstance(step, Notice) and "Without a Judge" in step.text)
    assert f"“{SPANS}”, “{SILENCE}”, “{ENERGY}” and “{WORDS}”." in notice
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    solves = []
    evaluate = VectorField.evaluate_stepwise
    monkeypatch.setattr(VectorField, "evaluate_stepwise", lambda *given: (solves.append(1), evaluate(*given))[1])
    alone = SamAudioEngine(50, 10, torch.float32)
    for number in range(3):
        wanted = replace(asked, candidate=number)
        steps = list(keeping.separate(wanted))
        assert solves == []
        assert not any(isinstance(step, Scored) for step in steps)
        target, rest, _ = stems_of(steps, number, wanted)
        np.testing.assert_array_equal(target + rest, samples)
        assert (np.abs(target - found).max() < 1e-6) == (number == best)
        # An engine that has forgotten solves that candidate alone, and comes to the same.
        again = stems_of(list(alone.separate(wanted)), number, wanted)[0]
        np.testing.assert_allclose(again, target, atol=2e-3)
        assert len(solves) > 0
        solves.clear()


@pytest.mark.parametrize(
    ("overall", "said"),
    [
        ((0.61, 0.83, 0.7), "Candidate 2 of 3 measured best (61 %, 83 %, 70 % in their order)."),
        ((0.5, 0.832, 0.833, 0.831), "Candidates 2, 3 and 4 measured the same (83 %), the best of 4: number 3 was "),
        ((0.834, 0.831), "Both candidates measured the same (83 %): number 1 was rendered first."),
    ],
)
def test_which_was_rendered_first_is_said_in_a_sentence_that_stays_true(overall, said):
    scores = [Scores(one, measures=(Measure(ENERGY, one),)) for one in overall]
    text = measured_text(best_candidate(scores), scores).replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith(said)
    assert text.endswith(f" Without a Judge this is “{ENERGY}”.")
    assert "chosen" not in text, "another one may be chosen later"


def test_a_part_is_measured_where_it_is(keeping, model):
    samples = sound(9.0)
    part = replace(
        request(model, samples, candidates=2, prompt=Prompt("", (Span(4.1, 4.5),))), frame_range=(44100, 55125)
    )
    found, _, steps = run(keeping, part)
    (scored,) = (step for step in steps if isinstance(step, Scored))
    energy = [next(one.value for one in score.measures if one.name == ENERGY) for score in scored.scores]
    assert all(0 <= value <= 1 for value in energy)
    assert found.shape == (11025, 2)


def test_in_streaming_order_there_is_one(keeping, model):
    _, _, steps = run(keeping, request(model, sound(9.0), candidates=3, order="streaming"))
    assert not any(isinstance(step, Scored) for step in steps)
    assert any("order must be joint" in step.text for step in steps if isinstance(step, Notice))


def test_eight_candidates_of_an_hour_take_less_than_six_gigabytes_of_scratch(model, monkeypatch):
    """Counted on seconds of the tiny model; what grows with the clip grows by the sizes of the layers alone."""
    live: dict[int, int] = {}
    peaks: list[int] = []

    def counted(frames, channels, folder=None):
        array = scratch_array(frames, channels, folder)
        key = len(peaks)
        live[key] = array.nbytes
        peaks.append(sum(live.values()))
        finalize(map_of(array), live.pop, key)
        return array

    pipeline = "samstudio.separation.sam_audio"
    for module in ("pipeline.separation", "pipeline.encoding", "pipeline.candidates.measures", "sampling.noise"):
        monkeypatch.setattr(f"{pipeline}.{module}.scratch_array", counted)
    seconds, channels, candidates = 4.0, 2, 8
    engine = SamAudioEngine(50, 10, torch.float32, ClipCache())
    run(engine, request(model, sound(seconds), prompt=PROMPT, candidates=candidates))

    def needed(width: int, codebook: int, rate: int, seconds: float) -> float:
        """Latents twice, of which once after the solve; features; one target for the listener."""
        frames = 25 * seconds
        latents, features = frames * candidates * channels * width * 4, frames * channels * codebook * 4
        return max(2 * latents, latents + rate * seconds * 4) + features

    assert max(peaks) == pytest.approx(needed(16, 8, RATE, seconds), rel=0.01)
    assert sum(live.values()) == pytest.approx(needed(16, 8, 0, seconds) - 25 * seconds * 16 * 16 * 4, rel=0.01)
    hour, rate = 3600.0, 48000
    stems = 2 * channels * rate * hour * 4
    # The waveforms' peaks take 6 % of the stems.
    assert needed(256, 128, rate, hour) + 1.06 * stems < 6e9
