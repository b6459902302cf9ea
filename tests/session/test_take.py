import pytest

from samstudio.session.take import SeparationSettings, Stem


def test_stems_have_the_names_that_files_and_manifests_use():
    assert [str(stem) for stem in Stem] == ["clip", "target", "residual"]
    assert Stem("target") is Stem.TARGET


def test_settings_are_values_that_a_cache_can_use_as_keys():
    assert {SeparationSettings(): 1}[SeparationSettings(engine="spectral", seed=0)] == 1
    assert SeparationSettings(seed=1) != SeparationSettings(seed=2)
    with pytest.raises(AttributeError):
        SeparationSettings().seed = 3
