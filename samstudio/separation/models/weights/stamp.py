"""Tells files on the disk from those that were put in their place, without reading them."""

from pathlib import Path

from samstudio.separation.models.files import WEIGHT_SUFFIXES

FileStamp = tuple[str, int, int, int]
"""Path, size in bytes, time of the last change in ns, and number of the file on its disk."""


def file_stamp(file: Path) -> FileStamp:
    """The stamp of a file; of a missing one, zeros."""
    try:
        facts = file.stat()
    except OSError:
        return str(file), 0, 0, 0
    return str(file), facts.st_size, facts.st_mtime_ns, facts.st_ino


def folder_stamp(folder: Path) -> tuple[FileStamp, ...]:
    """The stamps of the weights and JSON files in a folder, or of a weights file and the JSON files beside it."""
    inside = folder if folder.is_dir() else folder.parent
    try:
        files = sorted(inside.iterdir())
    except OSError:
        return ()
    kinds = (".json", *(WEIGHT_SUFFIXES if folder.is_dir() else ()))
    return tuple(file_stamp(file) for file in files if file == folder or file.suffix in kinds)
