"""Mains hum and buzz: a comb of steady harmonics of 50 or 60 Hz."""

from dataclasses import dataclass

import torch
from torch import Tensor

from samstudio.separation.marks import Marks, frames_in
from samstudio.separation.spectral.material import Piece, touching
from samstudio.separation.spectral.medians import running_median
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid
from samstudio.session.stretch import Stretch

TINY = 1e-12


HUM_FUNDAMENTALS = 45.0, 65.0, 0.05
"""Fundamentals looked for: from, to, step in Hz."""
MAINS = 50.0, 60.0
MAINS_DRIFT = 0.01
"""Unless the text names a hum, its fundamental is that of a mains, give or take this: a low note is not hum."""
HUM_HARMONICS = 24
HUM_WEAKEST = 6
"""This many of the harmonics may be missing."""
HUM_TOP = 8000.0
HUM_SCORE, HUM_LEAD = 1.7, 0.6
"""How far (log10 of power) the harmonics stand above their surroundings, and above the same in the - spans."""


@dataclass(frozen=True)
class Hum:
    """A comb of steady harmonics of `fundamental` Hz; `level` (C, F) is its power in the + spans."""

    grid: StftGrid
    fundamental: float
    level: Tensor

    def extract(self, sound: Tensor) -> Tensor:
        """The hum (C, n) in sound (C, n): each harmonic at its steady level, in the frames with the comb."""
        spectra = self.grid.stft(sound)
        power = spectra.real**2 + spectra.imag**2
        teeth = self._teeth(power.shape[1])
        loudest = (self.level.sum(0) * teeth).topk(HUM_HARMONICS).indices
        # A low quantile over the harmonics, so that speech or music on some of them does not count as hum.
        relative = power[:, loudest].sum(0) / (self.level[:, loudest].sum(0)[:, None] + TINY)
        present = torch.quantile(relative, 0.3, dim=0) > 0.1
        present = running_median(present.float()[None], 5, -1)[0] > 0.5
        if not bool(present.any()):
            return torch.zeros_like(sound)
        steady = torch.quantile(power[:, :, present], 0.4, dim=2, keepdim=True)
        mask = (steady / (power + TINY)).clamp(max=1) * teeth[:, None] * present
        return self.grid.istft(spectra * mask, sound.shape[1])

    def _teeth(self, bins: int) -> Tensor:
        """(F,) 1 in the bins round the harmonics, wider with the harmonic's number, 0 elsewhere."""
        width = self.grid.sample_rate / self.grid.size
        frequencies = torch.arange(bins, device=self.grid.device) * width
        number = (frequencies / self.fundamental).round()
        reach = 2 * width + number * HUM_FUNDAMENTALS[2] / 2
        near = (frequencies - number * self.fundamental).abs() <= reach
        return (near & (number >= 1) & (frequencies < HUM_TOP)).float()


def _steady_power(pieces: list[Piece], stretches: tuple[Stretch, ...], grid: StftGrid) -> Tensor | None:
    """40 % quantile over time (C, F) of the power in the stretches; None if they are too short for that."""
    found = []
    for piece in touching(pieces, stretches):
        spectra = grid.stft(piece.sound)
        frames = frames_in(stretches, piece.first, spectra.shape[2], grid)
        found.append(spectra[:, :, frames].abs().square())
    power = torch.cat(found, 2)
    return torch.quantile(power, 0.4, dim=2) if power.shape[2] >= 4 else None


def _comb_scores(level: Tensor, grid: StftGrid) -> tuple[Tensor, Tensor]:
    """Fundamentals (K,) in Hz and how far each one's harmonics stand above their surroundings, log10 of power."""
    summed = level.sum(0)[None]
    prominence = ((summed + TINY) / (running_median(summed, 41, -1) + TINY)).log10()[0]
    low, high, step = HUM_FUNDAMENTALS
    fundamentals = torch.arange(low, high, step, device=grid.device)
    numbers = torch.arange(1, HUM_HARMONICS + 1, device=grid.device)
    bins = (fundamentals[:, None] * numbers * grid.size / grid.sample_rate).round().long()
    # At the lowest rates some harmonics lie beyond all bins.
    bins.clamp_(max=len(prominence) - 2)
    height = torch.stack([prominence[bins + offset] for offset in (-1, 0, 1)]).amax(0)
    return fundamentals, height.sort(1).values[:, HUM_WEAKEST:].mean(1)


def find_hum(grid: StftGrid, pieces: list[Piece], marks: Marks, named: bool) -> Steps[Hum | None]:
    """The hum in the + spans, if there is one that the - spans lack; `named`: whether the text names it."""
    level = _steady_power(pieces, marks.plus, grid)
    yield
    if level is None:
        return None
    fundamentals, scores = _comb_scores(level, grid)
    best = int(scores.argmax())
    # Checked after the search: a search limited to the mains would find the flank of a note beside them.
    off_mains = min(abs(float(fundamentals[best]) - mains) / mains for mains in MAINS)
    if off_mains > MAINS_DRIFT and not named:
        return None
    floor = _steady_power(pieces, marks.minus, grid) if marks.minus else None
    yield
    lead = float(scores[best] - _comb_scores(floor, grid)[1][best]) if floor is not None else HUM_LEAD
    needed = HUM_SCORE / 2 if named else HUM_SCORE
    if float(scores[best]) < needed or lead < HUM_LEAD:
        return None
    return Hum(grid, float(fundamentals[best]), level)
