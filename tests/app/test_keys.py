"""Changing the keys in the real window: everything that shows a key follows at once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from samstudio.app.commands.keys import RESERVED
from samstudio.app.main import make_window
from samstudio.app.studio import Studio
from samstudio.session.take import Stem


def test_a_new_key_works_and_is_shown_everywhere(opened, qtbot):
    opened.actions_by_name["shortcuts"].trigger()
    opened.studio.key_map.set_keys("play", ("Ctrl+9",))
    opened.studio.key_map.set_keys("hear_clip", ("8",))
    assert opened.transport_bar.play.toolTip() == "Play (Ctrl+9)"
    assert opened.transport_bar.segments[Stem.CLIP].toolTip().startswith("Hear the clip (8)")
    assert opened.actions_by_name["play"].shortcuts() == [QKeySequence("Ctrl+9")]
    sheet = opened.keys._sheet
    (line,) = [line for group in sheet.groups for shortcut, line in group.lines if shortcut.text == "Play or stop"]
    assert line.accessibleName() == "Play or stop: Ctrl+9"
    with qtbot.waitSignal(opened.actions_by_name["play"].triggered):
        opened.timeline.setFocus()
        qtbot.keyClick(opened.timeline, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)


def test_keys_are_there_again_at_the_next_start(window, qtbot, fake_engine):
    window.studio.key_map.choose_preset("RX")
    window.studio.key_map.set_keys("open", ("Ctrl+9",))
    studio = Studio()
    again = make_window(studio)
    qtbot.addWidget(again)
    assert again.actions_by_name["loop"].shortcuts() == [QKeySequence("Ctrl+L")]
    assert again.welcome.open_button.toolTip() == "Open a recording (Ctrl+9)"
    studio.shut_down()


def test_the_dialog_changes_the_keys(opened, qtbot):
    opened.actions_by_name["keyboard"].trigger()
    dialog = opened.keys._dialog
    dialog.search.setText("follow the playhead")
    dialog.editor.field.setFocus()
    qtbot.keyClick(dialog.editor.field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog.editor.move_button.click()
    assert opened.studio.key_map.keys["follow"] == ("Ctrl+E",)
    assert opened.studio.key_map.keys["zoom_selection"] == ()
    dialog.reset_all_button.click()
    assert opened.studio.key_map.keys["zoom_selection"] == ("Ctrl+E",)


def test_menu_letters_are_reserved():
    assert RESERVED["Alt+F"] == "opens the menu File"
    assert "Alt+H" in RESERVED


def test_undo_names_what_it_undoes(opened):
    opened.marks.change_text("bird")
    assert opened.actions_by_name["undo"].text() == "Undo type prompt"
    assert opened.actions_by_name["undo"].isEnabled()
    opened.actions_by_name["undo"].trigger()
    assert opened.studio.document.prompt.text == ""
    assert opened.actions_by_name["redo"].text() == "Redo type prompt"
    assert not opened.actions_by_name["undo"].isEnabled()


def test_the_shuttle_preset_starts_and_stops(opened, qtbot, monkeypatch):
    done = []
    monkeypatch.setattr(opened.studio.transport, "play", lambda: done.append("play"))
    monkeypatch.setattr(opened.studio.transport, "stop", lambda: done.append("stop"))
    opened.studio.key_map.choose_preset("J/K/L")
    opened.timeline.setFocus()
    qtbot.keyClick(opened.timeline, Qt.Key.Key_L)
    qtbot.keyClick(opened.timeline, Qt.Key.Key_K)
    opened.studio.transport.seek(1.5)
    qtbot.keyClick(opened.timeline, Qt.Key.Key_J)
    assert done == ["play", "stop"]
    assert abs(opened.studio.transport.position - 0.5) < 1e-6
