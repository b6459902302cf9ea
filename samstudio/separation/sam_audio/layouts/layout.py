"""Where each part of a model is, and the sizes of all: `find_layout` looks at keys and shapes, and at nothing else.

Codec and vision encoder may be in the model's file, in another beside it or in a folder there, or a part in the list of
models. A config.json counts where the shapes fit it; of several, the first that they fit.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import read_entries
from samstudio.separation.models.files import (
    CONFIG_FILE,
    WEIGHT_FILES,
    has_weights,
    model_folder,
    no_weights_sentence,
    weight_files,
)
from samstudio.separation.models.json_fields import read_json
from samstudio.separation.models.part_reader import ModelContents
from samstudio.separation.models.weights.index import WeightIndex, read_index
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import (
    SamAudioConfig,
    VisionTowerConfig,
    check_sizes,
    describes_model,
    load_tower_config,
    parse_config,
)
from samstudio.separation.sam_audio.layouts.contents import (
    codec_names,
    field_names,
    role_of,
    role_of_keys,
    seen_as,
    vision_names,
)
from samstudio.separation.sam_audio.layouts.sizes import (
    UntoldError,
    codec_fits,
    codec_sizes,
    field_sizes,
    fits,
    lacks_layers,
    published_size,
)
from samstudio.session.text.quoting import listed

if TYPE_CHECKING:
    # It imports torch, which looking things up need not wait for.
    from samstudio.separation.models.checkpoint import Checkpoint

_MOST_BESIDE = 64
"""Files, and folders, that are looked into beside a model."""
_PRECISE = ("F64", "F32", "BF16", "F16")


@dataclass(frozen=True)
class PartFile:
    """A weights file that has a part: `names` are Meta's names of its tensors -> those in the file."""

    path: Path
    names: Mapping[str, str]

    def open(self, whole: "Checkpoint") -> "Checkpoint":
        """The part of an opened file, under Meta's names."""
        return whole.renamed(self.names)


@dataclass(frozen=True)
class ModelLayout:
    """The files of a model; `codec` and `vision` are None where no file with them is found."""

    folder: Path
    config: SamAudioConfig
    field: PartFile
    codec: PartFile | None = None
    vision: PartFile | None = None

    @property
    def size(self) -> str:
        """The published size that it has ("small"); empty where it has none."""
        return published_size(self.config)

    @property
    def contents(self) -> ModelContents:
        """The same for the list of models."""
        transformer = self.config.transformer
        size = self.size or f"{transformer.n_layers} layers of {transformer.dim}"
        parts = {Role.CODEC: self.codec, Role.VISION: self.vision}
        return ModelContents(
            size, self.field.path.name, {role: part.path.name if part else "" for role, part in parts.items()}
        )


def find_layout(path: Path) -> ModelLayout:
    """The layout of the model in a folder or a weights file. Raises SeparationError where there is none."""
    folder, file = model_folder(path), _model_file(path)
    index = read_index(file)
    field = PartFile(file, field_names(index))
    config, is_stated = _config(field, index, folder)
    codec, sizes = _codec(field, folder, config, is_stated=is_stated)
    config = replace(_with_parts_beside(config, folder), audio_codec=sizes)
    if not is_stated:
        check_sizes(config, {}, file)
    return ModelLayout(folder, config, field, codec, next(_parts(field, folder, vision_names), None))


def _model_file(path: Path) -> Path:
    """The file that has the field. Raises SeparationError where it is none, or takes a choice."""
    if not path.is_dir():
        if not field_names(read_index(path)):
            raise SeparationError(f"{path} is not a checkpoint of this kind: it has no keys of a SAM Audio model.")
        return path
    files = weight_files(path)
    if not files:
        raise SeparationError(no_weights_sentence(path))
    found: dict[Path, WeightIndex] = {}
    refusal = SeparationError(f"{path} is not a checkpoint of this kind: no file in it has keys of a SAM Audio model.")
    for file in files:
        try:
            if field_names(index := read_index(file)):
                found[file] = index
        except SeparationError as error:
            # The first is the one that a published model has.
            refusal = error if file == files[0] else refusal
    if not found:
        raise refusal
    first = next(iter(found))
    if len(found) > 1 and first.name not in WEIGHT_FILES:
        shapes = [{name: index[key].shape for name, key in field_names(index).items()} for index in found.values()]
        if any(other != shapes[0] for other in shapes):
            raise SeparationError(
                f"{path} holds several models: name one of its files, {listed([f.name for f in found])}."
            )
        return min(found, key=lambda file: _coarseness(found[file]))
    return first


def _coarseness(index: WeightIndex) -> int:
    """The lower, the more exact its numbers."""
    return min(_PRECISE.index(facts.kind) if facts.kind in _PRECISE else len(_PRECISE) for facts in index.values())


