import gc
import weakref
from functools import partial

import numpy as np
import pytest
import soundfile
import torch

from samstudio.assets import asset
from samstudio.separation.engine import NotHeardError
from samstudio.separation.listening import hearing, mono
from samstudio.separation.listening.curve_spans import NoSpans, is_faint, spans_of_logits, spans_of_speech
from samstudio.separation.listening.hearing import Heard, heard_in, listen
from samstudio.separation.listening.listener import check_lead, other_sound, predicted_spans
from samstudio.separation.listening.vocabulary import class_names, understood
from samstudio.separation.listening.word_list import WordListListener
from samstudio.separation.listening.yamnet import log_mel, mel_filters
from samstudio.separation.steps import finish
from samstudio.session.prompt import Sign


@pytest.fixture(scope="module")
def demo():
    return soundfile.read(asset("demo/demo.flac"), dtype="float32", always_2d=True)


def test_the_demo_is_heard_in_pieces_as_in_one(demo, monkeypatch):
    samples, rate = demo
    whole = finish(listen(samples, rate))
    monkeypatch.setattr(mono, "BLOCK_SECONDS", 0.37)
    pieces = finish(listen(samples, rate))
    np.testing.assert_allclose(pieces.logits, whole.logits, atol=5e-3)
    np.testing.assert_allclose(pieces.speech, whole.speech, atol=1e-3)
    assert pieces.times[0] == pytest.approx(0.0)
    assert 0 <= len(samples) / rate - pieces.times[-1] < 0.13


@torch.no_grad()
def test_a_patch_lies_around_its_time():
    """A clip at the network's own rate: patch 20 is that of the sound from 0.48 s before its time to 0.48 s after."""
    rate = 16000
    samples = (0.1 * np.random.default_rng(2).standard_normal((5 * rate, 1))).astype(np.float32)
    heard = finish(heard_in(samples, rate))
    start = round((heard.times[20] - 0.48) * rate)
    piece = torch.from_numpy(samples[start : start + 95 * 160 + 512, 0])
    wanted = hearing.yamnet_network()(log_mel(piece, mel_filters())[None])[0]
    np.testing.assert_allclose(heard.logits[20], wanted, atol=1e-3)


def test_a_clip_is_listened_to_once(demo, monkeypatch):
    samples, rate = demo[0].copy(), demo[1]
    first = finish(heard_in(samples, rate))
    monkeypatch.setattr(hearing, "yamnet_network", None)
    assert finish(heard_in(samples, rate)) is first
    # As another process does, which has the same sound elsewhere in memory.
    again = finish(heard_in(samples.copy(), rate))
    for name in ("logits", "times", "speech"):
        assert np.array_equal(getattr(again, name), getattr(first, name))
    with pytest.raises(TypeError):
        finish(heard_in(samples[1:].copy(), rate))


def test_what_was_heard_goes_with_its_clip(demo):
    samples, rate = demo[0][:40000].copy(), demo[1]
    finish(heard_in(samples, rate))
    assert hearing._kept.get(samples) is not None
    other = samples.copy()
    assert hearing._kept.get(other) is None
    gone = weakref.ref(hearing._kept.get(samples))
    del samples
    gc.collect()
    assert gone() is None


