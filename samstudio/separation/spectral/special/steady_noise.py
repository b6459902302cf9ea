"""Steady noise such as hiss, a fan or rain: its spectrum keeps its shape, and at most its level changes."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from samstudio.separation.marks import Marks, frames_in
from samstudio.separation.nn.repeatable import total
from samstudio.separation.spectral.material import Piece, touching
from samstudio.separation.spectral.medians import running_median
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid
from samstudio.session.stretch import Stretch

TINY = 1e-12
LOW_QUANTILE = 0.2
"""Over time, in each band: the level of the noise alone, even where other sounds cover it at times."""
LOW_NORMAL = -0.8416
"""The same quantile of the normal distribution."""
GAIN_QUANTILE = 0.3
"""Over bands: the gain of a frame, even where other sounds cover most bands."""
SWING = 1.2, 3.0
"""dB: the gain's standard deviation in the + spans is below the first, or the second if the text names a noise."""
ROUGHNESS = 0.2
"""Most mean deviation (natural log) of the template from its median over 15 bands: noise is smooth, notes are not."""
SPREAD = 0.75
"""Most mean of log(median / low quantile) over time: 0.57 for Gaussian noise in one bin, more for changing sounds."""
LEAST_SPREAD = 0.3
"""The least of the same, weighted by level, for the floor of a whole clip: at most 0.2 for the leakage of a steady
tone."""
LEAD_DB = 3.0
"""Least level of the template above the same in the - spans, in the median band."""
FLOOR_ROUGHNESS, LEAST_FLOOR = 0.25, 5e-5
"""The same of a whole clip's floor, on which notes may lie, and its least level (about -80 dBFS): 0.04 to 0.10 in
mixtures with hiss, 0.24 to 0.76 in music without."""
LEAST_SMOOTH = 0.3
"""The smooth part of the floor's energy: 0.46 to 0.99 in recordings with hiss, wind, rain or traffic, at most 0.1 in
tones alone, whose floor is smooth only between them."""
LEVEL_RANGE_DB, LEAST_AT_LEVEL = 3.0, 0.5
"""Such a floor has the same level, within the first, in so many of the frames: mostly 0.5 to 0.98 with hiss 15 dB below
the rest, 0.1 to 0.45 in recordings without any ..."""
SHAPE_SHARE, MOST_OFF_SHAPE_DB = 0.1, 1.25
"""... or it is alone in so many of them, which then have its spectrum: the median deviation is 0.8 to 1.2 dB in pauses
of speech with hiss, and 1.3 to 5 dB where what is softest belongs to voices and instruments."""
DOMINANT_SHARE = 0.4, 0.7
"""Parts of all energy: above the first, some of what a noise is taken for is noise, above the second all of it."""
NEIGHBOURS = 7
"""Frames, and bands, over which the level of noise evens out."""
JUDGED = 150.0, 12000.0
"""Hz: the range in which smoothness and spread are measured."""


def gain(bands: Tensor, template: Tensor) -> Tensor:
    """(N,) how loud the noise is in each frame of bands (S, N), 1 where it is as loud as `template` (S,)."""
    return torch.quantile(bands / (template[:, None] + TINY), GAIN_QUANTILE, dim=0)


def mean_power_factor(grid: StftGrid) -> Tensor:
    """(B,) mean power of Gaussian noise in a band over its squared low quantile.

    A band of n bins has a chi-squared power of 2n degrees of freedom; its quantile after Wilson & Hilferty (1931).
    """
    degrees = 2.0 * torch.bincount(grid.band_of_bin, minlength=grid.band_count)
    spread = 2 / (9 * degrees)
    return (1 - spread + LOW_NORMAL * spread.sqrt()) ** -3


@dataclass(frozen=True)
class SteadyNoise:
    """`template` (S,) is the low quantile of the noise's magnitude, `reference` the gain where it was taken."""

    grid: StftGrid
    template: Tensor
    reference: float

    def extract(self, sound: Tensor) -> Tensor:
        """The noise (C, n) in sound (C, n): the share of its expected power in every cell."""
        spectra = self.grid.stft(sound)
        bands = self.grid.to_bands(spectra)
        loudness = gain(bands.flatten(0, 1), self.template) / self.reference
        expected = (self.template[:, None] * loudness).square().view_as(bands) * mean_power_factor(self.grid)[:, None]
        mask = _noise_share(bands.square(), expected)
        return self.grid.istft(spectra * self.grid.to_bins(mask), sound.shape[1])


