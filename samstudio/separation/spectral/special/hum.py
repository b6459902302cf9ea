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
STANDS, STANDS_CLEARLY = 0.3, 0.85
"""How far each harmonic that counts must stand (log10 of power) for a word alone: twice the power of its surroundings,
and more where the fundamental is not that of a mains. Notes leave most of a comb empty, whatever its mean."""
PURE_HARMONICS = 4
"""A hum of few harmonics: of the first ones, the fundamental and another stand clearly, each where a mains has it."""
ALONE = 2.5
"""How far a fundamental without any other harmonic must stand."""
LOBE = 3
"""Bins of a steady tone that are well above its surroundings."""
HUM_WINDOW = 3.0
"""Seconds that a hum lasts at least, twice over: longer than a note."""


@dataclass(frozen=True)
class Hum:
    """A comb of steady harmonics of `fundamental` Hz; `level` (C, F) is its power in the + spans.

    `numbers` are those of a hum that has few harmonics. The other teeth hold what else is heard: silence in them would
    be taken for the end of the hum.
    """

    grid: StftGrid
    fundamental: float
    level: Tensor
    numbers: tuple[int, ...] = ()

    def extract(self, sound: Tensor) -> Tensor:
        """The hum (C, n) in sound (C, n): each harmonic at its steady level, in the frames with the comb."""
        spectra = self.grid.stft(sound)
        power = spectra.real**2 + spectra.imag**2
        teeth = self._teeth(power.shape[1])
        judged = LOBE * len(self.numbers) or HUM_HARMONICS
        loudest = (self.level.sum(0) * teeth).topk(judged).indices
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
        if self.numbers:
            near &= torch.isin(number, torch.tensor(self.numbers, device=self.grid.device))
        return (near & (number >= 1) & (frequencies < HUM_TOP)).float()


def _steady_power(pieces: list[Piece], stretches: tuple[Stretch, ...], grid: StftGrid) -> Tensor | None:
    """40 % quantile over time (C, F) of the power in the stretches; None if they are too short for that."""
    found = []
    for piece in touching(pieces, stretches):
        spectra = grid.stft(piece.sound)
        frames = frames_in(stretches, piece.first, spectra.shape[2], grid)
        found.append(spectra[:, :, frames].abs().square())
    return _steady(torch.cat(found, 2))


def _steady(power: Tensor) -> Tensor | None:
    """40 % quantile over time of power (C, F, N); None of too few frames."""
    return torch.quantile(power, 0.4, dim=2) if power.shape[2] >= 4 else None


def _prominence(level: Tensor) -> Tensor:
    """(F,) how far each bin of a level (C, F) stands above its surroundings, log10 of power."""
    summed = level.sum(0)[None]
    return ((summed + TINY) / (running_median(summed, 41, -1) + TINY)).log10()[0]


def _comb_heights(level: Tensor, grid: StftGrid) -> tuple[Tensor, Tensor]:
    """Fundamentals (K,) in Hz and how far each harmonic that counts stands, (K, harmonics), the weakest first."""
    prominence = _prominence(level)
    low, high, step = HUM_FUNDAMENTALS
    fundamentals = torch.arange(low, high, step, device=grid.device)
    numbers = torch.arange(1, HUM_HARMONICS + 1, device=grid.device)
    bins = (fundamentals[:, None] * numbers * grid.size / grid.sample_rate).round().long()
    # At the lowest rates some harmonics lie beyond all bins.
    bins.clamp_(max=len(prominence) - 2)
    height = torch.stack([prominence[bins + offset] for offset in (-1, 0, 1)]).amax(0)
    return fundamentals, height.sort(1).values[:, HUM_WEAKEST:]


def _comb_scores(level: Tensor, grid: StftGrid) -> tuple[Tensor, Tensor]:
    """Fundamentals (K,) in Hz and how far each one's harmonics stand above their surroundings, log10 of power."""
    fundamentals, heights = _comb_heights(level, grid)
    return fundamentals, heights.mean(1)


def _off_mains(fundamental: float) -> float:
    """How far from the nearest mains, as a part of it."""
    return min(abs(fundamental / mains - 1) for mains in MAINS)


