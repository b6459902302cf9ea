from pathlib import Path

import pytest

from samstudio.separation.listening.vocabulary import (
    class_names,
    completions,
    described,
    plain_name,
    similar_phrases,
    understood,
)
from samstudio.separation.listening.word_table import lines, word_table

PHRASES = [line.split(" = ") for line in Path(__file__).with_name("phrases.txt").read_text("utf-8").splitlines()]


def test_what_people_type_is_understood():
    """As the most typical class; where two readings are right, as any of them."""
    meanings = {phrase: understood(phrase) for phrase, _ in PHRASES}
    wrong = {
        phrase: meanings[phrase]
        for phrase, classes in PHRASES
        if meanings[phrase] is None or meanings[phrase].names[0] not in classes.split("|")
    }
    assert wrong == {}


def test_there_are_many_phrases_and_every_class_has_one():
    assert len(PHRASES) > 650
    table = word_table()
    assert len(table.phrases) > 2000
    assert {number for numbers in table.phrases.values() for number in numbers} == set(range(521))


@pytest.mark.parametrize("text", ["", "  ", "xyzzy", "?!", "qwertz uiop", "12", "a sound", "Umzugskarton"])
def test_what_is_no_word_for_a_sound_is_not_understood(text):
    assert understood(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "female voice",
        "the man's voice",
        "a woman speaking",
        "second speaker",
        "voix de femme",
        "Frauenstimme",
        "female singer",
    ],
)
def test_whose_voice_it_is_cannot_be_told(text):
    assert "whose voice" in understood(text).refusal


@pytest.mark.parametrize("text", ["voice", "speech", "people talking"])
def test_a_voice_can_be_told_from_other_sounds(text):
    assert not understood(text).refusal


@pytest.mark.parametrize("text", ["without vocals", "everything but the vocals", "no music", "not the dog"])
def test_what_a_sound_is_not_is_not_listened_for(text):
    assert "says what the sound is not" in understood(text).refusal


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dog and cat", ("Dog", "Cat")),
        ("guitar & vocals", ("Guitar", "Singing")),
        ("Hund und Katze", ("Dog", "Cat")),
        ("rock and roll", ("Rock music",)),
    ],
)
def test_two_sounds_both_count(text, names):
    assert understood(text).names[: len(names)] == names


@pytest.mark.parametrize(
    ("text", "first"), [("restaurant noise", "Chatter"), ("construction noise", "Tools"), ("noise", "Static")]
)
def test_noise_is_no_hiss_where_another_word_says_whose(text, first):
    assert understood(text).names[0] == first


@pytest.mark.parametrize(
    ("text", "name", "box"),
    [("plosives", "plosives", "200 Hz"), ("p-pops", "plosives", "200 Hz"), ("Plosivlaute", "plosives", "200 Hz"),
     ("sibilance", "sibilance", "10 kHz"), ("harsh esses", "sibilance", "10 kHz"), ("de-ess", "sibilance", "10 kHz")],
)  # fmt: skip
def test_what_no_treatment_is_for_is_named_and_the_way_on_is_told(text, name, box):
    """Taken for clicks or for noise, it would be removed wrongly."""
    meaning = understood(text)
    assert f"understood as {name}" in meaning.refusal
    assert "+ box" in meaning.remedy
    assert box in meaning.remedy


@pytest.mark.parametrize(
    ("text", "first"),
    [("sirens wailing", "Siren"), ("siren wail in the distance", "Siren"), ("wind howling", "Wind"),
     ("wind whistling", "Wind"), ("tires squealing", "Skidding"), ("engine roaring", "Engine"),
     ("engine running", "Engine"), ("alarm ringing", "Alarm"), ("cymbal ringing", "Cymbal"), ("water running", "Water"),
     ("waves crashing", "Ocean"), ("rain falling", "Rain"), ("thunder rolling", "Thunder"), ("fire roaring", "Fire"),
     ("seagulls screaming", "Squawk"), ("fridge humming", "Mechanical fan"), ("keyboard clicking", "Typing"),
     ("insects buzzing", "Insect"), ("roar of the engine", "Engine"), ("der Wind heult", "Wind")],
)  # fmt: skip
def test_of_a_noun_and_what_many_things_do_the_noun_counts(text, first):
    meaning = understood(text)
    assert meaning.names[0] == first
    assert meaning.unknown == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [("crying child", "Crying, sobbing"), ("man coughing", "Cough"), ("coughing man", "Cough"),
     ("kids screaming", "Screaming"), ("people laughing", "Laughter"), ("laughter of children", "Laughter"),
     ("clapping audience", "Applause"), ("crowd roaring", "Cheering"), ("man typing", "Typing"),
     ("wood sawing", "Sawing"), ("metal scraping", "Scratch"), ("guitar buzzing", "Mains hum"),
     ("Mann hustet", "Cough")],
)  # fmt: skip
def test_of_a_doer_and_what_it_does_the_latter_counts(text, first):
    """As does the noise on a recording of music."""
    meaning = understood(text)
    assert meaning.names[0] == first
    assert not meaning.refusal


