"""MobileSAM's weights, which come with the program; see resources/models/NOTICE.md."""

import torch

from samstudio.assets import asset
from samstudio.separation.models.checkpoint import load_module, open_weights
from samstudio.separation.video.mobilesam.decoder import MaskDecoder
from samstudio.separation.video.mobilesam.encoder import PictureEncoder


def load_networks() -> tuple[PictureEncoder, MaskDecoder]:
    """Encoder and decoder. Raises SeparationError."""
    weights = open_weights(asset("models/mobilesam.safetensors"))
    with torch.device("meta"):
        encoder, decoder = PictureEncoder(), MaskDecoder()
    load_module(encoder, weights, "encoder.", names={"patch_embed": "patch_embed.seq"})
    load_module(decoder, weights, "decoder.")
    return encoder.eval(), decoder.eval()
