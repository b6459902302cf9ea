"""One recording to split into parts, each taken out of what those before it left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from samstudio.audio.encode.formats import AudioFormat
from samstudio.cli.stems.writing import Gain, is_common_gain
from samstudio.session.take import SeparationSettings


@dataclass(frozen=True)
class SplitJob:
    """What to split and where to write the parts: their `paths` by their words in order, the rest's last."""

    source: Path
    paths: Mapping[str, Path]
    settings: SeparationSettings
    audio_format: AudioFormat
    track: int | None = None
    overwrite: bool = False
    gain: Gain | None = None
    projects: Mapping[str, Path] = field(default_factory=dict)
    """The paths of the DAW projects by their keys; none where they are not wanted."""

    @property
    def words(self) -> tuple[str, ...]:
        """What the parts are, but for the rest."""
        return tuple(self.paths)[:-1]

    @property
    def common_gain(self) -> bool:
        """Whether all parts are lowered where they go beyond full scale."""
        return is_common_gain(self.gain, self.audio_format)

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that may be written."""
        return (*self.paths.values(), *self.projects.values())
