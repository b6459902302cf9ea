"""What a take's stems are corrected by: a value for each cell painted by hand, and the strength of the target."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.int8]
"""(frames, bins) of values -FULL..FULL."""
FULL = 127
"""A cell of +FULL is all target, of -FULL all residual; 0 is as the engine made it."""
BLOCK = 64
"""Frames and bins of a block of the field."""
MOST_STRENGTH_DB = 12.0
_FULL_WEIGHT = np.float32(255)
Cell = TypeVar("Cell", np.int8, np.uint8)


class Direction(StrEnum):
    """Where an edit moves sound."""

    TO_TARGET = "to target"
    TO_RESIDUAL = "to residual"
    RESTORE = "restore"
    """Back to what the engine made."""


@dataclass(frozen=True, eq=False)
class CellMask:
    """Which cells an edit covers, and how strongly: `weights` uint8 (frames, bins), 255 is whole.

    The first of them is the cell `first_frame`, `first_bin` of a `CellGrid`; what lies before cell 0 is ignored.
    Raises ValueError for weights of another kind.
    """

    first_frame: int
    first_bin: int
    weights: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.weights.dtype != np.uint8 or self.weights.ndim != 2:
            raise ValueError("a mask's weights are uint8 (frames, bins)")

    def within(self, frames: int, bins: int) -> "CellMask":
        """The part of the mask on a grid of `frames` by `bins` cells."""
        low, left = min(max(0, -self.first_frame), len(self.weights)), max(0, -self.first_bin)
        high, right = max(low, frames - self.first_frame), max(left, bins - self.first_bin)
        return CellMask(self.first_frame + low, self.first_bin + left, self.weights[low:high, left:right])


Place = tuple[int, int]
Weights = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class BlockMask:
    """As CellMask, but in blocks as those of a CellField, (BLOCK, BLOCK), so that a long one takes little memory.

    Blocks without any weight are left out, of one whose weights are all the same only one value is kept.
    """

    blocks: Mapping[Place, Weights]

    @classmethod
    def of(cls, masks: Iterable[CellMask]) -> Generator[None, None, "BlockMask"]:
        """Parts of a mask, none of which share a block, put together; yields after each."""
        blocks: dict[Place, Weights] = {}
        for mask in masks:
            blocks.update(_in_blocks(mask))
            yield
        return cls(blocks)


class CellField:
    """A value -FULL..FULL for each cell of a grid without end, 0 where nothing was painted; immutable.

    `blocks` are read-only (BLOCK, BLOCK) by their place: block (i, k) begins with the cell of frame i * BLOCK and bin
    k * BLOCK. Where there is none the field is 0.
    """

    def __init__(self, blocks: Mapping[tuple[int, int], Values] = MappingProxyType({})) -> None:
        self.blocks: Mapping[tuple[int, int], Values] = MappingProxyType(dict(blocks))

    @property
    def nbytes(self) -> int:
        """The memory that its values take, at most."""
        return sum(1 if values.strides == (0, 0) else values.nbytes for values in self.blocks.values())

    def __eq__(self, other: object) -> bool:
        """Whether all cells have the same values."""
        if not isinstance(other, CellField):
            return NotImplemented
        return self.blocks.keys() == other.blocks.keys() and all(
            mine is other.blocks[place] or np.array_equal(mine, other.blocks[place])
            for place, mine in self.blocks.items()
        )

    def __hash__(self) -> int:
        return hash(frozenset(self.blocks))

    def painted(self, mask: CellMask | BlockMask, direction: Direction, strength: float) -> "CellField":
        """The field after an edit, of which it shares the blocks that stay: see `Correction.painted`."""
        blocks, changed = dict(self.blocks), False
        # By the identities of what each comes from, which live as long: in a large area nearly all blocks are the same.
        known: dict[tuple[int, int], tuple[Values, Weights, Values]] = {}
        for place, weights in mask.blocks.items() if isinstance(mask, BlockMask) else _in_blocks(mask):
            old = blocks.get(place, _EMPTY)
            same = id(old), id(weights)
            if same not in known:
                new = shared(_painted(old, weights, direction, min(max(strength, 0.0), 1.0)))
                known[same] = old, weights, old if np.array_equal(new, old) else new
            *_, new = known[same]
            if new is old:
                continue
            changed = True
            if new[0, 0] or new.any():
                blocks[place] = new
            else:
                del blocks[place]
        return CellField(blocks) if changed else self

    def without_frames(self, first: int, stop: int) -> "CellField":
        """The field with nothing painted in the STFT frames `first` up to `stop`; it shares the blocks that stay."""
        blocks = dict(self.blocks)
        for place, values in self.blocks.items():
            rows = slice(max(0, first - place[0] * BLOCK), max(0, stop - place[0] * BLOCK))
            if values[rows].any():
                left = values.copy()
                left[rows] = 0
                blocks[place] = shared(left)
                if not left.any():
                    del blocks[place]
        return CellField(blocks)

    def with_frames_of(self, other: "CellField", first: int, stop: int) -> "CellField":
        """The field with what `other` has in the STFT frames `first` up to `stop`; they share the blocks that stay."""
        blocks = dict(self.without_frames(first, stop).blocks)
        for place, values in other.blocks.items():
            rows = slice(max(0, first - place[0] * BLOCK), max(0, stop - place[0] * BLOCK))
            if values[rows].any():
                mixed = blocks.get(place, _EMPTY).copy()
                mixed[rows] = values[rows]
                blocks[place] = shared(mixed)
        return CellField(blocks)

    def values(self, first_frame: int, frames: int, bins: int) -> Values:
        """(frames, bins) of the cells from `first_frame` on, which may lie before 0, and from bin 0 on."""
        values = np.zeros((frames, bins), np.int8)
        for row in range(max(0, first_frame // BLOCK), (first_frame + frames - 1) // BLOCK + 1):
            first, last = max(first_frame, row * BLOCK), min(first_frame + frames, (row + 1) * BLOCK)
            for column in range((bins - 1) // BLOCK + 1):
                block = self.blocks.get((row, column))
                if block is not None:
                    place = slice(column * BLOCK, min(bins, (column + 1) * BLOCK))
                    values[first - first_frame : last - first_frame, place] = block[
                        first - row * BLOCK : last - row * BLOCK, : place.stop - place.start
                    ]
        return values


@dataclass(frozen=True)
class Correction:
    """How stems are to be corrected; all edits make new ones, which share what stays."""

    strength_db: float = 0.0
    """-MOST_STRENGTH_DB..MOST_STRENGTH_DB: how much is target, of what is neither wholly."""
    strokes: int = 0
    """Edits by hand that the cells come from."""
    cells: CellField = field(default_factory=CellField)

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing."""
        return not self.cells.blocks and self.strength_db == 0.0

    def painted(self, mask: CellMask | BlockMask, direction: Direction, strength: float) -> Self:
        """The correction after one more edit; `strength` 0..1 scales the mask's weights.

        With e = value / FULL and w = strength * weight / 255: to target e += w (1 - e), to residual e += w (-1 - e), to
        restore e *= 1 - w; then rounded to whole values. Returns the correction itself where that changes nothing.
        """
        cells = self.cells.painted(mask, direction, strength)
        if cells is self.cells:
            return self
        return replace(self, strokes=self.strokes + 1 if cells.blocks else 0, cells=cells)

    def with_frames_of(self, other: "Correction", first: int, stop: int) -> Self:
        """The correction with what `other` has in the STFT frames `first` up to `stop`; the strength stays."""
        kept, cells = self.cells.without_frames(first, stop), self.cells.with_frames_of(other.cells, first, stop)
        # Which strokes the cells come from is not known.
        strokes = self.strokes * bool(kept.blocks) + other.strokes * (cells != kept)
        return replace(self, strokes=strokes, cells=cells)


