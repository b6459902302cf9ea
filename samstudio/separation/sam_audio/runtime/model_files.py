"""The files that a loaded model was made of: another file of the same name makes another model."""

from dataclasses import dataclass
from pathlib import Path

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.weights.stamp import FileStamp, file_stamp, folder_stamp
from samstudio.separation.sam_audio.layouts.layout import ModelLayout, find_layout
from samstudio.separation.sam_audio.layouts.named_parts import part_named


@dataclass(frozen=True)
class ModelFiles:
    """Where the parts lie, and the stamps of their files: equal as long as none of them was replaced."""

    layout: ModelLayout
    weights: tuple[FileStamp, ...]
    """Of field, codec and visual tower."""
    helpers: tuple[FileStamp, ...]
    """Of text encoder and span predictor."""

    @property
    def stamps(self) -> tuple[FileStamp, ...]:
        """Of all files."""
        return self.weights + self.helpers

    @classmethod
    def find(cls, path: Path) -> "ModelFiles":
        """Those of the model in a folder or a weights file, as they are now. Raises SeparationError."""
        layout = find_layout(path)
        parts = [part for part in (layout.field, layout.codec, layout.vision) if part]
        weights = tuple(file_stamp(file) for part in parts for file in part.files)
        config = layout.config
        named = {Role.TEXT: config.text_encoder.name, Role.SPANS: config.span_predictor}
        helpers = (stamp for role, name in named.items() if name for stamp in _helper(name, role, layout.folder))
        return cls(layout, weights, tuple(helpers))


def _helper(name: str, role: Role, folder: Path) -> tuple[FileStamp, ...]:
    try:
        return folder_stamp(part_named(name, role, folder))
    except SeparationError:
        return ()
