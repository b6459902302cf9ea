"""The strokes of which spans are made, in device pixels."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from samstudio.session.prompt import Sign
from samstudio.ui.theme import Theme
from samstudio.ui.timeline.paint.device_pixels import fill_all
from samstudio.ui.timeline.spans.drawn_spans import DrawnSpan
from samstudio.ui.timeline.spans.span_groups import Group, Pixels, each

HATCH = 8
"""Logical pixels from one line of the hatch to the next; dashes have the same period."""
_HALO = QColor(0, 0, 0, 110)
_LOST = 0.3
"""What remains of the strength of a part that does not count."""
_BADGE_WIDTH = 16
"""Logical pixels."""
_MIN_FRAME_WIDTH = 5
"""Logical pixels that a frame takes before frames are drawn apart."""
_OVER_SPECTROGRAM = 0.4
"""What remains over a spectrogram, which is to be read through the span."""


class Strokes:
    """Draws with one painter, whose unit is the device pixel, and one theme. A logical pixel is `ratio` of them."""

    def __init__(
        self, painter: QPainter, look: Theme, ratio: float, hatches: dict[tuple[object, ...], QPixmap]
    ) -> None:
        self.painter, self.look = painter, look
        self._ratio, self._hatches = ratio, hatches
        self._colors: dict[tuple[object, ...], QColor] = {}

    def with_painter(self, painter: QPainter) -> "Strokes":
        """The same strokes on another ground."""
        return Strokes(painter, self.look, self._ratio, self._hatches)

    def pixels(self, logical: float) -> int:
        """Device pixels for logical ones, at least one."""
        return max(1, round(logical * self._ratio))

    def _color(self, drawn: DrawnSpan, alpha: float = 1.0) -> QColor:
        """The colour of the span's sign; brighter, or on a light ground deeper, when selected."""
        key = drawn.span.sign, drawn.is_selected, alpha
        if key not in self._colors:
            color = self.look.color("plus" if drawn.span.sign is Sign.PLUS else "minus")
            if drawn.is_selected:
                color = color.lighter(116) if self.look.is_dark else color.darker(125)
            color.setAlphaF(alpha)
            self._colors[key] = color
        return self._colors[key]

    def _fill(self, left: Pixels, top: Pixels, width: Pixels, height: Pixels, color: QColor) -> None:
        if isinstance(left, int) and isinstance(top, int) and isinstance(width, int) and isinstance(height, int):
            self.painter.fillRect(left, top, width, height, color)
        else:
            fill_all(self.painter, left, top, width, height, color)

    def column(self, x: Pixels, height: int, color: QColor, width: float = 1) -> None:
        """An upright line around `x`, from 0 down to `height`."""
        thick = self.pixels(width)
        self._fill(x - thick // 2, 0, thick, height, color)

    def snap_line(self, x: int, height: int) -> None:
        """An upright line that stands out from the edge that has snapped to it."""
        self.column(x, height, self.look.color("canvas"), 5)
        self.column(x, height * 5 // 8, self.look.color("accent"), 3)

    def edge(self, x: Pixels, height: int, drawn: DrawnSpan, *, halo: bool) -> None:
        """The start or end of a span: dashed when muted, two pixels when selected, set off from a colourful ground."""
        width = 3 if drawn.is_edited else 2 if drawn.is_selected else 1
        if halo:
            self.column(x, height, _HALO, width + 2)
        if drawn.span.muted:
            # Drawn on five eighths of every hatch.
            self.column(x, height * 5 // 8, self._color(drawn, 0.75))
        else:
            self.column(x, height, self._color(drawn), width)

    def sliver(self, left: Pixels, top: Pixels, width: Pixels, height: Pixels, drawn: DrawnSpan) -> None:
        """A span or box too narrow for edges and hatch."""
        self._fill(left, top, width, height, self._color(drawn, 0.35 if drawn.span.muted else 0.8))

    def tint(
        self, left: Pixels, right: Pixels, height: int, group: Group, *, won: bool, over_spectrogram: bool
    ) -> None:
        """The ground of a span and its hatch, which hangs on its origin so that it moves with the span."""
        strength = (1.0 if won else _LOST) * (_OVER_SPECTROGRAM if over_spectrogram else 1.0)
        self._ground(left, 0, right - left, height, group, strength)

    def area(self, group: Group) -> None:
        """The ground of a box and its hatch, which hangs on its origin."""
        width, height = group.right + 1 - group.left, group.foot + 1 - group.top
        self._ground(group.left, group.top, width, height, group, _OVER_SPECTROGRAM)

    def _ground(self, left: Pixels, top: Pixels, width: Pixels, height: Pixels, group: Group, strength: float) -> None:
        drawn = group.drawn
        if drawn.span.muted:
            self._fill(left, top, width, height, self._color(drawn, 0.06))
            return
        self._fill(left, top, width, height, self._color(drawn, (0.26 if drawn.is_selected else 0.18) * strength))
        hatch, period = self._hatch(self._color(drawn, 0.3 * strength), drawn.span.sign), self.pixels(HATCH)
        for x, y, wide, high, shift in each(left, top, width, height, (left - group.origin) % period):
            # Narrower than its period a hatch is not visible, and hundreds of them take most of the time.
            if wide >= period:
                self.painter.drawTiledPixmap(x, y, wide, high, hatch, shift, 0)

    def suggestion_ground(self, area: QRect, drawn: DrawnSpan) -> None:
        """The faint ground of a suggested span."""
        self.painter.fillRect(area, self._color(drawn, 0.16 if drawn.is_selected else 0.05))

    def suggestion_edge(self, x: int, height: int, drawn: DrawnSpan, *, halo: bool) -> None:
        """The dashed start or end of a suggested span."""
        if halo:
            self.column(x, height, _HALO, 3)
        thick = self.pixels(2 if drawn.is_selected else 1)
        self.painter.fillRect(x - thick // 2, 0, thick, height * 5 // 8, self._color(drawn))

    def suggestion_rail(self, visible: QRect, origin: int, drawn: DrawnSpan) -> None:
        """A dashed level line over `visible`, whose dashes hang on the x `origin`."""
        self._dash_along(visible, origin, self._color(drawn))

    def _dash_along(self, visible: QRect, origin: int, color: QColor) -> None:
        period = self.pixels(HATCH)
        first = visible.left() - (visible.left() - origin) % period
        for x in range(first, visible.right() + 1, period):
            self.painter.fillRect(
                QRect(x, visible.top(), period * 5 // 8, visible.height()).intersected(visible), color
            )

    def _dash_down(self, visible: QRect, color: QColor) -> None:
        period = self.pixels(HATCH)
        for y in range(visible.top(), visible.bottom() + 1, period):
            self.painter.fillRect(
                QRect(visible.left(), y, visible.width(), period * 5 // 8).intersected(visible), color
            )

    def frames(self, area: QRect, sign: Sign, per_frame: float) -> None:
        """The frames that a model sees under one sign: solid for +, hollow for -, apart where there is area."""
        color = self.look.color("plus" if sign is Sign.PLUS else "minus")
        line = self.pixels(1)
        self.painter.fillRect(area.adjusted(0, -line, 0, line), _HALO)
        inner = area if sign is Sign.PLUS else area.adjusted(line, line, -line, -line)
        self.painter.fillRect(area, color)
        if sign is Sign.MINUS:
            self.painter.fillRect(inner, self.look.color("canvas"))
        if per_frame < self.pixels(_MIN_FRAME_WIDTH):
            return
        gap = self.look.color("canvas" if sign is Sign.PLUS else "minus")
        for number in range(1, round(area.width() / per_frame)):
            self.painter.fillRect(area.left() + round(number * per_frame), area.top(), line, area.height(), gap)

    def cap(self, left: Pixels, width: Pixels, lane: QRect, drawn: DrawnSpan, *, won: bool) -> None:
        """A bar that shows the sign of even the narrowest span: at the top for +, at the bottom for -."""
        thick = self.pixels(3)
        top = lane.top() if drawn.span.sign is Sign.PLUS else lane.bottom() + 1 - thick
        self._fill(left, top, width, thick, self._color(drawn, 0.95 if won else 0.95 * _LOST))

    def frame(self, group: Group) -> None:
        """The four edges of a box, set off from the colours around; dashed when muted, the dashes hang on the start."""
        drawn = group.drawn
        width, color = self.pixels(2 if drawn.is_selected else 1), self._color(drawn)
        for edge in _edges(group, width + self.pixels(2)):
            self._fill(*edge, _HALO)
        if not drawn.span.muted:
            for edge in _edges(group, width):
                self._fill(*edge, color)
            return
        top, foot, left, right = _edges(group, width)
        for edge in (top, foot):
            for x, y, wide, high, origin in each(*edge, group.origin):
                self._dash_along(QRect(x, y, wide, high), origin, color)
        for edge in (left, right):
            for x, y, wide, high in each(*edge):
                self._dash_down(QRect(x, y, wide, high), color)

    def bracket(self, group: Group, foot: int) -> None:
        """The time of a box in a lane that shows no frequency: a bracket at the lane's foot, with its sign."""
        drawn, left, right = group.drawn, group.left, group.right
        color = self._color(drawn, 0.45 if drawn.span.muted else 1.0)
        width, beam, leg = self.pixels(2 if drawn.is_selected else 1), self.pixels(4), self.pixels(9)
        self._fill(left, foot - beam, right - left, beam, self._color(drawn, 0.25))
        self._fill(left, foot - beam, right - left, width, color)
        for x in (left, right - width):
            self._fill(x, foot - leg, width, leg, color)
        for start, end in each(left, right):
            if end - start >= self.pixels(32):
                self._sign(QPoint(start + self.pixels(8), foot - self.pixels(10)), drawn, color, 7, 1)

    def has_room_for_badge(self, width: int) -> bool:
        """Whether a badge fits in so many pixels."""
        return width >= self.pixels(_BADGE_WIDTH) + self.pixels(8)

    def badge(self, area: QRect, drawn: DrawnSpan, *, is_suggestion: bool = False) -> None:
        """The sign on a small rounded plate in the corner of `area`, hollow when muted; none where it would not fit.

        A suggested span's plate is hollow, with a question mark behind the sign.
        """
        width, height = self.pixels(_BADGE_WIDTH), self.pixels(14)
        if not self.has_room_for_badge(area.width()) or area.height() < height + self.pixels(8):
            return
        plate = QRect(area.left() + self.pixels(4), area.top() + self.pixels(5), width, height)
        color, line = self._color(drawn), self.pixels(1)
        is_hollow = drawn.span.muted or is_suggestion
        half = line / 2 if is_hollow else 0.0
        self.painter.setPen(QPen(color, line) if is_hollow else Qt.PenStyle.NoPen)
        self.painter.setBrush(self.look.color("canvas") if is_hollow else color)
        self._round(QRectF(plate).adjusted(half, half, -half, -half), 4)
        ink = color if is_hollow else self.look.color("accent_text")
        if is_suggestion:
            self._question(plate, ink, "+?" if drawn.span.sign is Sign.PLUS else "−?")
        else:
            self._sign(QPoint(plate.left() + width // 2, plate.top() + height // 2), drawn, ink, 8, 2)

    def _question(self, plate: QRect, ink: QColor, text: str) -> None:
        font = self.look.font("caption", bold=True)
        font.setPixelSize(self.pixels(11))
        self.painter.setFont(font)
        self.painter.setPen(ink)
        self.painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _sign(self, center: QPoint, drawn: DrawnSpan, color: QColor, length: int, thick: int) -> None:
        thick = self.pixels(thick)
        # Of one parity with the thickness, so that the arms are equal.
        length = self.pixels(length) // 2 * 2 + thick % 2
        x, y = center.x() - length // 2, center.y() - thick // 2
        self.painter.fillRect(x, y, length, thick, color)
        if drawn.span.sign is Sign.PLUS:
            self.painter.fillRect(center.x() - thick // 2, center.y() - length // 2, thick, length, color)

    def handle(self, center: QPoint, width: int, height: int, drawn: DrawnSpan) -> None:
        """A small grip on an edge of the selected span."""
        self.painter.setPen(QPen(self.look.color("canvas"), self.pixels(1)))
        self.painter.setBrush(self.look.color("playhead") if drawn.is_edited else self._color(drawn))
        self._round(QRectF(-(width + 1) / 2, -height / 2, width + 1, height).translated(QPointF(center)), 2.5)

    def _round(self, area: QRectF, radius: float) -> None:
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self.painter.drawRoundedRect(area, radius * self._ratio, radius * self._ratio)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _hatch(self, color: QColor, sign: Sign) -> QPixmap:
        """A tile of slanting lines: rising for +, falling for -."""
        size = self.pixels(HATCH)
        key = (color.rgba(), sign, size)
        if key not in self._hatches:
            tile = QPixmap(size, size)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color, self._ratio))
            low, high = (size + 1, -1) if sign is Sign.PLUS else (-1, size + 1)
            for x in (-size, 0, size):
                painter.drawLine(QPointF(x - 1, low), QPointF(x + size + 1, high))
            painter.end()
            self._hatches[key] = tile
        return self._hatches[key]


def _edges(group: Group, thick: int) -> tuple[tuple[Pixels, Pixels, Pixels, Pixels], ...]:
    """Top, foot, left and right edge of boxes, `thick` pixels wide around their outermost pixels, without overlap.

    Each as left, top, width and height.
    """
    half = thick // 2
    left, top, right, foot = group.left - half, group.top - half, group.right + 1 + half, group.foot + 1 + half
    width, sides = right - left, foot - top - 2 * thick
    return (
        (left, top, width, thick),
        (left, foot - thick, width, thick),
        (left, top + thick, thick, sides),
        (right - thick, top + thick, thick, sides),
    )
