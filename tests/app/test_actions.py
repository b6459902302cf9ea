from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from samstudio.app.actions import ACTIONS, GROUPS, make_actions, show_keys
from samstudio.controllers.settings.key_presets import key_presets, overlay


def test_no_key_does_two_things():
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_names_are_unique_and_groups_known():
    assert len({spec.name for spec in ACTIONS}) == len(ACTIONS)
    assert {spec.group for spec in ACTIONS} == set(GROUPS)


def test_every_key_is_one_that_qt_knows():
    assert [key for spec in ACTIONS for key in spec.keys if QKeySequence(key).isEmpty()] == []


def test_the_tool_tip_names_the_key(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = make_actions(window)
    assert actions["zoom_fit"].toolTip() == "Show the whole recording (Ctrl+F)"
    assert actions["about"].toolTip() == "About SAM Studio"


def test_other_keys_are_followed_by_shortcut_and_tool_tip(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = make_actions(window)
    keys = {spec.name: spec.keys for spec in ACTIONS}
    show_keys(actions, keys | {"zoom_fit": ("Ctrl+9", "F"), "open": ()})
    assert actions["zoom_fit"].shortcuts() == [QKeySequence("Ctrl+9"), QKeySequence("F")]
    assert actions["zoom_fit"].toolTip() == "Show the whole recording (Ctrl+9)"
    assert actions["open"].toolTip() == "Open"
    assert actions["open"].shortcuts() == []


@pytest.mark.parametrize("preset", key_presets(), ids=lambda preset: preset.name)
def test_presets_bind_existing_actions_and_leave_no_key_twice(preset):
    table = {spec.name: spec.keys for spec in ACTIONS}
    assert preset.keys.keys() <= table.keys()
    keys = [key for keys in overlay(table, preset.keys).values() for key in keys]
    assert len(set(keys)) == len(keys)
