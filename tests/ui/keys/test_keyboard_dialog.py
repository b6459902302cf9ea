import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from samstudio.ui.keys.key_editor import pressed_key
from samstudio.ui.keys.key_rows import KeyRow
from samstudio.ui.keys.keyboard_dialog import KeyboardDialog

CTRL, SHIFT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier(0)
OPEN = KeyRow("open", "Open…", "File", ("Ctrl+O",))
ZOOM = KeyRow("zoom_fit", "Show the whole recording", "View", ("Ctrl+F", "F"), is_changed=True)
ABOUT = KeyRow("about", "About SAM Studio", "Help")


@pytest.fixture
def dialog(qtbot):
    dialog = KeyboardDialog({"Alt+F": "opens the menu File"})
    qtbot.addWidget(dialog)
    dialog.show_presets({"SAM Studio": "Ours.", "RX": "Theirs."}, "SAM Studio")
    dialog.show_rows((OPEN, ZOOM, ABOUT))
    dialog.show()
    return dialog


def choose(dialog, row):
    dialog.view.setCurrentIndex(dialog.rows.index(dialog.rows.rows.index(row)))


def press(qtbot, dialog, key, modifiers=NONE):
    dialog.editor.field.setFocus()
    qtbot.keyClick(dialog.editor.field, key, modifiers)


def test_a_free_key_is_added(dialog, qtbot):
    choose(dialog, OPEN)
    with qtbot.waitSignal(dialog.keys_requested) as wished:
        press(qtbot, dialog, Qt.Key.Key_9, CTRL)
    assert wished.args == ["open", ("Ctrl+O", "Ctrl+9")]


def test_a_conflict_is_reported_in_words_and_the_key_moved_only_when_asked(dialog, qtbot):
    choose(dialog, OPEN)
    with qtbot.assertNotEmitted(dialog.keys_requested):
        press(qtbot, dialog, Qt.Key.Key_F, CTRL)
    assert dialog.editor.message.text() == "Ctrl+F is assigned to “Show the whole recording” in View."
    assert dialog.editor.move_button.isVisible()
    with qtbot.waitSignal(dialog.keys_requested) as wished:
        dialog.editor.move_button.click()
    assert wished.args == ["open", ("Ctrl+O", "Ctrl+F")]


def test_reserved_keys_and_keys_it_has_are_refused_in_words(dialog, qtbot):
    choose(dialog, OPEN)
    with qtbot.assertNotEmitted(dialog.keys_requested):
        press(qtbot, dialog, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
        assert dialog.editor.message.text() == "Alt+F opens the menu File. Press other keys."
        assert not dialog.editor.move_button.isVisible()
        press(qtbot, dialog, Qt.Key.Key_O, CTRL)
        assert dialog.editor.message.text() == "Ctrl+O is assigned to this action already."


def test_keys_are_taken_away_one_by_one(dialog, qtbot):
    choose(dialog, ZOOM)
    assert [button.toolTip() for button in dialog.editor.key_buttons] == ["Remove Ctrl+F", "Remove F"]
    with qtbot.waitSignal(dialog.keys_requested) as wished:
        dialog.editor.key_buttons[0].click()
    assert wished.args == ["zoom_fit", ("F",)]


def test_only_what_was_changed_can_be_reset(dialog, qtbot):
    choose(dialog, OPEN)
    assert not dialog.editor.reset_button.isEnabled()
    choose(dialog, ZOOM)
    with qtbot.waitSignal(dialog.reset_requested) as wished:
        dialog.editor.reset_button.click()
    assert wished.args == ["zoom_fit"]
    with qtbot.waitSignal(dialog.reset_all_requested):
        dialog.reset_all_button.click()
    dialog.show_rows((OPEN, ABOUT))
    assert not dialog.reset_all_button.isEnabled()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("whole", [ZOOM]), ("ctrl+o", [OPEN]), ("changed", [ZOOM]), ("help", [ABOUT]), ("nonsense", [])],
)
def test_the_search_knows_actions_menus_keys_and_changes(dialog, typed, found):
    dialog.search.setText(typed)
    assert dialog.rows.rows == found
    assert dialog.editor.isEnabled() == bool(found)


def test_the_chosen_action_stays_chosen_when_keys_change(dialog):
    choose(dialog, ZOOM)
    dialog.show_rows((OPEN, KeyRow("zoom_fit", ZOOM.text, "View", ("Ctrl+9",)), ABOUT))
    assert [button.text() for button in dialog.editor.key_buttons] == ["Ctrl+9"]


def test_a_preset_is_requested_and_its_note_shown(dialog, qtbot):
    with qtbot.waitSignal(dialog.preset_requested) as wished:
        dialog.preset.setFocus()
        qtbot.keyClicks(dialog.preset, "R")
        qtbot.keyClick(dialog.preset, Qt.Key.Key_Return)
        dialog.preset.textActivated.emit(dialog.preset.currentText())
    assert wished.args == ["RX"]
    dialog.show_presets({"SAM Studio": "Ours.", "RX": "Theirs."}, "RX")
    assert dialog._note.text() == "Theirs."


def test_tab_leaves_the_field_and_esc_closes(dialog, qtbot):
    choose(dialog, ZOOM)
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    press(qtbot, dialog, Qt.Key.Key_Tab)
    assert dialog.focusWidget().accessibleName() == "Remove Ctrl+F"
    press(qtbot, dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_rows_are_described_to_screen_readers(dialog):
    texts = [dialog.rows.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(dialog.rows.rowCount())]
    assert texts == [
        "Open…, File, Ctrl+O",
        "Show the whole recording, View, Ctrl+F or F, changed",
        "About SAM Studio, Help, no key",
    ]


@pytest.mark.parametrize(
    ("key", "modifiers", "text", "expected"),
    [
        (Qt.Key.Key_E, CTRL, "\x05", "Ctrl+E"),
        (Qt.Key.Key_P, SHIFT, "P", "Shift+P"),
        (Qt.Key.Key_Question, SHIFT, "?", "?"),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier, "+", "+"),
        (Qt.Key.Key_Left, SHIFT | CTRL, "", "Ctrl+Shift+Left"),
        (Qt.Key.Key_Space, SHIFT, " ", "Shift+Space"),
        (Qt.Key.Key_F1, NONE, "", "F1"),
        (Qt.Key.Key_Control, CTRL, "", ""),
    ],
)
def test_what_is_pressed_becomes_a_key(key, modifiers, text, expected):
    assert pressed_key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)) == expected
