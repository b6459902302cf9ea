import pytest

from samstudio.session.text.wording import with_wanted, worded


@pytest.mark.parametrize(
    ("text", "wanted", "left_out"),
    [
        ("man speaking", "man speaking", ()),
        ("vocals without reverb", "vocals", ("reverb",)),
        ("man speaking, no dog", "man speaking", ("dog",)),
        ("guitar without the drums and bass", "guitar", ("drums", "bass")),
        ("Not the singer", "", ("singer",)),
        ("everything but the vocals", "", ("vocals",)),
        ("piano, but not the pedal", "piano", ("pedal",)),
        ("Klavier ohne Gesang", "Klavier", ("Gesang",)),
        ("Gitarre ohne Das Klavier Und Flöte", "Gitarre", ("Klavier", "Flöte")),
        # These only look like words that leave something out.
        ("nose blowing", "nose blowing", ()),
        ("no-input mixer", "no-input mixer", ()),
        ("button", "button", ()),
        ("without", "without", ()),
    ],
)
def test_what_is_wanted_and_what_is_left_out(text, wanted, left_out):
    wording = worded(text)
    assert (wording.wanted, wording.left_out) == (wanted, left_out)


def test_another_wanted_sound_leaves_out_the_same():
    assert with_wanted("guitar and piano without dog", "guitar") == "guitar without dog"
    assert with_wanted("guitar", "piano") == "piano"
