from contextlib import closing
from functools import cache

import numpy as np
import pytest
import soundfile
import torch

from samstudio.assets import asset
from samstudio.separation.engine import (
    NotHeardError,
    Notice,
    Predicted,
    Progress,
    SeparationError,
    SeparationRequest,
    StemChunk,
)
from samstudio.separation.marks import resolve
from samstudio.separation.spectral import engine, plan
from samstudio.separation.spectral.engine import SpectralEngine
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.words import quiet_spans
from samstudio.separation.steps import finish
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings

# What words decide does not depend on how well it is learned.
pytestmark = pytest.mark.usefixtures("hasty")


@cache
def demo():
    """The first ten seconds of the demo in one channel, and its rate."""
    samples, rate = soundfile.read(asset("demo/demo.flac"), dtype="float32", always_2d=True)
    return samples[: 10 * rate].mean(axis=1, keepdims=True), rate


@cache
def separate(prompt):
    """The engine's steps over the demo: made once, for many tests look at the same ones."""
    samples, rate = demo()
    return separate_sound(samples, rate, prompt)


@cache
def predicted_for(prompt):
    """The spans that the words are heard in."""
    samples, rate = demo()
    request = SeparationRequest(samples, rate, prompt, SeparationSettings(device="cpu"))
    with closing(SpectralEngine().separate(request)) as steps:
        return next(step for step in steps if isinstance(step, Predicted)).spans


def separate_sound(samples, rate, prompt):
    request = SeparationRequest(samples, rate, prompt, SeparationSettings(device="cpu"))
    return list(SpectralEngine().separate(request))


def target_of(steps):
    return np.concatenate([step.target for step in steps if isinstance(step, StemChunk)])


def test_a_word_alone_separates_and_says_where_it_was_heard():
    steps = separate(Prompt("birds"))
    predicted = next(step for step in steps if isinstance(step, Predicted)).spans
    notice = next(step.text for step in steps if isinstance(step, Notice))
    assert {span.sign for span in predicted} == {Sign.PLUS, Sign.MINUS}
    assert notice.startswith("“birds” was heard as Bird, ")
    target, (samples, rate) = target_of(steps), demo()
    assert target.shape == samples.shape
    assert target.any()
    minus = max((span for span in predicted if span.sign is Sign.MINUS), key=lambda span: span.length)
    quiet = slice(round((minus.start + 0.05) * rate), round((minus.end - 0.05) * rate))
    assert not target[quiet].any()


def test_listening_reports_its_progress():
    # A sound that no other test separates: what was heard of a clip once is kept.
    samples, rate = demo()
    request = SeparationRequest(samples[: 4 * rate] * 0.9, rate, Prompt("birds"), SeparationSettings(device="cpu"))
    with closing(SpectralEngine().separate(request)) as steps:
        assert any(isinstance(step, Progress) and "Listening" in step.stage for step in steps)


def test_a_word_that_is_not_understood_is_named():
    samples, rate = demo()
    request = SeparationRequest(samples, rate, Prompt("birds xyzzy"), SeparationSettings(device="cpu"))
    with closing(SpectralEngine().separate(request)) as steps:
        notice = next(step.text for step in steps if isinstance(step, Notice))
    assert notice.endswith(" Not understood, and left out: “xyzzy”.")


def test_where_a_word_was_dismissed_nothing_is_used():
    found = predicted_for(Prompt("birds"))
    wrong = next(span for span in found if span.sign is Sign.PLUS)
    again = predicted_for(Prompt("birds", dismissed=(wrong,)))
    assert again == tuple(span for span in found if span != wrong)


def test_the_predicted_spans_give_what_drawn_ones_give():
    steps = separate(Prompt("birds"))
    predicted = next(step for step in steps if isinstance(step, Predicted)).spans
    assert np.array_equal(target_of(steps), target_of(separate(Prompt("birds", predicted))))


def test_a_drawn_minus_span_decides_over_what_was_heard():
    steps = separate(Prompt("birds"))
    plus = next(s for step in steps if isinstance(step, Predicted) for s in step.spans if s.sign is Sign.PLUS)
    drawn = plus.flipped()
    target, (_, rate) = target_of(separate(Prompt("birds", (drawn,)))), demo()
    inside = slice(round((drawn.start + 0.02) * rate), round((drawn.end - 0.02) * rate))
    assert not target[inside].any()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("xyzzy", "not in the word list"),
        ("female voice", "whose voice"),
        ("jackhammer", "“jackhammer” is not heard clearly"),
        ("", "Mark a \\+ span .* or type what it is"),
    ],
)
def test_what_cannot_be_found_is_refused_with_the_way_on(text, sentence):
    with pytest.raises(SeparationError, match=sentence) as refused:
        separate(Prompt(text))
    assert "mark a + span" in str(refused.value).lower()


def test_where_the_word_is_not_heard_counts_as_minus_beside_drawn_plus_spans_alone():
    steps = separate(Prompt("birds"))
    plus = tuple(s for step in steps if isinstance(step, Predicted) for s in step.spans if s.sign is Sign.PLUS)
    steps = separate(Prompt("birds", plus))
    predicted = next(step for step in steps if isinstance(step, Predicted)).spans
    assert {span.sign for span in predicted} == {Sign.MINUS}
    assert any(isinstance(step, Notice) and step.text.startswith("Where “birds” is not heard") for step in steps)
    assert np.array_equal(target_of(steps), target_of(separate(Prompt("birds"))))


@pytest.mark.parametrize("text", ["xyzzy", "jackhammer", ""])
def test_words_that_tell_nothing_are_no_error_beside_a_plus_span(text):
    steps = separate(Prompt(text, (Span(5.0, 6.0),)))
    assert not any(isinstance(step, Predicted) for step in steps)
    assert target_of(steps).any()


