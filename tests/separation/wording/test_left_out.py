"""Words that leave sounds out, with a listener that hears what a test says."""

import numpy as np
import pytest

from samstudio.separation.engine import Notice, Predicted, Progress, SeparationError, SeparationRequest
from samstudio.separation.listening.listener import NotHeardError, Prediction
from samstudio.separation.wording import left_out
from samstudio.separation.wording.left_out import LeavingOut
from samstudio.session.prompt import Prompt, Sign, Span

HEARD = {"dog": ((1.0, 2.0), (4.0, 6.0)), "speech": ((5.0, 9.0),), "piano": ((1.0, 2.0),)}


class Keeps:
    """An engine that keeps the request that it is given."""

    def separate(self, request):
        self.prompt = request.prompt
        yield Notice("done")


@pytest.fixture(autouse=True)
def listener(monkeypatch):
    def hear(text, _meaning, _samples, _rate):
        yield 0.5
        if text not in HEARD:
            raise NotHeardError(f"“{text}” is not heard", remedy="mark a + span where this is heard and a − span.")
        return Prediction(tuple(Span(start, end) for start, end in HEARD[text]), (text,), is_clear=text != "piano")

    monkeypatch.setattr(left_out, "predicted_spans", hear)


def separated(text: str, *spans: Span) -> tuple[Prompt, list]:
    engine = Keeps()
    request = SeparationRequest(np.zeros((10 * 8000, 1), np.float32), 8000, Prompt(text, spans))
    steps = list(LeavingOut(engine).separate(request))
    return engine.prompt, steps


def notices(steps: list) -> list[str]:
    return [step.text for step in steps if isinstance(step, Notice)]


def test_a_sound_that_is_left_out_is_marked_where_the_wanted_one_is_not_heard():
    prompt, steps = separated("speech without dog")
    assert prompt == Prompt("speech", (Span(1.0, 2.0, Sign.MINUS), Span(4.0, 5.0, Sign.MINUS)))
    assert [step.spans for step in steps if isinstance(step, Predicted)] == [prompt.spans]
    assert notices(steps)[0].startswith("Without “dog”: 2.0 s in which it is heard and “speech” is not")


def test_where_anyone_speaks_it_may_be_the_wanted_voice():
    prompt, _ = separated("man speaking without dog")
    assert prompt == Prompt("man speaking", (Span(1.0, 2.0, Sign.MINUS), Span(4.0, 5.0, Sign.MINUS)))


def test_drawn_spans_decide():
    drawn = Span(1.0, 1.5)
    prompt, _ = separated("no dog", drawn)
    assert prompt.text == ""
    assert prompt.spans == (Span(1.5, 2.0, Sign.MINUS), Span(4.0, 6.0, Sign.MINUS), drawn)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("speech without cat", "“cat” is not heard: mark a − span where it is heard."),
        ("speech without piano", "“piano” is not heard clearly enough"),
        ("speech without xyzzy", "“xyzzy” is not a sound that is listened for"),
        ("xyzzy without dog", "“xyzzy” is not a sound that is listened for, so “dog”"),
        ("dog without dog", "Wherever it is heard, “dog” is heard too"),
    ],
)
def test_where_nothing_can_be_told_nothing_is_marked_and_the_rest_of_the_text_counts(text, why):
    prompt, steps = separated(text)
    assert prompt == Prompt(text.partition(" without ")[0])
    assert why in notices(steps)[0]
    assert not any(isinstance(step, Predicted) for step in steps)


def test_a_text_that_only_leaves_out_is_refused():
    with pytest.raises(SeparationError, match="says only what the sound is not"):
        separated("no dog", Span(0.0, 1.0, Sign.MINUS))


def test_other_texts_are_left_as_they_are():
    prompt, steps = separated("Dog barking")
    assert prompt == Prompt("Dog barking")
    assert notices(steps) == ["done"]


def test_an_engine_that_refuses_says_so_alone():
    class Refuses:
        def separate(self, _request):
            yield Progress("Listening", 0.5, 1.0)
            raise SeparationError("“traffic” is heard all the time.")

    told = []
    request = SeparationRequest(np.zeros((80000, 1), np.float32), 8000, Prompt("speech without dog"))
    with pytest.raises(SeparationError, match="all the time"):
        told.extend(LeavingOut(Refuses()).separate(request))
    assert {type(step) for step in told} == {Progress}
