"""config.json of every kind: the golden one, a bare one, damaged and foreign ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.config import load_pe_a_frame_config
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import (
    SIZES,
    SamAudioConfig,
    TextEncoderConfig,
    VisionEncoderConfig,
    VisionTowerConfig,
    load_config,
    load_tower_config,
)
from samstudio.separation.sam_audio.helper_config import load_judge_config
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, needs_golden


def write(folder: Path, data: object) -> Path:
    (folder / "config.json").write_text(json.dumps(data), "utf-8")
    return folder


def refusal(folder: Path, data: Any) -> str:
    with pytest.raises(SeparationError) as caught:
        load_config(write(folder, data))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@needs_golden
def test_every_size_of_the_golden_model_is_read() -> None:
    config = load_config(TINY_MODEL)
    assert config == load_config(TINY_MODEL / "config.json")
    assert config.audio_codec == CodecConfig(8, (2, 8, 10, 12), 64, 96, (12, 10, 8, 2), 128, 48000)
    assert config.text_encoder == TextEncoderConfig("t5", 32)
    assert config.vision_encoder == VisionEncoderConfig("PE-Tiny-P8-32", 24, 4, image_size=32)
    dit = config.transformer
    assert (dit.dim, dit.n_heads, dit.n_layers, dit.head_dim) == (64, 4, 3, 16)
    assert (config.anchor_embedding_dim, config.num_anchors, config.span_predictor) == (16, 3, "pe_a_frame")
    tower = load_tower_config(TINY_MODEL, config.vision_encoder)
    assert (tower.patch_size, tower.width, tower.layers, tower.heads, tower.output_dim) == (8, 32, 2, 4, 24)
    assert (tower.image_size, tower.attn_pooler_heads) == (32, 4)


@needs_golden
def test_the_golden_span_predictor_and_judge() -> None:
    frame = load_pe_a_frame_config(TINY_MODEL / "pe_a_frame")
    assert frame.audio_codec == CodecConfig(8, (2, 8, 10, 12), 128, 96, (12, 10, 8, 2), 128, 48000)
    assert (frame.audio_transformer.hidden_size, frame.audio_transformer.num_hidden_layers) == (32, 2)
    assert (frame.output_dim, frame.nth_text_layer, frame.text_model.vocab_size) == (32, 2, 363)
    judge = load_judge_config(GOLDEN / "i_judge" / "model")
    assert (judge.transformer.hidden_size, judge.finetune_transformer.hidden_size) == (32, 24)
    assert (judge.bottleneck_dim, judge.audio_codec.latent_dim, judge.nth_text_layer) == (20, 64, 2)
    with pytest.raises(SeparationError, match="Judge"):
        load_judge_config(TINY_MODEL)
    with pytest.raises(SeparationError, match="PE-A-Frame"):
        load_pe_a_frame_config(TINY_MODEL)


@pytest.mark.parametrize(("size", "ffn"), [("small", 4096), ("base", 5504), ("large", 7552)])
def test_published_sizes(size: str, ffn: int, tmp_path: Path) -> None:
    """A bare config names the size only; all else has its published value."""
    config = load_config(write(tmp_path, {"model_type": "sam_audio", "model_size": size}))
    assert config.transformer == SIZES[size]
    assert (config.transformer.head_dim, config.transformer.ffn_dim) == (128, ffn)
    assert config.transformer.rope_theta == 20000
    assert (config.audio_codec.hop, config.audio_codec.frame_rate) == (1920, 25)
    assert config.audio_codec.watermark_widths == (32, 64, 128, 256, 512)
    assert config.audio_codec.watermark_latent_dim == 128
    assert load_tower_config(tmp_path, config.vision_encoder) == VisionTowerConfig()


def test_given_values_win_over_the_named_size(tmp_path: Path) -> None:
    data = {"model_size": "large", "transformer": {"n_layers": 3, "norm_eps": 1, "context_dim": 2816}, "unknown": [1]}
    dit = load_config(write(tmp_path, data)).transformer
    assert (dit.dim, dit.n_layers, dit.norm_eps) == (2816, 3, 1.0)
    data = {"transformer": {}, "span_predictor": None}
    config = load_config(write(tmp_path, data))
    assert config.transformer == SIZES["base"]
    assert config.span_predictor is None
    assert SamAudioConfig().span_predictor == "pe-a-frame-large"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"model_type": "llama", "hidden_size": 4096}, "does not describe a SAM Audio model"),
        ([1, 2], "one JSON object"),
        ({"transformer": 3}, "transformer should be an object"),
        ({"transformer": {"dim": "wide"}}, "transformer.dim should be a whole number above 0, not 'wide'"),
        ({"transformer": {"dim": True}}, "transformer.dim"),
        ({"transformer": {"dim": -64}}, "transformer.dim"),
        ({"transformer": {"norm_eps": "small"}}, "norm_eps should be a number above 0"),
        ({"audio_codec": {"encoder_rates": [2, "8"]}}, "audio_codec.encoder_rates should be a list"),
        ({"audio_codec": {"encoder_rates": []}}, "audio_codec.encoder_rates"),
        ({"transformer": {}, "model_size": "huge"}, "'huge'"),
        ({"transformer": {}, "span_predictor": 3}, "span_predictor should be a text or null"),
        ({"transformer": {"qk_norm": False}}, "transformer.qk_norm = False"),
        ({"transformer": {"non_linearity": "gelu"}}, "'gelu'"),
        ({"transformer": {"dim": 64, "n_heads": 5}}, "5 heads"),
        ({"transformer": {"dim": 64, "n_heads": 4, "context_dim": 32}}, "context_dim 32"),
        ({"transformer": {"out_channels": 128}}, "out_channels 128"),
        ({"in_channels": 512, "transformer": {}}, "in_channels 512"),
        ({"audio_codec": {"decoder_rates": [12, 10, 8, 4]}}, "decoder_rates multiply to 3840"),
        ({"audio_codec": {"encoder_rates": [3, 8, 10, 8]}}, "even"),
    ],
)
def test_what_is_off_is_named(data: Any, words: str, tmp_path: Path) -> None:
    assert words in refusal(tmp_path, data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"transformer": {"n_layers": 10**9}}, "n_layers = 1000000000: no model"),
        ({"transformer": {"n_layers": 10**500}}, "n_layers = a number of about 500 digits"),
        ({"transformer": {"dim": 1 << 40}}, "dim"),
        ({"transformer": {"ffn_exp": 1e30}}, "ffn_exp = 1e+30"),
        ({"transformer": {"ffn_exp": float("inf")}}, "ffn_exp should be a number above 0, not inf"),
        ({"transformer": {"norm_eps": float("nan")}}, "norm_eps should be a number above 0, not nan"),
        ({"transformer": {"max_positions": 10**12}}, "max_positions"),
        ({"audio_codec": {"encoder_rates": [2] * 1_000_000}}, "encoder_rates = [2, 2, 2, 2, 2, 2, 2, 2, ...]"),
        ({"audio_codec": {"encoder_rates": [1 << 16, 1 << 16]}}, "encoder_rates"),
        ({"audio_codec": {"sample_rate": 10**9}}, "sample_rate"),
        ({"transformer": {}, "vision_encoder": {"name": "x" * 1_000_000}}, "vision_encoder.name"),
        ({"transformer": {"dim": "x\n" * 1_000_000}}, "transformer.dim"),
    ],
)
def test_sizes_beyond_all_models_are_refused_at_once_in_a_short_sentence(data: Any, words: str, tmp_path: Path) -> None:
    message = refusal(tmp_path, data)
    assert words in message
    assert len(message.replace(str(tmp_path), "")) < 400


def test_a_config_that_is_no_small_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "config.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SeparationError, match="no file of at most"):
        load_config(tmp_path)
    (tmp_path / "config.json").write_text("[" * 100_000)
    with pytest.raises(SeparationError, match="not valid JSON"):
        load_config(tmp_path)


def test_files_that_are_not_there_or_not_json(tmp_path: Path) -> None:
    with pytest.raises(SeparationError, match="is missing"):
        load_config(tmp_path)
    (tmp_path / "config.json").write_text('{"transformer": {', "utf-8")
    with pytest.raises(SeparationError, match="not valid JSON"):
        load_config(tmp_path)
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeparationError, match="not valid JSON"):
        load_config(tmp_path)


def test_an_unknown_vision_tower_needs_its_own_file(tmp_path: Path) -> None:
    with pytest.raises(SeparationError, match="PE-Other"):
        load_tower_config(tmp_path, VisionEncoderConfig(name="PE-Other"))
