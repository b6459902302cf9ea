"""Where each part of a model is, and the sizes of all: `find_layout` looks at keys and shapes, and at nothing else.

Codec and vision encoder may lie elsewhere: see `part_files`. A config.json counts where the shapes fit it; of several,
the first that they fit.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
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
    VISION_FILE,
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
    seen_as,
    vision_names,
)
from samstudio.separation.sam_audio.layouts.part_files import (
    MOST_BESIDE,
    PartFile,
    coarseness,
    folders_in,
    joined_index,
    parts_for,
    refuse_shard,
    shards_in,
)
from samstudio.separation.sam_audio.layouts.sizes import (
    UntoldError,
    codec_fits,
    codec_sizes,
    field_sizes,
    fits,
    is_published_tower,
    lacks_layers,
    published_size,
)
from samstudio.session.text.quoting import listed


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
            size, self.field.path.name, {role: self._place(part) if part else "" for role, part in parts.items()}
        )

    def _place(self, part: PartFile) -> str:
        """Its file as seen from the model's folder; the whole path where it lies elsewhere."""
        is_inside = part.path.is_relative_to(self.folder)
        return str(part.path.relative_to(self.folder) if is_inside else part.path)

    @property
    def foreign_codec(self) -> Path | None:
        """The file of a codec that is none of the model's own."""
        is_own = self.codec is None or self.codec.path.is_relative_to(self.folder)
        return None if is_own or self.codec is None else self.codec.path


def find_layout(path: Path) -> ModelLayout:
    """The layout of the model in a folder or a weights file. Raises SeparationError where there is none."""
    folder, field = model_folder(path), _field(path)
    config, is_stated = _config(field, folder)
    codec, sizes = _codec(field, folder, config, is_stated=is_stated)
    config = replace(_with_parts_beside(config, folder), audio_codec=sizes)
    if not is_stated:
        check_sizes(config, {}, field.path)
    visions = (part for part in parts_for(field, folder, vision_names) if is_stated or _is_told(part, folder))
    return ModelLayout(folder, config, field, codec, next(visions, None))


def _field(path: Path) -> PartFile:
    """The file, or the files, that have the field. Raises SeparationError as `_model_file` does."""
    shards = shards_in(path) if path.is_dir() else ()
    if shards:
        return PartFile(shards[0], field_names(joined_index(shards)), shards[1:])
    file = _model_file(path)
    return PartFile(file, field_names(read_index(file)))


def _is_told(vision: PartFile, folder: Path) -> bool:
    """Whether the sizes of a visual tower are known where no config.json names it: published ones, or from a file."""
    if any((place / VISION_FILE).is_file() for place in (folder, vision.path.parent)):
        return True
    return is_published_tower(seen_as(vision.index, vision.names))


def _model_file(path: Path) -> Path:
    """The file that has the field. Raises SeparationError where it is none, or takes a choice."""
    if not path.is_dir():
        refuse_shard(path)
        if not field_names(read_index(path)):
            raise SeparationError(f"{path} has no keys of a SAM Audio model: choose one of its files, or its folder.")
        return path
    files = weight_files(path)
    if not files:
        raise SeparationError(no_weights_sentence(path))
    found: dict[Path, WeightIndex] = {}
    refusal = SeparationError(f"No file in {path} has keys of a SAM Audio model: choose the folder of one.")
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
        return min(found, key=lambda file: coarseness(found[file]))
    return first


def _config(field: PartFile, folder: Path) -> tuple[SamAudioConfig, bool]:
    """The sizes of a model, and whether a file states them; its codec's are the published ones where none does.

    Raises SeparationError.
    """
    stated, refusal = _stated(folder)
    try:
        told = field_sizes(seen_as(field.index, field.names))
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
    for file in [folder / CONFIG_FILE, *others[:MOST_BESIDE]]:
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
    for part in parts_for(field, folder, codec_names):
        try:
            told = codec_sizes(seen_as(part.index, part.names))
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


def _with_parts_beside(config: SamAudioConfig, folder: Path) -> SamAudioConfig:
    """With the names of the folders beside a model that hold its text encoder and span predictor."""
    named = {Role.TEXT: config.text_encoder.name, Role.SPANS: config.span_predictor}
    wanted = {role for role, name in named.items() if name and not has_weights(folder / name)}
    for inner in folders_in(folder) if wanted else []:
        with suppress(SeparationError):
            role = role_of(inner)
            if role in wanted:
                named[role] = inner.name
                wanted.remove(role)
    text = replace(config.text_encoder, name=named[Role.TEXT] or "")
    return replace(config, text_encoder=text, span_predictor=named[Role.SPANS])


def tower_config(layout: ModelLayout) -> VisionTowerConfig:
    """The visual tower's sizes: of the vision_config.json beside the model or its vision encoder, else published ones.

    Raises SeparationError.
    """
    folders = [layout.folder, *([layout.vision.path.parent] if layout.vision else [])]
    folder = next((folder for folder in folders if (folder / VISION_FILE).is_file()), layout.folder)
    return load_tower_config(folder, layout.config.vision_encoder)
