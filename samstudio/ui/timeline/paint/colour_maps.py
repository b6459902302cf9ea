"""Colour maps of the spectrogram, whose lightness rises evenly with the level."""

from functools import cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

COLOUR_MAPS = {"house": "Standard", "magma": "Magma", "inferno": "Inferno", "viridis": "Viridis", "grey": "Grey"}
"""Their titles by the names under which settings store them."""
SHADES = 256


@cache
def colour_map(name: str) -> pg.ColorMap:
    """The map from 0 (darkest) to 1. Raises ValueError for a name that is not in COLOUR_MAPS."""
    if name not in COLOUR_MAPS:
        raise ValueError(f"There is no colour map called {name!r}: choose one of {', '.join(COLOUR_MAPS)}.")
    if name == "house":
        return pg.ColorMap(None, _house_colours())
    if name == "grey":
        # A stop for every shade: between two stops pyqtgraph rounds down.
        return pg.ColorMap(None, [(i, i, i) for i in range(SHADES)])
    return pg.colormap.get(name)


@cache
def colour_table(name: str) -> tuple[int, ...]:
    """The map's 256 colours as 0xffRRGGBB, darkest first. Raises ValueError as `colour_map`."""
    red, green, blue = colour_map(name).getLookupTable(nPts=SHADES, alpha=False).astype(np.uint32).T
    return tuple((0xFF000000 | red << 16 | green << 8 | blue).tolist())


def _house_colours() -> NDArray[np.uint8]:
    """(256, 3): ink through indigo, violet and rose to cream.

    In even steps of lightness in OKLab, with less colour at both ends.
    """
    t = np.linspace(0.0, 1.0, SHADES)
    lightness, hue, chroma = 0.13 + 0.85 * t, np.radians(262.0 + 195.0 * t), 0.17 * np.sin(np.pi * t**0.8) ** 0.8
    while True:
        colours = _oklab_to_srgb(lightness, chroma * np.cos(hue), chroma * np.sin(hue))
        outside = (chroma >= 1e-3) & ((colours < -1e-6) | (colours > 1.0 + 1e-6)).any(1)
        if not outside.any():
            return np.rint(255.0 * colours.clip(0.0, 1.0)).astype(np.uint8)
        # Outside what a screen can show: the same lightness and hue with less colour.
        chroma[outside] *= 0.96


def _oklab_to_srgb(
    lightness: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(N, 3) of N colours.

    Bjoern Ottosson, "A perceptual color space for image processing" (2020), and the sRGB curve of IEC 61966-2-1.
    """
    to_lms = np.array([[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728],
                       [1.0, -0.0894841775, -1.2914855480]])  # fmt: skip
    to_rgb = np.array([[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
                       [-0.0041960863, -0.7034186147, 1.7076147010]])  # fmt: skip
    linear = (np.stack([lightness, a, b], 1) @ to_lms.T) ** 3 @ to_rgb.T
    curve: NDArray[np.float64] = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055
    )
    return curve
