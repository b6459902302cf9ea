"""Boxes, spans with a frequency range: keeping a target inside + boxes and out of - boxes.

Engines differ only in which cells of the STFT count as inside a box: `BandCells` for those that work in bands,
`BinCells` for those that work on STFT bins. F STFT bins, B bands, N frames.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from samstudio.separation.marks import frames_in
from samstudio.separation.stft import StftGrid
from samstudio.session.prompt import Span

OUTSIDE_BOX = 0.1
"""The target's gain outside the bands of its + boxes, in their time."""


class BoxCells(Protocol):
    """Which cells of the STFT a box covers; `first` is the clip's frame on which the first STFT frame is centred."""

    @property
    def grid(self) -> StftGrid:
        """The STFT."""
        ...

    def inside(self, box: Span, first: int, count: int) -> tuple[Tensor, Tensor]:
        """(frames (N,), bins (F, 1)) of one box, bool, `count` frames in all."""
        ...

    def allowed(self, boxes: Sequence[Span], first: int, count: int) -> Iterator[tuple[Tensor, Tensor]]:
        """For each + box: its frames (N,) and the cells (F, 1) or (F, N) that the target may use in them, bool."""
        ...


@dataclass(frozen=True)
class BandCells:
    """A box covers the bands and frames whose centres lie in it, and one of each at least.

    Where + boxes overlap in time, each also allows the other's bands, as long as it lasts itself.
    """

    grid: StftGrid

    def inside(self, box: Span, first: int, count: int) -> tuple[Tensor, Tensor]:
        """See `BoxCells`."""
        bins = self.grid.to_bins(box_bands(box, self.grid)[:, None])
        return frames_in(((box.start, box.end),), first, count, self.grid), bins

    def allowed(self, boxes: Sequence[Span], first: int, count: int) -> Iterator[tuple[Tensor, Tensor]]:
        """See `BoxCells`."""
        cells = [self.inside(box, first, count) for box in boxes]
        for box, (frames, _) in zip(boxes, cells, strict=True):
            neighbours = (
                bins
                for other, (_, bins) in zip(boxes, cells, strict=True)
                if other.start < box.end and box.start < other.end
            )
            yield frames, torch.stack(tuple(neighbours)).any(0)


@dataclass(frozen=True)
class BinCells:
    """A box covers every bin and frame that it touches by half its width: one of each at least, however small it is.

    Where + boxes overlap, the bands of all that hold at a frame are allowed in it.
    """

    grid: StftGrid

    def inside(self, box: Span, first: int, count: int) -> tuple[Tensor, Tensor]:
        """See `BoxCells`."""
        grid, rate = self.grid, self.grid.sample_rate
        low, high = box.low or 0.0, box.high or 0.0
        half_bin, half_hop = rate / grid.size / 2, grid.hop / rate / 2
        frequencies = torch.arange(grid.size // 2 + 1, device=grid.device)[:, None] * (rate / grid.size)
        times = (first + torch.arange(count, device=grid.device) * grid.hop) / rate
        frames = (times >= box.start - half_hop) & (times < box.end + half_hop)
        return frames, (frequencies >= low - half_bin) & (frequencies < high + half_bin)

    def allowed(self, boxes: Sequence[Span], first: int, count: int) -> Iterator[tuple[Tensor, Tensor]]:
        """See `BoxCells`."""
        cells = [self.inside(box, first, count) for box in boxes]
        if cells:
            together = torch.stack([frames & bins for frames, bins in cells]).any(0)
            yield from ((frames, together) for frames, _ in cells)


def box_bands(box: Span, grid: StftGrid) -> Tensor:
    """(B,) bool: which bands lie in a box, one at least."""
    low, high = box.low or 0.0, box.high or 0.0
    inside = (grid.band_frequencies >= low) & (grid.band_frequencies <= high)
    inside[(grid.band_frequencies - (low + high) / 2).abs().argmin()] = True
    return inside


def keep_to_boxes(target: Tensor, first: int, plus: Sequence[Span], minus: Sequence[Span], cells: BoxCells) -> Tensor:
    """The target (C, n), whose first sample is the clip's frame `first`, a multiple of the hop, limited by its boxes.

    In the time of `plus` boxes it has the gain OUTSIDE_BOX outside their bands; in a `minus` box it is silent.
    Without any box it comes back as it is, untouched by an STFT.
    """
    if not plus and not minus:
        return target
    spectra = cells.grid.stft(target)
    count = spectra.shape[2]
    gain = torch.ones(spectra.shape[1:], device=cells.grid.device)
    for frames, allowed in cells.allowed(plus, first, count):
        gain = torch.where(frames & ~allowed, OUTSIDE_BOX, gain)
    for box in minus:
        frames, bins = cells.inside(box, first, count)
        gain = torch.where(frames & bins, 0.0, gain)
    return cells.grid.istft(spectra * gain, target.shape[1])


def boxes_near(boxes: Sequence[Span], first: int, stop: int, grid: StftGrid) -> tuple[Span, ...]:
    """The boxes whose STFT frames reach into the clip's frames `first` to `stop`; the others change nothing there."""
    rate = grid.sample_rate
    return tuple(box for box in boxes if box.start * rate < stop + grid.size and box.end * rate > first - grid.size)
