"""One process at a time writes a folder of downloads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from samstudio.separation.engine import SeparationError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing the folder. Raises SeparationError where one does already."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise SeparationError(f"{folder} is being downloaded already, by another SAM Studio: wait for it.") from None
    try:
        yield
    finally:
        lock.release()
