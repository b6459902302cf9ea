import pickle

import pytest

from samstudio.session.engine_settings import (
    ChoiceSetting,
    FlagSetting,
    NumberSetting,
    Options,
    PartSetting,
    SettingChoice,
    SettingError,
    TextSetting,
    Unused,
    checked_options,
)

MODES = (SettingChoice("soft", "Soft"), SettingChoice("hard", "Hard"))
TABLE = (
    PartSetting(name="weights", title="Weights", role="model", is_required=True),
    ChoiceSetting(name="mode", title="Mode", default="soft", choices=MODES),
    NumberSetting(name="rounds", title="Rounds", least=2, most=9, default=3, unit="times"),
    NumberSetting(name="depth", title="Depth", least=1, most=4, by_preset=True, unused=Unused("mode", "soft")),
    FlagSetting(name="gate", title="Gate", default=True),
    TextSetting(name="remark", title="Remark", default=""),
)
DEFAULTS = {"weights": "", "mode": "soft", "rounds": 3, "depth": None, "gate": True, "remark": ""}


def test_options_are_values_that_a_cache_can_use_as_keys():
    one, other = Options(a=1, b="x"), Options({"b": "x", "a": 1})
    assert one == other == {"a": 1, "b": "x"}
    assert {one: 1}[other] == 1
    assert one.changed(a=2) == {"a": 2, "b": "x"}
    assert one == {"a": 1, "b": "x"}
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(TypeError):
        one["a"] = 3


def test_what_is_not_chosen_has_its_default():
    assert checked_options(TABLE, {}) == DEFAULTS
    assert checked_options(TABLE, {"depth": 4, "gate": False}) == {**DEFAULTS, "depth": 4, "gate": False}
    assert checked_options((), {}) == {}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("mode", "loud", "There is no mode 'loud': choose soft or hard."),
        ("mode", None, "There is no mode 'None': choose soft or hard."),
        ("rounds", 1, "Rounds can be 2 to 9 times, not 1."),
        ("rounds", True, "Rounds can be 2 to 9 times, not True."),
        ("rounds", None, "Rounds can be 2 to 9 times, not None."),
        ("depth", 2.5, "Depth can be 1 to 4, not 2.5."),
        ("gate", "yes", "Gate can be on or off, not 'yes'."),
        ("remark", 5, "Remark must be a text of 4096 letters at most."),
        ("weights", "x" * 5000, "Weights must be a text of 4096 letters at most."),
    ],
)
def test_a_wrong_value_is_one_sentence(name, value, sentence):
    with pytest.raises(SettingError) as caught:
        checked_options(TABLE, {name: value})
    assert str(caught.value) == sentence


def test_an_unknown_setting_is_named():
    with pytest.raises(SettingError, match=r"no setting called 'colour': choose depth, gate, .* or weights"):
        checked_options(TABLE, {"colour": 1})


def test_values_in_words():
    rows = {row.name: row for row in TABLE}
    assert rows["rounds"].text(4) == "4 times"
    assert rows["depth"].text(None) == "by the preset"
    assert (rows["gate"].text(True), rows["gate"].text(False)) == ("yes", "no")
    assert rows["weights"].text("/home/me/weights/small") == "small"
    assert rows["weights"].text("") == "—"


def test_a_setting_without_effect_is_known_by_another():
    depth = TABLE[3]
    assert depth.is_unused({"mode": "soft"})
    assert not depth.is_unused({"mode": "hard"})
