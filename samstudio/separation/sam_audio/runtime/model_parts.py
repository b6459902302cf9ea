"""A model's parts, each built and loaded when a request needs it and not before."""

from functools import cached_property, lru_cache
from pathlib import Path

import torch
from torch import Tensor

from samstudio.separation.cache.content import weights_digest
from samstudio.separation.engine import SeparationError, UnavailableError
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.checkpoint import (
    Checkpoint,
    NotFiniteError,
    align,
    check_all_finite,
    load_module,
    open_weights,
)
from samstudio.separation.models.weights.stamp import file_stamp
from samstudio.separation.nn.codec.codec import Codec, load_codec, load_watermark
from samstudio.separation.nn.codec.watermark import Watermark
from samstudio.separation.sam_audio.config import SamAudioConfig, VisionTowerConfig
from samstudio.separation.sam_audio.layouts.layout import find_layout, tower_config
from samstudio.separation.sam_audio.layouts.named_parts import part_named
from samstudio.separation.sam_audio.layouts.part_files import PartFile
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import NO_VISION, VisionEncoder
from samstudio.separation.sam_audio.runtime.model_files import ModelFiles
from samstudio.separation.steps import Steps, finish

NO_CODEC = (
    "{file} comes without its codec, and none is beside it or in the list of models: 'samstudio models add codec' "
    "downloads Meta's, or add the file that has it."
)


class Model:
    """The parts of the model in a folder or a weights file, wherever `find_layout` finds them."""

    def __init__(self, path: Path, device: torch.device, dtype: torch.dtype) -> None:
        """`dtype` is that of the field's large matrices. Raises SeparationError, as all that is read from disk does."""
        self.path, self.device, self.dtype = path, device, dtype
        self.files = ModelFiles.find(path)
        self._layout = self.files.layout
        self.folder = self._layout.folder
        self.config: SamAudioConfig = self._layout.config
        if self._layout.codec is None:
            raise UnavailableError(NO_CODEC.format(file=self._layout.field.path))
        self._codec_file = self._layout.codec
        self.field_key = ""
        """Tells the loaded vector field from others, and from itself in another type."""
        self._open = lru_cache(maxsize=None)(open_weights)
        self._texts = lru_cache(maxsize=32)(self._encode_text)

    def is_of(self, path: Path, device: torch.device, dtype: torch.dtype) -> bool:
        """Whether it would be loaded the same now: a file may have been replaced by another one of its name."""
        same = (path, device, dtype) == (self.path, self.device, self.dtype)
        return same and ModelFiles.find(path) == self.files

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
            # Files that cannot be mapped lie in memory until here.
            self._open.cache_clear()
        except (UnavailableError, NotFiniteError):
            raise
        except SeparationError as error:
            raise UnavailableError(str(error)) from error
        return text

    def _weights(self, part: PartFile) -> Checkpoint:
        """A part's tensors; a file with several parts is opened once."""
        return part.open(self._open)

    @cached_property
    def codec(self) -> Codec:
        """Encoder and decoder, in float32."""
        return load_codec(self._weights(self._codec_file), self.config.audio_codec, device=self.device)

    @cached_property
    def watermark(self) -> Watermark:
        """For generated sound, which carries it."""
        return load_watermark(self._weights(self._codec_file), self.config.audio_codec, device=self.device)

    @cached_property
    def field(self) -> VectorField:
        """The vector field, laid out for speed."""
        return finish(self._build_field())

    @cached_property
    def encoder_key(self) -> str:
        """Tells the codec's encoder from others: models of different sizes share one."""
        return weights_digest(self.codec.encoder.state_dict().items(), whole=True)

    @property
    def vision_key(self) -> str:
        """Tells the visual tower from others; empty where there is none."""
        part = find_layout(self.path).vision
        if part is None:
            return ""
        return f"{self.dtype} {weights_digest(self._weights(part).items())} {file_stamp(part.path)}"

    def load_field(self) -> Steps[None]:
        """Load `field`."""
        if "field" not in vars(self):
            self.field = yield from self._build_field()

    def _build_field(self) -> Steps[VectorField]:
        with torch.device("meta"):
            field = VectorField(self.config)
        # In the type of the file: it is converted part by part, so that there is never a second copy of all of it.
        weights = self._weights(self._layout.field)
        load_module(field, weights, "", dtype=None)
        yield from check_all_finite(weights)
        # The digest is of a part of the values, and the same where the rest was exchanged.
        self.field_key = f"{self.dtype} {weights_digest(field.state_dict().items())} {self.files.stamps}"
        arranging = field.arrange_stepwise(self.device, self.dtype)
        for _ in arranging:
            weights.forget_pages()
            yield
        align(field)
        return field

    def text(self, description: str) -> tuple[Tensor, Tensor]:
        """Features (1, S, width) and mask (1, S) of a description; the encoder is freed afterwards."""
        return self._texts(description)

    def _encode_text(self, description: str) -> tuple[Tensor, Tensor]:
        config = self.config.text_encoder
        features, mask = TextEncoder.load(part_named(config.name, Role.TEXT, self.folder), config).encode([description])
        return features, mask

    @cached_property
    def tower(self) -> VisionTowerConfig:
        """The sizes of the visual tower."""
        return tower_config(self._layout)

    def vision(self) -> VisionEncoder:
        """The vision encoder, in the type of the large matrices; not kept. Raises UnavailableError without weights."""
        part = find_layout(self.path).vision  # it may have been added since
        if part is None:
            raise UnavailableError(NO_VISION)
        return VisionEncoder.load(self._weights(part), self.config.vision_encoder, self.tower, self.device, self.dtype)

    def span_predictor(self) -> SpanPredictor:
        """PE-A-Frame as config.json names it; not kept."""
        if not self.config.span_predictor:
            raise SeparationError("This model names no span predictor.")
        return SpanPredictor.load(part_named(self.config.span_predictor, Role.SPANS, self.folder), self.device)
