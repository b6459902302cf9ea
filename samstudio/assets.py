"""Where the files that come with the program lie, and how it was installed."""

import sys
from pathlib import Path

IS_BUNDLE = bool(getattr(sys, "frozen", False))
"""Whether the program has an interpreter of its own, for which pip installs nothing."""

_INSTALLED = Path(__file__).parent / "resources"
_FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "resources"


def asset(name: str) -> Path:
    """The path of a bundled file, such as `theme/dark.toml`, in a checkout or in an installed wheel."""
    return _FOLDER / name


def how_to_get(extra: str) -> str:
    """How an optional part of the program is got, for the end of a sentence."""
    name = f'"samstudio[{extra}]"'
    if IS_BUNDLE:
        return f"it is no part of this bundle, but of what 'uv tool install {name}' installs"
    return f"install it with 'pip install {name}'"


def folder_beside(recording: Path | None) -> Path:
    """The default folder for output of a recording: beside it, but never beside the bundled one."""
    return recording.parent if recording is not None and recording.parent != asset("demo") else Path.home()
