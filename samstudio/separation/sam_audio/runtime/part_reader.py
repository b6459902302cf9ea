"""What the folders of SAM Audio's models hold: see `models.part_reader`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.json_fields import Json
from samstudio.separation.sam_audio.config import describes_model, load_config


class SamAudioPartReader:
    """Recognises a model by what its config.json holds."""

    def role(self, config: Json) -> Role | None:
        """See `PartReader`."""
        kind = str(config.get("model_type", ""))
        if kind == "t5":
            return Role.TEXT
        if "audio_model" in config or kind.startswith("pe_a"):
            return Role.SPANS
        if "finetune_transformer" in config or "judge" in kind:
            return Role.JUDGE
        return Role.MODEL if describes_model(config) else None

    def helpers(self, folder: Path) -> Mapping[str, Role]:
        """See `PartReader`."""
        config = load_config(folder)
        named = {config.text_encoder.name: Role.TEXT, config.span_predictor: Role.SPANS}
        return {name: role for name, role in named.items() if name}

    def faults(self, path: Path, role: Role) -> Iterator[str]:
        """See `PartReader`."""
        # Imports torch.
        from samstudio.separation.sam_audio.runtime.part_check import part_faults

        return part_faults(path, role)
