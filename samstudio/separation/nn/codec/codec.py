"""The whole codec, loaded from a checkpoint."""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from samstudio.separation.models.checkpoint import Checkpoint, load_module
from samstudio.separation.nn.codec import names
from samstudio.separation.nn.codec.decoder import CodecDecoder
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.nn.codec.layers import lay_out
from samstudio.separation.nn.codec.watermark import Watermark
from samstudio.separation.nn.config import CodecConfig

# The codec's place in a separation model's checkpoints; the Judge's hold the encoder at the same one.
PREFIX = "audio_codec."


class Codec(nn.Module):
    """Sound to features and back: mono float32 at `config.sample_rate`, one feature frame per `config.hop` samples."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = CodecEncoder(config)
        self.decoder = CodecDecoder(config)

    def encode(self, wav: Tensor) -> Tensor:
        """(B, 1, N) -> mean features (B, codebook_dim, T), T = ceil(N / hop)."""
        y: Tensor = self.encoder(wav)
        return y

    def decode(self, features: Tensor) -> Tensor:
        """(B, codebook_dim, T) -> dry sound (B, 1, hop T), without the watermark."""
        y: Tensor = self.decoder(features)
        return y


def load_codec(
    weights: Checkpoint,
    config: CodecConfig,
    *,
    prefix: str = PREFIX,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Codec:
    """The codec without its watermark. Raises SeparationError where the checkpoint doesn't fit."""
    with torch.device("meta"):
        codec = Codec(config)
    table = {f"encoder.{ours}": theirs for ours, theirs in names.encoder_names(config).items()}
    table |= {f"decoder.{ours}": theirs for ours, theirs in names.decoder_names(config).items()}
    ignore = _whole(names.watermark_names(config).values())
    load_module(codec, weights, prefix, names=table, dtype=dtype, device=device, ignore=ignore)
    lay_out(codec)
    return codec.eval()


def load_watermark(
    weights: Checkpoint,
    config: CodecConfig,
    *,
    prefix: str = PREFIX,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Watermark:
    """The watermark alone. Raises SeparationError where the checkpoint doesn't fit."""
    with torch.device("meta"):
        watermark = Watermark(config)
    ignore = _whole([*names.encoder_names(config).values(), *names.decoder_names(config).values()])
    table = names.watermark_names(config)
    load_module(watermark, weights, prefix, names=table, dtype=dtype, device=device, ignore=ignore)
    lay_out(watermark)
    return watermark.eval()


def load_encoder(
    weights: Checkpoint,
    config: CodecConfig,
    *,
    prefix: str,
    table: dict[str, str],
    ignore: Collection[str] = (),
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> CodecEncoder:
    """The encoder alone, as the Judge (names.encoder_names) and PE-A-Frame (names.pe_audio_encoder_names) have it.

    `ignore` names what else lies below `prefix` ("quantizer.out_proj"). Raises SeparationError.
    """
    with torch.device("meta"):
        encoder = CodecEncoder(config)
    load_module(encoder, weights, prefix, names=table, dtype=dtype, device=device, ignore=_whole(ignore))
    lay_out(encoder)
    return encoder.eval()


def _whole(layers: Collection[str]) -> list[str]:
    """Layer names as key beginnings that no longer name fits ("block.1." is not the beginning of "block.11.weight")."""
    return [f"{layer}." for layer in layers]
