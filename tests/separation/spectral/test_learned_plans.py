"""What was learned is used again where the very same would be learned, and only there."""

import gc
from dataclasses import replace

import numpy as np
import pytest

from samstudio.separation.engine import Progress, SeparationRequest, StemChunk
from samstudio.separation.spectral import learned_plans
from samstudio.separation.spectral.engine import SpectralEngine
from samstudio.session.prompt import Prompt
from tests.separation.spectral.scenes import minus, plus, tone_over_noise


@pytest.fixture
def request_(hasty) -> SeparationRequest:
    return tone_over_noise(8000, 4.0).request


@pytest.fixture
def long_request() -> SeparationRequest:
    """In more than one window."""
    return tone_over_noise(8000, 14.0).request


def walk(request: SeparationRequest) -> tuple[np.ndarray, float]:
    """The target, and which part of the work was learning."""
    chunks, learning = [], 0.0
    for step in SpectralEngine().separate(request):
        if isinstance(step, StemChunk):
            chunks.append(step.target)
        elif isinstance(step, Progress) and step.stage == "Learning the sound":
            learning = step.fraction
    return np.concatenate(chunks), learning


def with_prompt(request, *spans, text="") -> SeparationRequest:
    return replace(request, prompt=Prompt(text, (*request.prompt.spans, *spans)))


def test_a_part_after_the_whole_and_the_whole_after_a_part_learn_nothing_and_are_the_same_to_the_bit(
    long_request, plans, hasty
):
    part = replace(long_request, frame_range=(40_000, 60_000))
    fresh_part, learning = walk(part)
    assert learning > 0.2
    whole, learning = walk(long_request)
    assert learning == 0.0
    plans._kept.clear()
    fresh_whole, learning = walk(long_request)
    assert learning > 0.2
    again, learning = walk(part)
    assert learning == 0.0
    assert np.array_equal(whole, fresh_whole)
    assert np.array_equal(again, fresh_part)


@pytest.mark.parametrize(
    "change",
    [
        lambda request: with_prompt(request, minus(1.7, 1.9, 100.0, 400.0)),
        lambda request: with_prompt(request, text="a tone"),
        lambda request: replace(request, settings=replace(request.settings, silent_in_minus=False)),
    ],
    ids=["a - box", "a text without a kind", "not silenced"],
)
def test_what_learning_does_not_depend_on(request_, plans, change):
    walk(request_)
    changed, learning = walk(change(request_))
    assert learning == 0.0
    plans._kept.clear()
    assert np.array_equal(changed, walk(change(request_))[0])


def _with_other_sound(request):
    samples = request.samples.copy()
    samples[1000] += np.float32(2**-15)
    return replace(request, samples=samples)


@pytest.mark.parametrize(
    "change",
    [
        lambda request: with_prompt(request, plus(0.05, 0.15)),
        lambda request: with_prompt(request, text="hiss"),
        lambda request: replace(request, settings=replace(request.settings, seed=1)),
        _with_other_sound,
    ],
    ids=["a + span", "a text that names a kind", "another seed", "one sample"],
)
def test_what_learning_depends_on(request_, change):
    walk(request_)
    assert walk(change(request_))[1] > 0.2


def test_samples_that_change_in_place_are_learned_from_anew(request_):
    walk(request_)
    request_.samples[1000] += np.float32(2**-15)
    assert walk(request_)[1] > 0.2


def test_it_goes_with_the_samples_and_the_oldest_go_first(plans, monkeypatch, hasty):
    monkeypatch.setattr(learned_plans, "MOST", 2)
    kept = [tone_over_noise(8000, 2.5, seed=seed).request for seed in range(3)]
    for request in kept:
        walk(request)
    assert len(plans) == 2
    assert [walk(request)[1] > 0.0 for request in reversed(kept)] == [False, False, True]
    del kept, request
    gc.collect()
    assert len(plans) == 0


def test_there_is_a_bound_on_their_size(plans, monkeypatch, hasty):
    monkeypatch.setattr(learned_plans, "MOST_BYTES", 1000)
    walk(tone_over_noise(8000, 2.5).request)
    assert len(plans) == 0


def test_a_walk_that_was_stopped_while_learning_leaves_nothing(request_, plans):
    steps = SpectralEngine().separate(request_)
    for _ in range(5):
        next(steps)
    steps.close()
    assert len(plans) == 0


def test_learning_is_reported_in_steps_of_equal_work(long_request):
    fractions = [step.fraction for step in SpectralEngine().separate(long_request) if isinstance(step, Progress)]
    assert max(np.diff(fractions)) < 0.15


def test_listening_is_a_part_of_the_work_and_the_fraction_done_only_rises(monkeypatch):
    scene = tone_over_noise(8000, 14.0)
    request = replace(scene.request, prompt=Prompt("speech", (plus(7.0, 9.8),)))

    def heard(request):
        for number in range(5):
            yield Progress("Listening for “speech”", number / 4, 1.0)
        return replace(request, prompt=Prompt("speech", (plus(7.0, 9.8), minus(0.5, 4.0))))

    monkeypatch.setattr("samstudio.separation.spectral.engine.with_heard_minus_spans", heard)
    steps = [step for step in SpectralEngine().separate(request) if isinstance(step, Progress)]
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    listened = [step.fraction for step in steps if step.stage.startswith("Listening")]
    assert 0.05 < listened[-1] < 0.5
