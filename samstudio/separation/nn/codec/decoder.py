"""The decoder: features to mono sound, without the watermark."""

import torch
from torch import Tensor, nn

from samstudio.separation.nn.codec.layers import DILATIONS, Conv, ResidualUnit, Snake, UpsamplingConv
from samstudio.separation.nn.codec.stages import Stage, run_part
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.steps import Steps, finish


class DecoderHead(Stage):
    """Features to `decoder_dim` channels."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.projection = Conv(config.codebook_dim, config.latent_dim)
        self.conv = Conv(config.latent_dim, config.decoder_dim, 7)
        self.reach = self.conv.reach
        self.width = config.decoder_dim

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, codebook_dim) -> (B, T, C)."""
        y: Tensor = self.conv(self.projection(x))
        return y


class DecoderBlock(Stage):
    """`stride` times as many frames at half the channels, then three residual units."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.snake = Snake(channels)
        self.conv = UpsamplingConv(channels, channels // 2, stride)
        units = [ResidualUnit(channels // 2, dilation) for dilation in DILATIONS]
        self.units = nn.ModuleList(units)
        self.up = stride
        self.width = channels // 2
        # A sample of the transposed convolution sees its own frame and one neighbour; the units see more samples.
        self.reach = 1 + -(-sum(unit.reach for unit in units) // stride)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, s T, C/2)."""
        x = self.conv(self.snake(x))
        for unit in self.units:
            x = unit(x)
        return x


class DecoderTail(Stage):
    """The last channels to sound in -1..1."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.snake = Snake(channels)
        self.conv = Conv(channels, 1, 7)
        self.reach = self.conv.reach
        self.width = channels

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, C) -> (B, N, 1)."""
        return torch.tanh(self.conv(self.snake(x)))


class CodecDecoder(nn.Module):
    """Features (B, codebook_dim, T) to sound (B, 1, hop T)."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.head = DecoderHead(config)
        widths = [config.decoder_dim // 2**i for i in range(len(config.decoder_rates) + 1)]
        self.blocks = nn.ModuleList(map(DecoderBlock, widths, config.decoder_rates))
        self.tail = DecoderTail(widths[-1])

    @property
    def stages(self) -> list[Stage]:
        """In the order of the signal."""
        return [self.head, *self.blocks, self.tail]

    def forward(self, features: Tensor) -> Tensor:
        """(B, codebook_dim, T) -> (B, 1, hop T)."""
        y: Tensor = self.part(features, 0, features.shape[-1])
        return y

    def part(self, features: Tensor, start: int, stop: int) -> Tensor:
        """`part_stepwise` in one go."""
        return finish(self.part_stepwise(features, start, stop))

    @torch.inference_mode()
    def part_stepwise(self, features: Tensor, start: int, stop: int) -> Steps[Tensor]:
        """The sound of frames `start` to `stop` of the whole `features`: (B, 1, hop (stop - start))."""
        parameter = self.head.projection.bias
        hop = self.config.hop

        def read(first: int, last: int) -> Tensor:
            return features[..., first:last].to(parameter).transpose(1, 2).contiguous()

        sound = yield from run_part(self.stages, read, features.shape[-1], start * hop, stop * hop)
        return sound.transpose(1, 2)
