"""Where the files that come with the program lie."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "resources"
_FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "resources"


def asset(name: str) -> Path:
    """The path of a bundled file, such as `theme/dark.toml`, in a checkout or in an installed wheel."""
    return _FOLDER / name


def folder_beside(recording: Path | None) -> Path:
    """The default folder for output of a recording: beside it, but never beside the bundled one."""
    return recording.parent if recording is not None and recording.parent != asset("demo") else Path.home()
