"""The command palette over the real window."""

import pytest
from PySide6.QtCore import Qt


@pytest.fixture
def ask(opened, qtbot):
    def ask(words):
        opened.actions_by_name["command_palette"].trigger()
        palette = opened.commands.palette._palette
        qtbot.keyClicks(palette.search, words)
        return palette

    return ask


def first(palette):
    return palette.view.currentIndex().data(Qt.ItemDataRole.UserRole)


def do(palette, qtbot):
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)


def test_an_action_is_done_and_comes_first_the_next_time(opened, ask, qtbot):
    do(ask("loop"), qtbot)
    assert opened.actions_by_name["loop"].isChecked()
    again = first(ask(""))
    assert (again.name, again.note, again.keys) == ("loop", "on", ("L",))


def test_what_cannot_be_done_says_what_it_needs(ask):
    assert first(ask("export stems")).refusal == "needs a take"
    assert first(ask("cancel the sep")).refusal == "needs a separation running"


def test_panels_takes_and_recordings_are_in_it(opened, ask, qtbot, tone_file):
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    opened.container.document.select_take(None)
    do(ask("take 1"), qtbot)
    assert opened.container.document.current_take is opened.container.document.takes[0]
    do(ask("hide mixer"), qtbot)
    assert opened.docks["mixer"].isHidden()
    opened.container.session_state.mark_exported()
    opened.actions_by_name["close"].trigger()
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        do(ask(tone_file.stem[:3]), qtbot)
    assert opened.container.document.takes == ()


def test_other_words_find_an_action(ask):
    for typed, name in (
        ("device", "playback_settings"),
        ("continue", "continue_from_residual"),
        ("preferences", "keyboard"),
        ("region", "mark_plus"),
        ("scrub", "shuttle_on"),
        ("mute", "mute_span"),
        ("undo take", "undo"),
        ("zoom frequency", "spectrogram_settings"),
        ("bounce", "export"),
        ("hotkeys", "keyboard"),
    ):
        assert name in {entry.name for entry in ask(typed).rows.entries}, typed
