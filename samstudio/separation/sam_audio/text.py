"""Text: a description read by a T5 encoder (Raffel et al. 2020), one feature vector per token.

It runs on the CPU in float32: a prompt of ten tokens costs less than one solver step there, and no GPU memory.
Shapes: B texts, S tokens (padded to the longest text), W width.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.config import TextEncoderConfig
from samstudio.separation.sam_audio.json_fields import read_json
from samstudio.separation.sam_audio.weights import load_module, open_weights
from samstudio.separation.sam_audio.words import Words

if TYPE_CHECKING:
    from transformers import T5EncoderModel

# What a T5's file holds besides its encoder.
_UNUSED = ("decoder.", "lm_head.", "encoder.embed_tokens.")


class TextEncoder:
    """Descriptions to features: build with `load`."""

    def __init__(self, model: "T5EncoderModel", words: Words) -> None:
        """A filled model, and its tokenizer."""
        self._model = model
        self.words = words

    @classmethod
    def load(cls, folder: Path, config: TextEncoderConfig) -> "TextEncoder":
        """The T5 in a folder (config.json, tokenizer.json, weights). Raises SeparationError."""
        return cls(_load_model(folder, config), Words(folder, config.max_length))

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Features (B, S, W) float32 and mask (B, S); an empty text is legal, and one </s> long."""
        ids, mask = self.words.tokenize(texts)
        features: Tensor = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        return features, mask


def _load_model(folder: Path, config: TextEncoderConfig) -> "T5EncoderModel":
    from transformers import T5Config, T5EncoderModel

    described = read_json(folder / "config.json")
    if described.get("model_type") != "t5" or described.get("d_model") != config.dim:
        raise SeparationError(f"{folder} does not hold a T5 encoder that is {config.dim} wide, as the model needs it.")
    with torch.device("meta"):
        model = T5EncoderModel(T5Config(**described))
    # One table of embeddings, under the name that files give it.
    del model.shared
    load_module(model, open_weights(folder), "", names={"encoder.embed_tokens": "shared"}, ignore=_UNUSED)
    model.train(mode=False)
    return model
