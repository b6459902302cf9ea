"""The sounding object in a video, as it was marked: with clicks and boxes, at some of its frames.

Places are fractions 0..1 of the picture's width and height; (0, 0) is its left top corner.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from samstudio.session.region import Region

Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True)
class Click:
    """A point of the picture that belongs to the object, or one that does not (a negative click).

    Raises ValueError outside the picture.
    """

    x: float
    y: float
    positive: bool = True

    def __post_init__(self) -> None:
        if not (0.0 <= self.x <= 1.0 and 0.0 <= self.y <= 1.0):
            raise ValueError("A click must lie inside the picture: its place is two fractions from 0 to 1.")


@dataclass(frozen=True)
class Mark:
    """What was said about the object at `time` (seconds of the clip): by clicks, by a box around it, or by both.

    `choice` is which of the masks that a segmenter offers is meant, counted from 0, the smallest; None leaves it to
    the segmenter. An `absent` mark says that the object is not in the picture, and has neither clicks nor box.
    Whoever takes something off a mask that was followed to this frame marks it with a negative click and with the
    box around that mask: a mark stands by itself. Raises ValueError for a mark that says nothing.
    """

    time: float
    clicks: tuple[Click, ...] = ()
    box: Box | None = None
    choice: int | None = None
    absent: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.time < float("inf"):
            raise ValueError(f"A mark must have a time from 0 s on, not {self.time:g} s.")
        if self.box is not None:
            # Raises for a box outside the picture.
            Region(*self.box, self.time)
        if self.choice is not None and self.choice < 0:
            raise ValueError(f"The choice of a mask is a number from 0 on, not {self.choice}.")
        says_where = self.box is not None or any(click.positive for click in self.clicks)
        if self.absent and (says_where or self.clicks):
            raise ValueError("A mark of an object that is absent has neither clicks nor a box.")
        if not (says_where or self.absent):
            raise ValueError("A mark needs a click on the object, a box around it, or the word that it is absent.")

    @classmethod
    def of_region(cls, region: Region) -> Self:
        """The mark with that rectangle as its box, at its time."""
        return cls(region.time, box=(region.left, region.top, region.width, region.height))

    def at(self, time: float) -> Self:
        """The same mark at another time (seconds)."""
        return replace(self, time=time)

    def with_click(self, click: Click) -> Self:
        """One more click; whatever mask was chosen was chosen without it."""
        return replace(self, clicks=(*self.clicks, click), choice=None, absent=False)


@dataclass(frozen=True)
class VideoObject:
    """An object in the video; its marks are the truth, and masks are made from them.

    One that `follows` is looked for between its marks. One that does not is what its boxes hold: the rectangle stays
    where it is with one mark, and moves in a straight line between several. A muted object is kept but not used.
    Raises ValueError for marks out of order, and for an object that does not follow and has marks without a box.
    """

    marks: tuple[Mark, ...] = ()
    """In order of time, one at a time."""
    name: str = ""
    follows: bool = True
    muted: bool = False

    def __post_init__(self) -> None:
        if any(later.time <= earlier.time for earlier, later in pairwise(self.marks)):
            raise ValueError("Marks must be in order of time, one at a time.")
        if not self.follows and any(mark.box is None for mark in self.marks):
            raise ValueError("An object that is not followed needs a box in each of its marks.")

    @classmethod
    def of_regions(cls, regions: Iterable[Region]) -> Self:
        """The object that is not followed, and is what these rectangles hold."""
        return cls(tuple(Mark.of_region(region) for region in regions), follows=False)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The boxes of its marks."""
        return tuple(Region(*mark.box, mark.time) for mark in self.marks if mark.box is not None)

    def mark_at(self, time: float, reach: float = 0.0) -> Mark | None:
        """The mark nearest to `time`, if it is no more than `reach` seconds away."""
        nearest = min(self.marks, key=lambda mark: abs(mark.time - time), default=None)
        return nearest if nearest is not None and abs(nearest.time - time) <= reach else None

    def with_mark(self, mark: Mark) -> Self:
        """The object with one more mark; it replaces one with the same time."""
        return replace(self, marks=tuple(sorted((*self.without_mark(mark.time).marks, mark), key=lambda m: m.time)))

    def without_mark(self, time: float) -> Self:
        """The object without the mark at that very time."""
        return replace(self, marks=tuple(mark for mark in self.marks if mark.time != time))
