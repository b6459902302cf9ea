import itertools
import tomllib

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from samstudio.assets import asset
from samstudio.ui import theme as themes

GROUNDS = ("window", "panel", "panel_raised", "canvas")
MARKS = ("plus", "minus", "playhead", "wave_clip", "wave_target", "wave_residual", "focus", "accent", "clip_lamp")
NEWS = ("warning", "error", "success")


def paints(name: str) -> dict[str, str]:
    """Role to `#rrggbb`, read from the file itself, not through the code under test."""
    data = tomllib.loads(asset(f"theme/{name}.toml").read_text("utf-8"))
    return {role: data["palette"][value.split(" / ")[0]] for role, value in data["roles"].items()}


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio (WCAG 2.1), 1..21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def styled(qapp: QApplication):
    yield qapp
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    themes._current.clear()


def test_contrast_measure_knows_its_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", themes.THEMES)
def test_writing_reaches_wcag_aa(name):
    roles = paints(name)
    for role, ground in itertools.product(("text", "text_dim", *NEWS), GROUNDS):
        assert contrast(roles[role], roles[ground]) >= 4.5, (role, ground)
    assert contrast(roles["accent_text"], roles["accent"]) >= 4.5
    assert contrast(roles["accent_text"], roles["accent_hover"]) >= 4.5
    assert contrast(roles["text"], roles["hover"]) >= 4.5


@pytest.mark.parametrize("name", themes.THEMES)
def test_marks_stand_out_from_the_canvas(name):
    roles = paints(name)
    for role in MARKS:
        assert contrast(roles[role], roles["canvas"]) >= 3.0, role


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
    with qtbot.waitSignal(themes.notifier.theme_changed) as told:
        applied = themes.apply_theme(styled, name)
    assert told.args == [applied]
    assert themes.theme() is applied
    assert styled.palette().color(QPalette.ColorRole.Window) == applied.color("window")
    assert "$" not in styled.styleSheet()


def test_style_sheet_pictures_exist(styled):
    sheet = themes.style_sheet(themes.load_theme("light"))
    paths = [part.split('")')[0] for part in sheet.split('url("')[1:]]
    assert paths
    assert all(asset(path).is_file() for path in paths)  # absolute paths stay as they are
