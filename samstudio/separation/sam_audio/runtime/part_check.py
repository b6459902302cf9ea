"""Whether the weights of SAM Audio and its helpers are complete: every key and shape against config.json.

The parts are built and filled on the meta device, where tensors have shapes and no contents, by the same code that
loads them for a separation; of a file of many gigabytes only the directory is read, and the codec.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.models.files import config_file, model_folder
from samstudio.separation.models.json_fields import read_json
from samstudio.separation.nn.codec.codec import load_codec, load_watermark
from samstudio.separation.sam_audio.config import SamAudioConfig, TextEncoderConfig, load_config, load_tower_config
from samstudio.separation.sam_audio.nn.judge import Judge
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.sam_audio.runtime.model_parts import NOT_THE_FIELD

META = torch.device("meta")


def part_faults(path: Path, role: Role) -> Iterator[str]:
    """One sentence for each thing that is wrong with a folder or a weights file. Raises SeparationError."""
    if role is Role.MODEL:
        yield from _model_faults(path)
    elif role is Role.TEXT:
        width = read_json(config_file(path)).get("d_model")
        TextEncoder.load(path, replace(TextEncoderConfig(), dim=width if isinstance(width, int) else 0))
    else:
        loader = SpanPredictor if role is Role.SPANS else Judge
        loader.load(path, META)


def _model_faults(path: Path) -> Iterator[str]:
    """Field, codec, watermark and vision tower, each to its first fault. Raises SeparationError."""
    config = load_config(model_folder(path))
    weights = open_weights(path)
    tries: list[Callable[[], object]] = [
        lambda: _fill_field(weights, config),
        lambda: load_codec(weights, config.audio_codec, device=META),
        lambda: load_watermark(weights, config.audio_codec, device=META),
    ]
    # Conversions for words and spans alone leave the vision tower out.
    if any(name.startswith("vision_encoder.") for name in weights):
        tower = load_tower_config(model_folder(path), config.vision_encoder)
        tries.append(lambda: VisionEncoder.load(weights, config.vision_encoder, tower, META))
    seen = set()
    for attempt in tries:
        try:
            attempt()
        except SeparationError as error:
            if str(error) not in seen:
                yield str(error)
            seen.add(str(error))


def _fill_field(weights: Checkpoint, config: SamAudioConfig) -> None:
    with META:
        field = VectorField(config)
    load_module(field, weights, "", dtype=None, device=META, ignore=NOT_THE_FIELD)
