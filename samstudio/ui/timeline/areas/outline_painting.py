"""Lines that stand out from every colour map: light on a dark casing; and the hatch of an area."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap

from samstudio.session.correction import Direction

Places = NDArray[np.float64]
"""(points, 2) in pixels."""
LIGHT, DARK = QColor(255, 255, 255), QColor(0, 0, 0, 200)
CASING, LINE = 3.5, 1.5
"""Logical pixels."""
_MANY, _DENSE = 8, 4000
"""More rings, or more points of rings, than these are drawn with the finest lines: they lie side by side."""
_DASH = 4.0
_HATCH = 10
_MARGIN = 24.0


def paint_area(
    painter: QPainter, rings: Iterable[Places], seen: QRectF, ratio: float, *, is_rough: bool = False
) -> None:
    """Hatch and outline what lies between closed rings, in device pixels of which a logical one has `ratio`.

    Only the part in and just around `seen` is worked out. Rough lines cost a tenth.
    """
    area = seen.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
    parts = [part for part in (clipped(ring, area) for ring in rings) if len(part) >= 3]
    path = _path(parts)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(hatch(None, ratio)))
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if is_rough or sum(map(len, parts)) > _DENSE or len(parts) > _MANY:
        # Wide and smooth lines would cover what lies between them, and cost ten times as much.
        for shift, color in ((max(1.0, ratio), DARK), (0.0, LIGHT)):
            painter.setPen(QPen(color, 0))
            painter.drawPath(path.translated(shift, shift))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(DARK, CASING * ratio))
    painter.drawPath(path)
    pen = QPen(LIGHT, LINE * ratio)
    pen.setDashPattern([_DASH, _DASH])
    painter.setPen(pen)
    painter.drawPath(path)


def _path(rings: Iterable[Places]) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings:
        # Points on the same pixel as the one before change nothing.
        pixels = np.rint(ring)
        differs = np.any(pixels != np.roll(pixels, 1, 0), axis=1)
        closed = np.vstack([ring[differs], ring[differs][:1]]) if differs.any() else ring
        path.addPolygon(arrayToQPolygonF(np.ascontiguousarray(closed[:, 0]), np.ascontiguousarray(closed[:, 1])))
    return path


def clipped(ring: Places, area: QRectF) -> Places:
    """The closed ring inside of `area`, after Sutherland and Hodgman (1974): dashes far outside cost a lot."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    if low[0] >= area.left() and high[0] <= area.right() and low[1] >= area.top() and high[1] <= area.bottom():
        return ring
    for axis, limit, side in ((0, area.left(), 1), (0, area.right(), -1), (1, area.top(), 1), (1, area.bottom(), -1)):
        if not len(ring):
            break
        beyond = side * (ring[:, axis] - limit)
        following, next_beyond = np.roll(ring, -1, 0), np.roll(beyond, -1)
        crosses = (beyond >= 0.0) != (next_beyond >= 0.0)
        part = np.divide(beyond, beyond - next_beyond, out=np.zeros_like(beyond), where=crosses)
        corners = ring + part[:, None] * (following - ring)
        # Each point that is inside, and behind it the place where the line to the next one crosses the limit.
        both = np.stack([ring, corners], axis=1).reshape(-1, 2)
        ring = both[np.stack([beyond >= 0.0, crosses], axis=1).reshape(-1)]
    return ring


def paint_line(painter: QPainter, start: QPointF, end: QPointF, weight: float) -> None:
    """A piece of a line, light on a casing that never covers what was drawn before."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width, mode in (
        (LIGHT, LINE, QPainter.CompositionMode.CompositionMode_SourceOver),
        (DARK, CASING, QPainter.CompositionMode.CompositionMode_DestinationOver),
    ):
        painter.setCompositionMode(mode)
        painter.setPen(QPen(color, width * weight, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(start, end)


@lru_cache(maxsize=16)
def hatch(direction: Direction | None, ratio: float, color: str = "") -> QPixmap:
    """A tile of slanting lines: rising for sound that goes to the target, falling to the residual, both to restore.

    For an area (None) they are fine and without colour; for a stroke they lie on a ground of `color`.
    """
    size = max(4, round(_HATCH * ratio))
    tile = QPixmap(size, size)
    ground = QColor(color) if color else QColor(0, 0, 0, 0)
    if color:
        ground.setAlpha(120)
    tile.fill(ground)
    with QPainter(tile) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rises = direction in {None, Direction.TO_TARGET, Direction.RESTORE}
        falls = direction in {Direction.TO_RESIDUAL, Direction.RESTORE}
        for shift, ink in ((ratio, QColor(0, 0, 0, 110)), (0.0, QColor(255, 255, 255, 130))):
            painter.setPen(QPen(ink, ratio))
            for x in (-size, 0, size):
                if rises:
                    painter.drawLine(QPointF(x - 1 + shift, size + 1), QPointF(x + size + 1 + shift, -1))
                if falls:
                    painter.drawLine(QPointF(x - 1 + shift, -1), QPointF(x + size + 1 + shift, size + 1))
    return tile
