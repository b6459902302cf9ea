from dataclasses import replace

import pytest

from samstudio.separation.engine_info import PromptPart
from samstudio.separation.registry import engine_info
from samstudio.separation.wording.advice import Advice, advice
from samstudio.session.prompt import Prompt, Span

ANY_TEXT, KNOWN_WORDS = engine_info("sam-audio"), engine_info("spectral")


def test_a_noun_phrase_needs_no_advice():
    assert advice(Prompt("man speaking"), ANY_TEXT) == advice(Prompt(), ANY_TEXT) == Advice()


def test_an_engine_offers_the_words_that_it_understands_best():
    given = advice(Prompt("A man is speaking."), ANY_TEXT)
    assert (given.rewrite, given.sounds) == ("man speaking", ())
    assert "in lower case" in given.sentences[0]
    # This one does not mind.
    assert advice(Prompt("A man is speaking."), KNOWN_WORDS) == Advice()
    assert advice(Prompt("A man is speaking."), replace(ANY_TEXT, accepts=frozenset({PromptPart.SPANS}))) == Advice()


def test_two_sounds_may_be_two_takes():
    given = advice(Prompt("the Guitar and the drums"), ANY_TEXT)
    assert given.sounds == ("guitar", "drums")
    assert advice(Prompt("guitar and drums"), KNOWN_WORDS).sounds == ("guitar", "drums")
    assert advice(Prompt("rock and roll"), ANY_TEXT).sounds == ()
    # Spans decide there, and would make both alike.
    assert advice(Prompt("guitar and drums", (Span(0, 1),)), KNOWN_WORDS).sounds == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "man speaking without dog",
            "− spans are set where “dog” is heard and “man speaking” is not, if that can be told.",
        ),
        ("man speaking without xyzzy", "“xyzzy” is not a sound that is listened for"),
        ("Gitarre ohne Klavier", "− spans are set where “Klavier” is heard and “Gitarre” is not, if that can be told."),
        ("xyzzy without dog", "“xyzzy” is not a sound that is listened for, so “dog” changes nothing"),
    ],
)
def test_what_becomes_of_a_sound_that_is_left_out_is_said(text, said):
    assert advice(Prompt(text), ANY_TEXT).sentences[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Please remove the BIRD from this recording.", "bird"),
        ("get rid of the hum", "hum"),
        ("everything but the vocals", "vocals"),
        ("Bitte den Vogel entfernen", "bird"),
    ],
)
def test_a_request_to_remove_a_sound_offers_that_sound_and_names_the_residual(text, offered):
    given = advice(Prompt(text), ANY_TEXT)
    assert given.rewrite == offered
    assert "use the residual" in given.sentences[0]
    # What is told is as it was typed.
    assert ("“BIRD”" in given.sentences[0]) == ("BIRD" in text)
