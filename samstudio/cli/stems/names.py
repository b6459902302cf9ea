"""The names of the two files of a recording: shortened where a disk does not accept them, which is then reported."""

import os
from collections.abc import Sequence
from pathlib import Path

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.daw.daw_project import DAWPROJECT, REAPER
from samstudio.audio.export.file_names import safe_name, shortened
from samstudio.session.labels.label_times import shown
from samstudio.session.text.stem_names import REST

_MOST_BYTES = 255
"""Of a file's name on nearly all disks; some take fewer, and say so."""
_ENDINGS = ("_target", "_residual")


def stem_paths(folder: Path, name: str, audio_format: AudioFormat) -> tuple[Path, Path]:
    """The paths of target and residual of a recording called `name`, which is shortened if it has to be."""
    # A manifest may lie beside them.
    longest = max(len("_manifest.json"), max(len(ending) for ending in _ENDINGS) + len(audio_format.suffix))
    name = shortened(name, _most_bytes(folder) - longest)
    target, residual = (folder / f"{name}{ending}{audio_format.suffix}" for ending in _ENDINGS)
    return target, residual


def part_paths(folder: Path, name: str, parts: Sequence[str], audio_format: AudioFormat) -> dict[str, Path]:
    """The paths of the parts of a recording called `name`, then that of the REST, by their words."""
    files = {part: safe_name("_".join(part.split())) for part in (*parts, REST)}
    longest = max(len(os.fsencode(file)) for file in files.values())
    name = shortened(name, _most_bytes(folder) - longest - len(audio_format.suffix) - 1)
    return {part: folder / f"{name}_{file}{audio_format.suffix}" for part, file in files.items()}


def project_paths(target: Path) -> dict[str, Path]:
    """The paths of the DAW projects beside `target`, by their keys: they are called as the recording is."""
    return named_projects(target.parent, target.stem.removesuffix(_ENDINGS[0]))


def named_projects(folder: Path, name: str) -> dict[str, Path]:
    """The paths of the DAW projects called `name`, by their keys."""
    return {key: folder / f"{name}.{key}" for key in (DAWPROJECT, REAPER)}


def manifest_path(target: Path) -> Path:
    """The path of the manifest beside `target`."""
    return target.with_name(f"{target.stem.removesuffix(_ENDINGS[0])}_manifest.json")


def name_note(name: str, target: Path) -> str:
    """A sentence that says how the files are called if `name` was shortened; empty otherwise."""
    used = target.stem.removesuffix(_ENDINGS[0])
    if used == name:
        return ""
    return f"The name “{shown(name, 40)}” is too long for the stems and was shortened: they are called “{used}”."


def _most_bytes(folder: Path) -> int:
    """What the disk takes on which the folder is or will be."""
    for place in (folder, *folder.absolute().parents):
        try:
            return min(_MOST_BYTES, os.pathconf(place, "PC_NAME_MAX"))
        except (OSError, ValueError, AttributeError):
            continue
    return _MOST_BYTES
