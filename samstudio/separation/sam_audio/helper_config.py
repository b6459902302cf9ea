"""The sizes of the models that help SAM Audio (T5, the Judge), each read from its own config.json.

What a file leaves out has the published value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.files import config_file
from samstudio.separation.models.json_fields import mapping, read_fields, read_json, read_part, require
from samstudio.separation.nn.config import (
    CodecConfig,
    ModernBertConfig,
    PeTransformerConfig,
    check_depth,
    modern_bert_config,
    pe_codec_config,
    pe_transformer_config,
)


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


def load_t5_config(folder: Path) -> T5Config:
    """The sizes of a text encoder. Raises SeparationError."""
    file = config_file(folder)
    data = read_json(file)
    if data.get("model_type") != "t5" or data.get("d_model") is None:
        raise SeparationError(f"{file} does not describe a T5 encoder.")
    require(_ONLY_T5, {"t5": data}, "t5", file)
    return T5Config(**read_fields(T5Config, data, file))


OTHER_JUDGE = "{file} is of no Judge that this program knows: take the revision sam_audio of facebook/sam-audio-judge."


_CODECS = ("audio_codec", "dac_vae_encoder")
"""What a Judge's file calls its codec: Meta's, and transformers'."""


def load_judge_config(folder: Path) -> JudgeConfig:
    """The sizes of a Judge: of config.json, or of another one in the folder where that has other ones.

    They say the same in Meta's layout (revision sam_audio) and in transformers' (the default revision), where only the
    codec is described by other names. Raises SeparationError.
    """
    file = config_file(folder)
    others = sorted(other for other in folder.glob("*config*.json") if other != file)
    described = [(other, codec) for other in (file, *others) if (codec := _described_codec(other))]
    if not described:
        read_json(file)
        raise SeparationError(OTHER_JUDGE.format(file=file))
    # As with the weights, Meta's layout comes first.
    file, _ = min(described, key=lambda one: _CODECS.index(one[1]))
    data = read_json(file)
    theirs = mapping(data, "dac_vae_encoder", file)
    config = JudgeConfig(
        audio_codec=pe_codec_config(theirs, file) if theirs else read_part(CodecConfig, data, "audio_codec", file),
        transformer=pe_transformer_config(data, "transformer", file),
        finetune_transformer=pe_transformer_config(data, "finetune_transformer", file),
        text_model=modern_bert_config(data, file),
        **read_fields(JudgeConfig, data, file),
    )
    check_depth(config.nth_text_layer, config.text_model, file)
    return config


def _described_codec(file: Path) -> str:
    """What a file that describes a Judge calls its codec; empty where it describes none."""
    try:
        data = read_json(file)
    except SeparationError:
        return ""
    return next((name for name in _CODECS if name in data), "") if "finetune_transformer" in data else ""
