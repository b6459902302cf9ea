import subprocess
import sys

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.engine_info import EngineInfo, PromptPart
from samstudio.separation.listening.vocabulary import understood
from samstudio.separation.registry import (
    checked_settings,
    engine_info,
    engine_that_accepts,
    engines,
    find_engine,
    frame_grid,
    register,
    sums_exactly,
    unregister,
)
from samstudio.session.engine_settings import checked_options, decided_options
from samstudio.session.take import SeparationSettings


def test_the_default_engine_comes_first():
    assert [info.name for info in engines()] == ["spectral", "sam-audio"]
    assert engines()[0].name == SeparationSettings().engine


def test_an_engine_says_which_weights_it_lacks():
    spectral, sam_audio = engines()
    assert spectral.unavailable == ""
    assert sam_audio.unavailable.startswith("SAM Audio needs its weights")
    assert [info.unavailable for info in engines({"sam-audio": {"model": "small"}})] == ["", ""]


def test_finding_engines_imports_none_of_their_code():
    code = "import sys; from samstudio.separation.registry import engines; engines(); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_an_engine_can_be_added_and_taken_away():
    info = EngineInfo("extra", "Extra", "One more.", lambda: None)
    register(info)
    try:
        assert [info.name for info in engines()] == ["spectral", "sam-audio", "extra"]
    finally:
        unregister("extra")
    assert find_engine("extra") is None
    with pytest.raises(SeparationError, match="no engine called 'extra'; the engines are: spectral, sam-audio"):
        engine_info("extra")


@pytest.mark.parametrize("info", engines(), ids=lambda info: info.name)
def test_every_table_is_well_formed(info):
    names = [row.name for row in info.settings]
    assert len(set(names)) == len(names)
    assert checked_options(info.settings, info.defaults) == info.defaults
    for row in info.settings:
        assert row.title
        assert row.help
        assert row.command_help or not row.changes_result
        assert row.unused is None or row.unused.setting in names
    for preset, values in info.presets.items():
        assert preset in info.setting("preset").values
        assert values.keys() == {row.name for row in info.settings if row.by_preset}
        assert None not in decided_options(info.defaults.changed(preset=preset, **values), info.presets).values()


def test_settings_are_completed_and_checked():
    settings = checked_settings(SeparationSettings("sam-audio", options={"steps": 3}))
    assert settings.options == engine_info("sam-audio").defaults.changed(steps=3)
    with pytest.raises(SeparationError, match="Steps can be 1 to 256"):
        checked_settings(SeparationSettings("sam-audio", options={"steps": 0}))
    with pytest.raises(SeparationError, match="no engine called 'gone'"):
        checked_settings(SeparationSettings("gone"))


@pytest.mark.parametrize(
    ("settings", "exact"),
    [
        (SeparationSettings(), True),
        (SeparationSettings("sam-audio"), True),
        (SeparationSettings("sam-audio", options={"residual": "model"}), False),
        (SeparationSettings("sam-audio", options={"residual": "model", "mode": "faithful"}), True),
        # Of an engine that is not here nothing is known.
        (SeparationSettings("from-tomorrow"), False),
    ],
)
def test_only_a_models_own_residual_does_not_sum_exactly(settings, exact):
    assert sums_exactly(settings) is exact


def test_the_words_that_are_shown_as_understood_are_understood():
    for word in engine_info("spectral").words:
        assert understood(word)


def test_who_understands_what():
    assert engine_that_accepts(PromptPart.TEXT).name == "sam-audio"
    assert engine_that_accepts(PromptPart.REGIONS).name == "sam-audio"
    assert engine_that_accepts(PromptPart.SPANS).name == "spectral"


def test_an_engine_without_frames_borrows_those_of_one_that_has_them():
    assert frame_grid("sam-audio").seconds == 0.04
    assert frame_grid("spectral") == frame_grid("sam-audio")