def shared(values: NDArray[Cell]) -> NDArray[Cell]:
    """A read-only block of the same values; one of a single value takes next to no memory."""
    first = values.flat[0]
    if bool(np.all(values == first)):
        # The same one for the same value.
        return _EVEN.setdefault((values.dtype.char, int(first), values.shape), np.broadcast_to(first, values.shape))
    values.flags.writeable = False
    return values


_EVEN: dict[tuple[str, int, tuple[int, ...]], NDArray[Any]] = {}


_EMPTY = np.broadcast_to(np.int8(0), (BLOCK, BLOCK))


def _in_blocks(mask: CellMask) -> Iterator[tuple[Place, Weights]]:
    """The mask's weights as whole blocks, those without any weight left out."""
    frames, bins = mask.weights.shape
    # Where all frames are alike, so are all the whole blocks of the same bins.
    is_even, known = mask.weights.strides[0] == 0, dict[int, Weights]()
    for row in range(max(0, mask.first_frame // BLOCK), (mask.first_frame + frames - 1) // BLOCK + 1):
        first = row * BLOCK - mask.first_frame
        for column in range(max(0, mask.first_bin // BLOCK), (mask.first_bin + bins - 1) // BLOCK + 1):
            left = column * BLOCK - mask.first_bin
            is_whole = is_even and first >= 0 and first + BLOCK <= frames
            if is_whole and column in known:
                yield (row, column), known[column]
                continue
            inside = mask.weights[max(0, first) : first + BLOCK, max(0, left) : left + BLOCK]
            if inside.any():
                whole = np.zeros((BLOCK, BLOCK), np.uint8)
                top, start = max(0, -first), max(0, -left)
                whole[top : top + inside.shape[0], start : start + inside.shape[1]] = inside
                whole = shared(whole)
                if is_whole:
                    known[column] = whole
                yield (row, column), whole


def _painted(old: Values, weights: NDArray[np.uint8], direction: Direction, strength: float) -> Values:
    covered = np.float32(strength) * weights / _FULL_WEIGHT
    goal = {Direction.TO_TARGET: FULL, Direction.TO_RESIDUAL: -FULL, Direction.RESTORE: 0}[direction]
    new = old + covered * (goal - old.astype(np.float32))
    return np.clip(np.rint(new), -FULL, FULL).astype(np.int8)
