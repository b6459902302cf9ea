"""A model's parts, each built and loaded when a request needs it and not before."""

from functools import cached_property, lru_cache
from pathlib import Path

import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError, UnavailableError
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.models.store import resolve_part
from samstudio.separation.nn.codec.codec import Codec, load_codec, load_watermark
from samstudio.separation.nn.codec.watermark import Watermark
from samstudio.separation.sam_audio.config import SamAudioConfig, VisionTowerConfig, load_config, load_tower_config
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.steps import Steps, finish

NOT_THE_FIELD = (
    "audio_codec.",
    "vision_encoder.",
    "text_encoder.",
    "span_predictor.",
    "text_ranker.",
    "visual_ranker.",
)
"""What a checkpoint may hold besides the field's own keys."""


class Model:
    """The parts of the model in one folder (or in one weights file with its config.json beside it)."""

    def __init__(self, path: Path, device: torch.device, dtype: torch.dtype) -> None:
        """`dtype` is that of the field's large matrices. Raises SeparationError, as all that is read from disk does."""
        self.path, self.device, self.dtype = path, device, dtype
        self.folder = path if path.is_dir() else path.parent
        self.config: SamAudioConfig = load_config(self.folder)
        self._texts = lru_cache(maxsize=32)(self._encode_text)

    def on_cpu(self) -> "Model":
        """The same model for the CPU; nothing of it is loaded yet.

        It computes in the same type as this one, whatever the CPU is fastest in: a result that was begun in one type
        would not be the same if it were finished in another.
        """
        return Model(self.path, torch.device("cpu"), self.dtype)

    def load(self, description: str, *, watermark: bool) -> Steps[tuple[Tensor, Tensor]]:
        """Load what a separation needs; return the features and mask of its description. Raises UnavailableError."""
        try:
            text = self.text(description)
            yield
            _ = self.codec, watermark and self.watermark
            yield
            yield from self.load_field()
        except UnavailableError:
            raise
        except SeparationError as error:
            raise UnavailableError(str(error)) from error
        return text

    @cached_property
    def _weights(self) -> Checkpoint:
        return open_weights(self.path)

    @cached_property
    def codec(self) -> Codec:
        """Encoder and decoder, in float32."""
        return load_codec(self._weights, self.config.audio_codec, device=self.device)

    @cached_property
    def watermark(self) -> Watermark:
        """For generated sound, which carries it."""
        return load_watermark(self._weights, self.config.audio_codec, device=self.device)

    @cached_property
    def field(self) -> VectorField:
        """The vector field, laid out for speed."""
        return finish(self._build_field())

    def load_field(self) -> Steps[None]:
        """Load `field`."""
        if "field" not in vars(self):
            self.field = yield from self._build_field()

    def _build_field(self) -> Steps[VectorField]:
        with torch.device("meta"):
            field = VectorField(self.config)
        # In the type of the file: it is converted part by part, so that there is never a second copy of all of it.
        load_module(field, self._weights, "", dtype=None, ignore=NOT_THE_FIELD)
        arranging = field.arrange_stepwise(self.device, self.dtype)
        for _ in arranging:
            self._weights.forget_pages()
            yield
        return field

    def text(self, description: str) -> tuple[Tensor, Tensor]:
        """Features (1, S, width) and mask (1, S) of a description; the encoder is freed afterwards."""
        return self._texts(description)

    def _encode_text(self, description: str) -> tuple[Tensor, Tensor]:
        config = self.config.text_encoder
        features, mask = TextEncoder.load(resolve_part(config.name, self.folder), config).encode([description])
        return features, mask

    @cached_property
    def tower(self) -> VisionTowerConfig:
        """The sizes of the visual tower."""
        return load_tower_config(self.folder, self.config.vision_encoder)

    def vision(self) -> VisionEncoder:
        """The vision encoder, in the type of the large matrices; not kept. Raises UnavailableError without weights."""
        return VisionEncoder.load(self._weights, self.config.vision_encoder, self.tower, self.device, self.dtype)

    def span_predictor(self) -> SpanPredictor:
        """PE-A-Frame as config.json names it; not kept."""
        if not self.config.span_predictor:
            raise SeparationError("This model names no span predictor.")
        return SpanPredictor.load(resolve_part(self.config.span_predictor, self.folder), self.device)
