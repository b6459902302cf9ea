"""The time-frequency grid: STFT, and its magnitudes gathered in bands.

Shapes: C channels, F STFT bins, B bands, N frames, S = C * B (channels stacked along the bands, so that one spectrum
holds the stereo image too).
"""

from dataclasses import dataclass
from functools import cached_property
from math import log2

import torch
from torch import Tensor

from samstudio.session.cell_grid import FRAME_SECONDS

SINGLE_BINS_BELOW = 4000.0
"""Hz; up to here a band is one STFT bin."""
BANDS_PER_OCTAVE = 28
"""Above that, bands are this narrow: a third of the work without a measurable loss."""


@dataclass(frozen=True)
class StftGrid:
    """An STFT with a periodic Hann window and 75 % overlap at `sample_rate` Hz; frame n is centred on sample n * hop.

    `scale` is the length of the frames over FRAME_SECONDS, a power of two.
    """

    sample_rate: int
    device: torch.device
    scale: float = 1.0

    @cached_property
    def size(self) -> int:
        """Frame length in samples, the power of two nearest to FRAME_SECONDS."""
        return int(2 ** round(log2(self.sample_rate * FRAME_SECONDS * self.scale)))

    @property
    def hop(self) -> int:
        """Samples from frame to frame."""
        return self.size // 4

    @cached_property
    def window(self) -> Tensor:
        """(size,) the analysis and synthesis window."""
        return torch.hann_window(self.size, device=self.device)

    @cached_property
    def band_of_bin(self) -> Tensor:
        """(F,) the band that each STFT bin belongs to."""
        frequencies = torch.arange(self.size // 2 + 1, dtype=torch.float64) * self.sample_rate / self.size
        octaves = torch.log2(frequencies.clamp(min=SINGLE_BINS_BELOW) / SINGLE_BINS_BELOW)
        group = (octaves * BANDS_PER_OCTAVE).floor() + torch.clamp(frequencies, max=SINGLE_BINS_BELOW)
        bands: Tensor = torch.unique(group, return_inverse=True)[1]
        return bands.to(self.device)

    @cached_property
    def band_count(self) -> int:
        """B, the number of bands."""
        return int(self.band_of_bin[-1]) + 1

    @cached_property
    def band_frequencies(self) -> Tensor:
        """(B,) centre of each band in Hz."""
        bins = torch.arange(len(self.band_of_bin), device=self.device) * (self.sample_rate / self.size)
        total = torch.zeros(self.band_count, device=self.device).index_add_(0, self.band_of_bin, bins)
        return total / torch.bincount(self.band_of_bin, minlength=self.band_count)

    def stft(self, sound: Tensor) -> Tensor:
        """Spectra (C, F, N) of sound (C, n), N = n // hop + 1."""
        return torch.stft(
            sound, self.size, self.hop, window=self.window, center=True, pad_mode="constant", return_complex=True
        )

    def istft(self, spectra: Tensor, length: int) -> Tensor:
        """Sound (C, length) of spectra (C, F, N)."""
        return torch.istft(spectra, self.size, self.hop, window=self.window, center=True, length=length)

    def to_bands(self, spectra: Tensor) -> Tensor:
        """Band magnitudes (C, B, N), each the root of its bins' summed squares, of spectra (C, F, N)."""
        power = spectra.real**2 + spectra.imag**2
        bands = torch.zeros(power.shape[0], self.band_count, power.shape[2], device=power.device)
        return bands.index_add_(1, self.band_of_bin, power).sqrt()

    def to_bins(self, bands: Tensor) -> Tensor:
        """Values (..., F, N) of values (..., B, N): every bin gets the value of its band."""
        return bands.index_select(-2, self.band_of_bin)
