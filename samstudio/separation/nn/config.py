"""The sizes of networks that several models share, as their config.json files give them.

What a file leaves out has the published value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.json_fields import Json, mapping, read_part, require


@dataclass(frozen=True)
class CodecConfig:
    """DACVAE: mono sound at `sample_rate` to `codebook_dim` features per frame of `hop` samples, and back."""

    encoder_dim: int = 64
    encoder_rates: tuple[int, ...] = (2, 8, 10, 12)
    latent_dim: int = 1024
    decoder_dim: int = 1536
    decoder_rates: tuple[int, ...] = (12, 10, 8, 2)
    codebook_dim: int = 128
    sample_rate: int = 48000

    @property
    def hop(self) -> int:
        """Samples per frame."""
        return prod(self.encoder_rates)

    @property
    def frame_rate(self) -> float:
        """Frames per second."""
        return self.sample_rate / self.hop

    @property
    def watermark_rates(self) -> tuple[int, ...]:
        """Strides of the watermark's encoder. No file names its sizes: these are the published model's."""
        return (2, 4, 5, 8)

    @property
    def watermark_widths(self) -> tuple[int, ...]:
        """Channels between the watermark's strides: 32, 64, ... 512 at the published width, else in proportion."""
        return tuple(self.decoder_dim // 48 * 2**i for i in range(len(self.watermark_rates) + 1))

    @property
    def watermark_latent_dim(self) -> int:
        """Channels of the latent that takes the message."""
        return 4 * self.watermark_widths[0]


@dataclass(frozen=True)
class ModernBertConfig:
    """ModernBERT, the text model; the defaults are those of the base model."""

    vocab_size: int = 50368
    hidden_size: int = 768
    intermediate_size: int = 1152
    num_hidden_layers: int = 22
    num_attention_heads: int = 12
    max_position_embeddings: int = 8192
    norm_eps: float = 1e-5
    global_attn_every_n_layers: int = 3
    local_attention: int = 128
    """How many tokens a layer with local attention sees, half of them on each side."""
    global_rope_theta: float = 160000.0
    local_rope_theta: float = 10000.0

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.hidden_size // self.num_attention_heads

    def is_local(self, layer: int) -> bool:
        """Whether a layer sees the neighbourhood of each token only."""
        return layer % self.global_attn_every_n_layers != 0


@dataclass(frozen=True)
class PeTransformerConfig:
    """The transformer shared by PE-A-Frame and the Judge."""

    hidden_size: int = 1024
    intermediate_size: int = 2752
    num_hidden_layers: int = 16
    num_attention_heads: int = 8
    rms_norm_eps: float = 1e-5
    rope_theta: float = 20000.0
    max_position_embeddings: int = 10000

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.hidden_size // self.num_attention_heads


# All published models agree on these values, and this code supports no others.
_ONLY_MODERN_BERT: Mapping[str, object] = {
    "hidden_activation": "gelu",
    "norm_bias": False,
    "attention_bias": False,
    "mlp_bias": False,
    "rope_scaling": None,
}
_ONLY_PE: Mapping[str, object] = {"hidden_act": "silu", "attention_bias": False, "rope_scaling": None}


def pe_transformer_config(data: Json, name: str, source: Path) -> PeTransformerConfig:
    """The transformer `name` of a config.json. Raises SeparationError."""
    require(_ONLY_PE, data, name, source)
    return read_part(PeTransformerConfig, data, name, source)


def modern_bert_config(data: Json, source: Path) -> ModernBertConfig:
    """The `text_model` of a config.json; newer versions of transformers write the rotary bases one level lower."""
    require(_ONLY_MODERN_BERT, data, "text_model", source)
    text = mapping(data, "text_model", source)
    angles = mapping(text, "rope_parameters", source)
    for kind, name in (("full_attention", "global_rope_theta"), ("sliding_attention", "local_rope_theta")):
        require({"rope_type": "default"}, angles, kind, source)
        theta = mapping(angles, kind, source).get("rope_theta")
        text |= {} if theta is None else {name: theta}
    config = read_part(ModernBertConfig, {"text_model": text}, "text_model", source)
    kinds = ["sliding_attention" if config.is_local(i) else "full_attention" for i in range(config.num_hidden_layers)]
    require({"layer_types": kinds}, {"text_model": text}, "text_model", source)
    if config.hidden_size % config.num_attention_heads or config.head_dim % 2:
        raise SeparationError(
            f"{source} contradicts itself: text_model.hidden_size {config.hidden_size} does not split into "
            f"{config.num_attention_heads} heads of even width."
        )
    return config


def check_depth(layers: int, text_model: ModernBertConfig, source: Path) -> None:
    """Raise SeparationError where more layers of the text model are used than it has."""
    if layers > text_model.num_hidden_layers:
        raise SeparationError(
            f"{source} contradicts itself: nth_text_layer {layers} is more than the "
            f"{text_model.num_hidden_layers} layers of its text_model."
        )


def pe_codec_config(data: Json, source: Path) -> CodecConfig:
    """The codec as transformers' files describe it, by other names and without the latent width."""
    names = {
        "encoder_hidden_size": "encoder_dim",
        "downsampling_ratios": "encoder_rates",
        "decoder_hidden_size": "decoder_dim",
        "codebook_dim": "codebook_dim",
        "sampling_rate": "sample_rate",
    }
    renamed = {ours: data[theirs] for theirs, ours in names.items() if theirs in data}
    codec = read_part(CodecConfig, {"dac_vae_encoder": renamed}, "dac_vae_encoder", source)
    rates = codec.encoder_rates
    widest = codec.encoder_dim * 2 ** len(rates)
    return CodecConfig(
        codec.encoder_dim, rates, widest, codec.decoder_dim, rates[::-1], codec.codebook_dim, codec.sample_rate
    )
