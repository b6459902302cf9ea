"""Icons: one-colour SVG drawings, painted in the theme's colours at the screen's resolution."""

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from samstudio.assets import asset
from samstudio.ui.theme import theme, tinted_svg

# Qt owns a clone, but PySide does not know: without a reference here Python would delete it too early.
_twins: list[QIconEngine] = []


def icon(name: str, role: str | None = None) -> QIcon:
    """The icon `name` from resources/icons; with `role` always in that colour unless disabled.

    It follows the theme by itself: colours are looked up when it is painted.
    Raises FileNotFoundError for a name that is not there.
    """
    if name not in _names():
        raise FileNotFoundError(f"There is no icon called '{name}' in {asset('icons')}.")
    return QIcon(_TintedIcon(name, role))


@cache
def _names() -> frozenset[str]:
    """All icons: a window asks for a hundred."""
    return frozenset(path.stem for path in asset("icons").glob("*.svg"))


def icon_pixmap(name: str, role: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon in one role's colour, `size` logical pixels square, at a device pixel ratio."""
    color = theme().color(role)
    pixels = max(1, round(size * ratio))
    key = f"samstudio/{name}/{color.rgba():08x}/{pixels}"
    found = QPixmap()
    if not QPixmapCache.find(key, found):
        found = QPixmap(pixels, pixels)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        QSvgRenderer(QByteArray(tinted_svg(name, color))).render(painter, QRectF(0, 0, pixels, pixels))
        painter.end()
        QPixmapCache.insert(key, found)
    found.setDevicePixelRatio(ratio)
    return found


class _TintedIcon(QIconEngine):
    """Paints an SVG by mode (disabled, hovered, ...) and state (checked)."""

    def __init__(self, name: str, role: str | None) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def _role_of(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "text_disabled"
        if self._role:
            return self._role
        if state == QIcon.State.On:
            return "accent"
        return "text_dim" if mode == QIcon.Mode.Normal else "text"

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it centred in `rect` at the painter's own resolution."""
        size = min(rect.width(), rect.height())
        ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
        pixmap = icon_pixmap(self._name, self._role_of(mode, state), size, ratio)
        painter.drawPixmap(rect.x() + (rect.width() - size) // 2, rect.y() + (rect.height() - size) // 2, pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A square pixmap that fits `size`."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """A square pixmap that fits `size` logical pixels on a screen of `scale` (Qt 6.8 and later ask that way)."""
        return icon_pixmap(self._name, self._role_of(mode, state), min(size.width(), size.height()), scale)

    def clone(self) -> QIconEngine:
        """A twin, as Qt asks for when an icon is copied and changed."""
        twin = _TintedIcon(self._name, self._role)
        _twins.append(twin)
        return twin
