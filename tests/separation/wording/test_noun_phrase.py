import pytest

from samstudio.separation.wording.noun_phrase import noun_phrase


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("man speaking", "man speaking"),
        ("A man is speaking.", "man speaking"),
        ("Please extract the sound of a dog barking!", "dog barking"),
        ("there is a woman that is singing", "woman singing"),
        ("“Acoustic Guitar”", "acoustic guitar"),
        ("I can hear The Acoustic Guitar without the drums", "acoustic guitar without the drums"),
        ("isolate just the vocals, please", "vocals"),
        ("Can you isolate the piano", "piano"),
        ("extract vocals please", "vocals"),
        ("Vogel", "bird"),
        ("Klavier und Geige", "piano and violin"),
        ("guitar, drums", "guitar, drums"),
        ("Gitarre ohne Schlagzeug", "guitar without drums"),
        ("the", "the"),
        ("", ""),
    ],
)
def test_what_people_type_becomes_a_noun_phrase(typed, phrase):
    assert noun_phrase(typed) == phrase
    assert noun_phrase(phrase) == phrase
