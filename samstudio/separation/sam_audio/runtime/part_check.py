"""Whether the weights of SAM Audio and its helpers are complete: every key and shape against config.json.

The parts are built and filled on the meta device, where tensors have shapes and no contents, by the same code that
loads them for a separation. Where nothing is missing, the values are read once, to see that all of them are numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate, chain
from pathlib import Path

import torch

from samstudio.separation.engine import Progress, SeparationError
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
from samstudio.separation.sam_audio.nn.judge import Judge, judge_file
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.video.sam2.finder import Sam2Network

META = torch.device("meta")
TEXT_ALONE = "{path} is a text encoder (T5), a part of a model: its config.json and tokenizer.json must lie beside it."


def part_faults(path: Path, role: Role) -> Iterator[str | Progress]:
    """See `PartReader.faults`."""
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
        weights = part.open(open_weights)
        yield from _faults_and_values(_codec_tries(weights, sizes), [weights])
    elif role is Role.VISION:
        part = part_in(path, vision_names)
        vision, weights = VisionEncoderConfig(), part.open(open_weights)
        tower = load_tower_config(part.path.parent, vision)
        VisionEncoder.load(weights, replace(vision, dim=tower.output_dim), tower, META)
        yield from _read_values([weights])
    elif role is Role.SPANS:
        SpanPredictor.load(path, META)
        yield from _read_values([open_weights(path)])
    elif role is Role.TRACKER:
        Sam2Network(path, torch.device("cpu"))
        yield from _read_values([open_weights(path)])
    else:
        Judge.load(path, META)
        yield from _read_values([open_weights(judge_file(path))])


def _model_faults(path: Path) -> Iterator[str | Progress]:
    """Field, codec, watermark and vision tower, each to its first fault. Raises SeparationError.

    What conversions leave out is no fault.
    """
    layout = find_layout(path)
    config, opened = layout.config, cache(open_weights)
    parts = [layout.field.open(opened)]
    tries: list[Callable[[], object]] = [lambda: _fill_field(parts[0], config)]
    if layout.codec:
        parts.append(codec := layout.codec.open(opened))
        tries += _codec_tries(codec, config.audio_codec)
    if layout.vision:
        tower = tower_config(layout)
        parts.append(vision := layout.vision.open(opened))
        tries.append(lambda: VisionEncoder.load(vision, config.vision_encoder, tower, META))
    yield from _faults_and_values(tries, parts)


def _codec_tries(weights: Checkpoint, sizes: CodecConfig) -> list[Callable[[], object]]:
    return [lambda: load_codec(weights, sizes, device=META), lambda: load_watermark(weights, sizes, device=META)]


def _faults_and_values(tries: Iterable[Callable[[], object]], parts: Sequence[Checkpoint]) -> Iterator[str | Progress]:
    """The sentences that some attempts to load end with, each once; where there is none the values are read."""
    seen = set()
    for attempt in tries:
        try:
            attempt()
        except SeparationError as error:
            if str(error) not in seen:
                yield str(error)
            seen.add(str(error))
    if not seen:
        yield from _read_values(parts)


def _read_values(parts: Sequence[Checkpoint]) -> Iterator[Progress]:
    """Read all values; how many bytes have been. Raises SeparationError where some are no numbers."""
    sizes = [tensor.nbytes for part in parts for tensor in part.values()]
    checked = chain.from_iterable(map(check_all_finite, parts))
    for _, done in zip(checked, accumulate(sizes), strict=True):
        yield Progress("Checking the weights", done, sum(sizes))


def _fill_field(weights: Checkpoint, config: SamAudioConfig) -> None:
    with META:
        field = VectorField(config)
    load_module(field, weights, "", dtype=None, device=META)
