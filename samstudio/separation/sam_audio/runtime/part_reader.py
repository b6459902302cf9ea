"""What the folders of SAM Audio's models hold: see `models.part_reader`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.files import config_file, has_weights, model_folder
from samstudio.separation.models.json_fields import read_json
from samstudio.separation.models.part_reader import ModelContents
from samstudio.separation.sam_audio.config import describes_model
from samstudio.separation.sam_audio.layouts.contents import role_of
from samstudio.separation.sam_audio.layouts.layout import find_layout
from samstudio.separation.sam_audio.layouts.named_parts import is_stood_in_for
from samstudio.separation.sam_audio.layouts.part_files import refuse_shard


class SamAudioPartReader:
    """Recognises a part by the keys of its weights, and one that cannot be read by its config.json."""

    def role(self, path: Path) -> Role | None:
        """See `PartReader`."""
        if path.is_file():
            refuse_shard(path)
        try:
            return role_of(path) or _stated_role(path)
        except SeparationError:
            stated = _stated_role(path)
            if stated is None:
                raise
            return stated

    def helpers(self, path: Path) -> Mapping[str, Role]:
        """See `PartReader`."""
        layout = find_layout(path)
        named = {layout.config.text_encoder.name: Role.TEXT, layout.config.span_predictor: Role.SPANS}
        helpers = {
            name: role
            for name, role in named.items()
            if name and not has_weights(layout.folder / name) and not is_stood_in_for(name, role, layout.folder)
        }
        return helpers if layout.codec else {"codec": Role.CODEC, **helpers}

    def contents(self, path: Path) -> ModelContents:
        """See `PartReader`."""
        return find_layout(path).contents

    def faults(self, path: Path, role: Role) -> Iterator[str | Progress]:
        """See `PartReader`."""
        # Imports torch.
        from samstudio.separation.sam_audio.runtime.part_check import part_faults

        return part_faults(path, role)


def _stated_role(path: Path) -> Role | None:
    """What a folder's config.json describes; None where it has none."""
    file = config_file(model_folder(path))
    if not file.is_file():
        return None
    config = read_json(file)
    kind = str(config.get("model_type", ""))
    if kind == "t5":
        return Role.TEXT
    if "audio_model" in config or kind.startswith("pe_a"):
        return Role.SPANS
    if kind == "sam2_video":
        return Role.TRACKER
    if "finetune_transformer" in config or "judge" in kind:
        return Role.JUDGE
    return Role.MODEL if describes_model(config) else None
