"""The look: colours, sizes and type as data, applied to the whole application in one place."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from types import MappingProxyType

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from samstudio.assets import asset
from samstudio.session.private_files import private_folder

THEMES = ("dark", "light")
_GLYPHS = {
    # Icons that the style sheet shows, and the colour role each is painted with.
    "check": "accent_text",
    "dash": "accent_text",
    "chevron_down": "text_dim",
    "chevron_up": "text_dim",
    "chevron_right": "text_dim",
    "close": "text_dim",
    "float": "text_dim",
    "warning": "warning",
    "error": "error",
    "info": "accent",
    "help": "accent",
}


@dataclass(frozen=True)
class Theme:
    """A palette by role, and the sizes shared by all themes.

    `sizes` are logical pixels; `type_scale` holds factors of the system's own font size.
    """

    name: str
    is_dark: bool
    colors: Mapping[str, str]
    """Role to `#AARRGGBB`."""
    sizes: Mapping[str, int]
    type_scale: Mapping[str, float]

    def color(self, role: str) -> QColor:
        """The colour of a role. Raises KeyError for a role that the theme files do not name."""
        return QColor(self.colors[role])

    def space(self, steps: float = 1) -> int:
        """`steps` of the spacing grid, in logical pixels."""
        return round(steps * self.sizes["grid"])

    def points(self, step: str) -> float:
        """The size of a step of the type scale, in points."""
        return round(_base_font().pointSizeF() * self.type_scale[step], 2)

    def font(self, step: str = "body", *, bold: bool = False) -> QFont:
        """The system's font at a step of the type scale."""
        font = QFont(_base_font())
        font.setPointSizeF(self.points(step))
        font.setBold(bold)
        return font

    def mono_font(self, step: str = "body") -> QFont:
        """The system's monospaced font, for times and levels that must not change their width."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.points(step))
        return font


class ThemeNotifier(QObject):
    """Notifies painted widgets that the colours changed; those that only use the palette need not listen."""

    theme_changed = Signal(object)
    """The new Theme."""


notifier = ThemeNotifier()
_current: list[Theme] = []
_glyph_folders: dict[str, Path] = {}
_temporary: list[TemporaryDirectory[str]] = []


@cache
def load_theme(name: str) -> Theme:
    """The theme `name` from resources/theme."""
    data = tomllib.loads(asset(f"theme/{name}.toml").read_text("utf-8"))
    metrics = tomllib.loads(asset("theme/metrics.toml").read_text("utf-8"))
    colors = {role: _paint(data["palette"], value) for role, value in data["roles"].items()}
    sizes, type_scale = MappingProxyType(metrics["sizes"]), MappingProxyType(metrics["type"])
    return Theme(name, data["is_dark"], MappingProxyType(colors), sizes, type_scale)


def theme() -> Theme:
    """The current theme; the dark one until another is applied."""
    return _current[-1] if _current else load_theme("dark")


def apply_theme(app: QApplication, name: str) -> Theme:
    """Make `name` the look of the whole application and notify every painted widget."""
    new = load_theme(name)
    _current[:] = [new]
    # Replacing one sheet by another takes five times as long as taking it off and putting the other on.
    app.setStyleSheet("")
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(new))
    app.setStyleSheet(style_sheet(new))
    notifier.theme_changed.emit(new)
    return new


def blend(first: QColor, second: QColor, part: float) -> QColor:
    """The opaque colour `part` (0..1) of the way from `first` to `second`, in sRGB."""
    pairs = ((first.redF(), second.redF()), (first.greenF(), second.greenF()), (first.blueF(), second.blueF()))
    return QColor.fromRgbF(*(one * (1.0 - part) + other * part for one, other in pairs))


def style_sheet(of: Theme) -> str:
    """resources/theme/studio.qss with the theme's colours, sizes and icons filled in."""
    values: dict[str, str] = {role: _css(of.color(role)) for role in of.colors}
    values |= {name: f"{size}px" for name, size in of.sizes.items()}
    values |= {f"type_{step}": f"{of.points(step)}pt" for step in of.type_scale}
    folder = _glyph_folder(of)
    values |= {f"glyph_{glyph}": f'url("{(folder / glyph).as_posix()}.svg")' for glyph in _GLYPHS}
    return Template(asset("theme/studio.qss").read_text("utf-8")).substitute(values)


def tinted_svg(name: str, color: QColor) -> bytes:
    """The one-colour icon `name` from resources/icons, in an opaque `color`."""
    return asset(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", color.name()).encode()


def _glyph_folder(of: Theme) -> Path:
    """A folder with the theme's tinted pictures: style sheets take pictures from files only.

    Always the same one in the user's cache, so that a killed process leaves nothing behind; where there is no cache, a
    temporary folder that goes with the process.
    """
    if of.name not in _glyph_folders:
        cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
        try:
            folder = private_folder(Path(cache) / "samstudio") / f"theme-{of.name}"
            _write_glyphs(of, private_folder(folder))
        except OSError:
            temporary = TemporaryDirectory(prefix="samstudio-theme-")
            _temporary.append(temporary)
            _write_glyphs(of, folder := Path(temporary.name))
        _glyph_folders[of.name] = folder
    return _glyph_folders[of.name]


def _write_glyphs(of: Theme, folder: Path) -> None:
    """Write the pictures that are missing, each whole or not at all: other windows read them. Raises OSError."""
    for glyph, role in _GLYPHS.items():
        path, data = folder / f"{glyph}.svg", tinted_svg(glyph, of.color(role))
        if not path.is_symlink() and path.is_file() and path.read_bytes() == data:
            continue
        part = folder / f".{glyph}.part"
        part.unlink(missing_ok=True)
        part.write_bytes(data)
        part.replace(path)


def _base_font() -> QFont:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)


def _paint(palette: Mapping[str, str], value: str) -> str:
    """`paint` or `paint / opacity` as `#AARRGGBB`."""
    paint, _, opacity = value.partition(" / ")
    color = QColor(palette[paint])
    color.setAlphaF(float(opacity or 1.0))
    return color.name(QColor.NameFormat.HexArgb)


def _css(color: QColor) -> str:
    return f"rgba({color.red()}, {color.green()}, {color.blue()}, {color.alpha()})"


def _palette(of: Theme) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "canvas",
        QPalette.ColorRole.AlternateBase: "panel",
        QPalette.ColorRole.ToolTipBase: "panel_raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "text_dim",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "panel_raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "error",
        QPalette.ColorRole.Light: "hover",
        QPalette.ColorRole.Midlight: "panel_raised",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Dark: "border",
        QPalette.ColorRole.Shadow: "canvas",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "accent_text",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
    }
    palette = QPalette()
    for role, name in roles.items():
        palette.setColor(role, of.color(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, of.color("text_disabled"))
    return palette
