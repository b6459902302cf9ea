"""The encoder: mono sound to features."""

import torch
from torch import Tensor, nn

from samstudio.separation.nn.codec.layers import DILATIONS, Conv, DownsamplingConv, ResidualUnit, Snake
from samstudio.separation.nn.codec.stages import Stage, run_part
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.steps import Steps, finish


class EncoderHead(Stage):
    """Sound to `encoder_dim` channels."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.conv = Conv(1, config.encoder_dim, 7)
        self.reach = self.conv.reach
        self.width = config.encoder_dim

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, 1) -> (B, N, C)."""
        y: Tensor = self.conv(x)
        return y


class EncoderBlock(Stage):
    """Three residual units, then one frame for every `stride`, at twice the channels."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        units = [ResidualUnit(channels, dilation) for dilation in DILATIONS]
        self.units = nn.ModuleList(units)
        self.snake = Snake(channels)
        self.conv = DownsamplingConv(channels, 2 * channels, stride)
        self.down = stride
        self.width = stride * channels
        self.reach = sum(unit.reach for unit in units) + self.conv.reach

    def forward(self, x: Tensor) -> Tensor:
        """(B, s T, C) -> (B, T, 2C)."""
        for unit in self.units:
            x = unit(x)
        y: Tensor = self.conv(self.snake(x))
        return y


class EncoderTail(Stage):
    """The last channels to the mean and scale of each feature."""

    def __init__(self, channels: int, config: CodecConfig) -> None:
        super().__init__()
        self.snake = Snake(channels)
        self.conv = Conv(channels, config.latent_dim, 3)
        self.projection = Conv(config.latent_dim, 2 * config.codebook_dim)
        self.reach = self.conv.reach
        self.width = channels

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, 2 codebook_dim)."""
        y: Tensor = self.projection(self.conv(self.snake(x)))
        return y


class CodecEncoder(nn.Module):
    """Sound (B, 1, N) to the mean features (B, codebook_dim, T), T = ceil(N / hop)."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.head = EncoderHead(config)
        widths = [config.encoder_dim * 2**i for i in range(len(config.encoder_rates) + 1)]
        self.blocks = nn.ModuleList(map(EncoderBlock, widths, config.encoder_rates))
        self.tail = EncoderTail(widths[-1], config)

    @property
    def stages(self) -> list[Stage]:
        """In the order of the signal."""
        return [self.head, *self.blocks, self.tail]

    def forward(self, wav: Tensor) -> Tensor:
        """(B, 1, N) -> (B, codebook_dim, T)."""
        y: Tensor = self.part(wav, 0, self.frames(wav.shape[-1]))
        return y

    def part(self, wav: Tensor, start: int, stop: int) -> Tensor:
        """`part_stepwise` in one go."""
        return finish(self.part_stepwise(wav, start, stop))

    @torch.inference_mode()
    def part_stepwise(self, wav: Tensor, start: int, stop: int) -> Steps[Tensor]:
        """Frames `start` to `stop` of the features of the whole `wav`: (B, codebook_dim, stop - start)."""
        parameter = self.tail.projection.bias
        hop, count = self.config.hop, self.frames(wav.shape[-1])

        def read(first: int, last: int) -> Tensor:
            return padded(wav, first, last, hop).to(parameter).transpose(1, 2)

        moments = yield from run_part(self.stages, read, count * hop, start, stop)
        return moments[..., : self.config.codebook_dim].transpose(1, 2)

    def frames(self, samples: int) -> int:
        """Feature frames of so many samples."""
        return -(-samples // self.config.hop)


def padded(wav: Tensor, start: int, stop: int, hop: int) -> Tensor:
    """Samples `start` to `stop` of `wav` (B, 1, N) carried on to a multiple of `hop`: mirrored at its last sample.

    Sound too short to be mirrored that far (half a hop or less) is carried on with zeros.
    """
    samples = wav.shape[-1]
    sound = wav[..., start : min(stop, samples)]
    if stop <= samples:
        return sound
    missing = -samples % hop
    if missing < samples:
        beyond = wav[..., samples - 1 - missing : samples - 1].flip(-1)
    else:
        beyond = wav.new_zeros((*wav.shape[:-1], missing))
    return torch.cat([sound, beyond[..., max(0, start - samples) : stop - samples]], dim=-1)
