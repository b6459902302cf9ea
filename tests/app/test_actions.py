from collections import Counter
from dataclasses import replace

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QToolBar

from samstudio.app import requirements
from samstudio.app.action_spec import GROUPS, make_actions, show_keys
from samstudio.app.action_texts import EXPLANATIONS, SYNONYMS
from samstudio.app.actions import ACTIONS
from samstudio.app.bindings.requests import connect_actions
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
    actions = make_actions(ACTIONS, window)
    assert actions["zoom_fit"].toolTip() == "Show the whole recording (Ctrl+F)\nFill the view with all of it."
    assert actions["about"].toolTip() == "About SAM Studio"


def test_the_tools_say_what_they_do(window):
    bar = window.findChild(QToolBar, "toolbar")
    silent = [action.objectName() for action in bar.actions() if action.text() and "\n" not in action.toolTip()]
    assert silent == []


def test_explanations_and_synonyms_are_of_actions_that_exist():
    names = {spec.name for spec in ACTIONS}
    assert EXPLANATIONS.keys() | SYNONYMS.keys() <= names


def test_other_keys_are_followed_by_shortcut_and_tool_tip(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = make_actions(ACTIONS, window)
    keys = {spec.name: spec.keys for spec in ACTIONS}
    show_keys(ACTIONS, actions, keys | {"zoom_fit": ("Ctrl+9", "F"), "open": ()})
    assert actions["zoom_fit"].shortcuts() == [QKeySequence("Ctrl+9"), QKeySequence("F")]
    assert actions["zoom_fit"].toolTip().startswith("Show the whole recording (Ctrl+9)\n")
    assert actions["open"].toolTip() == "Open\nA recording, a video or a session."
    assert actions["open"].shortcuts() == []


@pytest.mark.parametrize("preset", key_presets(), ids=lambda preset: preset.name)
def test_presets_bind_existing_actions_and_leave_no_key_twice(preset):
    table = {spec.name: spec.keys for spec in ACTIONS}
    assert preset.keys.keys() <= table.keys()
    keys = [key for keys in overlay(table, preset.keys).values() for key in keys]
    assert len(set(keys)) == len(keys)


def test_every_action_calls_a_command_of_its_own(window):
    callbacks = [row.callback(window.commands) for row in ACTIONS]
    assert all(callable(callback) for callback in callbacks)
    assert len(set(callbacks)) == len(ACTIONS)


def test_a_command_that_is_called_twice_is_refused(window):
    twice = (*ACTIONS, replace(ACTIONS[0], name="open_too"))
    with pytest.raises(ValueError, match="open_too and open call the same command"):
        connect_actions(twice, window.actions_by_name | {"open_too": window.actions_by_name["open"]}, window.commands)


def test_a_command_that_is_missing_is_refused(window):
    lost = replace(ACTIONS[0], callback=lambda commands: commands.files.open_everything)
    with pytest.raises(AttributeError, match="open_everything"):
        connect_actions((lost,), window.actions_by_name, window.commands)


def test_a_name_that_two_actions_have_is_refused(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(ValueError, match="Two actions are called open"):
        make_actions((ACTIONS[0], ACTIONS[0]), window)


def test_every_requirement_is_checked_in_an_empty_window(window):
    enabled = {name for name, action in window.actions_by_name.items() if action.isEnabled()}
    assert enabled == {row.name for row in ACTIONS if row.needs is requirements.NOTHING}
