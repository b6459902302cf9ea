"""An area of very many cells as a picture, pixel by pixel: its lines would take longer than the rest of the window."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from samstudio.session.areas.area import CellPatch
from samstudio.session.areas.brush import UprightAxis

_HATCH = 10
"""Logical pixels."""
# Premultiplied ARGB.
_LIGHT, _DARK, _LIGHT_HATCH, _DARK_HATCH = 0xFFFFFFFF, 0xC8000000, 0x82828282, 0x6E000000


def cell_picture(
    patch: CellPatch, size: tuple[int, int], times: tuple[float, float], axis: UprightAxis, ratio: float
) -> QImage:
    """The outline, light inside and dark outside of it, and the hatch; `size` is width and height in device pixels."""
    mask = _seen(patch, size, times, axis)
    wide = np.pad(mask, 1)
    sides = wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]
    inner, outer = mask.copy(), ~mask
    beside = np.zeros_like(mask)
    for side in sides:
        inner &= side
        beside |= side
    outer &= beside
    pixels = np.zeros(mask.shape, np.uint32)
    period = max(4, round(_HATCH * ratio))
    slant = (np.arange(size[0])[None, :] + np.arange(size[1])[:, None]) % period
    pixels[inner & (slant == 0)] = _LIGHT_HATCH
    pixels[inner & (slant == 1)] = _DARK_HATCH
    pixels[outer] = _DARK
    pixels[mask & ~inner] = _LIGHT
    # A copy: the picture must not outlive its memory.
    return QImage(pixels.data, size[0], size[1], 4 * size[0], QImage.Format.Format_ARGB32_Premultiplied).copy()


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
