import numpy as np
import pytest

from samstudio.separation.engine import NotHeardError
from samstudio.separation.listening.curve_spans import NoSpans
from samstudio.separation.listening.hearing import Heard
from samstudio.separation.listening.listener import predicted_spans
from samstudio.separation.listening.vocabulary import SINGING, class_names, understood
from samstudio.separation.spectral.voice import singing
from samstudio.separation.spectral.voice.singing import SingingListener, is_singing, spans_of_level
from samstudio.separation.steps import finish
from samstudio.session.prompt import Sign

RATE = 8000
SECONDS = 13.0
"""More than the network takes at a time."""


@pytest.mark.parametrize(("text", "sung"), [("lead vocals", True), ("singer", True), ("speech", False), ("dog", False)])
def test_singing_is_meant_by_its_words(text, sung):
    assert is_singing(understood(text)) == sung


def test_whose_singing_it_is_is_not_listened_for():
    assert not is_singing(understood("female singer"))


def listened(monkeypatch, logit):
    """Predict singing in noise, of which the network takes two stretches for voice, as loud in one as in the other."""
    voiced, asked = ((2.0, 4.0), (10.5, 12.0)), []

    def voice_of(clip):
        yield
        voice = np.zeros(clip.shape, np.float32)
        # Each piece begins with what was heard before it.
        begin = 0.0 if not asked else singing.BLOCK_SECONDS - singing.CONTEXT_SECONDS
        asked.append(begin)
        for start, end in voiced:
            low, high = (max(0, round((at - begin) * singing.RATE)) for at in (start, end))
            voice[:, low:high] = clip.numpy()[:, low:high]
        return clip.new_tensor(voice)

    def listen(voice, _rate):
        yield 0.5
        logits = np.full((20, 521), -12.0, np.float32)
        logits[:, class_names().index(SINGING)] = logit
        return Heard(logits, np.linspace(0.0, SECONDS, 20), np.zeros(9, np.float32))

    monkeypatch.setattr(singing, "voice_of", voice_of)
    monkeypatch.setattr(singing, "listen", listen)
    samples = 0.1 * np.random.default_rng(1).standard_normal((round(SECONDS * RATE), 1)).astype(np.float32)
    return finish(predicted_spans("vocals", SingingListener(), samples, RATE))


def test_the_level_of_the_voice_says_where_someone_sings_also_across_pieces(monkeypatch):
    spans = listened(monkeypatch, -1.0).spans
    plus = [(span.start, span.end) for span in spans if span.sign is Sign.PLUS]
    np.testing.assert_allclose(plus, [(2.0, 4.0), (10.5, 12.0)], atol=0.11)
    # Far from all singing, the network may have missed some.
    assert [(span.start, span.end) for span in spans if span.sign is Sign.MINUS] == [
        pytest.approx(pause, abs=0.11) for pause in ((0.0, 1.85), (4.15, 5.85), (8.65, 10.35), (12.15, SECONDS))
    ]


def test_of_a_long_clip_the_places_are_asked_for_where_singing_is_likely(monkeypatch):
    def heard_in(_samples, _rate):
        yield 0.5
        times = np.linspace(0.0, SECONDS, 20)
        return Heard(np.where(times < 11.0, -5.0, -9.0)[:, None].repeat(521, 1), times, np.zeros(9, np.float32))

    monkeypatch.setattr(singing, "heard_in", heard_in)
    monkeypatch.setattr(singing, "MOST_BLOCKS", 1)
    spans = listened(monkeypatch, -1.0).spans
    assert [span.start for span in spans if span.sign is Sign.PLUS] == [
        pytest.approx(at, abs=0.11) for at in (2.0, 10.5)
    ]
    assert spans[-1].end == pytest.approx(singing.BLOCK_SECONDS)


def test_a_voice_that_does_not_sing_is_no_singing(monkeypatch):
    with pytest.raises(NotHeardError, match="“vocals” is not heard clearly"):
        listened(monkeypatch, -6.0)


def test_a_voice_that_never_pauses_does_not_tell_the_two_apart():
    times = np.arange(100) * 0.1 + 0.05
    assert spans_of_level(np.zeros(100), times, 10.0) is NoSpans.NEVER_STOPS
    assert spans_of_level(np.full(100, -100.0), times, 10.0) is NoSpans.NOT_HEARD
    assert spans_of_level(np.zeros(1), times[:1], 0.1) is NoSpans.NOT_HEARD
