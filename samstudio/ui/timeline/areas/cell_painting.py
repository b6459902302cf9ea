"""An area of very many cells as a picture, pixel by pixel: its lines would take longer than the rest of the window."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from samstudio.session.areas.area import CellPatch
from samstudio.session.areas.brush import UprightAxis

_HATCH = 10
"""Logical pixels."""
_COLOURS = (0, 0xFFFFFFFF, 0xC8000000, 0x82FFFFFF, 0x6E000000)
"""ARGB: nothing, outline, casing, and the hatch in light and dark."""
_LINE, _CASING, _LIGHT_HATCH, _DARK_HATCH = range(1, 5)


def cell_picture(
    patch: CellPatch, size: tuple[int, int], times: tuple[float, float], axis: UprightAxis, ratio: float
) -> QImage:
    """The outline, light inside and dark outside of it, and the hatch; `size` is width and height in device pixels."""
    mask = _seen(patch, size, times, axis)
    wide = np.pad(mask, 1)
    sides = wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]
    inner, beside = mask.copy(), np.zeros_like(mask)
    for side in sides:
        inner &= side
        beside |= side
    width, height = size
    period = max(4, round(_HATCH * ratio))
    slant = np.zeros(width + height, np.uint8)
    slant[::period], slant[1::period] = _LIGHT_HATCH, _DARK_HATCH
    # Rows of an image begin at multiples of four bytes.
    colours = np.zeros((height, -(-width // 4) * 4), np.uint8)
    # Each pixel is one of the three: so they can be added.
    colours[:, :width] = inner.view(np.uint8) * sliding_window_view(slant, width)[:height]
    colours[:, :width] += (mask & ~inner).view(np.uint8) * np.uint8(_LINE)
    colours[:, :width] += (beside & ~mask).view(np.uint8) * np.uint8(_CASING)
    image = QImage(colours.data, width, height, colours.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(_COLOURS)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _seen(patch: CellPatch, size: tuple[int, int], times: tuple[float, float], axis: UprightAxis) -> NDArray[np.bool_]:
    """(height, width): which pixels show a cell of the patch, the highest frequency first."""
    width, height = size
    seconds = times[0] + (np.arange(width) + 0.5) * ((times[1] - times[0]) / width)
    hz = axis.frequencies(1.0 - (np.arange(height) + 0.5) / height)
    frames = np.rint(patch.grid.frame_of(1.0) * seconds).astype(np.int64) - patch.first_frame
    rows = np.rint(patch.grid.bin_of(1.0) * hz).astype(np.int64) - patch.first_bin
    count, bins = patch.inside.shape
    known, shown = (frames >= 0) & (frames < count), (rows >= 0) & (rows < bins)
    mask = np.zeros((height, width), bool)
    if known.any() and shown.any():
        first, last = frames[known][[0, -1]]
        part = np.ascontiguousarray(patch.inside[first : last + 1, rows[shown]].T)
        mask[np.ix_(shown, known)] = part[:, frames[known] - first]
    return mask
