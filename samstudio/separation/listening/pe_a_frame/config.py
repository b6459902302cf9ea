"""The sizes of PE-A-Frame, read from its config.json; what the file leaves out has the published value.

There are two layouts: the authors' own (revision perception_models), and that of transformers' PeAudioFrameLevelModel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.files import config_file
from samstudio.separation.models.json_fields import Json, mapping, read_fields, read_json, require
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
class PeAFrameConfig:
    """PE-A-Frame, the span predictor."""

    audio_codec: CodecConfig
    audio_transformer: PeTransformerConfig
    text_model: ModernBertConfig
    output_dim: int
    nth_text_layer: int = 22
    """How many of the text model's layers are used."""


# What transformers takes for what its config.json leaves out.
_AUDIO: Json = {
    "hidden_size": 1792,
    "intermediate_size": 4800,
    "num_hidden_layers": 6,
    "num_attention_heads": 14,
}
_TEXT: Json = {
    "hidden_size": 1024,
    "intermediate_size": 2624,
    "num_hidden_layers": 22,
    "num_attention_heads": 16,
}
_MOVED = "audio_model.audio_transformer"
TRANSFORMERS_NAMES: Mapping[str, str] = {
    "audio_model.data_proj": "audio_encoder.embedder.data_proj",
    _MOVED: "audio_encoder",
    f"{_MOVED}.embeddings.cls_token": "audio_encoder.patch_embedder.class_embedding",
    f"{_MOVED}.embeddings.resnet_block": "audio_encoder.patch_embedder.resnet_block",
    "text_head": "text_audio_head",
    "logit_scale": "text_audio_logit_scale",
    "logit_bias": "text_audio_logit_bias",
}
"""The authors' names of parts -> those of transformers."""


def load_pe_a_frame_config(folder_or_file: Path) -> PeAFrameConfig:
    """The sizes of a span predictor, in either layout. Raises SeparationError."""
    file = config_file(folder_or_file)
    data = read_json(file)
    if "audio_config" in data:
        return _transformers_config(data, file)
    audio = mapping(data, "audio_model", file)
    if not audio or not mapping(data, "text_model", file):
        raise SeparationError(f"{file} does not describe a PE-A-Frame model: it has no audio_model and text_model.")
    transformer = pe_transformer_config(audio, "audio_transformer", file)
    config = PeAFrameConfig(
        audio_codec=pe_codec_config(mapping(audio, "dac_vae_encoder", file), file),
        audio_transformer=transformer,
        text_model=modern_bert_config(data, file),
        **{"output_dim": transformer.hidden_size, **read_fields(PeAFrameConfig, data, file)},
    )
    check_depth(config.nth_text_layer, config.text_model, file)
    return config


def _transformers_config(data: Json, file: Path) -> PeAFrameConfig:
    """The sizes as transformers writes them. Raises SeparationError."""
    audio = {**_AUDIO, **_given(mapping(data, "audio_config", file))}
    angles = mapping(audio, "rope_parameters", file)
    require({"rope_type": "default"}, {"rope_parameters": angles}, "rope_parameters", file)
    audio |= {"rope_theta": angles["rope_theta"]} if "rope_theta" in angles else {}
    text = modern_bert_config({"text_model": {**_TEXT, **_given(mapping(data, "text_config", file))}}, file)
    depth = text.num_hidden_layers
    return PeAFrameConfig(
        audio_codec=pe_codec_config(mapping(audio, "dac_config", file), file),
        audio_transformer=pe_transformer_config({"audio_config": audio}, "audio_config", file),
        # The layers above were cut away. The network takes what the last one that is left gives, before any norm, so it
        # counts as one of the middle. transformers 5 norms it since; the weights were trained without.
        text_model=replace(text, num_hidden_layers=depth + 1),
        output_dim=text.hidden_size,
        nth_text_layer=depth,
    )


def _given(data: Json) -> Json:
    return {name: value for name, value in data.items() if value is not None}
