"""A whole model folder, small, with random weights, in the layout of the published ones: 25 frames/s at 8 kHz."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import Tensor

from samstudio.separation.nn.codec import names
from samstudio.separation.nn.codec.codec import Codec
from samstudio.separation.nn.codec.watermark import Watermark
from samstudio.separation.sam_audio.config import load_config
from samstudio.separation.sam_audio.helper_config import T5Config
from samstudio.separation.sam_audio.nn.t5 import T5Encoder, file_names
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from tests.separation.sam_audio.random_weights import randomise

RATE, HOP = 8000, 320
CONFIG = {
    "in_channels": 48,
    "anchor_embedding_dim": 8,
    "audio_codec": {
        "encoder_dim": 4, "encoder_rates": [4, 8, 10], "latent_dim": 12, "decoder_dim": 96,
        "decoder_rates": [10, 8, 4], "codebook_dim": 8, "sample_rate": RATE,
    },
    "text_encoder": {"name": "t5", "dim": 16},
    "vision_encoder": {"dim": 6},
    "transformer": {
        "dim": 32, "n_heads": 4, "n_layers": 2, "multiple_of": 16, "frequency_embedding_dim": 16, "out_channels": 16,
    },
    "span_predictor": None,
}  # fmt: skip
WORDS = ["<pad>", "</s>", "<unk>", "man", "speaking", "dog", "barking"]


def write_model(folder: Path, seed: int = 0, **codec_sizes: int | list[int]) -> Path:
    """`codec_sizes` replace those of CONFIG; a decoder narrower than 96 has no watermark."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG | {"audio_codec": CONFIG["audio_codec"] | codec_sizes}))
    config = load_config(folder)
    tensors = dict(randomise(VectorField(config), seed).state_dict())
    # Anchors speak up: a marked frame is told from others by more than its neighbours.
    tensors["embed_anchors.gate"] = torch.tensor([2.0])
    codec = config.audio_codec
    table = {f"encoder.{ours}": theirs for ours, theirs in names.encoder_names(codec).items()}
    table |= {f"decoder.{ours}": theirs for ours, theirs in names.decoder_names(codec).items()}
    tensors |= renamed(randomise(Codec(codec), seed + 1).state_dict(), table)
    if codec.decoder_dim >= 96:
        tensors |= renamed(randomise(Watermark(codec), seed + 2).state_dict(), names.watermark_names(codec))
    torch.save(tensors, folder / "checkpoint.pt")
    write_text_encoder(folder / "t5", config.text_encoder.dim)
    return folder


def renamed(tensors: dict[str, Tensor], table: dict[str, str]) -> dict[str, Tensor]:
    """Under the names of SAM Audio's checkpoints; `table` names submodules."""
    found = {}
    for name, tensor in tensors.items():
        ours = max((key for key in table if name.startswith(f"{key}.")), key=len)
        found[f"audio_codec.{table[ours]}{name.removeprefix(ours)}"] = tensor.contiguous()
    return found


def write_text_encoder(folder: Path, width: int) -> None:
    folder.mkdir(exist_ok=True)
    config = T5Config(vocab_size=len(WORDS), d_model=width, d_kv=8, d_ff=24, num_layers=1, num_heads=2)
    (folder / "config.json").write_text(json.dumps({**asdict(config), "model_type": "t5"}))
    names = file_names(config)
    tensors = {
        f"{names[name.removesuffix('.weight')]}.weight": tensor
        for name, tensor in randomise(T5Encoder(config)).state_dict().items()
    }
    save_file(tensors, folder / "model.safetensors")
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))