def test_a_long_clip_is_heard_more_coarsely():
    hops = [next(hop for longest, hop in hearing.PATCH_HOPS if seconds <= longest) for seconds in (60, 600, 7200)]
    assert hops == sorted(hops)
    assert len(set(hops)) == 3


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [8000, 22050, 44101, 96000])
def test_any_rate_and_channels_and_broken_samples(rate, channels):
    samples = np.zeros((rate // 3, channels), np.float32)
    samples[10] = np.nan
    samples[20] = np.inf
    heard = finish(heard_in(samples, rate))
    assert np.isfinite(heard.logits).all()
    assert len(heard.times) == len(heard.logits) == 3


def test_the_birds_of_the_demo_are_found_by_their_word(demo):
    prediction = finish(predicted_spans("bird", WordListListener(), *demo))
    assert "Bird" in prediction.names
    plus = [span for span in prediction.spans if span.sign is Sign.PLUS]
    minus = [span for span in prediction.spans if span.sign is Sign.MINUS]
    assert plus
    assert minus
    assert all(not (a.start < b.end and b.start < a.end) for a in plus for b in minus)


@pytest.mark.parametrize(("text", "sentence"), [("jackhammer", "not heard clearly"), ("female voice", "whose voice")])
def test_what_is_not_heard_or_cannot_be_told_is_said(demo, text, sentence):
    with pytest.raises(NotHeardError, match=sentence):
        finish(predicted_spans(text, WordListListener(), *demo))


@pytest.mark.parametrize("gain", [1e-4, 30.0])
def test_very_soft_and_very_loud_clips_are_heard_at_a_usual_level(demo, gain):
    samples, rate = demo
    prediction = finish(predicted_spans("bird", WordListListener(), samples * np.float32(gain), rate))
    assert any(span.sign is Sign.PLUS for span in prediction.spans)


def test_channels_that_cancel_each_other_out_are_heard(demo):
    samples, rate = demo
    opposite = np.stack((samples[:, 0], -samples[:, 0]), 1)
    heard, first = (finish(heard_in(sound, rate)) for sound in (opposite, samples[:, :1].copy()))
    np.testing.assert_allclose(heard.logits, first.logits, atol=1e-3)


@pytest.mark.parametrize(
    ("text", "target", "rest", "is_found"),
    [("bird", 1.0, -6.0, True), ("bird", -3.0, -2.0, False), ("bird", -1.0, -3.0, False),
     ("speech", 0.9, 0.1, True), ("speech", 0.8, 0.9, False), ("speech", 0.3, 0.0, False)],
)  # fmt: skip
def test_what_was_found_must_be_heard_more_clearly_than_the_rest(text, target, rest, is_found):
    def heard(value):
        return Heard(np.full((5, 521), value, np.float32), np.arange(5.0), np.full(9, value, np.float32))

    check = partial(check_lead, text, understood(text), [heard(target)], [heard(rest)])
    if is_found:
        check()
    else:
        with pytest.raises(NotHeardError, match="more clearly in the rest"):
            check()


@pytest.mark.parametrize(("target", "is_found"), [(-6.5, True), (-9.0, False)])
def test_a_target_in_which_the_sound_is_hardly_heard_is_another_sound(target, is_found):
    parts = [
        [Heard(np.full((5, 521), value, np.float32), np.arange(5.0), np.zeros(9, np.float32))]
        for value in (target, -15.0)
    ]
    check = partial(check_lead, "dog", understood("dog"), *parts)
    if is_found:
        check()
    else:
        with pytest.raises(NotHeardError, match="found by “dog” does not sound like it"):
            check()


def curve(*events, seconds=20.0, step=0.12, loud=2.0, soft=-9.0):
    times = np.arange(0.0, seconds, step)
    logits = np.full(len(times), soft)
    for start, end in events:
        logits[(times >= start) & (times < end)] = loud
    return logits, times, seconds


def test_a_curve_becomes_spans_that_keep_apart():
    found = spans_of_logits(*curve((3.0, 6.0), (12.0, 13.0)))
    np.testing.assert_allclose(found.plus, [(3.0, 6.0), (12.0, 13.0)], atol=0.2)
    for start, end in found.minus:
        assert all(end < low or start > high for low, high in ((3.0, 6.0), (12.0, 13.0)))
        assert end - start >= 0.25


@pytest.mark.parametrize(("events", "why"), [((), NoSpans.NOT_HEARD), (((0.0, 20.0),), NoSpans.NEVER_STOPS)])
def test_a_flat_curve_tells_nothing(events, why):
    assert spans_of_logits(*curve(*events)) is why


def test_a_single_short_event_is_found():
    """Half a second in 20 is less than the loudest twentieth."""
    found = spans_of_logits(*curve((8.0, 8.5), loud=-3.0))
    assert len(found.plus) == 1
    assert found.plus[0][0] < 8.25 < found.plus[0][1]


def test_speech_has_pauses():
    speech = np.zeros(625, np.float32)
    speech[100:200] = speech[400:410] = 0.9
    found = spans_of_speech(speech, np.arange(625), 20.0)
    assert [(round(start, 2), round(end, 2)) for start, end in found.plus] == [(3.2, 6.4), (12.8, 13.12)]
    assert found.minus[0] == (0.0, pytest.approx(3.2 - 0.15))
    assert spans_of_speech(np.ones(625, np.float32), np.arange(625), 20.0) is NoSpans.NEVER_STOPS
    assert spans_of_speech(np.zeros(625, np.float32), np.arange(625), 20.0) is NoSpans.NOT_HEARD


def test_every_class_has_a_name():
    assert len(class_names()) == len(set(class_names())) == 521


def test_a_sound_that_is_heard_faintly_gets_spans_and_a_stricter_check():
    logits, times, seconds = curve((3.0, 6.0), loud=-6.2, soft=-9.9)
    assert spans_of_logits(logits, times, seconds).plus
    assert is_faint(logits)
    assert not is_faint(curve((3.0, 6.0), loud=-5.0)[0])
    parts = [[Heard(np.full((5, 521), value, np.float32), np.arange(5.0), np.zeros(9, np.float32))]
             for value in (-6.0, -10.0)]  # fmt: skip
    check_lead("dog", understood("dog"), *parts)
    with pytest.raises(NotHeardError, match="more clearly in the rest"):
        check_lead("dog", understood("dog"), *parts, faint=True)


@pytest.mark.parametrize(
    ("loudest", "told"), [("Bird", "sounds more like bird than like cricket"), ("Cricket", ""), ("Animal", "")]
)
def test_another_sound_that_is_clearer_in_the_target_is_told(loudest, told):
    found = np.full((5, 521), -9.0, np.float32)
    found[:, class_names().index("Cricket")] = -3.5
    found[:, class_names().index(loudest)] = 1.0
    target, rest = (
        Heard(logits, np.arange(5.0), np.zeros(9, np.float32)) for logits in (found, np.full_like(found, -9.0))
    )
    sentence = other_sound("crickets", understood("crickets"), [target], [rest])
    assert told in sentence
    assert bool(sentence) == bool(told)
