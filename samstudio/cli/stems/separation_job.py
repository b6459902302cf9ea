"""One recording to separate into two files."""

from dataclasses import dataclass
from pathlib import Path

from samstudio.audio.encode.formats import AudioFormat
from samstudio.cli.stems.names import manifest_path, project_paths
from samstudio.cli.stems.writing import Gain, is_common_gain
from samstudio.session.prompt import Prompt
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings


@dataclass(frozen=True)
class SeparationJob:
    """What to separate and where to write the stems; `bounds` (seconds) limits it to a part of the recording.

    `track` counts the sound tracks of the file from 1; None is its default one. `gain` is for stems beyond full scale.
    """

    source: Path
    target: Path
    residual: Path
    prompt: Prompt
    settings: SeparationSettings
    audio_format: AudioFormat
    bounds: Stretch | None = None
    track: int | None = None
    overwrite: bool = False
    gain: Gain | None = None
    """None: a common gain where the format cannot hold what is beyond full scale."""
    note: str = ""
    """A sentence about the files' names, for the user."""
    has_manifest: bool = False
    """Whether a manifest is written beside them, a JSON file that says what they were made of and how."""
    daw_project: bool = False
    """Whether DAW projects with the stems in place are written beside them."""

    @property
    def projects(self) -> dict[str, Path]:
        """The paths of the DAW projects by their keys; none where they are not wanted."""
        return project_paths(self.target) if self.daw_project else {}

    @property
    def manifest(self) -> Path | None:
        """The path of the manifest; None where none is wanted."""
        return manifest_path(self.target) if self.has_manifest else None

    @property
    def common_gain(self) -> bool:
        """Whether both stems are lowered where they go beyond full scale."""
        return is_common_gain(self.gain, self.audio_format)
