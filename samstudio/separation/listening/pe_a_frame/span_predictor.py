"""Where a described sound is heard: PE-A-Frame, frame by frame, from the codec's features and the text.

Shapes: B clips, T latent frames, C codec features, D width of the audio transformer, E width of the embeddings.
Attribute names are those of the checkpoint's keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from samstudio.separation.listening.pe_a_frame.config import TRANSFORMERS_NAMES, PeAFrameConfig, load_pe_a_frame_config
from samstudio.separation.models.checkpoint import load_module, open_weights
from samstudio.separation.models.files import model_folder
from samstudio.separation.nn.modern_bert import ModernBert, keys_above
from samstudio.separation.nn.pe_transformer import PeTransformer
from samstudio.separation.nn.tokenizer import Tokenizer
from samstudio.separation.steps import Steps

CODEC_PREFIX = "audio_model.dac_vae_encoder."
"""The place of its own codec in its checkpoints."""
_OWN_CODEC = (
    CODEC_PREFIX,
    "audio_encoder.embedder.dac_encoder.",
    "audio_encoder.embedder.bottleneck.",
)
THRESHOLD = 0.3
"""A frame is active where its probability is above this."""


@dataclass(frozen=True)
class PredictedSpan:
    """A run of active frames, `end` exclusive; `probability` is their mean."""

    start: int
    end: int
    probability: float

    def seconds(self, frame_rate: float) -> tuple[float, float]:
        """Start and end, rounded to float32 as the reference does: anchors made of it fall on its frames."""
        return float(np.float32(self.start / frame_rate)), float(np.float32(self.end / frame_rate))


class EmbeddingHead(nn.Module):
    """Layer norm and a projection."""

    def __init__(self, width: int, output_dim: int) -> None:
        super().__init__()
        self.layer_norm = nn.LayerNorm(width, eps=1e-6)
        self.proj = nn.Linear(width, output_dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., E)."""
        return self.proj(self.layer_norm(x))  # type: ignore[no-any-return]  # nn.Module calls are untyped


class AudioModel(nn.Module):
    """Codec features -> one vector per frame."""

    def __init__(self, config: PeAFrameConfig) -> None:
        super().__init__()
        width = config.audio_transformer.hidden_size
        self.data_proj = nn.Linear(config.audio_codec.codebook_dim, width)
        self.audio_transformer = PeTransformer(config.audio_transformer)

    def forward(self, features: Tensor, mask: Tensor | None) -> Tensor:
        """(B, T, C), mask (B, T) -> (B, T, D)."""
        return self.audio_transformer(self.data_proj(features), mask)  # type: ignore[no-any-return]


class PeAFrame(nn.Module):
    """The network: how well each frame and the text agree."""

    def __init__(self, config: PeAFrameConfig) -> None:
        super().__init__()
        self.audio_model = AudioModel(config)
        self.text_model = ModernBert(config.text_model, config.nth_text_layer)
        self.audio_head = EmbeddingHead(config.audio_transformer.hidden_size, config.output_dim)
        self.text_head = EmbeddingHead(config.text_model.hidden_size, config.output_dim)
        self.logit_scale = nn.Parameter(torch.empty(1))
        self.logit_bias = nn.Parameter(torch.empty(1))

    def forward(self, features: Tensor, mask: Tensor | None, ids: Tensor, ids_mask: Tensor) -> Tensor:
        """(B, T, C), mask (B, T), token ids (B, S) and their mask -> logits (B, T), float32."""
        audio = self.audio_head(self.audio_model(features, mask))  # (B, T, E)
        text = self.text_head(self.text_model(ids, ids_mask)[:, 0])  # (B, E)
        agreement = torch.einsum("bte,be->bt", audio, text).float()
        return agreement * self.logit_scale.float() + self.logit_bias.float()


