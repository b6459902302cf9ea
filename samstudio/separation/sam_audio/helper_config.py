"""The sizes of the models that help SAM Audio (T5, PE-A-Frame, the Judge), each read from its own config.json.

What a file leaves out has the published value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.json_fields import Json, mapping, read_fields, read_json, read_part, require
from samstudio.separation.sam_audio.config import CodecConfig, config_file


@dataclass(frozen=True)
class T5Config:
    """T5's encoder; the defaults are those of t5-base."""

    vocab_size: int = 32128
    d_model: int = 768
    d_kv: int = 64
    d_ff: int = 3072
    num_layers: int = 12
    num_heads: int = 12
    relative_attention_num_buckets: int = 32
    relative_attention_max_distance: int = 128
    layer_norm_epsilon: float = 1e-6


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


@dataclass(frozen=True)
class PeAFrameConfig:
    """PE-A-Frame, the span predictor."""

    audio_codec: CodecConfig
    audio_transformer: PeTransformerConfig
    text_model: ModernBertConfig
    output_dim: int
    nth_text_layer: int = 22
    """How many of the text model's layers are used."""


@dataclass(frozen=True)
class JudgeConfig:
    """The Judge, which scores a separation."""

    audio_codec: CodecConfig
    transformer: PeTransformerConfig
    finetune_transformer: PeTransformerConfig
    text_model: ModernBertConfig
    bottleneck_dim: int = 256
    nth_text_layer: int = 22


# All published models agree on these values, and this code supports no others.
_ONLY_T5: Mapping[str, object] = {"feed_forward_proj": "relu"}
_ONLY_MODERN_BERT: Mapping[str, object] = {
    "hidden_activation": "gelu",
    "norm_bias": False,
    "attention_bias": False,
    "mlp_bias": False,
    "rope_scaling": None,
}
_ONLY_PE: Mapping[str, object] = {"hidden_act": "silu", "attention_bias": False, "rope_scaling": None}


def load_t5_config(folder: Path) -> T5Config:
    """The sizes of a text encoder. Raises SeparationError."""
    file = config_file(folder)
    data = read_json(file)
    if data.get("model_type") != "t5" or data.get("d_model") is None:
        raise SeparationError(f"{file} does not describe a T5 encoder.")
    require(_ONLY_T5, {"t5": data}, "t5", file)
    return T5Config(**read_fields(T5Config, data, file))


def load_pe_a_frame_config(folder_or_file: Path) -> PeAFrameConfig:
    """The sizes of a span predictor. Raises SeparationError."""
    file = config_file(folder_or_file)
    data = read_json(file)
    audio = mapping(data, "audio_model", file)
    if not audio or not mapping(data, "text_model", file):
        raise SeparationError(f"{file} does not describe a PE-A-Frame model (revision perception_models).")
    transformer = _pe_transformer(audio, "audio_transformer", file)
    config = PeAFrameConfig(
        audio_codec=_pe_codec(mapping(audio, "dac_vae_encoder", file), file),
        audio_transformer=transformer,
        text_model=_modern_bert(data, file),
        **{"output_dim": transformer.hidden_size, **read_fields(PeAFrameConfig, data, file)},
    )
    _check_depth(config, file)
    return config


def load_judge_config(folder_or_file: Path) -> JudgeConfig:
    """The sizes of a Judge. Raises SeparationError."""
    file = config_file(folder_or_file)
    data = read_json(file)
    if "dac_vae_encoder" in data or "audio_codec" not in data or "finetune_transformer" not in data:
        raise SeparationError(f"{file} does not describe a SAM Audio Judge: take the revision sam_audio of its files.")
    config = JudgeConfig(
        audio_codec=read_part(CodecConfig, data, "audio_codec", file),
        transformer=_pe_transformer(data, "transformer", file),
        finetune_transformer=_pe_transformer(data, "finetune_transformer", file),
        text_model=_modern_bert(data, file),
        **read_fields(JudgeConfig, data, file),
    )
    _check_depth(config, file)
    return config


def _pe_codec(data: Json, source: Path) -> CodecConfig:
    """The codec of PE-A-Frame, whose file calls the same sizes by other names and gives no latent width."""
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


def _pe_transformer(data: Json, name: str, source: Path) -> PeTransformerConfig:
    require(_ONLY_PE, data, name, source)
    return read_part(PeTransformerConfig, data, name, source)


def _modern_bert(data: Json, source: Path) -> ModernBertConfig:
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


def _check_depth(config: PeAFrameConfig | JudgeConfig, source: Path) -> None:
    if config.nth_text_layer > config.text_model.num_hidden_layers:
        raise SeparationError(
            f"{source} contradicts itself: nth_text_layer {config.nth_text_layer} is more than the "
            f"{config.text_model.num_hidden_layers} layers of its text_model."
        )
