from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from samstudio.app.actions import ACTIONS, GROUPS, make_actions


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
