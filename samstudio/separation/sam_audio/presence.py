"""Whether the sound is there at all, and what its time and frequency marks allow.

A generative model makes up a little of what it was asked for even where there is none. So the target is silenced where
neither a + span nor a predicted one nor the target's own level says that it is there.
C channels, n samples at the clip's rate.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d, interpolate

from samstudio.separation.spectral.grid import Grid
from samstudio.session.prompt import Span

Stretch = tuple[float, float]
"""Start and end in seconds."""

LEVEL = 10.0 ** (-40 / 10)
"""Power of the target in the mixture's below which it counts as absent."""
FLOOR = 10.0 ** (-50 / 10)
"""A mixture's power counts as no less than this."""
SECONDS = 0.4
"""Powers are means over this time."""
OUTSIDE_BOX = 0.1
"""The target's gain outside the bands of its boxes, in their time."""


def present(target: Tensor, clip: Tensor, hop: int, rate: int) -> Tensor:
    """(H,) bool: in which stretches of `hop` samples the target's level says that it is there; both sounds (C, n)."""
    frames = round(SECONDS * rate / hop) // 2
    powers = []
    for sound in (target, clip):
        squares = sound.square().mean(dim=0)
        missing = -len(squares) % hop
        hops = torch.cat([squares, squares.new_zeros(missing)]).view(1, -1, hop).mean(dim=2)
        powers.append(avg_pool1d(hops[None], 2 * frames + 1, 1, frames, count_include_pad=False)[0, 0])
    return powers[0] > LEVEL * powers[1].clamp(min=FLOOR)


def marked(stretches: Sequence[Stretch], first: int, hops: int, hop: int, rate: int) -> Tensor:
    """(hops,) bool: which stretches of `hop` samples, from the clip's frame `first` on, touch a marked time."""
    found = torch.zeros(hops, dtype=torch.bool)
    for start, end in stretches:
        begin = int((start * rate - first) // hop)
        stop = int(-(-(end * rate - first) // hop))
        # One more at either side: there the gain has its ramp.
        found[max(0, begin - 1) : max(0, stop + 1)] = True
    return found


def gain(found: Tensor, hop: int, samples: int) -> Tensor:
    """(samples,) 1 where the sound was found, 0 where not, with ramps of one hop between."""
    gains = interpolate(found.float()[None, None], scale_factor=float(hop), mode="linear", align_corners=False)
    return gains[0, 0, :samples]


def keep_to_boxes(target: Tensor, first: int, boxes: Sequence[Span], grid: Grid) -> Tensor:
    """The target (C, n), whose first sample is the clip's frame `first`, limited to what the boxes allow.

    In the time of + boxes little passes outside their bands; in a - box nothing does. `first` is a multiple of the hop.
    """
    last = first + target.shape[1]
    rate = grid.sample_rate
    near = [box for box in boxes if box.start * rate < last + grid.size and box.end * rate > first - grid.size]
    if not near:
        return target
    spectra = grid.stft(target)
    frequencies = torch.arange(spectra.shape[1])[:, None] * (rate / grid.size)
    times = (first + torch.arange(spectra.shape[2])[None] * grid.hop) / rate
    allowed, timed = (torch.zeros(spectra.shape[1:], dtype=torch.bool) for _ in range(2))
    forbidden = torch.zeros_like(allowed)
    for box in near:
        low, high = box.low or 0.0, box.high or 0.0
        half_bin, half_hop = rate / grid.size / 2, grid.hop / rate / 2
        # One bin and one frame at least, however small the box.
        at = (times >= box.start - half_hop) & (times < box.end + half_hop)
        within = at & (frequencies >= low - half_bin) & (frequencies < high + half_bin)
        if box.sign == "+":
            timed |= at
            allowed |= within
        else:
            forbidden |= within
    gains = torch.where(timed & ~allowed, OUTSIDE_BOX, 1.0) * ~forbidden
    return grid.istft(spectra * gains, target.shape[1])
