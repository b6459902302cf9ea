"""Where the program keeps what is neither a setting nor a document of the user's."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def data_folder() -> Path:
    """For what must last: journals and locks."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)) / "samstudio"


def cache_folder() -> Path:
    """For what can be made again."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)) / "samstudio"
