"""Whether words are heard, asked before a separation."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.separation.engine import SeparationError, SeparationRequest
from samstudio.separation.registry import create_engine, engine_info
from samstudio.separation.wording import heard_words
from samstudio.separation.wording.heard_words import listen_for_words
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings

RATE = 16000
WORDS = ("siren", "gwrzl", "hum")


@pytest.fixture(scope="module")
def noise():
    return (0.1 * np.random.default_rng(3).standard_normal((2 * RATE, 1))).astype(np.float32)


def said(samples):
    *fractions, sentences = listen_for_words(WORDS, samples, RATE, SeparationSettings())
    assert fractions == sorted(fractions)
    assert all(0.0 <= fraction <= 1.0 for fraction in fractions)
    return dict(zip(WORDS, sentences, strict=True))


def test_what_the_engine_would_refuse_is_said_in_its_own_words(noise):
    found = said(noise)
    assert found["hum"] == "", "what has a treatment of its own is not listened for"
    for word in ("siren", "gwrzl"):
        request = SeparationRequest(noise, RATE, Prompt(word), SeparationSettings())
        with pytest.raises(SeparationError) as refused:
            list(create_engine("spectral").separate(request))
        assert found[word] == refused.value.in_window != ""


def test_for_an_engine_that_understands_any_words_only_what_is_not_heard_counts(noise, monkeypatch):
    any_words = replace(engine_info("spectral"), listen_for=None)
    monkeypatch.setattr(heard_words, "engine_info", lambda _name: any_words)
    assert said(noise) == {"siren": "No “siren” is heard here.", "gwrzl": "", "hum": ""}
