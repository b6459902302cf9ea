"""Whether the weights of SAM Audio and its helpers are complete: every key and shape against config.json.

The parts are built and filled on the meta device, where tensors have shapes and no contents, by the same code that
loads them for a separation. Values are read once, to see that all of them are numbers.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.checkpoint import Checkpoint, check_all_finite, load_module, open_weights
from samstudio.separation.models.files import config_file, model_folder
from samstudio.separation.models.json_fields import read_json
from samstudio.separation.nn.codec.codec import load_codec, load_watermark
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import (
    SamAudioConfig,
    TextEncoderConfig,
    VisionEncoderConfig,
    load_tower_config,
)
from samstudio.separation.sam_audio.layouts.contents import codec_names, seen_as, vision_names
from samstudio.separation.sam_audio.layouts.layout import find_layout, tower_config
from samstudio.separation.sam_audio.layouts.part_files import part_in
from samstudio.separation.sam_audio.layouts.sizes import UntoldError, codec_sizes
from samstudio.separation.sam_audio.nn.judge import Judge
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.steps import finish

META = torch.device("meta")
TEXT_ALONE = "{path} is a text encoder (T5), a part of a model: its config.json and tokenizer.json must lie beside it."


def part_faults(path: Path, role: Role) -> Iterator[str]:
    """One sentence for each thing that is wrong with a folder or a weights file. Raises SeparationError."""
    if role is Role.MODEL:
        yield from _model_faults(path)
    elif role is Role.TEXT:
        if not config_file(model_folder(path)).is_file():
            raise SeparationError(TEXT_ALONE.format(path=path))
        width = read_json(config_file(model_folder(path))).get("d_model")
        TextEncoder.load(path, replace(TextEncoderConfig(), dim=width if isinstance(width, int) else 0))
    elif role is Role.CODEC:
        part = part_in(path, codec_names)
        try:
            sizes = codec_sizes(seen_as(part.index, part.names))
        except UntoldError as error:
            raise SeparationError(f"{part.path} is incomplete or foreign: {error}.") from error
        yield from _first_faults(_codec_tries(part.open(open_weights), sizes))
    elif role is Role.VISION:
        part = part_in(path, vision_names)
        vision = VisionEncoderConfig()
        tower = load_tower_config(part.path.parent, vision)
        VisionEncoder.load(part.open(open_weights), replace(vision, dim=tower.output_dim), tower, META)
    else:
        loader = SpanPredictor if role is Role.SPANS else Judge
        loader.load(path, META)


def _model_faults(path: Path) -> Iterator[str]:
    """Field, codec, watermark and vision tower, each to its first fault. Raises SeparationError.

    What conversions leave out is no fault.
    """
    layout = find_layout(path)
    config, opened = layout.config, cache(open_weights)
    tries: list[Callable[[], object]] = [lambda: _fill_field(layout.field.open(opened), config)]
    if codec := layout.codec:
        tries += _codec_tries(codec.open(opened), config.audio_codec)
    if vision := layout.vision:
        tower = tower_config(layout)
        tries.append(lambda: VisionEncoder.load(vision.open(opened), config.vision_encoder, tower, META))
    yield from _first_faults(tries)


def _codec_tries(weights: Checkpoint, sizes: CodecConfig) -> list[Callable[[], object]]:
    return [lambda: load_codec(weights, sizes, device=META), lambda: load_watermark(weights, sizes, device=META)]


def _first_faults(tries: Iterable[Callable[[], object]]) -> Iterator[str]:
    """The sentences that some attempts to load end with, each once."""
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
    load_module(field, weights, "", dtype=None, device=META)
    finish(check_all_finite(weights))
