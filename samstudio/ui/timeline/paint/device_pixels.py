"""Painting in device pixels, so that lines are crisp at every scale of the screen."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem
from shiboken6 import wrapInstance

_LEAST_MOVE = 0.5
"""Device pixels."""


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


def mapped_x(to_device: QTransform, x: float) -> float:
    """Where an upright line at `x` lies on the device; neither it nor the lane is ever turned."""
    return to_device.m11() * x + to_device.dx()


def mapped_y(to_device: QTransform, y: float) -> float:
    """Where a level line at `y` lies on the device."""
    return to_device.m22() * y + to_device.dy()


def snapped(to_device: QTransform, rect: QRectF) -> QRect:
    """The whole device pixels that a rectangle covers."""
    mapped = to_device.mapRect(rect)
    left, top = round(mapped.left()), round(mapped.top())
    return QRect(left, top, round(mapped.right()) - left, round(mapped.bottom()) - top)


def exposed_pixels(to_device: QTransform, option: QStyleOptionGraphicsItem, lane: QRect) -> QRect:
    """The exposed part of a lane, and a column more on either side: a pixel may be shared."""
    return snapped(to_device, option.exposedRect).adjusted(-1, 0, 1, 0) & lane


def moves_visibly(before: float, after: float, ratio: float) -> bool:
    """Whether a move between two places in logical pixels shows, at `ratio` device pixels to a logical one."""
    return abs(after - before) * ratio >= _LEAST_MOVE


def fill(painter: QPainter, rects: list[QRect], color: QColor) -> None:
    """Fill many rectangles in one call: one by one, lines and ticks cost more than the waveform behind them."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects(rects)


def fill_all(
    painter: QPainter,
    left: int | NDArray[np.int64],
    top: int | NDArray[np.int64],
    width: int | NDArray[np.int64],
    height: int | NDArray[np.int64],
    color: QColor,
) -> None:
    """Fill rectangles, one after the other, in one call; what is one number is the same for all."""
    count = np.broadcast(left, top, width, height).size
    # As QRect holds them in memory: a list of QRect would cost more than the painting.
    edges = np.empty((count, 4), np.int32)
    edges[:, 0], edges[:, 1] = left, top
    edges[:, 2], edges[:, 3] = left + width - 1, top + height - 1
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    first = cast("QRect", wrapInstance(edges.__array_interface__["data"][0], QRect))
    painter.drawRects(first, count)
