"""Clicks and crackle: sounds that rise above their surroundings for a few milliseconds."""

from dataclasses import dataclass
from math import log10

import torch
from torch import Tensor

from samstudio.separation.marks import frames_in
from samstudio.separation.nn.repeatable import total
from samstudio.separation.spectral.material import Piece, touching
from samstudio.separation.spectral.medians import running_median
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid
from samstudio.session.stretch import Stretch

TINY = 1e-12
RISE_DB, RISE_OVER_STEADY_DB = 11.0, 9.0
"""How far the impulsive energy of the + spans exceeds that of the rest, and how much farther than the steady does."""
LEAST_SHARE = 0.2
"""The impulsive part of all energy in the + spans: about 0.4 in crackle, below 0.1 in rain, music and voices."""
TREBLE, LEAST_ALONE_DB, FAINTEST = 3000.0, 12.0, 1e-10
"""Above this frequency (Hz), a click is as much louder than all around it; mean power above digital silence."""
BEFORE_AND_AFTER = range(4, 15)
"""Milliseconds from a click at which it is quiet: bursts of voices and drums go on, a voice's pulses come again."""
LEAST_CLICKS_DB = -45.0
"""The treble's power in clicks over all of it: -0.4 to -10 dB in crackle and typing, -40 dB of a few faint ones."""

BINS_AT_ONCE = 32
"""Looked through between two steps: the median of a bin depends on no other bin."""


def decibels(ratio: Tensor) -> float:
    """10 log10 of a power ratio."""
    return float(10 * torch.log10(ratio + TINY))


@dataclass(frozen=True)
class Impulses:
    """Clicks and crackle: what rises above its own 50 ms median in short frames."""

    grid: StftGrid

    def split(self, magnitude: Tensor) -> tuple[Tensor, Tensor]:
        """Impulsive part of a magnitude (C, F, N), and its running median."""
        width = round(0.05 * self.grid.sample_rate / self.grid.hop) // 2 * 2 + 1
        median = running_median(magnitude, width, -1)
        return (magnitude - 1.2 * median).clamp(min=0), median

    def extract(self, sound: Tensor) -> Tensor:
        """The impulses (C, n) in sound (C, n)."""
        spectra = self.grid.stft(sound)
        impulsive, median = self.split(spectra.abs())
        mask = impulsive**2 / (impulsive**2 + median**2 + TINY)
        return self.grid.istft(spectra * mask, sound.shape[1])


def find_impulses(
    impulses: Impulses, pieces: list[Piece], plus: tuple[Stretch, ...], other: tuple[Stretch, ...]
) -> Steps[bool]:
    """Whether what is heard in `plus` is impulses: much of it is impulsive, and hardly anything in `other` is."""
    energy = torch.zeros(2, 2, dtype=torch.float64)
    for piece in touching(pieces, (*plus, *other)):
        spectra = impulses.grid.stft(piece.sound)
        rows = [frames_in(stretches, piece.first, spectra.shape[2], impulses.grid) for stretches in (plus, other)]
        for low in range(0, spectra.shape[1], BINS_AT_ONCE):
            magnitude = spectra[:, low : low + BINS_AT_ONCE].abs()
            impulsive, median = impulses.split(magnitude)
            steady = torch.minimum(magnitude, 1.2 * median)
            for row, frames in enumerate(rows):
                energy[row, 0] += float(total(impulsive[:, :, frames].square()))
                energy[row, 1] += float(total(steady[:, :, frames].square()))
            yield
    lengths = torch.tensor([sum(end - start for start, end in stretches) for stretches in (plus, other)])
    rates = energy / (lengths[:, None] + TINY)
    if float(rates.sum()) < TINY:
        return False
    risen, steady_risen = (decibels(rates[0, kind] / (rates[1, kind] + TINY)) for kind in (0, 1))
    share = float(rates[0, 0] / (rates[0].sum() + TINY))
    return risen > RISE_DB and risen - steady_risen > RISE_OVER_STEADY_DB and share > LEAST_SHARE


def has_impulses(impulses: Impulses, pieces: list[Piece]) -> Steps[bool]:
    """Whether there are moments that are over within 2 ms, much louder than what is before and after them."""
    rate = impulses.grid.sample_rate
    clicks = whole = 0.0
    for piece in pieces:
        yield
        short = _treble_energy(piece.sound, rate)
        pairs = short[:-1] + short[1:]
        around = torch.zeros_like(pairs)
        for offset in BEFORE_AND_AFTER:
            around[offset:] = torch.maximum(around[offset:], pairs[:-offset])
            around[:-offset] = torch.maximum(around[:-offset], pairs[offset:])
        alone = pairs > 10 ** (LEAST_ALONE_DB / 10) * (around + FAINTEST * rate / 1000)
        # Nothing is known of what is before the first and after the last.
        edge = BEFORE_AND_AFTER[-1]
        clicks += float(total((pairs * alone)[edge:-edge])) / 2
        whole += float(total(short))
    return whole > 0 and 10 * log10(clicks / whole + TINY) > LEAST_CLICKS_DB


def _treble_energy(sound: Tensor, rate: int) -> Tensor:
    """(N,) the energy of sound (C, n) above TREBLE, in each millisecond."""
    spectrum = torch.fft.rfft(sound.mean(0).double())
    spectrum[: round(min(TREBLE, 0.35 * rate) * sound.shape[1] / rate)] = 0
    length = max(1, rate // 1000)
    treble: Tensor = torch.fft.irfft(spectrum, sound.shape[1])
    return treble[: len(treble) // length * length].square().view(-1, length).sum(1)
