"""Changing the keys in the real window: everything that shows a key follows at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from samstudio.app.commands.view.keys import RESERVED
from samstudio.app.editor import make_container
from samstudio.session.take import Stem
from tests.app.editing import make_window
from tests.audio.playback.fake_stream import FakeCard

PLAY = "Play the selection or from the playhead, or stop"


def test_a_new_key_works_and_is_shown_everywhere(opened, qtbot):
    opened.actions_by_name["shortcuts"].trigger()
    opened.container.key_map.set_keys("play", ("Ctrl+9",))
    opened.container.key_map.set_keys("hear_clip", ("8",))
    assert opened.transport_bar.play.toolTip() == "Play (Ctrl+9)"
    assert opened.transport_bar.segments[Stem.CLIP].toolTip().startswith("Hear the clip (8)")
    assert opened.actions_by_name["play"].shortcuts() == [QKeySequence("Ctrl+9")]
    sheet = opened.commands.keys._sheet
    (line,) = [line for group in sheet.groups for shortcut, line in group.lines if shortcut.text == PLAY]
    assert line.accessibleName() == f"{PLAY}: Ctrl+9"
    with qtbot.waitSignal(opened.actions_by_name["play"].triggered):
        opened.timeline.setFocus()
        qtbot.keyClick(opened.timeline, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)


def test_keys_are_there_again_at_the_next_start(window, qtbot, fake_engine):
    window.container.key_map.choose_preset("RX")
    window.container.key_map.set_keys("open", ("Ctrl+9",))
    container = make_container()
    again = make_window(container)
    qtbot.addWidget(again)
    assert again.actions_by_name["loop"].shortcuts() == [QKeySequence("Ctrl+L")]
    assert again.welcome.open_button.toolTip() == "Open a recording (Ctrl+9)"
    container.shut_down()


def test_the_dialog_changes_the_keys(opened, qtbot):
    opened.actions_by_name["keyboard"].trigger()
    dialog = opened.commands.keys._dialog
    dialog.search.setText("follow the playhead")
    dialog.editor.field.setFocus()
    qtbot.keyClick(dialog.editor.field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog.editor.move_button.click()
    assert opened.container.key_map.keys["follow"] == ("Ctrl+E",)
    assert opened.container.key_map.keys["zoom_selection"] == ()
    dialog.reset_all_button.click()
    assert opened.container.key_map.keys["zoom_selection"] == ("Ctrl+E",)


def test_menu_letters_are_reserved():
    assert RESERVED["Alt+F"] == "opens the menu File"
    assert "Alt+H" in RESERVED


def test_undo_names_what_it_undoes_and_the_shuttle_is_in_the_menu(opened):
    opened.commands.spans.change_text("bird")
    assert opened.actions_by_name["undo"].text() == "Undo edit prompt"
    assert opened.actions_by_name["undo"].isEnabled()
    opened.actions_by_name["undo"].trigger()
    assert opened.container.document.prompt.text == ""
    assert opened.actions_by_name["redo"].text() == "Redo edit prompt"
    assert not opened.actions_by_name["undo"].isEnabled()
    # Without the preset L loops, and the shuttle is in the menu.
    assert opened.actions_by_name["loop"].shortcuts() == [QKeySequence("L")]
    (menu,) = [action.menu() for action in opened.menuBar().actions() if action.text() == "&Play"]
    for name in ("shuttle_on", "shuttle_back", "shuttle_slow_on", "shuttle_slow_back", "stop_playing"):
        assert opened.actions_by_name[name] in menu.actions()
        assert opened.actions_by_name[name].shortcuts()


@pytest.fixture
def shuttled(opened, monkeypatch):
    """The window with the keys J, K and L, its sound on a card pulled by hand."""
    card = FakeCard()
    player = opened.container.transport._player
    monkeypatch.setattr(player, "_open_device", card.open)
    monkeypatch.setattr(player, "_now", card.clock)
    monkeypatch.setattr("samstudio.controllers.playback.transport.device_status", lambda *_: "Sound: test card")
    opened.container.key_map.choose_preset("J/K/L")
    opened.timeline.setFocus()
    yield opened
    player.close()


def test_the_shuttle_keys_run_the_tape_and_the_speed_is_shown(shuttled, qtbot):
    transport, shown = shuttled.container.transport, shuttled.transport_bar.speed
    transport.seek(1.0)

    def press(key, modifier=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(shuttled.timeline, key, modifier)
        return shown.text(), transport.playing

    assert press(Qt.Key.Key_L) == ("", True)
    assert press(Qt.Key.Key_L) == ("2×", True)
    assert press(Qt.Key.Key_L) == ("4×", True)
    assert press(Qt.Key.Key_J) == ("−1×", True)
    assert press(Qt.Key.Key_J) == ("−2×", True)
    assert press(Qt.Key.Key_K) == ("", False)
    assert press(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier) == ("−½×", True)
    assert press(Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier) == ("½×", True)
    assert press(Qt.Key.Key_Space) == ("", False)
    assert transport.position == 1.0
    # A held one counts once.
    timeline = shuttled.timeline
    for repeated in (False, True, True, True):
        QTest.simulateEvent(timeline, True, Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, "l", repeated, -1)
    assert shuttled.container.transport._player.speed == 1.0
    assert shuttled.container.transport.playing
