"""The watermark: sixteen bits hidden in the decoded sound, a quiet signal that is added to it.

Every layer is causal, so sound of any length is marked piece by piece: `Carry` holds what the next piece needs.
"""

import torch
import torch.nn.functional as F  # noqa: N812 - the name the field knows it by
from torch import Tensor, nn

from samstudio.separation.nn.codec.layers import (
    Kernel,
    TransposedKernel,
    blocks_to_frames,
    convolve,
    frames_to_blocks,
)
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.steps import Steps

# marked sound = dry sound + GAIN * watermark
GAIN = 0.25
BITS = 16

# Samples that a slow CPU marks between two steps, at which the separation can be cancelled.
MARKED_AT_ONCE = 5 * 1920

# What each layer keeps of the pieces before: its last input frames, or the states of its recurrent layers.
Carry = dict[nn.Module, tuple[Tensor, ...]]


class CausalConv(Kernel):
    """A causal convolution, with zeros before the first frame."""

    def __init__(self, channels: int, out_channels: int, kernel: int) -> None:
        super().__init__(channels, out_channels, kernel)
        self.past = kernel - 1

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, T, C) -> (B, T, out)."""
        if self.past == 0:
            return F.linear(x, self.weight.squeeze(-1), self.bias)
        return convolve(_with_past(self, x, self.past, carry), self.weight, self.bias)


class CausalDownsampling(Kernel):
    """A convolution of kernel 2s and stride s, causal."""

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__(channels, out_channels, 2 * stride)
        self.stride = stride

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, s T, C) -> (B, T, out)."""
        return blocks_to_frames(_with_past(self, x, self.stride, carry), self.weight, self.bias, self.stride)


class CausalUpsampling(TransposedKernel):
    """A transposed convolution of kernel 2s and stride s; what lies beyond the last frame goes to the next piece."""

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__(channels, out_channels, 2 * stride)
        self.stride = stride

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, T, C) -> (B, s T, out)."""
        return frames_to_blocks(_with_past(self, x, 1, carry), self.weight, self.bias, self.stride)


class CausalUnit(nn.Module):
    """x + conv1(ELU(conv3(ELU(x)))), narrow in the middle."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = CausalConv(channels, channels // 2, 3)
        self.conv2 = CausalConv(channels // 2, channels, 1)

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, T, C) -> the same shape."""
        y: Tensor = self.conv2(F.elu_(self.conv1(F.elu(x), carry)), carry).add_(x)
        return y


class Recurrence(nn.Module):
    """x + LSTM(x), two layers."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(channels, channels, num_layers=2, batch_first=True)

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, T, C) -> the same shape."""
        y: Tensor
        y, carry[self] = self.lstm(x, carry.get(self))
        return y.add_(x)


class WatermarkEncoder(nn.Module):
    """Sound to a slow latent, 150 frames per second in the published model."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        widths = config.watermark_widths
        self.conv_in = CausalConv(1, widths[0], 7)
        self.units = nn.ModuleList(map(CausalUnit, widths[:-1]))
        self.convs = nn.ModuleList(map(CausalDownsampling, widths, widths[1:], config.watermark_rates))
        self.recurrence = Recurrence(widths[-1])
        self.conv_out = CausalConv(widths[-1], config.watermark_latent_dim, 7)

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, N, 1) -> (B, N / 320, latent)."""
        x = self.conv_in(x, carry)
        for unit, conv in zip(self.units, self.convs, strict=True):
            x = conv(F.elu_(unit(x, carry)), carry)
        y: Tensor = self.conv_out(F.elu_(self.recurrence(x, carry)), carry)
        return y


class WatermarkDecoder(nn.Module):
    """The latent with the message in it to the signal to be added."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        widths = config.watermark_widths[::-1]
        self.conv_in = CausalConv(config.watermark_latent_dim, widths[0], 7)
        self.recurrence = Recurrence(widths[0])
        self.convs = nn.ModuleList(map(CausalUpsampling, widths, widths[1:], config.watermark_rates[::-1]))
        self.units = nn.ModuleList(map(CausalUnit, widths[1:]))
        self.conv_out = CausalConv(widths[-1], 1, 7)

    def forward(self, x: Tensor, carry: Carry) -> Tensor:
        """(B, N / 320, latent) -> (B, N, 1)."""
        x = self.recurrence(self.conv_in(x, carry), carry)
        for conv, unit in zip(self.convs, self.units, strict=True):
            x = unit(conv(F.elu_(x), carry), carry)
        y: Tensor = self.conv_out(F.elu_(x), carry)
        return y


class Watermark(nn.Module):
    """Sound and a message of 16 bits to the signal that, times GAIN, hides the message in the sound."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.encoder = WatermarkEncoder(config)
        # Not Embedding(...), whose random start on the meta device imports torch's compiler: seconds for nothing.
        table = torch.empty(2 * BITS, config.watermark_latent_dim)
        self.message: nn.Embedding = nn.Embedding.from_pretrained(table)  # type: ignore[no-untyped-call]
        self.decoder = WatermarkDecoder(config)

    def forward(self, dry: Tensor, message: Tensor, carry: Carry | None = None) -> Tensor:
        """(B, 1, N), (B, 16) of 0 and 1 -> (B, 1, N), N a multiple of 320 (as every codec frame is).

        Pieces of one sound, in order, share a `carry`, empty at first, and give together what the whole gives.
        """
        carry = {} if carry is None else carry
        x = dry.to(self.message.weight).transpose(1, 2).contiguous()
        rows = message.to(x.device).long() + 2 * torch.arange(BITS, device=x.device)
        mark = self.message(rows).sum(dim=1, keepdim=True)
        y: Tensor = self.decoder(self.encoder(x, carry) + mark, carry).transpose(1, 2)
        return y


class WatermarkSignal:
    """The watermark of one sound, made piece by piece, also where another device continues after one has failed."""

    def __init__(self, message: Tensor) -> None:
        """`message` (B, 16) of 0 and 1."""
        self._message = message
        self._watermark: Watermark | None = None
        self._carry: Carry = {}

    @torch.inference_mode()
    def on(self, dry: Tensor, watermark: Watermark) -> Steps[Tensor]:
        """The sound's next piece (B, 1, N) with the mark on it; on a CPU it yields now and then.

        A piece that is not finished changes no state: it may be marked again.
        """
        carry = self._moved(watermark)
        marked = torch.empty_like(dry)
        step = dry.shape[-1] if dry.is_cuda else MARKED_AT_ONCE
        for start in range(0, dry.shape[-1], step):
            piece = dry[..., start : start + step]
            marked[..., start : start + step] = piece + GAIN * watermark(piece, self._message, carry)
            yield
        self._watermark, self._carry = watermark, carry
        return marked

    def _moved(self, watermark: Watermark) -> Carry:
        """A copy of what the layers keep, for those of `watermark`."""
        if self._watermark is None or self._watermark is watermark:
            return dict(self._carry)
        device = watermark.message.weight.device
        layers = zip(self._watermark.modules(), watermark.modules(), strict=True)
        return {new: tuple(x.to(device) for x in self._carry[old]) for old, new in layers if old in self._carry}


def _with_past(layer: nn.Module, x: Tensor, frames: int, carry: Carry) -> Tensor:
    """`x` (B, T, C) with the last `frames` before it in front, zeros at the beginning: (B, frames + T, C)."""
    (past,) = carry.get(layer) or (x.new_zeros(x.shape[0], frames, x.shape[2]),)
    x = torch.cat([past, x], dim=1)
    carry[layer] = (x[:, x.shape[1] - frames :].clone(),)
    return x
