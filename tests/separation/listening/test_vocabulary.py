from pathlib import Path

import pytest

from samstudio.separation.listening import vocabulary
from samstudio.separation.listening.vocabulary import class_names, completions, understood

PHRASES = [line.split(" = ") for line in Path(__file__).with_name("phrases.txt").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("phrase", "classes"), PHRASES, ids=[phrase for phrase, _ in PHRASES])
def test_what_people_type_is_understood(phrase, classes):
    """The most typical class; where two readings are right, any of them."""
    meaning = understood(phrase)
    assert meaning is not None
    assert meaning.names[0] in classes.split("|")


def test_there_are_many_phrases_and_every_class_has_one():
    assert len(PHRASES) > 300
    table = vocabulary._table()
    assert len(table.phrases) > 2000
    assert {number for numbers in table.phrases.values() for number in numbers} == set(range(521))


@pytest.mark.parametrize("text", ["", "  ", "xyzzy", "?!", "qwertz uiop", "12"])
def test_what_is_no_word_for_a_sound_is_not_understood(text):
    assert understood(text) is None


@pytest.mark.parametrize("text", ["female voice", "the man's voice", "a woman speaking", "second speaker"])
def test_whose_voice_it_is_cannot_be_told(text):
    assert understood(text).is_one_voice


@pytest.mark.parametrize("text", ["voice", "speech", "people talking"])
def test_a_voice_can_be_told_from_other_sounds(text):
    assert not understood(text).is_one_voice


@pytest.mark.parametrize("name", class_names())
def test_a_class_is_known_by_its_own_name(name):
    first = name.split("(")[0].split(",")[0]
    assert understood(first) is not None


def test_completions_begin_with_what_was_typed():
    found = completions("acous")
    assert found[0] == "acoustic bass"
    assert "acoustic guitar" in found
    assert completions("") == ()
    assert completions("slam") == ()
    assert len(completions("s")) == 8
    assert "door slam" in completions("sla")


def test_every_line_of_every_language_names_known_classes_and_says_a_phrase_once():
    for language in ("english", "german", "french", "spanish"):
        said = [phrase for phrases, _ in vocabulary._lines(language, _indices()) for phrase in phrases]
        assert len(said) == len(set(said)), language
        assert all(phrase == phrase.strip() for phrase in said)


def _indices():
    return {name: number for number, name in enumerate(class_names())}
