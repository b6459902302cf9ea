import numpy as np
import pytest

from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.session.text.stem_names import stem_names


def take_of(text: str) -> Take:
    sound = np.zeros((1, 1), np.float32)
    return Take("Take 1", Prompt(text), SeparationSettings(), Sound(Stems(sound, sound)), 0.0, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("speech", ["speech", "rest"]),
        ("  acoustic  guitar ", ["acoustic_guitar", "rest"]),
        ("", ["target", "residual"]),
        ("   ", ["target", "residual"]),
        ("rest", ["rest_2", "rest"]),
        ("Mix", ["Mix_2", "rest"]),
        ("a very long description of a bird that sings", ["a_very_long_description_of_a_bird_that", "rest"]),
        ("x" * 100, ["x" * 40, "rest"]),
    ],
)  # fmt: skip
def test_target_and_residual_are_called_by_the_text_where_there_is_one(text, expected):
    assert list(stem_names((), take_of(text), ("mix",)).values()) == expected


def test_each_part_of_a_chain_is_called_by_its_own_text_and_no_two_alike():
    earlier = (("Take 1", take_of("speech")), ("Take 2", take_of("")), ("Take 3", take_of("drums")))
    names = stem_names(earlier, take_of("Speech"))
    assert names == {
        "Take 1": "speech",
        "Take 2": "Take 2",
        "Take 3": "drums",
        "target": "Speech_2",
        "residual": "rest",
    }
