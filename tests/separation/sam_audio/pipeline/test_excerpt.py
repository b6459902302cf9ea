"""A stretch of a clip, separated by itself."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from samstudio.separation.engine import Absent, Predicted, Progress, SeparationRequest, StemChunk
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.pipeline.excerpt import Excerpt, excerpt
from samstudio.separation.sam_audio.settings import Mode, ResidualKind, WindowOrder
from samstudio.session.prompt import Prompt, Sign, Span
from tests.separation.sam_audio.engine_runs import request, run, sound

CODEC = CodecConfig()


def asked(seconds: float, stretch: tuple[float, float] | None, rate: int = 44100, *spans: Span) -> SeparationRequest:
    samples = np.zeros((round(seconds * rate), 1), np.float32)
    frames = stretch and tuple(round(edge * rate) for edge in stretch)
    return SeparationRequest(samples, rate, Prompt("man", spans), frame_range=frames)


@pytest.mark.parametrize("rate", [44100, 48000, 8000, 44099, 11025])
@pytest.mark.parametrize(
    ("stretch", "around"),
    [((20.0, 23.0), (16.0, 27.0)), ((1.0, 3.0), (0.0, 10.0)), ((57.0, 60.0), (49.0, 60.0)), ((0.0, 2.0), (0.0, 10.0))],
)
def test_sound_lies_around_the_stretch_on_the_clips_own_frames(rate, stretch, around):
    made = excerpt(asked(60.0, stretch, rate), CODEC, 100)
    first, last = made.first_sample, made.first_sample + len(made.request.samples)
    # Latent frames begin on every 25th sample at worst: then the excerpt begins up to a second earlier.
    tolerance = 1.0 if rate == 44099 else 0.05
    assert around[0] - tolerance <= first / rate <= around[0]
    assert around[1] - 0.05 <= last / rate <= around[1] + 0.05
    assert first * CODEC.sample_rate == made.first * CODEC.hop * rate
    start, stop = made.whole.frame_range
    assert made.request.frame_range == (start - first, stop - first)


@pytest.mark.parametrize("stretch", [None, (0.0, 5.0), (2.0, 3.0)])
def test_a_short_clip_is_taken_whole(stretch):
    whole = asked(5.0, stretch)
    assert excerpt(whole, CODEC, 100) == Excerpt(whole, whole)


def test_spans_are_cut_and_moved():
    spans = (Span(1, 2), Span(15, 17), Span(20, 21, Sign.MINUS), Span(26, 40, low=100, high=200), Span(50, 51))
    made = excerpt(asked(60.0, (20.0, 23.0), 44100, *spans), CODEC, 100)
    assert made.request.prompt.text == "man"
    assert made.request.prompt.spans == (Span(0, 1), Span(4, 5, Sign.MINUS), Span(10, 11, low=100, high=200))


def test_steps_are_reported_on_the_clips_time():
    made = excerpt(asked(60.0, (20.0, 23.0)), CODEC, 100)
    silent = np.zeros((1, 1), np.float32)
    assert made.for_clip(StemChunk(5, silent, silent)).start == 16 * 44100 + 5
    assert made.for_clip(Predicted((Span(1, 2),))) == Predicted((Span(17, 18),))
    assert made.for_clip(Absent(((1, 2), (3, 4)), 2)) == Absent(((17, 18), (19, 20)), 2)
    progress = Progress("Encoding", 1, 2)
    assert made.for_clip(progress) is progress


def stretched(whole: SeparationRequest, start: float, stop: float) -> SeparationRequest:
    return replace(whole, frame_range=(round(start * whole.sample_rate), round(stop * whole.sample_rate)))


@pytest.fixture(scope="module")
def whole_target(engine, model):
    """What is made of the whole clip, in the joint order, once for each choice."""

    @cache
    def target(**choices):
        return run(engine, request(model, sound(9.0), **choices))[0]

    return target


@pytest.mark.parametrize(
    ("order", "choices"),
    [
        (WindowOrder.JOINT, {"watermark": True}),
        (WindowOrder.STREAMING, {"watermark": True}),
        (WindowOrder.JOINT, {"mode": Mode.FAITHFUL}),
        (WindowOrder.JOINT, {"residual": ResidualKind.MODEL}),
        (WindowOrder.JOINT, {"presence_gate": True}),
    ],
)
def test_the_chunks_cover_the_stretch_and_no_more(engine, model, whole_target, order, choices):
    whole = request(model, sound(9.0), order=order, **choices)
    part = stretched(whole, 3.01, 5.77)
    target, residual, steps = run(engine, part)
    assert target.shape == (part.frame_range[1] - part.frame_range[0], 2)
    if choices.get("residual") is not ResidualKind.MODEL:
        np.testing.assert_array_equal(target + residual, whole.samples[slice(*part.frame_range)])
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)
    # The same noise, spans and sound: the same target but for what lies further away.
    same = whole_target(**choices)[slice(*part.frame_range)]
    assert np.corrcoef(target.ravel(), same.ravel())[0, 1] > 0.8


def test_a_stretch_whose_context_is_the_clip_comes_out_as_in_the_whole(model, engine):
    whole = request(model, sound(1.9))
    part = stretched(whole, 0.35, 1.6)
    same = run(engine, whole)[0][slice(*part.frame_range)]
    np.testing.assert_allclose(run(engine, part)[0], same, atol=2e-3)


def test_spans_act_in_a_stretch(engine, model):
    plain = stretched(request(model, sound(9.0), prompt=Prompt("man speaking")), 4.0, 6.0)
    marked = replace(plain, prompt=Prompt("man speaking", (Span(4.9, 5.5),)))
    far = replace(plain, prompt=Prompt("man speaking", (Span(0.1, 0.5),)))
    first, second, third = (run(engine, asked)[0] for asked in (plain, marked, far))
    assert np.abs(second - first).mean() > 1e-3
    np.testing.assert_array_equal(third, first)
