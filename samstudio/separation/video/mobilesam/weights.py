"""MobileSAM's weights: those that come with the program, or a mobile_sam.pt as its authors published it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from samstudio.assets import asset
from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.video.mobilesam.decoder import MaskDecoder
from samstudio.separation.video.mobilesam.encoder import PictureEncoder

_EPSILON = 1e-5
"""Of TinyViT's batch norms."""
_ENCODER, _PROMPTS, _DECODER = "image_encoder.", "prompt_encoder.", "mask_decoder."
_CLASSIFIER = (f"{_ENCODER}norm_head.", f"{_ENCODER}head.")
"""What the encoder was once trained with, and does not need."""
_NORM = (".bn.weight", ".bn.bias", ".bn.running_mean", ".bn.running_var")
_JOINED = {
    "gauss": ("pe_layer.positional_encoding_gaussian_matrix",),
    "points": tuple(f"point_embeddings.{number}.weight" for number in range(4)),
    "not_a_point": ("not_a_point_embed.weight",),
    "no_mask": ("no_mask_embed.weight",),
    "tokens": ("iou_token.weight", "mask_tokens.weight"),
}
"""Parameters of the decoder, and what they are made of."""


def load_networks(path: Path | None = None) -> tuple[PictureEncoder, MaskDecoder]:
    """Encoder and decoder with the weights of a file; None: those of the program. Raises SeparationError."""
    weights = open_weights(path or asset("models/mobilesam.safetensors"))
    if any(name.startswith(_ENCODER) for name in weights):
        weights = folded(weights)
    with torch.device("meta"):
        encoder, decoder = PictureEncoder(), MaskDecoder()
    load_module(encoder, weights, "encoder.", names={"patch_embed": "patch_embed.seq"})
    load_module(decoder, weights, "decoder.")
    return encoder.eval(), decoder.eval()


def folded(weights: Checkpoint) -> Checkpoint:
    """The tensors of a mobile_sam.pt as this program names them, batch norms folded into their convolutions."""
    readers: dict[str, Callable[[], Tensor]] = {}
    for name in weights:
        if name.startswith(_CLASSIFIER) or ".bn." in name:
            continue
        if name.startswith(_ENCODER):
            readers |= _encoder_readers(weights, name)
        else:
            readers["decoder." + name.removeprefix(_DECODER).removeprefix(_PROMPTS)] = partial(
                weights.__getitem__, name
            )
    for ours, theirs in _JOINED.items():
        parts = [reader for name in theirs if (reader := readers.pop(f"decoder.{name}", None))]
        if len(parts) == len(theirs):
            readers[f"decoder.{ours}"] = partial(_joined, parts, flat=ours in ("not_a_point", "no_mask"))
    return Checkpoint(weights.path, readers)


def _encoder_readers(weights: Checkpoint, name: str) -> dict[str, Callable[[], Tensor]]:
    """What becomes of a tensor of the encoder that belongs to no batch norm."""
    ours = "encoder." + name.removeprefix(_ENCODER)
    if name.endswith(".c.weight"):
        norm = name.removesuffix(".c.weight")
        ours = ours.removesuffix(".c.weight")
        if all(norm + part in weights for part in _NORM):
            return {
                f"{ours}.weight": lambda: _folded(weights, norm)[0],
                f"{ours}.bias": lambda: _folded(weights, norm)[1],
            }
    if name.endswith(".attention_biases"):
        ours = ours.removesuffix("attention_biases") + "biases"
    return {ours: partial(weights.__getitem__, name)}


def _folded(weights: Checkpoint, name: str) -> tuple[Tensor, Tensor]:
    """Weight and bias of the convolution that does what `name`, a convolution and its batch norm, does."""
    scale, shift, mean, variance = (weights[name + part].float() for part in _NORM)
    gain = scale / (variance + _EPSILON).sqrt()
    return weights[f"{name}.c.weight"].float() * gain[:, None, None, None], shift - mean * gain


def _joined(parts: list[Callable[[], Tensor]], *, flat: bool) -> Tensor:
    whole = torch.cat([part() for part in parts])
    return whole.flatten() if flat else whole