def _noise_share(power: Tensor, expected: Tensor) -> Tensor:
    """The noise's share (C, B, N) of the power in each cell.

    Where noise dominates the whole, a cell above the expected level is most likely still noise: only one in louder
    surroundings is not.
    """
    share = expected / torch.maximum(power, expected + TINY)
    part = min(0.995, float(total(expected) / (total(power) + TINY)))
    low, high = DOMINANT_SHARE
    if part <= low:
        return share
    around = avg_pool2d(power, NEIGHBOURS, 1, NEIGHBOURS // 2, count_include_pad=False)
    limit = 1 / (1 - part)
    is_noise = ((1 + limit - around / (expected + TINY)) / limit).clamp(0, 1)
    return share + (1 - share) * is_noise * min(1.0, (part - low) / (high - low))


def _keeps_level(loudness: Tensor) -> bool:
    """Whether the gain of a noise in each frame (N,) has one level for most of the time."""
    levels = (20 * (loudness + TINY).log10()).sort().values
    at_level = torch.searchsorted(levels, levels + LEVEL_RANGE_DB) - torch.arange(len(levels), device=levels.device)
    return float(at_level.max()) > LEAST_AT_LEVEL * len(levels)


def _keeps_shape(bands: Tensor, floor: Tensor, judged: Tensor) -> bool:
    """Whether frames of bands (C, B, N) with the spectrum of the floor (B,) and no other sound are among them."""
    power = bands.square().sum(0)
    around = avg_pool2d(
        torch.stack((power.T, floor.square().expand_as(power.T))), (1, 15), 1, (0, 7), count_include_pad=False
    )
    above = 10 * ((around[0] + TINY) / (around[1] + TINY)).log10()[:, judged]
    off = (above - above.median(1, keepdim=True).values).abs().median(1).values
    return float(torch.quantile(off, SHAPE_SHARE)) < MOST_OFF_SHAPE_DB


def _marked_bands(pieces: list[Piece], stretches: tuple[Stretch, ...], grid: StftGrid) -> Tensor:
    """Bands (C, B, N) of the frames in the stretches."""
    found = []
    for piece in touching(pieces, stretches):
        bands = grid.to_bands(grid.stft(piece.sound))
        found.append(bands[:, :, frames_in(stretches, piece.first, bands.shape[2], grid)])
    return torch.cat(found, 2)


def find_noise_anywhere(grid: StftGrid, pieces: list[Piece], marks: Marks) -> SteadyNoise | None:
    """The noise in the + spans, which are the whole clip, if what is always there is one.

    A noise floor is smooth over frequency, above digital silence, changes from frame to frame, and goes on while other
    sounds come and go.
    """
    bands = _marked_bands(pieces, marks.plus, grid)
    quiet = torch.quantile(bands, LOW_QUANTILE, dim=2)
    judged = (grid.band_frequencies > JUDGED[0]) & (grid.band_frequencies < JUDGED[1])
    floor = quiet.square().sum(0).sqrt()[None]
    smooth = running_median(floor, 15, -1)
    roughness = float(((floor + TINY) / (smooth + TINY)).log()[0, judged].abs().mean())
    # Wide bands hardly change: their bins even out.
    narrow = judged & (torch.bincount(grid.band_of_bin, minlength=grid.band_count) == 1)
    spreads = ((torch.quantile(bands, 0.5, dim=2) + TINY) / (quiet + TINY)).log().mean(0)[narrow]
    weights = smooth[0, narrow]
    spread = float((spreads * weights).sum() / (weights.sum() + TINY))
    is_loud = float(floor.square().sum().sqrt()) / grid.size > LEAST_FLOOR
    even = torch.minimum(floor, smooth)[0, judged].square().sum()
    is_smooth = float(even / (floor[0, judged].square().sum() + TINY)) > LEAST_SMOOTH
    if roughness > FLOOR_ROUGHNESS or spread < LEAST_SPREAD or not (is_loud and is_smooth):
        return None
    template = quiet.flatten()
    loudness = gain(bands.flatten(0, 1), template)
    if not _keeps_level(loudness) and not _keeps_shape(bands, floor[0], judged):
        return None
    return SteadyNoise(grid, template, float(loudness.median()) + TINY)


def find_noise(grid: StftGrid, pieces: list[Piece], marks: Marks, named: bool) -> Steps[SteadyNoise | None]:
    """The steady noise in the + spans, if there is one that the - spans lack; `named`: whether the text names it."""
    bands = _marked_bands(pieces, marks.plus, grid)
    yield
    if bands.shape[2] < 8 or float(bands.max()) < TINY:
        return None
    quiet = torch.quantile(bands, LOW_QUANTILE, dim=2)
    middle = torch.quantile(bands, 0.5, dim=2)
    yield
    judged = (grid.band_frequencies > JUDGED[0]) & (grid.band_frequencies < JUDGED[1])
    colour = quiet.square().sum(0).sqrt()[None] + TINY
    roughness = float((colour / running_median(colour, 15, -1)).log()[0, judged].abs().mean())
    spread = float(((middle + TINY) / (quiet + TINY)).log()[:, judged].mean())
    loudness = gain(bands.flatten(0, 1), quiet.flatten())
    swing = float((20 * (loudness + TINY).log10()).std())
    if swing > SWING[named] or roughness > ROUGHNESS or spread > SPREAD:
        return None
    if marks.minus:
        elsewhere = torch.quantile(_marked_bands(pieces, marks.minus, grid), LOW_QUANTILE, dim=2)
        lead = 20 * ((quiet + TINY) / (elsewhere + TINY)).log10()[:, judged]
        if float(lead.median()) < LEAD_DB:
            return None
    return SteadyNoise(grid, quiet.flatten(), float(loudness.median()))
