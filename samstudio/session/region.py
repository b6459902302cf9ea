"""The place of the sounding object in a video, and how it moves."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Self

LEAST = 0.02
"""Fraction of the picture's width and height: smaller regions can be given as numbers, but not drawn."""


@dataclass(frozen=True)
class Region:
    """A rectangle of the picture that holds the object, at `time` seconds of the clip.

    Fractions 0..1 of the picture's width and height; (0, 0) is its left top corner. What an engine sees of the picture
    is this alone: everything outside becomes black, as the paper on such prompts means it. (Its reference's
    helper blacks out what a mask covers instead: given a mask of the object, it would hide the object.)
    Raises ValueError unless the rectangle lies inside the picture and has a size.
    """

    left: float
    top: float
    width: float
    height: float
    time: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.time < float("inf"):
            raise ValueError(f"A region must have a time from 0 s on, not {self.time:g} s.")
        if not (self.width > 0.0 and self.height > 0.0):
            raise ValueError("A region needs a width and a height above 0.")
        # Sums of fractions may round to slightly more than 1.
        most = 1.0 + 1e-9
        if not (0.0 <= self.left <= most - self.width and 0.0 <= self.top <= most - self.height):
            raise ValueError("A region must lie inside the picture: its edges are fractions from 0 to 1.")

    @classmethod
    def between(cls, x1: float, y1: float, x2: float, y2: float, time: float = 0.0) -> Self:
        """The rectangle between two corners, cut to the picture and not smaller than LEAST."""
        left, width = _stretch(min(x1, x2), max(x1, x2))
        top, height = _stretch(min(y1, y2), max(y1, y2))
        return cls(left, top, width, height, time)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return self.left, self.top, self.left + self.width, self.top + self.height

    def shifted(self, right: float, down: float) -> Self:
        """The rectangle moved, stopped at the picture's edge."""
        left = min(max(self.left + right, 0.0), 1.0 - self.width)
        top = min(max(self.top + down, 0.0), 1.0 - self.height)
        return replace(self, left=max(left, 0.0), top=max(top, 0.0))

    def at(self, time: float) -> Self:
        """The same rectangle at another time (seconds)."""
        return replace(self, time=time)

    def pixels(self, width: int, height: int) -> tuple[slice, slice]:
        """Rows and columns of a picture of that size (pixels) which the rectangle touches; one at least."""
        left, right = _touched(self.left, self.left + self.width, width)
        top, bottom = _touched(self.top, self.top + self.height, height)
        return slice(top, bottom), slice(left, right)


def _stretch(start: float, end: float) -> tuple[float, float]:
    """Start and length of a stretch of 0..1 that is not shorter than LEAST."""
    start = min(max(start, 0.0), 1.0 - LEAST)
    end = min(max(end, start + LEAST), 1.0)
    return start, end - start


def _touched(start: float, end: float, size: int) -> tuple[int, int]:
    # Fractions made from whole pixels give the same pixels again, despite rounding.
    first = min(floor(start * size + 1e-6), size - 1)
    return first, min(size, max(first + 1, ceil(end * size - 1e-6)))


def region_at(regions: tuple[Region, ...], time: float) -> Region | None:
    """The object's region at `time`: interpolated linearly between the given ones, constant before and after them.

    `regions` in order of time; None where there are none.
    """
    if not regions:
        return None
    index = bisect_right([region.time for region in regions], time)
    if index in (0, len(regions)):
        return regions[max(0, index - 1)].at(time)
    before, after = regions[index - 1], regions[index]
    fraction = (time - before.time) / (after.time - before.time)
    start = (before.left, before.top, before.width, before.height)
    end = (after.left, after.top, after.width, after.height)
    left, top, width, height = (a + fraction * (b - a) for a, b in zip(start, end, strict=True))
    return Region(left, top, min(width, 1.0 - left), min(height, 1.0 - top), time)


def in_order(regions: Iterable[Region]) -> tuple[Region, ...]:
    """In order of time; of several at one time the last counts."""
    return tuple(region for _, region in sorted({region.time: region for region in regions}.items()))
