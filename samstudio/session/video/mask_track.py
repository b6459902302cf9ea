"""Where an object is at each of many times: a mask each, made from its marks and kept as long as they hold.

N times, masks of H x W pixels.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray

from samstudio.session.stretch import Stretch

Mask = NDArray[np.bool_]
"""(H, W), true where the object is."""
UNSURE = 0.5
"""A certainty below it is worth a look."""
WHOLE = 0.95
"""A mask of this share of the picture is hardly an object: more likely the ground was clicked."""


def packed_mask(mask: Mask) -> bytes:
    """A mask as its bits, row by row, compressed: some hundred bytes; none for one that is empty."""
    return compress(np.packbits(mask).tobytes()) if mask.any() else b""


@dataclass(frozen=True, eq=False)
class MaskTrack:
    """Masks at `times` (seconds of the clip, rising), each with a certainty 0..1; `key` tells what it was made from.

    A mask that is empty (the object is absent, or lost) is no bytes. Raises ValueError unless all are as many.
    """

    key: str
    times: tuple[float, ...]
    masks: tuple[bytes, ...] = field(repr=False)
    """Each as `packed_mask` makes it."""
    certainty: tuple[float, ...] = field(repr=False)
    """1 where it was marked, 0 where it is lost."""
    height: int
    width: int

    def __post_init__(self) -> None:
        if not len(self.times) == len(self.masks) == len(self.certainty):
            raise ValueError("A track needs a mask and a certainty for each of its times.")
        if self.height < 1 or self.width < 1:
            raise ValueError("The masks of a track need a size.")

    def index_at(self, time: float) -> int | None:
        """The place of the time nearest to `time`, the earlier of two; None in a track without times."""
        after = bisect_right(self.times, time)
        near = range(max(0, after - 1), min(len(self.times), after + 1))
        return min(near, key=lambda index: abs(self.times[index] - time), default=None)

    def mask_at(self, time: float) -> Mask:
        """The mask nearest to `time`; read-only."""
        index = self.index_at(time)
        return self.mask(index) if index is not None else np.zeros((self.height, self.width), np.bool_)

    def mask(self, index: int) -> Mask:
        """One of the masks. Raises ValueError for bytes that are none."""
        if not self.masks[index]:
            return np.zeros((self.height, self.width), np.bool_)
        bits = np.frombuffer(decompress(self.masks[index]), np.uint8)
        return np.unpackbits(bits, count=self.height * self.width).reshape(self.height, self.width).view(np.bool_)

    def certainty_at(self, time: float) -> float:
        """How certain the nearest mask is, 0..1."""
        index = self.index_at(time)
        return self.certainty[index] if index is not None else 0.0

    def is_lost(self, index: int) -> bool:
        """Whether the object is not found there, though nobody said that it is absent."""
        return not self.masks[index] and self.certainty[index] < UNSURE

    @property
    def unsure(self) -> tuple[Stretch, ...]:
        """The stretches (seconds) of certainties below UNSURE, lost ones among them: where a click helps."""
        return tuple(_stretches(self.times, (certainty < UNSURE for certainty in self.certainty)))


def _stretches(times: tuple[float, ...], counts: Iterable[bool]) -> Iterable[Stretch]:
    """From each first time that counts to the last one in a row."""
    start: float | None = None
    last = 0.0
    for time, is_one in zip(times, counts, strict=True):
        if is_one:
            start, last = time if start is None else start, time
        elif start is not None:
            yield start, last
            start = None
    if start is not None:
        yield start, last
