"""The sizes of PE-A-Frame, read from its config.json; what the file leaves out has the published value."""

from dataclasses import dataclass
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.files import config_file
from samstudio.separation.models.json_fields import Json, mapping, read_fields, read_json, read_part
from samstudio.separation.nn.config import (
    CodecConfig,
    ModernBertConfig,
    PeTransformerConfig,
    check_depth,
    modern_bert_config,
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


def load_pe_a_frame_config(folder_or_file: Path) -> PeAFrameConfig:
    """The sizes of a span predictor. Raises SeparationError."""
    file = config_file(folder_or_file)
    data = read_json(file)
    audio = mapping(data, "audio_model", file)
    if not audio or not mapping(data, "text_model", file):
        raise SeparationError(f"{file} does not describe a PE-A-Frame model (revision perception_models).")
    transformer = pe_transformer_config(audio, "audio_transformer", file)
    config = PeAFrameConfig(
        audio_codec=_pe_codec(mapping(audio, "dac_vae_encoder", file), file),
        audio_transformer=transformer,
        text_model=modern_bert_config(data, file),
        **{"output_dim": transformer.hidden_size, **read_fields(PeAFrameConfig, data, file)},
    )
    check_depth(config.nth_text_layer, config.text_model, file)
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
