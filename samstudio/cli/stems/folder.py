"""The folder of the stems: made where it is missing, and removed again where nothing comes of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit


def exists(path: Path) -> bool:
    """Whether something is there; what can't be looked up for its length is not."""
    try:
        return path.exists()
    except OSError:
        return False


def make_folder(folder: Path) -> None:
    """Make the folder unless it is there. Raises CommandError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            Exit.OUTPUT, f"The folder '{folder}' cannot be made ({error.strerror}): please choose another folder."
        ) from error


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make the folder unless it exists; remove what was made if the block fails. Raises CommandError."""
    made = [path for path in (folder, *folder.parents) if not exists(path)]
    make_folder(folder)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # a folder that is no longer empty stays, and so do those above it
            for path in made:
                path.rmdir()
        raise
