"""The sizes of a SAM Audio model, read from its config.json; what the file leaves out has the published value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, prod
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.files import config_file
from samstudio.separation.models.json_fields import (
    Json,
    mapping,
    name_or_none,
    read_fields,
    read_json,
    read_part,
    require,
)
from samstudio.separation.nn.config import CodecConfig
from samstudio.session.text.quoting import quoted


@dataclass(frozen=True)
class TextEncoderConfig:
    """The T5 encoder that reads the description: a hub id, or a folder beside config.json."""

    name: str = "t5-base"
    dim: int = 768
    max_length: int = 512


@dataclass(frozen=True)
class VisionEncoderConfig:
    """How video frames are encoded; the sizes of the tower itself are in VisionTowerConfig."""

    name: str = "PE-Core-L14-336"
    dim: int = 1024
    batch_size: int = 300
    normalize_feature: bool = True
    interpolation_mode: str = "BICUBIC"
    image_size: int = 336


@dataclass(frozen=True)
class VisionTowerConfig:
    """The Perception Encoder's visual tower (defaults: PE-Core-L14-336)."""

    patch_size: int = 14
    width: int = 1024
    layers: int = 24
    heads: int = 16
    mlp_ratio: float = 4.0
    output_dim: int = 1024
    image_size: int = 336
    attn_pooler_heads: int = 8


@dataclass(frozen=True)
class TransformerConfig:
    """The diffusion transformer (DiT); the defaults are those of the base model."""

    dim: int = 2048
    n_heads: int = 16
    n_layers: int = 16
    norm_eps: float = 1e-5
    ffn_exp: float = 4.0
    ffn_dim_multiplier: float = 1.0
    multiple_of: int = 64
    max_positions: int = 10000
    frequency_embedding_dim: int = 256
    out_channels: int = 256

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.dim // self.n_heads

    @property
    def ffn_dim(self) -> int:
        """Hidden width of the gated feed-forward layers: 2/3 of the nominal one, rounded up to `multiple_of`."""
        nominal = int(self.ffn_dim_multiplier * int(2 * int(self.ffn_exp * self.dim) / 3))
        return self.multiple_of * ceil(nominal / self.multiple_of)

    @property
    def rope_theta(self) -> float:
        """Base of the rotary position angles."""
        return max(10000.0, 2.0 * self.max_positions)


@dataclass(frozen=True)
class SamAudioConfig:
    """A whole model."""

    in_channels: int = 768
    num_anchors: int = 3
    anchor_embedding_dim: int = 128
    audio_codec: CodecConfig = field(default_factory=CodecConfig)
    text_encoder: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    vision_encoder: VisionEncoderConfig = field(default_factory=VisionEncoderConfig)
    transformer: TransformerConfig = field(default_factory=TransformerConfig)
    span_predictor: str | None = "pe-a-frame-large"


VISION_FILE = "vision_config.json"
SIZES = {
    "small": TransformerConfig(dim=1536, n_heads=12, n_layers=12),
    "base": TransformerConfig(dim=2048, n_heads=16, n_layers=16),
    "large": TransformerConfig(dim=2816, n_heads=22, n_layers=22),
}

# All published models agree on these values, and this code supports no others.
_ONLY: Mapping[str, Mapping[str, object]] = {
    "transformer": {
        "qk_norm": True,
        "fc_bias": False,
        "non_linearity": "swiglu",
        "use_rope": True,
        "timestep_non_linearity": "swiglu",
        "t_block_non_linearity": "silu",
        "t_block_bias": True,
        "context_non_linearity": "swiglu",
        "context_norm": False,
        "in_channels": None,
    },
    "vision_encoder": {"interpolation_mode": "BICUBIC"},
    "text_encoder": {"pad_mode": "longest"},
}
_ONLY_TOWER: Mapping[str, object] = {
    "use_cls_token": True,
    "use_abs_posemb": True,
    "use_rope2d": True,
    "use_ln_pre": True,
    "use_ln_post": True,
    "pool_type": "attn",
    "ls_init_value": None,
}


def describes_model(data: Json) -> bool:
    """Whether the contents of a config.json are those of a SAM Audio model, complete or not."""
    known = {"audio_codec", "transformer", "model_size", "num_anchors"}
    return bool(known & data.keys()) or data.get("model_type") == "sam_audio"


def load_config(folder_or_file: Path) -> SamAudioConfig:
    """The sizes of the model in a folder (its config.json) or in a named file. Raises SeparationError."""
    file = config_file(folder_or_file)
    data = read_json(file)
    if not describes_model(data):
        raise SeparationError(f"{file} does not describe a SAM Audio model: it names no transformer and no codec.")
    return parse_config(data, file)


def parse_config(data: Json, source: Path) -> SamAudioConfig:
    """The contents of a config.json, checked; `source` is named where something is wrong. Raises SeparationError."""
    for part, demands in _ONLY.items():
        require(demands, data, part, source)
    size = str(data.get("model_size") or "base")
    if size not in SIZES:
        raise SeparationError(f"{source} names the model size {quoted(size)}; known are {', '.join(SIZES)}.")
    config = SamAudioConfig(
        **read_fields(SamAudioConfig, data, source),
        audio_codec=read_part(CodecConfig, data, "audio_codec", source),
        text_encoder=read_part(TextEncoderConfig, data, "text_encoder", source),
        vision_encoder=read_part(VisionEncoderConfig, data, "vision_encoder", source),
        transformer=read_part(TransformerConfig, data, "transformer", source, SIZES[size]),
        span_predictor=name_or_none(data, "span_predictor", "pe-a-frame-large", source),
    )
    check_sizes(config, mapping(data, "transformer", source), source)
    return config


def load_tower_config(folder: Path, vision: VisionEncoderConfig) -> VisionTowerConfig:
    """The visual tower's sizes: from vision_config.json where the folder has one, else those of the published tower.

    Raises SeparationError where the tower is not a published one and has no file either.
    """
    file = folder / VISION_FILE
    if file.is_file():
        data = read_json(file)
        require(_ONLY_TOWER, data, "vision", file)
        return read_part(VisionTowerConfig, data, "vision", file)
    if vision.name != VisionEncoderConfig.name:
        raise SeparationError(f"The sizes of the vision encoder {vision.name!r} are unknown: {file} is missing.")
    return VisionTowerConfig()


def check_sizes(config: SamAudioConfig, transformer: Json, source: Path) -> None:
    """Raise SeparationError for sizes that do not fit one another."""
    dit, codec = config.transformer, config.audio_codec
    wrong = None
    if dit.dim % dit.n_heads or dit.head_dim % 2:
        wrong = f"transformer.dim {dit.dim} does not split into {dit.n_heads} heads of even width"
    elif transformer.get("context_dim", dit.dim) != dit.dim:
        wrong = f"transformer.context_dim {transformer['context_dim']} differs from transformer.dim {dit.dim}"
    elif dit.out_channels != 2 * codec.codebook_dim:
        wrong = f"transformer.out_channels {dit.out_channels} is not twice the codec's {codec.codebook_dim}"
    elif config.in_channels != 6 * codec.codebook_dim:
        wrong = f"in_channels {config.in_channels} is not six times the codec's {codec.codebook_dim}"
    elif any(rate % 2 for rate in codec.encoder_rates):
        wrong = f"the codec's encoder_rates {list(codec.encoder_rates)} should be even numbers"
    elif prod(codec.decoder_rates) != codec.hop:
        wrong = f"the codec's decoder_rates multiply to {prod(codec.decoder_rates)}, its encoder_rates to {codec.hop}"
    if wrong:
        raise SeparationError(f"{source} contradicts itself: {wrong}.")
