"""Painting in device pixels, so that lines are crisp at every scale of the screen."""

from collections.abc import Generator
from contextlib import contextmanager

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform


@contextmanager
def device_pixels(painter: QPainter) -> Generator[QTransform, None, None]:
    """Within this, the painter's unit is one pixel of the device; gives the map from the item's own coordinates."""
    to_device = painter.deviceTransform()
    painter.save()
    # What remains of the map to the device without the world transform is undone, exactly.
    painter.setWorldTransform(to_device.inverted()[0] * painter.worldTransform())
    try:
        yield to_device
    finally:
        painter.restore()


def snapped(to_device: QTransform, rect: QRectF) -> QRect:
    """The whole device pixels that a rectangle covers."""
    mapped = to_device.mapRect(rect)
    left, top = round(mapped.left()), round(mapped.top())
    return QRect(left, top, round(mapped.right()) - left, round(mapped.bottom()) - top)


def fill(painter: QPainter, rects: list[QRect], color: QColor) -> None:
    """Fill many rectangles in one call: one by one, lines and ticks cost more than the waveform behind them."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects(rects)
