"""A spectrogram tinted by the target's share: grey where all is residual, in the target's colour where none is."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from samstudio.ui.theme import blend, load_theme
from samstudio.ui.timeline.paint.colour_maps import SHADES, colour_table

_FULL_TINT = 0.62
"""The shade of the purest colour: darker ones go towards black, lighter ones towards white."""


@cache
def tint_table() -> tuple[int, ...]:
    """The 256 shades of what is all target, as 0xffRRGGBB, darkest first."""
    # Spectrograms are dark in every theme.
    look = load_theme("dark")
    dark, full, light = QColor.fromRgb(colour_table("house")[0]), look.color("wave_target"), QColor("white")
    table = []
    for shade in range(SHADES):
        part = shade / (SHADES - 1)
        if part < _FULL_TINT:
            color = blend(dark, full, part / _FULL_TINT)
        else:
            color = blend(full, light, 0.75 * (part - _FULL_TINT) / (1.0 - _FULL_TINT))
        table.append(color.rgb())
    return tuple(table)


def shared_image(shades: NDArray[np.uint8], share: NDArray[np.uint8]) -> QImage:
    """The image of `shades` (rows, columns), tinted where the `share` of the target (likewise, 255 all) is large."""
    rows, columns = shades.shape
    pixels = shades.tobytes(), share.tobytes()
    picture = QImage(pixels[0], columns, rows, columns, QImage.Format.Format_Indexed8)
    picture.setColorTable(list(colour_table("grey")))
    base = picture.convertToFormat(QImage.Format.Format_RGB32)
    picture.setColorTable(list(tint_table()))
    tint = picture.convertToFormat(QImage.Format.Format_ARGB32)
    tint.setAlphaChannel(QImage(pixels[1], columns, rows, columns, QImage.Format.Format_Grayscale8))
    with QPainter(base) as painter:
        painter.drawImage(0, 0, tint)
    return base


def share_scale(width: int) -> QImage:
    """The colours of one level from no share at all to all of it, one row."""
    share = np.linspace(0.0, 255.0, width).astype(np.uint8)[None, :]
    return shared_image(np.full_like(share, round(_FULL_TINT * (SHADES - 1))), share)