class SpanPredictor:
    """PE-A-Frame with its tokenizer."""

    def __init__(self, network: PeAFrame, tokenizer: Tokenizer) -> None:
        self.network = network
        self.tokenizer = tokenizer

    @classmethod
    def load(
        cls,
        path: Path,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> "SpanPredictor":
        """Load PE-A-Frame, in its authors' layout or transformers', from a folder or a file. Raises SeparationError.

        Its own codec is not loaded: it takes the features of any codec of the same kind.
        """
        folder, weights = model_folder(path), open_weights(path)
        config = load_pe_a_frame_config(folder)
        tokenizer = Tokenizer(folder, config.text_model.max_position_embeddings, config.text_model.vocab_size)
        with torch.device("meta"):
            network = PeAFrame(config)
        unused = [f"text_model.{key}" for key in keys_above(config.text_model, config.nth_text_layer)]
        names = TRANSFORMERS_NAMES if "text_audio_head.proj.weight" in weights else None
        ignore = [*_OWN_CODEC, *unused]
        load_module(network, weights, "", names=names, dtype=dtype, device=device, ignore=ignore)
        return cls(network.to(device).eval(), tokenizer)

    @torch.inference_mode()
    def probabilities(self, features: Tensor, texts: Sequence[str], mask: Tensor | None = None) -> Tensor:
        """The probability that each frame holds what the text describes.

        features (B, T, C) are the codec's, mask (B, T) is True where valid (None: everywhere) -> (B, T), float32.
        """
        weight = self.network.audio_model.data_proj.weight
        ids, ids_mask = self.tokenizer.tokenize(texts)
        valid = None if mask is None else mask.to(weight.device)
        logits = self.network(
            features.to(weight.device, weight.dtype), valid, ids.to(weight.device), ids_mask.to(weight.device)
        )
        return torch.sigmoid(logits)

    @property
    def embedding_dim(self) -> int:
        """Width of the embeddings."""
        return self.network.audio_head.proj.out_features

    @torch.inference_mode()
    def embed(self, features: Tensor) -> Steps[Tensor]:
        """The codec's features (B, T, C) -> embeddings (B, T, E)."""
        model, weight = self.network.audio_model, self.network.audio_model.data_proj.weight
        inputs = model.data_proj(features.to(weight.device, weight.dtype))
        hidden = yield from model.audio_transformer.stepwise(inputs)
        embeddings: Tensor = self.network.audio_head(hidden)
        return embeddings

    @torch.inference_mode()
    def embed_text(self, text: str) -> Tensor:
        """What embeddings (E,) are multiplied by, and summed, for their logits without `logit_bias`: (E,) float32."""
        network = self.network
        ids, mask = self.tokenizer.tokenize([text])
        device = network.logit_scale.device
        embedding = network.text_head(network.text_model(ids.to(device), mask.to(device))[:, 0])[0]
        scaled: Tensor = embedding.float() * network.logit_scale.float()
        return scaled

    def predict(
        self, features: Tensor, texts: Sequence[str], mask: Tensor | None = None, threshold: float = THRESHOLD
    ) -> list[list[PredictedSpan]]:
        """Spans of each clip, in order; arguments as in `probabilities`.

        As in the reference, a clip shorter than its batch may get spans in its padding, which is never delivered.
        """
        return [active_spans(row, threshold) for row in self.probabilities(features, texts, mask).cpu()]


def active_spans(probabilities: Tensor, threshold: float = THRESHOLD) -> list[PredictedSpan]:
    """Runs of frames whose probability, (T,), is above `threshold`."""
    active = (probabilities > threshold).int()
    edges = torch.diff(active, prepend=active.new_zeros(1), append=active.new_zeros(1))
    starts, ends = (edges == 1).nonzero().flatten().tolist(), (edges == -1).nonzero().flatten().tolist()
    return [
        PredictedSpan(start, end, float(probabilities[start:end].mean()))
        for start, end in zip(starts, ends, strict=True)
    ]
