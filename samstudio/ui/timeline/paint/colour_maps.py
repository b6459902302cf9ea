"""Colour maps of the spectrogram, whose lightness rises evenly with the level."""

from functools import cache
from math import cos, pi, radians, sin

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

COLOUR_MAPS = {"house": "Standard", "magma": "Magma", "inferno": "Inferno", "viridis": "Viridis", "grey": "Grey"}
"""Their titles by the names under which settings store them."""
SHADES = 256


@cache
def colour_map(name: str) -> pg.ColorMap:
    """The map from 0 (darkest) to 1. Raises ValueError for a name that is not in COLOUR_MAPS."""
    if name not in COLOUR_MAPS:
        raise ValueError(f"There is no colour map called {name!r}: choose one of {', '.join(COLOUR_MAPS)}.")
    if name == "house":
        return pg.ColorMap(None, [_oklab_colour(i / (SHADES - 1)) for i in range(SHADES)])
    if name == "grey":
        # A stop for every shade: between two stops pyqtgraph rounds down.
        return pg.ColorMap(None, [(i, i, i) for i in range(SHADES)])
    return pg.colormap.get(name)


@cache
def colour_table(name: str) -> tuple[int, ...]:
    """The map's 256 colours as 0xffRRGGBB, darkest first. Raises ValueError as `colour_map`."""
    red, green, blue = colour_map(name).getLookupTable(nPts=SHADES, alpha=False).astype(np.uint32).T
    return tuple((0xFF000000 | red << 16 | green << 8 | blue).tolist())


def _oklab_colour(t: float) -> tuple[int, int, int]:
    """Ink through indigo, violet and rose to cream: even steps of lightness in OKLab, less colour at both ends."""
    lightness, hue, chroma = 0.13 + 0.85 * t, radians(262.0 + 195.0 * t), 0.17 * sin(pi * t**0.8) ** 0.8
    while True:
        red, green, blue = _oklab_to_srgb(lightness, chroma * cos(hue), chroma * sin(hue))
        if chroma < 1e-3 or all(-1e-6 <= part <= 1.0 + 1e-6 for part in (red, green, blue)):
            break
        # Outside what a screen can show: the same lightness and hue with less colour.
        chroma *= 0.96
    color = QColor.fromRgbF(*(min(max(part, 0.0), 1.0) for part in (red, green, blue)))
    return color.red(), color.green(), color.blue()


def _oklab_to_srgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """Bjoern Ottosson, "A perceptual color space for image processing" (2020), and the sRGB curve of IEC 61966-2-1."""
    to_lms = np.array([[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728],
                       [1.0, -0.0894841775, -1.2914855480]])  # fmt: skip
    to_rgb = np.array([[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
                       [-0.0041960863, -0.7034186147, 1.7076147010]])  # fmt: skip
    linear = to_rgb @ (to_lms @ np.array([lightness, a, b])) ** 3
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055)
    return float(curve[0]), float(curve[1]), float(curve[2])
