"""Text: a description encoded by T5 (Raffel et al. 2020), one feature vector per token.

It runs on the CPU in float32: a prompt of ten tokens costs less than one solver step there, and no GPU memory.
Shapes: B texts, S tokens (padded to the longest text), W width.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.checkpoint import load_module, open_weights
from samstudio.separation.models.files import model_folder
from samstudio.separation.nn.tokenizer import Tokenizer
from samstudio.separation.sam_audio.config import TextEncoderConfig
from samstudio.separation.sam_audio.helper_config import load_t5_config
from samstudio.separation.sam_audio.nn.t5 import T5Encoder, file_names

# What a T5's file holds besides its encoder, and the encoder's second name for its table of tokens.
_UNUSED = ("decoder.", "lm_head.", "encoder.embed_tokens.")


class TextEncoder:
    """Descriptions to features: build with `load`."""

    def __init__(self, model: T5Encoder, tokenizer: Tokenizer) -> None:
        """A model with its weights, and its tokenizer."""
        self._model = model
        self.tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path, config: TextEncoderConfig) -> "TextEncoder":
        """The T5 in a folder (config.json, tokenizer.json, weights), or in a file there. Raises SeparationError."""
        folder = model_folder(path)
        sizes = load_t5_config(folder)
        if sizes.d_model != config.dim:
            raise SeparationError(f"The T5 in {folder} is {sizes.d_model} wide; the model needs one of {config.dim}.")
        with torch.device("meta"):
            model = T5Encoder(sizes)
        load_module(model, open_weights(path), "", names=file_names(sizes), ignore=_UNUSED)
        return cls(model.eval(), Tokenizer(folder, config.max_length, sizes.vocab_size))

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Features (B, S, W) float32 and mask (B, S); an empty text is legal, and one </s> long."""
        ids, mask = self.tokenizer.tokenize(texts)
        return self._model(ids, mask), mask
