import pytest

from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.key_presets import key_presets, normal_keys
from samstudio.controllers.settings.preferences import Preferences

TABLE = {
    "open": ("Ctrl+O",),
    "zoom_fit": ("Ctrl+F",),
    "loop": ("L",),
    "delete_span": ("Del", "Backspace"),
    "command_palette": ("Ctrl+K", "Ctrl+Shift+P"),
    "about": (),
}


@pytest.fixture
def key_map(qapp):
    return KeyMap(TABLE, Preferences())


def test_the_table_s_keys_are_the_first_preset(key_map):
    assert key_map.preset.name == "SAM Studio"
    assert key_map.keys == TABLE
    assert key_map.changed == frozenset()


def test_a_key_belongs_to_one_action_only(key_map):
    key_map.set_keys("open", ("Ctrl+O", "Ctrl+F"))
    assert key_map.keys["open"] == ("Ctrl+O", "Ctrl+F")
    assert key_map.keys["zoom_fit"] == ()
    assert key_map.changed == {"open", "zoom_fit"}
    key_map.set_keys("loop", ("Ctrl+F",))
    assert key_map.keys["open"] == ("Ctrl+O",)
    assert key_map.owner("ctrl+f") == "loop"
    assert key_map.owner("Ctrl+9") is None


def test_reset_takes_back_what_another_action_took(key_map):
    key_map.set_keys("open", ("Ctrl+F",))
    key_map.reset("zoom_fit")
    assert key_map.keys["zoom_fit"] == ("Ctrl+F",)
    assert key_map.keys["open"] == ()
    key_map.reset("open")
    assert key_map.keys == TABLE
    assert key_map.changed == frozenset()


def test_only_differences_are_remembered(key_map):
    preferences = Preferences()
    key_map.set_keys("about", ("Ctrl+9", "ctrl+9", "no key at all"))
    again = KeyMap(TABLE, preferences)
    assert again.keys["about"] == ("Ctrl+9",)
    assert preferences.text("keys/changes") == '{"about": ["Ctrl+9"]}'
    again.set_keys("about", ())
    assert preferences.text("keys/changes") == "{}"


def test_an_action_may_have_no_key(key_map):
    key_map.set_keys("loop", ())
    assert KeyMap(TABLE, Preferences()).keys["loop"] == ()


def test_a_preset_changes_what_it_names_and_own_changes_stay(key_map):
    key_map.set_keys("about", ("Ctrl+9",))
    key_map.choose_preset("Audacity")
    assert key_map.keys["delete_span"] == ("Del", "Backspace", "Ctrl+K")
    assert key_map.keys["command_palette"] == ("Ctrl+Shift+P",)
    assert key_map.keys["about"] == ("Ctrl+9",)
    assert key_map.changed == {"about"}
    assert KeyMap(TABLE, Preferences()).preset.name == "Audacity"
    key_map.choose_preset("SAM Studio")
    assert key_map.keys["command_palette"] == ("Ctrl+K", "Ctrl+Shift+P")


def test_reset_all_leaves_the_preset(key_map):
    key_map.choose_preset("RX")
    key_map.set_keys("loop", ("Ctrl+9",))
    key_map.reset_all()
    assert key_map.keys["loop"] == ("Ctrl+L",)


def test_the_keys_are_reported(key_map, qtbot):
    with qtbot.waitSignal(key_map.keys_changed) as emitted:
        key_map.set_keys("loop", ("R",))
    assert emitted.args[0]["loop"] == ("R",)


@pytest.mark.parametrize("nonsense", ["{", "[1]", '{"loop": 3}', '{"gone": ["R"]}'])
def test_a_damaged_or_older_file_is_no_error(qapp, nonsense):
    preferences = Preferences()
    preferences.set_text("keys/changes", nonsense)
    preferences.set_text("keys/preset", "Emacs")
    key_map = KeyMap(TABLE, preferences)
    assert key_map.keys == TABLE
    key_map.set_keys("loop", ("R",))
    assert KeyMap(TABLE, Preferences()).keys["loop"] == ("R",)


def test_presets_are_well_formed():
    assert [preset.name for preset in key_presets()] == ["SAM Studio", "Audacity", "RX", "J/K/L"]
    for preset in key_presets():
        keys = [key for keys in preset.keys.values() for key in keys]
        assert len(set(keys)) == len(keys), f"{preset.name} gives a key twice"
        assert all(keys == normal_keys(keys) != () for keys in preset.keys.values())
        assert preset.note
