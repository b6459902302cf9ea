"""Files and folders of the program's own that no other user of the machine may read: settings, logs, locks, caches."""

import os
from contextlib import suppress
from pathlib import Path


def private_folder(path: Path) -> Path:
    """The folder, made where it is missing, for its owner alone. Raises OSError where it cannot be made."""
    path.mkdir(0o700, parents=True, exist_ok=True)
    # One that an older version made; another owner's, or a disk without permissions, stays as it is.
    with suppress(OSError):
        path.chmod(0o700)
    return path


def private_file(path: Path) -> Path:
    """The file, made empty where it is missing, for its owner alone. Raises OSError where it cannot be made."""
    private_folder(path.parent)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
    with suppress(OSError):
        path.chmod(0o600)
    return path
