"""Faithful mode: the model only decides how much of each time and frequency of the recording is the target.

C channels, n samples at the clip's rate, F STFT bins, N STFT frames.
"""

import torch
from torch import Tensor

from samstudio.separation.stft import StftGrid

BAND_EDGE = 0.97
"""Part of the model's Nyquist frequency up to which its sound is used."""
GUIDING_BAND = 0.8
"""Above it, the recording's highest frequencies follow the band from this part of the model's Nyquist frequency on."""


def apply_wiener_mask(clip: Tensor, target: Tensor, residual: Tensor, grid: StftGrid, model_rate: int) -> Tensor:
    """The target (C, n) taken from the recording: the Wiener mask |T|^2 / (|T|^2 + |R|^2) on the clip's own spectra.

    All (C, n), `target` and `residual` being the model's. Where both are silent, all of the clip is residual.
    """
    powers = [spectra.real**2 + spectra.imag**2 for spectra in (grid.stft(target), grid.stft(residual))]
    edge = _bin(BAND_EDGE * model_rate / 2, grid)
    if edge < powers[0].shape[1]:
        powers = [_carried_up(power, edge, _bin(GUIDING_BAND * model_rate / 2, grid)) for power in powers]
    mask = powers[0] / (powers[0] + powers[1]).clamp(min=torch.finfo(torch.float32).tiny)
    return grid.istft(grid.stft(clip) * mask, clip.shape[1])


def _bin(frequency: float, grid: StftGrid) -> int:
    return round(frequency * grid.size / grid.sample_rate)


def _carried_up(power: Tensor, edge: int, guide: int) -> Tensor:
    """Power (C, F, N) with the bins from `edge` on replaced by the mean of those from `guide` to `edge`."""
    above = power[:, guide:edge].mean(dim=1, keepdim=True).expand(-1, power.shape[1] - edge, -1)
    return torch.cat([power[:, :edge], above], dim=1)