@pytest.mark.parametrize(
    ("text", "first"),
    [("Voegel", "Bird"), ("STRASSENLAERM", "Traffic noise, roadway noise"), ("die Tueren", "Door"),
     ("einen Hund", "Dog"), ("Kühlschrankgeräusch", "Mechanical fan"), ("Zuggeraeusche", "Train"),
     ("Kirchenorgel", "Organ"), ("Umgebungsgeräusch", "Inside, small room"), ("l'orage", "Thunder"),
     ("bruit d'eau", "Water"), ("un coup de feu", "Gunshot, gunfire"), ("coeur", "Heart sounds, heartbeat"),
     ("el ladrido de un perro", "Dog"), ("los pajaros", "Bird")],
)  # fmt: skip
def test_other_languages_with_articles_compounds_and_plain_letters(text, first):
    meaning = understood(text)
    assert meaning.names[0] == first
    assert meaning.unknown == ()


def test_classes_are_named_as_people_say():
    number = {name: index for index, name in enumerate(class_names())}
    wanted = {
        "Rub": "rubbing",
        "Drum kit": "drums",
        "Fire engine, fire truck (siren)": "fire engine siren",
        "Burping, eructation": "burping",
    }
    assert {name: plain_name(number[name]) for name in wanted} == wanted
    assert [name for name in map(plain_name, range(521)) if "(" in name or "," in name] == []


@pytest.mark.parametrize(
    ("text", "first"),
    [("the dog in the street", "Dog"), ("speech over music", "Speech"), ("Hund auf der Straße", "Dog"),
     ("with guitar", "Guitar"), ("put the key in the lock", "Door"), ("the noise", "Static")],
)  # fmt: skip
def test_a_sound_is_named_before_where_it_is(text, first):
    """Where nothing known stands before it, what stands after it counts."""
    meaning = understood(text)
    assert meaning.names[0] == first
    assert not {"in", "over", "auf", "with"}.intersection(meaning.unknown)


def test_words_that_are_not_known_are_told():
    meaning = understood("purple dog xyzzy")
    assert meaning.phrase == "dog"
    assert meaning.unknown == ("purple", "xyzzy")


def test_a_class_is_known_by_its_own_name():
    own = [name.split("(")[0].split(",")[0] for name in class_names()]
    assert [name for name in own if understood(name) is None] == []


def test_completions_begin_with_what_was_typed():
    found = completions("acous")
    assert found[0] == "acoustic bass"
    assert "acoustic guitar" in found
    assert completions("") == ()
    assert completions("Slam ") == ("slam",), "it is one as it stands"
    assert len(completions("s")) == 8
    assert "door slam" in completions("sla", 12)


def test_every_line_of_every_language_names_known_classes_and_says_a_phrase_once():
    for language in ("english", "german", "french", "spanish"):
        said = [phrase for phrases, _ in lines(language, _indices()) for phrase in phrases]
        assert len(said) == len(set(said)), language
        assert all(phrase == phrase.strip() for phrase in said)


def _indices():
    return {name: number for number, name in enumerate(class_names())}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("birrd", "bird"), ("brid", "bird"), ("gutiar", "guitar"), ("fotsteps", "footsteps"), ("humm", "hum"),
     ("hise", "hiss"), ("typping", "typing"), ("wnd noise", "wind noise"), ("tonerre", "tonnerre")],
)  # fmt: skip
def test_a_mistyped_word_is_recognised_as_one(typed, meant):
    assert understood(typed) is None
    assert meant in similar_phrases(typed)[:2]


@pytest.mark.parametrize("text", ["", "x", "xyzzy", "qwertz", "a sound", "the noise"])
def test_nothing_is_offered_for_what_is_like_no_word(text):
    assert similar_phrases(text) == ()


def test_classes_are_described_without_the_synonyms_in_their_names():
    names = ("Bird", "Bird vocalization, bird call, bird song", "Chirp, tweet", "Squawk")
    assert described(names) == "Bird, Bird vocalization, Chirp"
    assert described(("Drum kit", "Inside, small room")) == "drums, room tone"