def find_hum(grid: StftGrid, pieces: list[Piece], marks: Marks, named: bool) -> Steps[Hum | None]:
    """The hum in the + spans, if there is one that the - spans lack; `named`: whether the text names it."""
    level = _steady_power(pieces, marks.plus, grid)
    yield
    if level is None:
        return None
    fundamentals, scores = _comb_scores(level, grid)
    best = int(scores.argmax())
    # Checked after the search: a search limited to the mains would find the flank of a note beside them.
    if _off_mains(float(fundamentals[best])) > MAINS_DRIFT and not named:
        return None
    floor = _steady_power(pieces, marks.minus, grid) if marks.minus else None
    yield
    lead = float(scores[best] - _comb_scores(floor, grid)[1][best]) if floor is not None else HUM_LEAD
    needed = HUM_SCORE / 2 if named else HUM_SCORE
    if float(scores[best]) < needed or lead < HUM_LEAD:
        return None
    return Hum(grid, float(fundamentals[best]), level)


def find_hum_anywhere(grid: StftGrid, pieces: list[Piece]) -> Steps[Hum | None]:
    """The hum in the pieces, in all of their time or in some of it, if there is one."""
    power = list[Tensor]()
    for piece in pieces:
        power.append(grid.stft(piece.sound).abs().square())
        yield
    length = max(4, round(HUM_WINDOW * grid.sample_rate / grid.hop))
    clearest, count, best = None, 0, 0.0
    for window in [part[:, :, start : start + length] for part in power for start in _starts(part.shape[2], length)]:
        level = _steady(window)
        yield
        if level is None:
            continue
        fundamental, mean, weakest = _best_comb(level, grid)
        if _off_mains(fundamental) <= MAINS_DRIFT and weakest > STANDS:
            count += 1
            if weakest > best:
                clearest, best = Hum(grid, fundamental, level), weakest
    if count > 1:
        # A hum that comes and goes is no more than the voice that covers it, in the mean of all windows.
        return clearest
    whole = _steady(torch.cat(power, 2))
    if whole is None:
        return None
    fundamental, mean, weakest = _best_comb(whole, grid)
    is_mains = _off_mains(fundamental) <= MAINS_DRIFT
    if weakest > (STANDS if is_mains else STANDS_CLEARLY) and (is_mains or mean > HUM_SCORE):
        return Hum(grid, fundamental, whole)
    return _pure_hum(whole, grid)


def _starts(frames: int, length: int) -> range:
    """Where windows of so many frames begin, each half a length after the one before."""
    return range(0, max(1, frames - length + 1), length // 2)


def _best_comb(level: Tensor, grid: StftGrid) -> tuple[float, float, float]:
    """The fundamental whose harmonics stand highest in their mean, the mean, and the weakest harmonic that counts."""
    fundamentals, heights = _comb_heights(level, grid)
    best = int(heights.mean(1).argmax())
    return float(fundamentals[best]), float(heights[best].mean()), float(heights[best, 0])


def _pure_hum(level: Tensor, grid: StftGrid) -> Hum | None:
    """A hum of few harmonics: peaks at the very frequencies of a mains."""
    prominence, width = _prominence(level), grid.sample_rate / grid.size
    for mains in MAINS:
        found = list[tuple[int, float, float]]()
        for number in range(1, PURE_HARMONICS + 1):
            first = round(mains * number / width) - 1
            if first + 4 > len(prominence):
                break
            peak = first + int(prominence[first : first + 3].argmax())
            before, height, after = (float(value) for value in prominence[peak - 1 : peak + 2])
            frequency = (peak + (before - after) / (2 * (before - 2 * height + after) - TINY)) * width / number
            if height > STANDS_CLEARLY and abs(frequency / mains - 1) < MAINS_DRIFT:
                found.append((number, frequency, height))
        if found and found[0][0] == 1 and (len(found) > 1 or found[0][2] > ALONE):
            fundamental = sum(frequency for _, frequency, _ in found) / len(found)
            return Hum(grid, fundamental, level, tuple(number for number, _, _ in found))
    return None
