"""The description of SAM Audio."""

from collections.abc import Mapping
from functools import cache

from samstudio.separation.engine import Engine
from samstudio.separation.engine_info import EngineInfo, PromptHints
from samstudio.separation.models.part_reader import PartReader
from samstudio.separation.models.store import resolve_model
from samstudio.separation.sam_audio.settings_table import NAME, PRESETS, SETTINGS
from samstudio.separation.wording.noun_phrase import noun_phrase
from samstudio.session.engine_settings import Value
from samstudio.session.frame_grid import FrameGrid

FRAMES = FrameGrid(48000, 1920)
"""The codec's: 40 ms."""


@cache
def _create() -> Engine:
    # One engine for all separations, which keeps its model loaded, and what it computed from clips.
    from samstudio.separation.cache.clip_cache import shared_cache
    from samstudio.separation.sam_audio.engine import SamAudioEngine

    return SamAudioEngine(cache=shared_cache())


def _part_reader() -> PartReader:
    from samstudio.separation.sam_audio.runtime.part_reader import SamAudioPartReader

    return SamAudioPartReader()


def _sums_exactly(options: Mapping[str, Value]) -> bool:
    return options["mode"] == "faithful" or options["residual"] == "exact"


def _weights_in_use(options: Mapping[str, Value]) -> tuple[object, ...]:
    from samstudio.separation.models.weights.stamp import folder_stamp
    from samstudio.separation.sam_audio.runtime.model_files import ModelFiles

    paths = {part.role: resolve_model(str(options[part.name])) for part in ENGINE.parts if options.get(part.name)}
    stamps = (ModelFiles.find(path).stamps if role == "model" else folder_stamp(path) for role, path in paths.items())
    return tuple(stamps)


ENGINE = EngineInfo(
    NAME,
    "SAM Audio",
    "Meta's flow-matching model: text, spans, or both. Needs its weights.",
    _create,
    settings=SETTINGS,
    presets=PRESETS,
    sums_exactly=_sums_exactly,
    frames=FRAMES,
    is_generative=True,
    part_reader=_part_reader,
    weights_in_use=_weights_in_use,
    # "Prompts as lowercase noun phrase/verb phrase", says the published model's README.
    rewrite=noun_phrase,
    hints=PromptHints(
        rewrite="The model knows short names of sounds in lower case, such as “man speaking”.",
        text="The model listens for the text and the spans together.",
        region="The model listens for what the text, the spans and the object in the video have in common.",
    ),
)
