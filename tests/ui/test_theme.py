import tomllib

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from samstudio.assets import asset
from samstudio.ui import theme as themes
from samstudio.ui.parts import add_clear_button
from samstudio.ui.prompt.prompt_field import PromptField


def paints(name: str) -> dict[str, str]:
    """Role to `#rrggbb`, read from the file itself, not through the code under test."""
    data = tomllib.loads(asset(f"theme/{name}.toml").read_text("utf-8"))
    return {role: data["palette"][value.split(" / ")[0]] for role, value in data["roles"].items()}


@pytest.fixture
def styled(qapp: QApplication):
    yield qapp
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    themes._current.clear()


def test_themes_name_the_same_roles():
    assert paints("dark").keys() == paints("light").keys()


def test_theme_gives_colors_with_opacity():
    dark = themes.load_theme("dark")
    assert dark.is_dark
    assert dark.color("canvas") == QColor(paints("dark")["canvas"])
    assert 0 < dark.color("selection").alpha() < 255
    with pytest.raises(KeyError):
        dark.color("no_such_role")


def test_colors_handed_out_are_copies():
    dark = themes.load_theme("dark")
    dark.color("text").setAlpha(3)
    assert dark.color("text").alpha() == 255


@pytest.mark.parametrize("name", themes.THEMES)
def test_apply_theme_reaches_the_application(styled, qtbot, name):
    with qtbot.waitSignal(themes.notifier.theme_changed) as emitted:
        applied = themes.apply_theme(styled, name)
    assert emitted.args == [applied]
    assert themes.theme() is applied
    assert styled.palette().color(QPalette.ColorRole.Window) == applied.color("window")
    assert "$" not in styled.styleSheet()


def test_style_sheet_icons_exist(styled):
    sheet = themes.style_sheet(themes.load_theme("light"))
    paths = [part.split('")')[0] for part in sheet.split('url("')[1:]]
    assert paths
    assert all(asset(path).is_file() for path in paths)  # absolute paths stay as they are


def test_the_button_that_clears_a_field_follows_the_theme(styled, qtbot):
    themes.apply_theme(styled, "dark")
    field = QLineEdit()
    add_clear_button(field)
    qtbot.addWidget(field)
    field.setText("bird")
    field.show()

    def picture():
        return field.findChildren(QToolButton)[0].icon().pixmap(16, 16).toImage()

    before = picture()
    themes.apply_theme(styled, "light")
    assert picture() != before


def test_a_typed_prompt_stays_upright_in_another_theme(styled, qtbot):
    themes.apply_theme(styled, "dark")
    field = PromptField()
    qtbot.addWidget(field)
    field.show()
    field.setText("bird")
    for name in ("light", "dark"):
        themes.apply_theme(styled, name)
        assert not field.font().italic()


def test_pictures_lie_in_one_folder_that_every_start_uses_again(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folders = set()
    for _ in range(2):
        monkeypatch.setattr("samstudio.ui.theme._glyph_folders", {})
        folders.add(themes._glyph_folder(themes.load_theme("dark")))
    assert folders == {tmp_path / "samstudio" / "theme-dark"}
    (folder,) = folders
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.suffix for path in folder.iterdir()} == {".svg"}


def test_without_a_cache_pictures_lie_in_a_folder_that_goes(monkeypatch, tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("samstudio.ui.theme._glyph_folders", {})
    assert (themes._glyph_folder(themes.load_theme("dark")) / "check.svg").is_file()
