"""The codec's layers on (B, T, C): rows, time, channels, the order in which products and convolutions here are fastest.

Parameters have the shapes of the checkpoints; `lay_out` puts them into memory in the order in which they are used.
"""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name the field knows it by
from torch import Tensor, nn

# Dilations of the three residual units of a block.
DILATIONS = (1, 3, 9)

# Elements of a piece that stays in a core's own cache through the steps of an elementwise formula.
_CACHED = 1 << 16

# Up to so many threads NumPy's sine, on one thread, is faster than torch's (0.6 and 1.3 ns on one, with AVX-512).
_FEW_THREADS = 2


class Snake(nn.Module):
    """x + sin²(αx) / (α + 1e-9), α per channel (Ziyin et al. 2020); computed in float32 at least."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, channels, 1))

    def forward(self, x: Tensor, *, inplace: bool = False) -> Tensor:
        """(B, T, C) -> the same shape; in the memory of `x` where it is not needed any more."""
        alpha = self.alpha.view(-1).to(torch.promote_types(x.dtype, torch.float32))
        gain = (alpha + 1e-9).reciprocal()
        out = x if inplace else torch.empty_like(x)
        step = len(x) * x.shape[1]
        if x.device.type == "cpu":
            step = max(1, torch.get_num_threads() * _CACHED // x.shape[-1])
        rows, out_rows = x.view(-1, x.shape[-1]), out.view(-1, x.shape[-1])
        for start in range(0, len(rows), step):
            # Formulas of mixed types take twice as long: one type within, converted at both ends.
            piece = rows[start : start + step].to(alpha.dtype)
            wave = _sine_(piece * alpha).square_()
            torch.addcmul(piece, wave, gain, out=out_rows[start : start + step])
        return out


def _sine_(x: Tensor) -> Tensor:
    """The sine, in the memory of `x`."""
    if x.device.type != "cpu" or torch.get_num_threads() > _FEW_THREADS:
        return x.sin_()
    np.sin(x.numpy(), out=x.numpy())
    return x


class Kernel(nn.Module):
    """The parameters of a convolution."""

    def __init__(self, channels: int, out_channels: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, channels, kernel))
        self.bias = nn.Parameter(torch.empty(out_channels))


class TransposedKernel(nn.Module):
    """The parameters of a transposed convolution."""

    def __init__(self, channels: int, out_channels: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, out_channels, kernel))
        self.bias = nn.Parameter(torch.empty(out_channels))


class Conv(Kernel):
    """A convolution of odd kernel and stride 1 that keeps the length, with zeros beyond both ends."""

    def __init__(self, channels: int, out_channels: int, kernel: int = 1, dilation: int = 1) -> None:
        super().__init__(channels, out_channels, kernel)
        self.dilation = dilation
        self.reach = dilation * (kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, out)."""
        if self.reach == 0:
            return F.linear(x, self.weight.squeeze(-1), self.bias)
        return convolve(x, self.weight, self.bias, padding=self.reach, dilation=self.dilation)


class DownsamplingConv(Kernel):
    """A convolution of kernel 2s and stride s, with s/2 zeros beyond both ends: each output sees two blocks of s."""

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__(channels, out_channels, 2 * stride)
        self.stride = stride
        self.reach = stride // 2

    def forward(self, x: Tensor) -> Tensor:
        """(B, s T, C) -> (B, T, out)."""
        return blocks_to_frames(F.pad(x, (0, 0, self.reach, self.reach)), self.weight, self.bias, self.stride)


class UpsamplingConv(TransposedKernel):
    """A transposed convolution of kernel 2s and stride s, cut to s times the length (⌈s/2⌉ samples off the front)."""

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__(channels, out_channels, 2 * stride)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, s T, out)."""
        full = frames_to_blocks(F.pad(x, (0, 0, 1, 1)), self.weight, self.bias, self.stride)
        front = (self.stride + 1) // 2
        return full[:, front : front + self.stride * x.shape[1]].contiguous()


class ResidualUnit(nn.Module):
    """x + conv1(snake(conv7(snake(x)))), the wide convolution dilated."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.snake1 = Snake(channels)
        self.conv1 = Conv(channels, channels, 7, dilation)
        self.snake2 = Snake(channels)
        self.conv2 = Conv(channels, channels)
        self.reach = self.conv1.reach

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> the same shape."""
        y: Tensor = self.conv2(self.snake2(self.conv1(self.snake1(x)), inplace=True)).add_(x)
        return y


def convolve(x: Tensor, weight: Tensor, bias: Tensor, padding: int = 0, dilation: int = 1) -> Tensor:
    """(B, T, C), (out, C, k) -> (B, T', out), as an image of height 1: its channels-last kernels are the fast ones."""
    image = x.transpose(1, 2).unsqueeze(2)
    y = F.conv2d(image, weight.unsqueeze(2), bias, padding=(0, padding), dilation=(1, dilation))
    # No copy wherever the kernel kept the channels last, as those of CPU and CUDA do.
    return y.squeeze(2).transpose(1, 2).contiguous()


def blocks_to_frames(x: Tensor, weight: Tensor, bias: Tensor, stride: int) -> Tensor:
    """A convolution of kernel 2s, stride s without padding: (B, s (T + 1), C), (out, C, 2s) -> (B, T, out).

    As two matrix products: one for the first, one for the second block of s samples that a frame sees.
    """
    blocks = x.reshape(x.shape[0], -1, stride * x.shape[2])
    taps = weight.transpose(1, 2)
    first, second = (w.reshape(w.shape[0], -1) for w in (taps[:, :stride], taps[:, stride:]))
    return _sum_of_products(blocks[:, :-1], first, blocks[:, 1:], second, bias)


def frames_to_blocks(x: Tensor, weight: Tensor, bias: Tensor, stride: int) -> Tensor:
    """A transposed convolution of kernel 2s, stride s: (B, T + 1, C), (C, out, 2s) -> (B, s T, out).

    Block t is made of the first half of the kernel on frame t + 1 and the second half on frame t, so frame 0 only
    gives its second half, and the last frame only its first.
    """
    taps = weight.permute(2, 1, 0)
    first, second = (w.reshape(-1, w.shape[2]) for w in (taps[:stride], taps[stride:]))
    y = _sum_of_products(x[:, 1:], first, x[:, :-1], second, bias.repeat(stride))
    return y.view(len(x), -1, weight.shape[1])


def _sum_of_products(x: Tensor, weight: Tensor, x2: Tensor, weight2: Tensor, bias: Tensor) -> Tensor:
    """X weightᵀ + x2 weight2ᵀ + bias: (B, T, C) and (out, C) -> (B, T, out).

    All rows in one product: a batched one arranges the matrix anew for each (nine times as slow in bfloat16).
    """
    rows, rows2 = (part.reshape(-1, part.shape[2]) for part in (x, x2))
    return F.linear(rows, weight, bias).addmm_(rows2, weight2.t()).view(len(x), -1, len(weight))


def lay_out(module: nn.Module) -> None:
    """Order the memory of all kernels below `module` as they are read: taps outside channels. Shapes stay."""
    for layer in module.modules():
        weight = getattr(layer, "weight", None)
        if isinstance(weight, nn.Parameter) and weight.ndim == 3:
            order = (2, 1, 0) if isinstance(layer, TransposedKernel) else (0, 2, 1)
            # Both orders are their own inverse.
            layer.weight = nn.Parameter(weight.permute(order).contiguous().permute(order), requires_grad=False)
