import pytest

from samstudio.ui.keys.shortcut_sheet import Shortcut, ShortcutSheet

SHORTCUTS = (
    Shortcut("Play or stop", ("Space",), "&Play"),
    Shortcut("Loop", ("L",), "&Play"),
    Shortcut("Open…", ("Ctrl+O",), "&File"),
    Shortcut("About", (), "&Help"),
    Shortcut("Zoom at the pointer", ("Ctrl+wheel",), "Mouse"),
)


@pytest.fixture
def sheet(qtbot) -> ShortcutSheet:
    sheet = ShortcutSheet(SHORTCUTS)
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


def shown(sheet: ShortcutSheet) -> list[str]:
    return [shortcut.text for group in sheet.groups for shortcut, line in group.lines if line.isVisible()]


def test_everything_with_a_key_is_on_the_sheet(sheet):
    assert shown(sheet) == ["Play or stop", "Loop", "Open…", "Zoom at the pointer"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("loop", ["Loop"]),
        ("ctrl", ["Open…", "Zoom at the pointer"]),
        ("play stop", ["Play or stop"]),
        ("FILE", ["Open…"]),
        ("nothing like it", []),
    ],
)
def test_the_search_finds_actions_groups_and_keys(sheet, words, found):
    sheet.search.setText(words)
    assert shown(sheet) == found
    assert sheet._nothing.isVisible() == (not found)
    sheet.search.clear()
    assert len(shown(sheet)) == 4


def test_lines_are_described_to_screen_readers(sheet):
    assert sheet.groups[0].lines[0][1].accessibleName() == "Play or stop: Space"
