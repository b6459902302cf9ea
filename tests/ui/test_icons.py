import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from samstudio.assets import asset
from samstudio.ui import theme as themes
from samstudio.ui.icons import icon, icon_pixmap

NAMES = [
    "open",
    "save",
    "undo",
    "redo",
    "select",
    "plus",
    "minus",
    "box",
    "separate",
    "cancel",
    "export",
    "play",
    "stop",
    "loop",
    "start",
    "end",
    "zoom_in",
    "zoom_out",
    "zoom_fit",
    "zoom_selection",
    "mute",
    "solo",
    "flip",
    "delete",
    "duplicate",
    "settings",
    "help",
    "eye",
    "waveform",
    "spectrogram",
    "star",
    "rename",
]
DRAWN = sorted(path for path in asset("icons").glob("*.svg") if path.stem != "samstudio")


@pytest.fixture
def styled(qapp: QApplication, monkeypatch):
    """The dark theme's colours, without the style sheet, which takes its time."""
    monkeypatch.setattr(themes, "_current", [themes.load_theme("dark")])
    return qapp


def strongest(image: QImage) -> QColor:
    """The colour of the most opaque pixel."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha)


@pytest.mark.parametrize("name", NAMES)
def test_every_named_icon_is_drawn(styled, name):
    image = icon(name).pixmap(QSize(24, 24), 1.0).toImage()
    covered = sum(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))
    assert 10 < covered < 400, name


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_icons_share_one_hand(path):
    root = ET.parse(path).getroot()
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.75"
    assert "#" not in path.read_text()


def test_unknown_icon_is_refused(styled):
    with pytest.raises(FileNotFoundError, match="no_such"):
        icon("no_such")


def test_modes_have_their_colors(styled):
    size = QSize(48, 48)
    colors = themes.theme()
    square = icon("stop")
    assert strongest(square.pixmap(size, 1.0).toImage()) == colors.color("text_dim")
    assert strongest(square.pixmap(size, 1.0, QIcon.Mode.Disabled).toImage()) == colors.color("text_disabled")
    assert strongest(square.pixmap(size, 1.0, QIcon.Mode.Active).toImage()) == colors.color("text")
    on = square.pixmap(size, 1.0, QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert strongest(on) == colors.color("accent")
    assert strongest(icon("stop", "minus").pixmap(size, 1.0).toImage()) == colors.color("minus")


def test_icon_follows_the_theme_without_being_set_again(styled, qtbot):
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icon("stop"))
    before = strongest(button.icon().pixmap(QSize(24, 24), 1.0).toImage())
    themes._current[:] = [themes.load_theme("light")]
    after = strongest(button.icon().pixmap(QSize(24, 24), 1.0).toImage())
    assert before == themes.load_theme("dark").color("text_dim")
    assert after == themes.load_theme("light").color("text_dim")


def test_pixmaps_are_sharp_on_dense_screens(styled):
    pixmap = icon_pixmap("stop", "text", 20, 2.0)
    assert pixmap.size() == QSize(40, 40)
    assert pixmap.devicePixelRatio() == 2.0
    assert icon("stop").pixmap(QSize(20, 20), 2.0).size() == QSize(40, 40)


def test_icons_survive_copying(styled, qtbot):
    kept = []
    for _ in range(200):
        drawn = icon("play")
        twin = QIcon(drawn)
        twin.addPixmap(icon_pixmap("stop", "text", 16))
        label = QLabel()
        qtbot.addWidget(label)
        label.setPixmap(twin.pixmap(QSize(16, 16)))
        kept.append(twin)
    assert all(not copy.isNull() for copy in kept)
