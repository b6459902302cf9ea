"""The prompt in the window: Enter, and what it says where nothing can be separated."""

from PySide6.QtCore import Qt


def type_and_enter(window, text, qtbot):
    field = window.prompt_panel.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_enter_separates_and_leaves_the_keys_to_the_window(opened, qtbot):
    opened.activateWindow()
    with qtbot.waitSignal(opened.container.separator.finished):
        type_and_enter(opened, "tone", qtbot)
        assert opened.timeline.hasFocus()
    assert [take.name for take in opened.container.document.takes] == ["Take 1 · tone"]


def test_enter_without_a_recording_says_what_is_missing(window, qtbot):
    window.activateWindow()
    type_and_enter(window, "tone", qtbot)
    assert window.container.document.prompt.text == "tone"
    assert window.status.currentMessage().startswith("Open a recording first")
