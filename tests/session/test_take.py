from dataclasses import replace

import pytest

from samstudio.session.sam_audio_settings import Mode, ResidualKind, SamAudioSettings
from samstudio.session.take import SeparationSettings, Stem


def test_stems_have_the_names_that_files_and_manifests_use():
    assert [str(stem) for stem in Stem] == ["clip", "target", "residual"]
    assert Stem("target") is Stem.TARGET


def test_settings_are_values_that_a_cache_can_use_as_keys():
    assert {SeparationSettings(): 1}[SeparationSettings(engine="spectral", seed=0)] == 1
    assert SeparationSettings(seed=1) != SeparationSettings(seed=2)
    with pytest.raises(AttributeError):
        SeparationSettings().seed = 3


OWN = SamAudioSettings(residual=ResidualKind.MODEL)


@pytest.mark.parametrize(
    ("settings", "exact"),
    [
        (SeparationSettings(), True),
        (SeparationSettings("sam-audio"), True),
        (SeparationSettings("sam-audio", sam_audio=OWN), False),
        (SeparationSettings("sam-audio", sam_audio=replace(OWN, mode=Mode.FAITHFUL)), True),
        # What was once chosen for SAM Audio says nothing of another engine.
        (SeparationSettings("spectral", sam_audio=OWN), True),
    ],
)
def test_only_a_models_own_residual_does_not_sum_exactly(settings, exact):
    assert settings.sums_exactly is exact
