"""The words of a prompt as one vector: the first layers of a ModernBERT, read at the first token.

PE-A-Frame and the Judge read them from the middle of the network; what lies above is neither built nor loaded.
Shapes: B texts, S tokens, W width.
"""

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.json_fields import Json
from samstudio.separation.sam_audio.words import Words

if TYPE_CHECKING:
    from transformers import ModernBertConfig, ModernBertModel


def text_config(text_model: Json) -> "ModernBertConfig":
    """The `text_model` of a config.json; what it leaves out is as in transformers. Raises SeparationError."""
    from transformers import ModernBertConfig

    try:
        return ModernBertConfig(**text_model)
    except Exception as error:  # the library raises whatever its validators do
        reason = " ".join(str(error).split())
        raise SeparationError(f"The text_model of a config.json is damaged: {reason}") from error


def build_text_model(config: "ModernBertConfig", nth_layer: int) -> "ModernBertModel":
    """The first `nth_layer` layers, on whatever device is the current one; to be filled by `load_module`.

    Only the last layer of the full network is followed by the final norm, as in transformers' `hidden_states`.
    """
    from transformers import ModernBertModel

    cut = copy(config)
    cut.num_hidden_layers = nth_layer
    cut.layer_types = (config.layer_types or [])[:nth_layer]
    model = ModernBertModel(cut)
    if nth_layer < config.num_hidden_layers:
        model.final_norm = nn.Identity()  # type: ignore[assignment]  # left out on purpose
    with torch.device("cpu"):  # no checkpoint holds the rotary angles, so they can't wait on the meta device
        model.rotary_emb = type(model.rotary_emb)(cut)
    return model


def unused_text_keys(config: "ModernBertConfig", nth_layer: int) -> list[str]:
    """How the keys of the layers above begin."""
    above = [f"layers.{i}." for i in range(nth_layer, config.num_hidden_layers)]
    return [*above, "final_norm."] if above else []


def first_token(model: "ModernBertModel", ids: Tensor, mask: Tensor) -> Tensor:
    """Token ids (B, S) and their mask -> (B, W)."""
    states: Tensor = model(input_ids=ids, attention_mask=mask).last_hidden_state  # (B, S, W)
    return states[:, 0]


def load_words(folder: Path, config: "ModernBertConfig") -> Words:
    """The tokenizer in a model's folder. Raises SeparationError."""
    return Words(folder, config.max_position_embeddings, config.pad_token_id or 0)