def _config(field: PartFile, index: WeightIndex, folder: Path) -> tuple[SamAudioConfig, bool]:
    """The sizes of a model, and whether a file states them; its codec's are the published ones where none does.

    Raises SeparationError.
    """
    stated, refusal = _stated(folder)
    try:
        told = field_sizes(seen_as(index, field.names))
    except UntoldError as error:
        if stated:
            return stated[0], True
        raise refusal or SeparationError(f"{field.path} is incomplete or foreign: {error}.") from error
    fitting = next((config for config in stated if fits(told, config)), None)
    if fitting:
        return fitting, True
    if not published_size(told):
        if stated:
            return stated[0], True
        if refusal:
            raise refusal
    if lack := lacks_layers(told):
        raise SeparationError(f"{field.path} is incomplete: it has {lack}.")
    return told, False


def _stated(folder: Path) -> tuple[list[SamAudioConfig], SeparationError | None]:
    """What the files in a folder state about SAM Audio models, config.json first; and why that one cannot be used."""
    others = sorted(file for file in folder.glob("*config*.json") if file.name != CONFIG_FILE)
    found, refusal = [], None
    for file in [folder / CONFIG_FILE, *others[:_MOST_BESIDE]]:
        try:
            if file.is_file() and describes_model(data := read_json(file)):
                found.append(parse_config(data, file))
        except SeparationError as error:
            refusal = error if file.name == CONFIG_FILE else refusal
    return found, refusal


def _codec(
    field: PartFile, folder: Path, config: SamAudioConfig, *, is_stated: bool
) -> tuple[PartFile | None, CodecConfig]:
    """The codec and its sizes. Raises SeparationError where its sample rate is not known."""
    for part in _parts(field, folder, codec_names):
        try:
            told = codec_sizes(seen_as(read_index(part.path), part.names))
        except UntoldError:
            return part, config.audio_codec  # loading it says what it lacks
        if codec_fits(told, config.audio_codec) or (is_stated and part.path == field.path):
            return part, config.audio_codec
        if is_stated:
            continue  # another model's
        if told.hop != CodecConfig().hop:
            raise SeparationError(
                f"{folder / CONFIG_FILE} is missing, or another model's: the shapes in {part.path} are of no "
                "published codec."
            )
        return part, told
    return None, config.audio_codec


def _parts(field: PartFile, folder: Path, names_of: Callable[[WeightIndex], dict[str, str]]) -> Iterator[PartFile]:
    """The files that have a part: the model's own, those beside it and in folders there, and in the list of models."""
    if names := names_of(read_index(field.path)):
        yield PartFile(field.path, names)
    for file in _files_around(field.path, folder):
        with suppress(SeparationError):
            index = read_index(file)
            if role_of_keys(index) in (Role.CODEC, Role.VISION) and (names := names_of(index)):
                yield PartFile(file, names)


def _files_around(own: Path, folder: Path) -> Iterator[Path]:
    beside = [file for file in weight_files(folder)[:_MOST_BESIDE] if file != own]
    yield from beside
    for inner in _folders_in(folder):
        yield from weight_files(inner)[:1]
    with suppress(SeparationError):
        for entry in read_entries():
            if entry.path not in (own, folder):
                yield from weight_files(entry.path)[:1] if entry.path.is_dir() else [entry.path]


def _folders_in(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(islice(sorted(inner for inner in folder.iterdir() if inner.is_dir()), _MOST_BESIDE))
    return []


def _with_parts_beside(config: SamAudioConfig, folder: Path) -> SamAudioConfig:
    """With the names of the folders beside a model that hold its text encoder and span predictor."""
    named = {Role.TEXT: config.text_encoder.name, Role.SPANS: config.span_predictor}
    wanted = {role for role, name in named.items() if name and not has_weights(folder / name)}
    for inner in _folders_in(folder) if wanted else []:
        with suppress(SeparationError):
            role = role_of(inner)
            if role in wanted:
                named[role] = inner.name
                wanted.remove(role)
    text = replace(config.text_encoder, name=named[Role.TEXT] or "")
    return replace(config, text_encoder=text, span_predictor=named[Role.SPANS])


def part_in(path: Path, names_of: Callable[[WeightIndex], dict[str, str]]) -> PartFile:
    """The part in a weights file, or in a folder. Raises SeparationError where there is none."""
    for file in weight_files(path) if path.is_dir() else [path]:
        if names := names_of(read_index(file)):
            return PartFile(file, names)
    raise SeparationError(f"{path} is not a checkpoint of this kind: it has none of its keys.")


def tower_config(layout: ModelLayout) -> VisionTowerConfig:
    """The visual tower's sizes: of the vision_config.json beside the model or its vision encoder, else published ones.

    Raises SeparationError.
    """
    folders = [layout.folder, *([layout.vision.path.parent] if layout.vision else [])]
    folder = next((folder for folder in folders if (folder / "vision_config.json").is_file()), layout.folder)
    return load_tower_config(folder, layout.config.vision_encoder)
