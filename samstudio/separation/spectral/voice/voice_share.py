"""The voice's share of every cell of a window, as Spleeter hears it.

Shapes as in `stft`: C channels, n samples, F STFT bins, N frames.
"""

import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.resample import Resampler
from samstudio.separation.spectral.voice.unet import ACCOMPANIMENT, BINS, FRAME_STEP, VOCALS, source_network
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

RATE, SIZE, HOP = 44100, 4096, 1024
HIGHEST = RATE / SIZE * BINS
"""Hz up to which it hears."""
TINY = 1e-9


def voice_share(sound: Tensor, spectra: Tensor, grid: StftGrid) -> Steps[Tensor]:
    """The share (C, F, N) of the magnitude of `spectra` that is voice in sound (C, n); 0 above HIGHEST.

    Stereo is heard as it is. Of any other number of channels their mean is heard, and the share is that of all.
    """
    heard = sound if len(sound) == 2 else sound.mean(0, keepdim=True).expand(2, -1)
    voice = yield from voice_of(resampled(heard, grid.sample_rate, RATE))
    voice = resampled(voice, RATE, grid.sample_rate)[:, : sound.shape[1]]
    voice = functional.pad(voice, (0, sound.shape[1] - voice.shape[1]))
    yield
    if len(sound) != 2:
        voice = voice[:1]
        spectra = grid.stft(heard[:1])
    share = (grid.stft(voice).abs() / (spectra.abs() + TINY)).clamp(max=1.0)
    share[:, bins_heard(grid) :] = 0.0
    return share.expand(len(sound), -1, -1)


def bins_heard(grid: StftGrid) -> int:
    """How many of the grid's bins, from 0 Hz on, the network hears."""
    return min(grid.size // 2 + 1, int(HIGHEST / grid.sample_rate * grid.size))


def voice_of(sound: Tensor) -> Steps[Tensor]:
    """The voice (2, n) in sound (2, n) at 44.1 kHz: Wiener masks of the two networks' powers."""
    window = torch.hann_window(SIZE, device=sound.device)
    spectra = torch.stft(sound, SIZE, HOP, window=window, center=True, pad_mode="constant", return_complex=True)
    frames = spectra.shape[2]
    magnitudes = functional.pad(spectra[:, :BINS].abs(), (0, -frames % FRAME_STEP)).transpose(1, 2)[None]
    power = []
    for source in (VOCALS, ACCOMPANIMENT):
        yield
        power.append(source_network(source)(magnitudes)[0].transpose(1, 2)[:, :, :frames].square())
    yield
    spectra[:, :BINS] *= power[0] / (power[0] + power[1] + TINY)
    spectra[:, BINS:] = 0.0
    return torch.istft(spectra, SIZE, HOP, window=window, center=True, length=sound.shape[1])


def resampled(sound: Tensor, old: int, new: int) -> Tensor:
    """Sound (C, n) at another rate."""
    if old == new:
        return sound
    resampler = Resampler(old, new)
    return torch.cat((resampler.push(sound.contiguous()), resampler.finish()), 1)
