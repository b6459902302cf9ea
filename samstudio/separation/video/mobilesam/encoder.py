"""The picture encoder of MobileSAM: TinyViT-5M without its classifier, with SAM's neck.

After Wu et al., TinyViT (ECCV 2022), and Zhang et al., Faster Segment Anything (2023). Batch norms are folded into
their convolutions. Shapes: B pictures of H x W pixels, both multiples of 16; c channels of h x w places.
"""

from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 16
"""Pixels of the picture from feature to feature."""
FEATURES = 256
_WIDTHS, _DEPTHS = (64, 128, 160, 320), (2, 2, 6, 2)
_HEAD_WIDTH = 32
_WINDOWS = (0, 7, 14, 7)
"""Side of the attention's windows; the first stage has convolutions alone."""
_STRIDES = (2, 2, 1)
"""Between the stages; TinyViT halves a third time, MobileSAM does not."""


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels."""

    def __init__(self, width: int) -> None:
        super().__init__(width, eps=1e-6)

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, c, h, w) -> the same."""
        return super().forward(hidden.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class _ThreeConvolutions(nn.Module):
    """A point-wise convolution, a depth-wise one of 3 x 3, and another point-wise one, with GELU in between."""

    def __init__(self, width: int, hidden: int, wider: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, hidden, 1)
        self.conv2 = nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden)
        self.conv3 = nn.Conv2d(hidden, wider, 1)

    def forward(self, hidden: Tensor) -> Tensor:
        merged: Tensor = self.conv3(functional.gelu(self.conv2(functional.gelu(self.conv1(hidden)))))
        return merged


class _InvertedBottleneck(_ThreeConvolutions):
    """The same around a residual connection, widened fourfold inside."""

    def __init__(self, width: int) -> None:
        super().__init__(width, 4 * width, width)

    def forward(self, hidden: Tensor) -> Tensor:
        return functional.gelu(hidden + super().forward(hidden))


class _WindowAttention(nn.Module):
    """Self-attention inside square windows, with a learned bias for each distance between places in them."""

    def __init__(self, width: int, window: int) -> None:
        super().__init__()
        self._window, self._heads = window, width // _HEAD_WIDTH
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.biases = nn.Parameter(torch.zeros(self._heads, window**2))

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, h, w, c); the places beyond the edge that fill the last windows take part as zeros."""
        batch, height, width, channels = hidden.shape
        side = self._window
        rows, columns = -(-height // side), -(-width // side)
        hidden = functional.pad(hidden, (0, 0, 0, columns * side - width, 0, rows * side - height))
        tiles = hidden.view(batch, rows, side, columns, side, channels).transpose(2, 3).reshape(-1, side**2, channels)
        # (3, B * rows * columns, heads, side², 32); a head's query, key and value lie side by side.
        split = self.qkv(self.norm(tiles)).view(len(tiles), side**2, self._heads, 3, _HEAD_WIDTH)
        query, key, value = split.permute(3, 0, 2, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=self.bias.to(query.dtype))
        seen = self.proj(seen.transpose(1, 2).reshape(len(tiles), side**2, channels))
        seen = seen.view(batch, rows, columns, side, side, channels).transpose(2, 3)
        whole: Tensor = seen.reshape(batch, rows * side, columns * side, channels)
        return whole[:, :height, :width]

    @property
    def bias(self) -> Tensor:
        """(heads, side², side²), of every pair of places."""
        spread: Tensor = self.biases[:, _distances(self._window)]
        return spread


@cache
def _distances(side: int) -> Tensor:
    """The number of the distance, rows times `side` plus columns, between two places of a window (side², side²)."""
    places = torch.cartesian_prod(torch.arange(side), torch.arange(side))
    rows, columns = (places[:, None] - places[None]).abs().unbind(-1)
    return rows * side + columns


class _Perceptron(nn.Module):
    """Layer norm and two linear layers, widened fourfold inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, hidden: Tensor) -> Tensor:
        out: Tensor = self.fc2(functional.gelu(self.fc1(self.norm(hidden))))
        return out


class _TransformerBlock(nn.Module):
    """Attention in windows, a depth-wise convolution across their edges, and a perceptron."""

    def __init__(self, width: int, window: int) -> None:
        super().__init__()
        self.attn = _WindowAttention(width, window)
        self.local_conv = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.mlp = _Perceptron(width)

    def forward(self, hidden: Tensor) -> Tensor:
        places = hidden.permute(0, 2, 3, 1)
        mixed = self.local_conv((places + self.attn(places)).permute(0, 3, 1, 2))
        out: Tensor = mixed + self.mlp(mixed.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return out


class _EncoderStage(nn.Module):
    """Some blocks at one resolution, and the way to the next."""

    def __init__(self, number: int) -> None:
        super().__init__()
        width, window = _WIDTHS[number], _WINDOWS[number]
        self.blocks = nn.Sequential(
            *(
                _TransformerBlock(width, window) if window else _InvertedBottleneck(width)
                for _ in range(_DEPTHS[number])
            )
        )
        self.downsample: nn.Module = nn.Identity()
        if number + 1 < len(_WIDTHS):
            wider = _WIDTHS[number + 1]
            self.downsample = _ThreeConvolutions(width, wider, wider, _STRIDES[number])

    def forward(self, hidden: Tensor) -> Tensor:
        out: Tensor = self.downsample(self.blocks(hidden))
        return out


class PictureEncoder(nn.Module):
    """Features of pictures of any size."""

    def __init__(self) -> None:
        super().__init__()
        first = _WIDTHS[0] // 2
        self.patch_embed = nn.Sequential(nn.Conv2d(3, first, 3, 2, 1), nn.GELU(), nn.Conv2d(first, _WIDTHS[0], 3, 2, 1))
        self.layers = nn.Sequential(*(_EncoderStage(number) for number in range(len(_WIDTHS))))
        self.neck = nn.Sequential(
            nn.Conv2d(_WIDTHS[-1], FEATURES, 1, bias=False),
            ChannelNorm(FEATURES),
            nn.Conv2d(FEATURES, FEATURES, 3, padding=1, bias=False),
            ChannelNorm(FEATURES),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W), normalised -> (B, 256, H / 16, W / 16)."""
        features: Tensor = self.neck(self.layers(self.patch_embed(pictures)))
        return features
