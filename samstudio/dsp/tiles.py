"""Tiles of the spectrogram: vertical strips with one column per device pixel, computed once and kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log

import numpy as np
from numpy.typing import NDArray

TILE_COLUMNS = 256
_STAND_INS = 24
_PARTIAL_ZOOMS = 2


@dataclass(frozen=True)
class ViewRequest:
    """The visible part: `width` device pixels of `seconds_per_pixel` from `start` s on, `height` in the spectrogram.

    The zoom is stored, not derived from two times: it must not change by rounding when the view moves.
    """

    start: float
    seconds_per_pixel: float
    width: int
    height: int

    @property
    def end(self) -> float:
        """Seconds."""
        return self.start + self.width * self.seconds_per_pixel

    @property
    def keys(self) -> tuple["TileKey", ...]:
        """The tiles that cover the view, from left to right."""
        length = self.seconds_per_pixel * TILE_COLUMNS
        numbers = range(max(0, floor(self.start / length)), ceil(self.end / length))
        return tuple(TileKey(self.seconds_per_pixel, self.height, number) for number in numbers)


@dataclass(frozen=True)
class TileKey:
    """Tile `number` of those `seconds_per_pixel` wide in every column and `rows` pixels high."""

    seconds_per_pixel: float
    rows: int
    number: int

    @property
    def start(self) -> float:
        """Seconds."""
        return self.number * self.length

    @property
    def length(self) -> float:
        """Seconds."""
        return self.seconds_per_pixel * TILE_COLUMNS

    @property
    def end(self) -> float:
        """Seconds."""
        return self.start + self.length


@dataclass(frozen=True, eq=False)
class Tile:
    """`shades` uint8 (rows, TILE_COLUMNS), highest frequency first, 0 darkest.

    `complete` is False if the sound was not read completely yet: only `frames_ready` frames existed.
    """

    key: TileKey
    shades: NDArray[np.uint8]
    frames_ready: int
    complete: bool


def stand_ins(keys: Iterable[TileKey], start: float, end: float, seconds_per_pixel: float) -> list[TileKey]:
    """Tiles to paint where those of this zoom are missing, best last.

    These are the nearest zoom that covers the view, and over it the two nearer ones that cover a part. Of tiles much
    finer than the view only the first few are used: there would be many small ones.
    """
    near = [key for key in keys if key.start < end and key.end > start]
    zooms = sorted({key.seconds_per_pixel for key in near}, key=lambda zoom: abs(log(zoom / seconds_per_pixel)))
    chosen: list[TileKey] = []
    partial = 0
    for zoom in zooms:
        level = [key for key in near if key.seconds_per_pixel == zoom][:_STAND_INS]
        covered = sum(min(end, key.end) - max(start, key.start) for key in level)
        if covered >= (end - start) * 0.999:
            return level + chosen
        if partial < _PARTIAL_ZOOMS:
            chosen, partial = level + chosen, partial + 1
    return chosen
