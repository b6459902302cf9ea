import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from samstudio.ui.keys.palette import CommandPalette, PaletteEntry, find

OPEN = PaletteEntry("action", "open", "Open…", "File", ("Ctrl+O",))
EXPORT = PaletteEntry("action", "export", "Export stems…", "File", ("Ctrl+Shift+E",), refusal="needs a take")
LOOP = PaletteEntry("action", "loop", "Loop", "Play", ("L",), note="on")
TAKE = PaletteEntry("take", "0", "Take 1 · bird", "Take")
ENTRIES = (EXPORT, OPEN, LOOP, TAKE)


@pytest.fixture
def palette(qtbot):
    window = QWidget()
    window.resize(700, 600)
    qtbot.addWidget(window)
    window.show()
    palette = CommandPalette(window)
    palette.ask(ENTRIES)
    yield palette
    window.close()


def test_without_words_everything_is_there_what_is_refused_last():
    assert find(ENTRIES, "") == [OPEN, LOOP, TAKE, EXPORT]


def test_words_groups_and_keys_are_found():
    assert find(ENTRIES, "bird") == [TAKE]
    assert find(ENTRIES, "play") == [LOOP]
    assert find(ENTRIES, "ctrl+o") == [OPEN]
    assert find(ENTRIES, "export")[0] is EXPORT


def test_enter_does_the_first_and_closes(palette, qtbot):
    qtbot.keyClicks(palette.search, "loo")
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == [LOOP]
    assert not palette.isVisible()


def test_arrows_go_round_and_leave_the_field_the_focus(palette, qtbot):
    qtbot.keyClick(palette.search, Qt.Key.Key_Up)
    assert palette.view.currentIndex().row() == 3
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.search, Qt.Key.Key_Enter)
    assert chosen.args == [LOOP]


def test_what_is_refused_is_not_done_and_says_why(palette, qtbot):
    qtbot.keyClicks(palette.search, "export")
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    spoken = palette.view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "needs a take" in spoken


def test_esc_closes_and_does_nothing(palette, qtbot):
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_nothing_found_is_reported(palette, qtbot):
    qtbot.keyClicks(palette.search, "xyz")
    assert palette._nothing.isVisible()
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_it_stands_over_the_windows_upper_middle(palette):
    window = palette.parentWidget()
    assert abs(palette.geometry().center().x() - window.geometry().center().x()) <= 4
    assert palette.y() - window.y() < window.height() / 4
