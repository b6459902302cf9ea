"""The network of Spleeter (Hennequin et al., 2020): magnitudes of a mixture in, those of one of its sources out.

Shapes: N excerpts, T frames, a multiple of 64, BINS bins.
"""

from functools import cache
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from samstudio.assets import asset
from samstudio.separation.models.checkpoint import open_weights
from samstudio.separation.nn.repeatable import sigmoid

BINS = 1024
FRAME_STEP = 64
"""The number of frames must be a multiple of this: they are halved six times."""
_WIDTHS = (2, 16, 32, 64, 128, 256, 512)
_SLOPE = 0.2
VOCALS, ACCOMPANIMENT = "vocals", "accompaniment"


class _Affine(nn.Module):
    """A batch norm in use: a factor and an offset for each channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))
        self.shift = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, hidden: Tensor) -> Tensor:
        return torch.addcmul(self.shift, hidden, self.scale)


class SourceUnet(nn.Module):
    """A U-Net of six halvings whose output is a mask on its input."""

    def __init__(self) -> None:
        super().__init__()
        pairs = pairwise(_WIDTHS)
        self.down = nn.ModuleList(nn.Conv2d(width, wider, 5, stride=2) for width, wider in pairs)
        self.down_norms = nn.ModuleList(_Affine(width) for width in _WIDTHS[1:-1])
        outputs = (*_WIDTHS[-2:0:-1], 1)
        inputs = (_WIDTHS[-1], *(2 * width for width in outputs[:-1]))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(wide, narrow, 5, stride=2) for wide, narrow in zip(inputs, outputs, strict=True)
        )
        self.up_norms = nn.ModuleList(_Affine(width) for width in outputs)
        self.mask = nn.Conv2d(1, 2, 4, dilation=2, padding=3)

    def forward(self, magnitudes: Tensor) -> Tensor:
        """Magnitudes (N, 2, T, BINS) of the source in those of the mixture."""
        hidden, skipped = magnitudes, list[Tensor]()
        for number, convolution in enumerate(self.down):
            skipped.append(convolution(functional.pad(hidden, (1, 2, 1, 2))))
            if number < len(self.down_norms):
                hidden = functional.leaky_relu(self.down_norms[number](skipped[-1]), _SLOPE)
        hidden = skipped.pop()
        for number, convolution in enumerate(self.up):
            if number:
                hidden = torch.cat((skipped.pop(), hidden), 1)
            hidden = self.up_norms[number](functional.relu(convolution(hidden)[:, :, 1:-2, 1:-2]))
        source: Tensor = sigmoid(self.mask(hidden)) * magnitudes
        return source


@cache
def source_network(source: str) -> SourceUnet:
    """The network of VOCALS or of ACCOMPANIMENT, with its weights: stored in 8 bits, with a scale for each channel."""
    weights = open_weights(asset("models/spleeter.safetensors"))
    network = SourceUnet()
    prefix = f"{source}."
    stored = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}
    values = {
        name: tensor.float() * stored.get(f"{name}.step", torch.ones(1)).float()
        for name, tensor in stored.items()
        if not name.endswith(".step")
    }
    network.load_state_dict(values)
    return network.eval().requires_grad_(requires_grad=False).to(memory_format=torch.channels_last)
