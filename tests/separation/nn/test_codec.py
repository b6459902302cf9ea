"""The codec on small random models of our own: pieces equal the whole, and its parts do what their words say.

In float64, so that a sample of context too few can't hide in rounding.
"""

from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from samstudio.separation.nn.codec import stages
from samstudio.separation.nn.codec.codec import Codec
from samstudio.separation.nn.codec.decoder import CodecDecoder
from samstudio.separation.nn.codec.encoder import CodecEncoder, padded
from samstudio.separation.nn.codec.layers import (
    Conv,
    DownsamplingConv,
    Snake,
    UpsamplingConv,
    blocks_to_frames,
    convolve,
    frames_to_blocks,
    lay_out,
)
from samstudio.separation.nn.codec.watermark import Carry, Watermark
from samstudio.separation.nn.config import CodecConfig
from tests.separation.sam_audio.golden import assert_near

# The published rates, an odd one in the decoder, and fewer stages.
CONFIGS = [
    CodecConfig(encoder_dim=2, latent_dim=16, decoder_dim=48, codebook_dim=8),
    CodecConfig(4, (2, 6), 12, 48, (3, 4), 8),
    CodecConfig(4, (4, 2, 10), 12, 48, (5, 8, 2), 8),
]
# A watermark takes a decoder of some width.
MARKED = CodecConfig(encoder_dim=2, latent_dim=16, decoder_dim=96, codebook_dim=8)


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def seeded(module: nn.Module, seed: int = 0) -> nn.Module:
    """The module with parameters that let about as much out of each layer as goes in."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(requires_grad=False)
        scale = parameter[0].numel() ** -0.5 if parameter.ndim > 1 and "alpha" not in name else 0.2
        parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale + (1.0 if "alpha" in name else 0.0))
    lay_out(module)
    return module.double().eval()


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(shape[-1]), dtype=torch.float64)


def in_pieces(half: CodecEncoder | CodecDecoder, signal: torch.Tensor, count: int, frames: int) -> torch.Tensor:
    """All `count` latent frames of what a half of the codec makes of `signal`, made `frames` at a time."""
    starts = range(0, count, frames)
    return torch.cat([half.part(signal, start, min(start + frames, count)) for start in starts], dim=-1)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(("frames", "tile"), [(2, stages.TILE), (7, 10000)])
def test_encoding_in_pieces_equals_the_whole(
    config: CodecConfig, frames: int, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = seeded(Codec(config))
    for samples in (20 * config.hop, 19 * config.hop + 5, config.hop // 2):
        wav = random(2, 1, samples)
        monkeypatch.setattr(stages, "TILE", 1 << 40)
        whole = codec.encode(wav)
        assert whole.shape == (2, 8, -(-samples // config.hop))
        monkeypatch.setattr(stages, "TILE", tile)
        assert_near(in_pieces(codec.encoder, wav, whole.shape[-1], frames), whole, 1e-9)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(("frames", "tile"), [(2, stages.TILE), (7, 10000)])
def test_decoding_in_pieces_equals_the_whole(
    config: CodecConfig, frames: int, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = seeded(Codec(config))
    for count in (20, 1):
        features = random(2, 8, count)
        monkeypatch.setattr(stages, "TILE", 1 << 40)
        whole = codec.decode(features)
        assert whole.shape == (2, 1, count * config.hop)
        monkeypatch.setattr(stages, "TILE", tile)
        assert_near(in_pieces(codec.decoder, features, count, frames), whole, 1e-9)


def test_a_piece_depends_on_no_more_than_its_surroundings() -> None:
    """Memory is bounded: what lies far away is not read, so it may be anything."""
    codec = seeded(Codec(CONFIGS[0]))
    wav, features = random(1, 1, 60 * 1920), random(1, 8, 60)
    encoded, decoded = codec.encoder.part(wav, 28, 32), codec.decoder.part(features, 28, 32)
    for signal, width in ((wav, 1920), (features, 1)):
        signal[..., : 10 * width] = torch.nan
        signal[..., 50 * width :] = torch.nan
    assert torch.equal(codec.encoder.part(wav, 28, 32), encoded)
    assert torch.equal(codec.decoder.part(features, 28, 32), decoded)


@pytest.mark.parametrize(("samples", "beyond"), [(5, [3, 2, 1]), (4, []), (2, [0, 0]), (1, [0, 0, 0]), (3, [1])])
def test_sound_is_mirrored_at_its_end(samples: int, beyond: list[int]) -> None:
    wav = torch.arange(samples, dtype=torch.float32).view(1, 1, -1)
    whole = padded(wav, 0, samples + len(beyond), 4)
    assert whole.flatten().tolist() == [*range(samples), *beyond]
    for start in range(whole.shape[-1]):
        assert torch.equal(padded(wav, start, whole.shape[-1], 4), whole[..., start:])


@pytest.mark.parametrize("pieces", [[3], [1, 2], [1, 1, 1]])
def test_the_watermark_in_pieces_equals_the_whole(pieces: list[int]) -> None:
    config = MARKED
    watermark = seeded(Watermark(config))
    dry, message = random(2, 1, 3 * 1920), torch.tensor([[0, 1] * 8, [1] * 16])
    whole = watermark(dry, message)
    assert whole.shape == dry.shape
    carry: Carry = {}
    parts = [watermark(part, message, carry) for part in dry.split([n * 1920 for n in pieces], dim=-1)]
    assert_near(torch.cat(parts, -1), whole, 1e-9)


def test_every_bit_of_the_message_is_in_the_watermark() -> None:
    watermark = seeded(Watermark(MARKED))
    dry = random(1, 1, 1920)
    plain = watermark(dry, torch.zeros(1, 16))
    for bit in range(16):
        message = torch.zeros(1, 16)
        message[0, bit] = 1
        assert (watermark(dry, message) - plain).abs().max() > 1e-4


@pytest.mark.parametrize("stride", [2, 3, 5, 8])
@pytest.mark.parametrize("rows", [1, 2])
def test_strided_kernels_equal_torch(stride: int, rows: int) -> None:
    up, down = seeded(UpsamplingConv(6, 4, stride)), seeded(DownsamplingConv(6, 4, stride))
    x = random(rows, 7, 6)
    expected = F.conv_transpose1d(
        x.mT, up.weight, up.bias, stride, padding=(stride + 1) // 2, output_padding=stride % 2
    )
    assert_near(up(x), expected.mT, 1e-9)
    x = random(rows, 7 * stride, 6)
    if stride % 2 == 0:
        assert_near(down(x), F.conv1d(x.mT, down.weight, down.bias, stride, stride // 2).mT, 1e-9)
    assert_near(
        blocks_to_frames(x, down.weight, down.bias, stride), F.conv1d(x.mT, down.weight, down.bias, stride).mT, 1e-9
    )
    full = F.conv_transpose1d(x.mT, up.weight, up.bias, stride).mT[:, stride:-stride]
    assert_near(frames_to_blocks(x, up.weight, up.bias, stride), full, 1e-9)


@pytest.mark.parametrize("dilation", [1, 3, 9])
def test_convolutions_equal_torch(dilation: int) -> None:
    conv = seeded(Conv(6, 4, 7, dilation))
    x = random(2, 50, 6)
    expected = F.conv1d(x.mT, conv.weight, conv.bias, padding=3 * dilation, dilation=dilation).mT
    assert_near(conv(x), expected, 1e-9)
    unpadded = F.conv1d(x.mT, conv.weight, conv.bias).mT
    assert_near(convolve(x, conv.weight, conv.bias), unpadded, 1e-9)


@pytest.mark.parametrize("frames", [3, 40_000])
def test_snake(frames: int) -> None:
    snake = seeded(Snake(6))
    x = random(2, frames, 6)
    alpha = snake.alpha.view(-1).double()
    expected = x + (alpha * x).sin().square() / (alpha + 1e-9)
    assert_near(snake(x), expected, 1e-9)
    assert_near(snake.float()(x.float()), expected.float(), 1e-5)
    assert_near(snake(x.bfloat16()).double(), expected, 0.05)


def test_snake_on_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    snake, x = seeded(Snake(6)), random(2, 40_000, 6)
    alone = snake(x)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    assert_near(snake(x), alone, 1e-12)
