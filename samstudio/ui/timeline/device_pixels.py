"""Painting in device pixels, so that lines are crisp at every scale of the screen."""

from collections.abc import Generator
from contextlib import contextmanager

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QTransform


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
