"""The strokes of which spans are made."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from samstudio.session.prompt import Sign
from samstudio.ui.theme import Theme
from samstudio.ui.timeline.span_marks import Mark

_HATCH = 8
_BADGE = QRectF(0, 0, 16, 14)


class Strokes:
    """Draws lines of whole device pixels, tints, hatches, badges and handles with one painter and one theme."""

    def __init__(self, painter: QPainter, look: Theme, hatches: dict[tuple[object, ...], QPixmap]) -> None:
        self.painter, self.look, self._hatches = painter, look, hatches
        self._ratio = painter.device().devicePixelRatioF()
        self._pixel = max(1.0, round(self._ratio)) / self._ratio

    def color(self, mark: Mark, alpha: float = 1.0) -> QColor:
        """The colour of the mark's sign; brighter, or on a light ground deeper, when selected."""
        color = self.look.color("plus" if mark.span.sign is Sign.PLUS else "minus")
        if mark.is_selected:
            color = color.lighter(116) if self.look.is_dark else color.darker(125)
        color.setAlphaF(alpha)
        return color

    def _snapped(self, value: float) -> float:
        return round(value * self._ratio) / self._ratio

    def line(self, x: float, top: float, bottom: float, color: QColor, width: int = 1) -> None:
        """An upright line of whole pixels around `x`."""
        thick = width * self._pixel
        self.painter.fillRect(QRectF(self._snapped(x - thick / 2), top, thick, bottom - top), color)

    def rule(self, y: float, left: float, right: float, color: QColor, width: int = 1) -> None:
        """A level line of whole pixels around `y`."""
        thick = width * self._pixel
        self.painter.fillRect(QRectF(left, self._snapped(y - thick / 2), right - left, thick), color)

    def dashes(self, x: float, top: float, bottom: float, color: QColor) -> None:
        """An upright dashed line."""
        y = top - top % 7
        while y < bottom:
            self.line(x, y, y + 4, color)
            y += 7

    def edge(self, x: float, top: float, bottom: float, mark: Mark, *, halo: bool) -> None:
        """The start or end of a span: dashed when muted, two pixels when selected, set off from a colourful ground."""
        if halo:
            self.line(x, top, bottom, QColor(0, 0, 0, 110), 4 if mark.is_selected else 3)
        if mark.span.muted:
            self.dashes(x, top, bottom, self.color(mark, 0.75))
        else:
            self.line(x, top, bottom, self.color(mark, 1.0 if mark.is_selected else 0.9), 2 if mark.is_selected else 1)

    def ground(self, rect: QRectF, mark: Mark, left: float, won: bool) -> None:
        """Tint, hatch and, even in a span too narrow for a badge, a cap: on top for +, at the foot for -."""
        if rect.isEmpty():
            return
        if mark.span.muted:
            self.painter.fillRect(rect, self.color(mark, 0.06))
            return
        strength = 1.0 if won else 0.3
        self.painter.fillRect(rect, self.color(mark, (0.26 if mark.is_selected else 0.18) * strength))
        tile = self._hatch(self.color(mark, 0.30 * strength), mark.span.sign)
        self.painter.drawTiledPixmap(rect, tile, QPointF((rect.left() - left) % _HATCH, rect.top() % _HATCH))
        if not mark.span.is_box:
            cap = 3 * self._pixel
            y = rect.top() if mark.span.sign is Sign.PLUS else rect.bottom() - cap
            self.painter.fillRect(QRectF(rect.left(), y, rect.width(), cap), self.color(mark, 0.95 * strength))

    def frame(self, rect: QRectF, mark: Mark) -> None:
        """The four edges of a box, on the spectrogram."""
        width = 2 if mark.is_selected else 1
        for grown, color in ((2, QColor(0, 0, 0, 110)), (0, self.color(mark, 0.6 if mark.span.muted else 1.0))):
            pen = QPen(color, (width + grown) * self._pixel)
            if mark.span.muted and not grown:
                pen.setDashPattern([4, 3])
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            self.painter.setPen(pen)
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawRect(rect)

    def bracket(self, left: float, right: float, foot: float, mark: Mark) -> None:
        """The time of a box in a lane that shows no frequency: a bracket at the lane's foot, with its sign."""
        width = 2 if mark.is_selected else 1
        color = self.color(mark, 0.45 if mark.span.muted else 1.0)
        self.painter.fillRect(QRectF(left, foot - 4, right - left, 4), self.color(mark, 0.25))
        self.rule(foot - 4, left, right, color, width)
        for x in (left, right):
            self.line(x, foot - 9, foot, color, width)
        if right - left >= 2 * _BADGE.width():
            self._sign(QPointF(self._snapped(max(left, 0) + 8), self._snapped(foot - 10)), mark.span.sign, color, 7)

    def badge(self, room: QRectF, mark: Mark) -> None:
        """The sign on a small rounded plate in the corner of `room`, hollow when muted; none where it would not fit."""
        if room.width() < _BADGE.width() + 8 or room.height() < _BADGE.height() + 8:
            return
        plate = _BADGE.translated(self._snapped(room.left() + 4), self._snapped(room.top() + 5))
        painter, color = self.painter, self.color(mark, 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(color, 1) if mark.span.muted else Qt.PenStyle.NoPen)
        painter.setBrush(self.look.color("canvas") if mark.span.muted else color)
        inset = 0.5 if mark.span.muted else 0.0
        painter.drawRoundedRect(plate.adjusted(inset, inset, -inset, -inset), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ink = color if mark.span.muted else self.look.color("accent_text")
        self._sign(plate.center(), mark.span.sign, ink, 8)

    def _sign(self, center: QPointF, sign: Sign, color: QColor, size: int) -> None:
        thick = 2 if size % 2 == 0 else 1
        self.painter.fillRect(QRectF(-size / 2, -thick / 2, size, thick).translated(center), color)
        if sign is Sign.PLUS:
            self.painter.fillRect(QRectF(-thick / 2, -size / 2, thick, size).translated(center), color)

    def handle(self, center: QPointF, width: float, height: float, mark: Mark) -> None:
        """A small grip on an edge of the selected span."""
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(self.look.color("canvas"), 1))
        painter.setBrush(self.color(mark))
        rect = QRectF(-width / 2 - 0.5, -height / 2, width + 1, height).translated(center)
        painter.drawRoundedRect(rect, 2.5, 2.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _hatch(self, color: QColor, sign: Sign) -> QPixmap:
        """A tile of slanting lines: rising for +, falling for -."""
        key = (color.rgba(), sign, self._ratio)
        if key not in self._hatches:
            tile = QPixmap(round(_HATCH * self._ratio), round(_HATCH * self._ratio))
            tile.setDevicePixelRatio(self._ratio)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color, 1))
            for x in (-_HATCH, 0, _HATCH):
                ends = (QPointF(x - 1, _HATCH + 1), QPointF(x + _HATCH + 1, -1))
                if sign is Sign.MINUS:
                    ends = (QPointF(x - 1, -1), QPointF(x + _HATCH + 1, _HATCH + 1))
                painter.drawLine(*ends)
            painter.end()
            self._hatches[key] = tile
        return self._hatches[key]
