"""YAMNet: which of the 521 classes of AudioSet is heard, patch by patch.

The network is MobileNet v1 over log mel patches (Google, tensorflow/models, research/audioset/yamnet). Shapes: P
patches, L mel frames of 10 ms.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

RATE = 16000
"""Hz of the sound that it hears."""
CLASSES = 521
FRAME_SECONDS = 0.01
PATCH_FRAMES = 96
BANDS, LOWEST, HIGHEST = 64, 125.0, 7500.0
WINDOW, HOP, TRANSFORM = 400, 160, 512
LOG_OFFSET = 1e-3
_WIDTHS = (32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
"""Channels after the first convolution and after each pair of a depthwise and a pointwise one."""
_HALVING = frozenset({1, 3, 5, 11})
"""The pairs whose depthwise convolution has stride 2: their number, counted from 0."""


class _SeparableConvolution(nn.Module):
    """A 3 x 3 convolution of each channel, and a 1 x 1 convolution of all."""

    def __init__(self, width: int, wider: int, stride: int) -> None:
        super().__init__()
        self._halves = stride == 2
        self.depthwise = nn.Conv2d(width, width, 3, stride=stride, padding=0 if self._halves else 1, groups=width)
        self.pointwise = nn.Conv2d(width, wider, 1)

    def forward(self, hidden: Tensor) -> Tensor:
        hidden = self.depthwise(_padded_to_halve(hidden) if self._halves else hidden).relu_()
        wider: Tensor = self.pointwise(hidden).relu_()
        return wider


class Yamnet(nn.Module):
    """Logits of every class for patches of log mel spectra; batch norms are folded into the convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, _WIDTHS[0], 3, stride=2)
        self.pairs = nn.Sequential(
            *(
                _SeparableConvolution(width, wider, 2 if number in _HALVING else 1)
                for number, (width, wider) in enumerate(pairwise(_WIDTHS))
            )
        )
        self.classes = nn.Linear(_WIDTHS[-1], CLASSES)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits (P, 521) of log mel patches (P, 96, 64)."""
        hidden = self.first(_padded_to_halve(patches[:, None])).relu_()
        logits: Tensor = self.classes(self.pairs(hidden).mean((2, 3)))
        return logits


def _padded_to_halve(hidden: Tensor) -> Tensor:
    """TensorFlow's "same" padding of a 3 x 3 convolution over even sizes with stride 2: only at the end."""
    return functional.pad(hidden, (0, 1, 0, 1))


def mel_filters() -> Tensor:
    """(257, 64) triangles on the HTK mel scale, from STFT bins to bands."""

    def mel(hertz: Tensor) -> Tensor:
        return 2595.0 * torch.log10(1.0 + hertz / 700.0)

    low, high = (float(mel(torch.tensor(hertz))) for hertz in (LOWEST, HIGHEST))
    edges = torch.linspace(low, high, BANDS + 2)
    bins = mel(torch.linspace(0.0, RATE / 2, TRANSFORM // 2 + 1))[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return torch.minimum(rising, falling).clamp(min=0.0)


def log_mel(sound: Tensor, filters: Tensor) -> Tensor:
    """Log mel spectra (L, 64) of mono sound (n,) at 16 kHz; frame n begins at sample n * 160."""
    window = torch.hann_window(WINDOW)
    spectra = torch.stft(sound, TRANSFORM, HOP, WINDOW, window, center=False, return_complex=True).abs()
    return (spectra.T @ filters + LOG_OFFSET).log()
