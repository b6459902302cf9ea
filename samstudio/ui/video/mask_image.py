"""A mask as an image to be laid over a frame: a tint, a hatch and an outline, so that colour alone says nothing."""

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage

from samstudio.session.video.mask_track import Mask

_LEVEL = 127
_HATCH = 9
"""Pixels from one line of the hatch to the next."""
_DASH = 10


class MaskLook(Enum):
    """What a mask is."""

    MARKED = "marked or followed"
    UNSURE = "followed, and unsure"
    PREVIEW = "what a click would take"
    OTHER = "of an object that is not chosen"


def mask_image(mask: Mask, size: QSize, color: QColor, look: MaskLook) -> QImage:
    """`size` in device pixels; transparent beside the mask."""
    inside = _scaled(mask, size)
    outer = _grown(inside)
    edge, casing = inside & _grown(~inside, 2), _grown(outer) & ~inside
    rows, columns = np.ogrid[: inside.shape[0], : inside.shape[1]]
    pixels = np.zeros((*inside.shape, 4), np.uint8)
    if look in (MaskLook.MARKED, MaskLook.UNSURE):
        _paint(pixels, inside, color, 70)
        _paint(pixels, inside & ((rows + columns) % _HATCH < 1), color, 190)
    else:
        _paint(pixels, inside, color, 46)
    if look in (MaskLook.UNSURE, MaskLook.PREVIEW):
        dashes = (rows + columns) % _DASH < _DASH // 2
        edge, casing = edge & dashes, casing & dashes
    _paint(pixels, casing, QColor(0, 0, 0), 170)
    _paint(pixels, edge, color, 255)
    height, width = inside.shape
    # A copy: the image would read memory that is gone.
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _paint(pixels: NDArray[np.uint8], where: NDArray[np.bool_], color: QColor, alpha: int) -> None:
    pixels[where] = (color.red(), color.green(), color.blue(), alpha)


def _scaled(mask: Mask, size: QSize) -> NDArray[np.bool_]:
    """The mask at another size, its edge smooth."""
    grey = np.where(mask, np.uint8(255), np.uint8(0))
    height, width = grey.shape
    image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
    scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    scaled = scaled.convertToFormat(QImage.Format.Format_Grayscale8)
    levels = np.frombuffer(scaled.constBits(), np.uint8).reshape(scaled.height(), scaled.bytesPerLine())
    return np.asarray(levels[:, : scaled.width()] > _LEVEL)


def _grown(inside: NDArray[np.bool_], by: int = 1) -> NDArray[np.bool_]:
    """All that lies within some pixels of it, across and along."""
    for _ in range(by):
        grown = inside.copy()
        grown[1:] |= inside[:-1]
        grown[:-1] |= inside[1:]
        grown[:, 1:] |= inside[:, :-1]
        grown[:, :-1] |= inside[:, 1:]
        inside = grown
    return inside