def test_a_minus_span_over_everything_that_is_heard_is_said():
    with pytest.raises(SeparationError, match="heard only where − spans are"):
        separate(Prompt("birds", (Span(0.0, 19.0, Sign.MINUS),)))


def test_what_a_drawn_span_decides_is_not_suggested():
    predicted = predicted_for(Prompt("birds"))
    plus = next(span for span in predicted if span.sign is Sign.PLUS)
    drawn = plus.flipped()
    again = predicted_for(Prompt("birds", (drawn,)))
    assert plus not in again
    assert all(span.end <= drawn.start or span.start >= drawn.end for span in again)


def test_the_verdict_on_the_words_is_kept_with_what_was_learned(monkeypatch):
    samples, rate = demo()
    samples = samples.copy()
    monkeypatch.setattr("samstudio.separation.spectral.words.other_sound", lambda *_args: "It is like a train.")
    whole = separate_sound(samples, rate, Prompt("birds"))
    assert any(isinstance(step, Progress) and step.stage.startswith("Comparing") for step in whole)
    done = [step.fraction for step in whole if isinstance(step, Progress)]
    assert done == sorted(done), "it went backwards"
    for stage in ("Listening", "Learning", "Comparing", "Separating"):
        of_stage = {step.fraction for step in whole if isinstance(step, Progress) and step.stage.startswith(stage)}
        assert len(of_stage) > 3, f"{stage} stands still"
    monkeypatch.setattr("samstudio.separation.spectral.words.listen", None)
    again = separate_sound(samples, rate, Prompt("birds"))
    assert not any(isinstance(step, Progress) and step.stage.startswith("Comparing") for step in again)
    assert np.array_equal(target_of(again), target_of(whole))
    assert all(Notice("It is like a train.") in steps for steps in (whole, again))


def test_a_refusal_is_kept_with_what_was_learned(monkeypatch):
    def refuse(*_args, **_how):
        raise NotHeardError("Not it.")

    samples, rate = demo()
    samples = samples.copy()
    monkeypatch.setattr("samstudio.separation.spectral.words.check_lead", refuse)
    for _ in range(2):
        told = []
        request = SeparationRequest(samples, rate, Prompt("bird"), SeparationSettings(device="cpu"))
        with pytest.raises(NotHeardError, match="Not it"):
            told.extend(SpectralEngine().separate(request))
        assert {type(step) for step in told} == {Progress}, "what was heard is not told of what is refused"
        monkeypatch.setattr("samstudio.separation.spectral.words.listen", None)


class Silence:
    """A treatment that takes nothing."""

    def extract(self, sound):
        return torch.zeros_like(sound)


def test_a_special_sound_that_is_found_for_words_is_compared_with_them_too(monkeypatch):
    """Drums beside a bird may be taken for its clicks."""

    def recognised(*_given):
        yield
        return Silence()

    monkeypatch.setattr(plan, "recognise", recognised)
    samples, rate = demo()
    request = SeparationRequest(samples[: 9 * rate].copy(), rate, Prompt("birds"), SeparationSettings(device="cpu"))
    with pytest.raises(NotHeardError, match="more clearly in the rest"):
        list(SpectralEngine().separate(request))


@pytest.mark.parametrize("rest", [0.1, 0.5])
def test_a_target_of_words_that_is_nearly_all_of_the_recording_is_said(monkeypatch, rest):
    def separated(sound, _plan):
        yield
        return sound * (1 - rest)

    monkeypatch.setattr(engine, "separate_window", separated)
    monkeypatch.setattr(engine, "check_words", lambda *_args: iter(()))
    samples, rate = demo()
    request = SeparationRequest(samples, rate, Prompt("birds"), SeparationSettings(device="cpu", silent_in_minus=False))
    notices = [step.text for step in SpectralEngine().separate(request) if isinstance(step, Notice)]
    assert any("nearly all of the recording" in notice for notice in notices) == (rest == 0.1)


def quiet_in(target, *given, words="bell"):
    """What quiet_spans finds where `target` (n,) is what is taken out."""
    rate = 8000
    prompt = Prompt(words, given)
    request = SeparationRequest(np.ones((len(target), 1), np.float32), rate, prompt, SeparationSettings(device="cpu"))

    def separated(sound):
        yield 0.5
        return torch.from_numpy(target[None, : sound.shape[1]].astype(np.float32))

    pieces = [Piece(torch.ones(1, len(target)), 0, (0.0, len(target) / rate))]
    return finish(quiet_spans(request, resolve(prompt, len(target) / rate), pieces, separated))


def test_where_a_first_target_is_hardly_heard_counts_as_minus():
    target = np.full(8 * 8000, 1.0)
    target[3 * 8000 : 5 * 8000] = 0.05
    target[6 * 8000 :] = 0.2
    (span,) = quiet_in(target, Span(1.0, 2.0), Span(2.0, 2.5, Sign.MINUS))
    assert span.sign is Sign.MINUS
    np.testing.assert_allclose((span.start, span.end), (3.0, 5.0), atol=0.11)
    before, after = quiet_in(target, Span(1.0, 2.0), Span(4.0, 4.2))
    assert before.end < 3.75, "not beside what is heard"
    assert after.start > 4.45
    assert quiet_in(target, Span(1.0, 2.0), Span(6.0, 8.0, Sign.MINUS)) == (), "two seconds are enough"
    assert quiet_in(target, Span(1.0, 2.0), Span(3.0, 4.9, Sign.MINUS)) == (), "known already"
    assert quiet_in(np.zeros(8000)) == ()
