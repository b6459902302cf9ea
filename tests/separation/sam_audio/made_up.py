"""Folders of a span predictor and a Judge, small, with random weights, in the layout of the published ones."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import Tensor

from samstudio.separation.listening.pe_a_frame.config import load_pe_a_frame_config
from samstudio.separation.listening.pe_a_frame.span_predictor import CODEC_PREFIX, PeAFrame
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.nn.codec.names import encoder_names, pe_audio_encoder_names
from samstudio.separation.nn.config import CodecConfig, ModernBertConfig
from samstudio.separation.nn.modern_bert import ModernBert
from samstudio.separation.sam_audio.helper_config import load_judge_config
from samstudio.separation.sam_audio.nn.judge import JudgeNetwork
from tests.separation.sam_audio.random_weights import randomise

WORDS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "man", "speaking", "dog", "barking", "rain"]
TEXT_MODEL = {
    "vocab_size": len(WORDS),
    "hidden_size": 24,
    "intermediate_size": 20,
    "num_hidden_layers": 4,
    "num_attention_heads": 2,
    "local_attention": 4,
    "max_position_embeddings": 64,
}
NTH_LAYER = 3
CODEC = {"encoder_dim": 4, "encoder_rates": [2, 4, 6], "latent_dim": 16, "codebook_dim": 12, "sample_rate": 1200}
HOP = 48


def transformer(width: int, layers: int) -> dict[str, int]:
    return {
        "hidden_size": width,
        "intermediate_size": width + 8,
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
    }


def write_tokenizer(folder: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def whole_text_model() -> ModernBert:
    """The network that the checkpoints hold whole."""
    config = ModernBertConfig(**TEXT_MODEL)
    return randomise(ModernBert(config, config.num_hidden_layers), seed=7)


def write_config(folder: Path, config: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    write_tokenizer(folder)


def with_whole_text_model(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a network that has some layers of the text model, with all of them."""
    rest = {name: tensor for name, tensor in tensors.items() if not name.startswith("text_model.")}
    return rest | {f"text_model.{name}": tensor for name, tensor in whole_text_model().state_dict().items()}


def write_pe_a_frame(folder: Path) -> Path:
    write_config(
        folder,
        {
            "audio_model": {
                "dac_vae_encoder": {
                    "encoder_hidden_size": CODEC["encoder_dim"],
                    "downsampling_ratios": CODEC["encoder_rates"],
                    "codebook_dim": CODEC["codebook_dim"],
                    "sampling_rate": CODEC["sample_rate"],
                },
                "audio_transformer": transformer(16, 2),
            },
            "text_model": TEXT_MODEL,
            "output_dim": 10,
            "nth_text_layer": NTH_LAYER,
        },
    )
    tensors = with_whole_text_model(randomise(PeAFrame(load_pe_a_frame_config(folder))).state_dict())
    codec = load_pe_a_frame_config(folder).audio_codec
    tensors |= encoder_tensors(codec, CODEC_PREFIX, pe_audio_encoder_names(codec))
    tensors["logit_scale"] = torch.tensor([5.0])
    save_file(tensors, folder / "model.safetensors")
    return folder


def encoder_tensors(config: CodecConfig, prefix: str, layers: dict[str, str]) -> dict[str, Tensor]:
    """A random encoder by the names that a checkpoint gives its layers."""
    found = {}
    for name, tensor in randomise(CodecEncoder(config)).state_dict().items():
        layer = next(ours for ours in layers if name.startswith(f"{ours}."))
        found[f"{prefix}{layers[layer]}{name.removeprefix(layer)}"] = tensor
    return found


def write_judge(folder: Path) -> Path:
    write_config(
        folder,
        {
            "audio_codec": CODEC,
            "transformer": transformer(16, 2),
            "finetune_transformer": transformer(12, 1),
            "text_model": TEXT_MODEL,
            "nth_text_layer": NTH_LAYER,
            "bottleneck_dim": 14,
        },
    )
    config = load_judge_config(folder)
    tensors = with_whole_text_model(randomise(JudgeNetwork(config, text_proj_width=18)).state_dict())
    tensors |= encoder_tensors(config.audio_codec, "audio_codec.", encoder_names(config.audio_codec))
    torch.save(tensors, folder / "checkpoint.pt")
    return folder
