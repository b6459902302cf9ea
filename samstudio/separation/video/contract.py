"""The contract between what finds objects in pictures and whoever asks it: window, command line, engine or test.

H x W is the size of a picture, h x w that of a mask, which covers the whole picture; M masks are offered.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from samstudio.separation.engine import Progress, Video
from samstudio.session.video.mask_track import Mask
from samstudio.session.video.objects import Mark

Picture = NDArray[np.uint8]
"""(H, W, 3), RGB, upright and with square pixels."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A picture that a segmenter has looked at; only that segmenter knows what `seen` is."""

    height: int
    width: int
    seen: Any = field(repr=False)


@dataclass(frozen=True, eq=False)
class Offers:
    """Masks for a mark, the smallest first, how good the segmenter takes each to be (0..1), and the one it means."""

    masks: tuple[Mask, ...] = field(repr=False)
    scores: tuple[float, ...]
    best: int

    def chosen(self, choice: int | None) -> Mask:
        """The mask of a mark's `choice`; the last one where it is beyond them."""
        return self.masks[self.best if choice is None else min(choice, len(self.masks) - 1)]


class Segmenter(Protocol):
    """Says which pixels of a picture belong to what is marked. Not for several threads at once."""

    @property
    def key(self) -> str:
        """Name and version: tells it from others, and from itself before it changed."""
        ...

    def look(self, picture: Picture) -> Looked:
        """Look at a picture: about half a second of work, after which any number of marks are quick."""
        ...

    def offers(self, looked: Looked, mark: Mark) -> Offers:
        """The masks for a mark that is not `absent`, at the picture's size or smaller."""
        ...


@dataclass(frozen=True, eq=False)
class Tracked:
    """The object's mask at a time (seconds), and how certain it is (0..1); an empty mask where it is absent or lost."""

    time: float
    mask: Mask = field(repr=False)
    certainty: float


class Tracker(Protocol):
    """Follows an object through a video. Not for several threads at once."""

    @property
    def key(self) -> str:
        """Name and version, also of what it looks with."""
        ...

    def track(
        self, video: Video, times: Sequence[float], marks: Sequence[Mark], near: float = 0.0
    ) -> Generator[Progress | Tracked, None, None]:
        """Yield the object's mask at each of the times (seconds, rising), once each, in any order.

        Forwards and backwards from every mark, those nearest to `near` (seconds) first. Marks are never overruled.
        Steps come at least every 500 ms or so of work: that is where closing the generator cancels. Memory does not
        grow with the film. What reading the video raises passes through.
        """
        ...
