"""Tiles of the spectrogram: vertical strips with one column per device pixel, computed once and kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samstudio.dsp.channel_layout import LOUDEST
from samstudio.dsp.scales import ANY_SCALE, FrequencyScale

TILE_COLUMNS = 256
_STAND_INS = 24
_PARTIAL_ZOOMS = 2


class Zoom(NamedTuple):
    """What tiles that lie side by side have in common, but for their channel: as in TileKey."""

    seconds_per_pixel: float
    rows: int
    scale: FrequencyScale
    has_share: bool
    part: int


@dataclass(frozen=True)
class ViewRequest:
    """A picture that is shown: `width` device pixels of `seconds_per_pixel` from `start` s on, and `height` of them.

    The zoom is stored, not derived from two times: it must not change by rounding when the view moves.
    """

    start: float
    seconds_per_pixel: float
    width: int
    height: int
    scale: FrequencyScale = ANY_SCALE
    """The upright axis."""
    channel: str = "clip"
    """Which channel of the mixer is pictured."""
    has_share: bool = False
    """Whether the target's share is to be shown, too."""
    parts: tuple[int, ...] = (LOUDEST,)
    """What of the sound is pictured, from top to bottom, as by `shown_parts`: all parts are equally high."""

    @property
    def end(self) -> float:
        """Seconds."""
        return self.start + self.width * self.seconds_per_pixel

    @property
    def keys(self) -> tuple["TileKey", ...]:
        """The tiles that cover the view, part by part, from left to right."""
        return tuple(key for part in range(len(self.parts)) for key in self.keys_of(part))

    def keys_of(self, place: int) -> tuple["TileKey", ...]:
        """The tiles that cover the part at that place, from left to right."""
        length, (top, foot) = self.seconds_per_pixel * TILE_COLUMNS, self.rows_of(place)
        if top == foot:
            return ()
        numbers = range(max(0, floor(self.start / length)), ceil(self.end / length))
        facts = self.scale, self.channel, self.has_share, self.parts[place]
        return tuple(TileKey(self.seconds_per_pixel, foot - top, number, *facts) for number in numbers)

    def rows_of(self, place: int) -> tuple[int, int]:
        """The first row of the part at that place, counted from the top, and the first below it."""
        top, foot = (round(self.height * edge / len(self.parts)) for edge in (place, place + 1))
        return top, foot


@dataclass(frozen=True)
class TileKey:
    """Tile `number` of those `seconds_per_pixel` wide in every column, `rows` pixels high on `scale`.

    It pictures a `part` of a `channel`: one of its own channels, or all of them as one.
    """

    seconds_per_pixel: float
    rows: int
    number: int
    scale: FrequencyScale = ANY_SCALE
    channel: str = "clip"
    has_share: bool = False
    part: int = LOUDEST

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

    @property
    def zoom(self) -> Zoom:
        """What it has in common with the tiles beside it."""
        return Zoom(self.seconds_per_pixel, self.rows, self.scale, self.has_share, self.part)


@dataclass(frozen=True, eq=False)
class Tile:
    """`shades` uint8 (rows, TILE_COLUMNS), highest frequency first, 0 darkest.

    `complete` is False if the sound was not read completely yet: only `frames_ready` frames existed.
    """

    key: TileKey
    shades: NDArray[np.uint8]
    frames_ready: int
    complete: bool
    share: NDArray[np.uint8] | None = None
    """The target's share of the power in each pixel, likewise, 255 all of it; None where the key asks for none."""

    @cached_property
    def shade_counts(self) -> NDArray[np.int64]:
        """How many pixels have each of the 256 shades, darkest first; counted once."""
        return np.bincount(self.shades.ravel(), minlength=256)


def stand_ins(zooms: Mapping[Zoom, Collection[TileKey]], view: ViewRequest, place: int = 0) -> list[TileKey]:
    """Tiles of a channel to paint where those of this view's part at `place` are missing, best last.

    These are the nearest zoom in time and frequency that covers the view, and over it the two nearer ones that cover
    some of it; tiles of other parts serve where the part's own do not cover it. Of tiles much finer than the view only
    the first few are used: there would be many small ones.
    """
    bands = view.scale.extents(zoom.scale for zoom in zooms)
    shares = {scale: max(0.0, min(top, 1.0) - max(bottom, 0.0)) for scale, (bottom, top) in bands.items()}

    def distance(zoom: Zoom) -> tuple[bool, float, bool]:
        bottom, top = bands[zoom.scale]
        far = abs(log(zoom.seconds_per_pixel / view.seconds_per_pixel)) + abs(log(top - bottom))
        return zoom.part != view.parts[place], far + 1.0 - shares[zoom.scale], zoom.has_share != view.has_share

    chosen: list[TileKey] = []
    partial = 0
    for zoom in sorted((zoom for zoom in zooms if shares[zoom.scale] > 0.0), key=distance):
        length = zoom.seconds_per_pixel * TILE_COLUMNS
        first, last = view.start / length - 1.0, view.end / length
        level = [key for key in zooms[zoom] if first < key.number < last][:_STAND_INS]
        covered = sum(min(view.end, key.end) - max(view.start, key.start) for key in level) * shares[zoom.scale]
        if covered >= (view.end - view.start) * 0.999:
            return level + chosen
        if level and partial < _PARTIAL_ZOOMS:
            chosen, partial = level + chosen, partial + 1
    return chosen
