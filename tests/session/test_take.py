import numpy as np
import pytest

from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take


def test_stems_have_the_names_that_files_and_manifests_use():
    assert [str(stem) for stem in Stem] == ["clip", "target", "residual"]
    assert Stem("target") is Stem.TARGET


def test_settings_are_values_that_a_cache_can_use_as_keys():
    assert {SeparationSettings(): 1}[SeparationSettings(engine="spectral", seed=0)] == 1
    assert SeparationSettings(seed=1) != SeparationSettings(seed=2)
    with pytest.raises(AttributeError):
        SeparationSettings().seed = 3


@pytest.mark.parametrize(
    ("frames_done", "stretch", "left_out"),
    [
        (480, None, ()),
        (120, None, ((0.25, 1.0),)),
        (480, (0.25, 0.5), ((0.0, 0.25), (0.5, 1.0))),
        (480, (0.0, 0.5), ((0.5, 1.0),)),
        (480, (0.0, 1.0), ()),
    ],
)
def test_a_take_tells_what_was_not_separated(frames_done, stretch, left_out):
    samples = np.zeros((480, 1), np.float32)
    sound = Sound(Stems(samples, samples))
    take = Take("Take 1", Prompt(), SeparationSettings(), sound, 1.0, frames_done, stretch=stretch)
    assert take.left_out(480, 480) == left_out
