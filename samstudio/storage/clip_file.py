"""The file of a session's recording: finding it again, and its hash."""

import hashlib
import os
import re
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from samstudio.audio.atomic_file import clear_errors
from samstudio.session.session import ClipReference

_BLOCK = 1 << 22


def is_on_network(path: str) -> bool:
    r"""Whether a path names another computer: looking for such a file already tells that computer of the user.

    By its form alone: `//host/share`, `\\host\share`, an address, or the places where desktops mount shares.
    """
    plain = path.replace("\\", "/")
    return plain.startswith("//") or bool(re.match(r"([a-z][a-z0-9+.-]+:/|/net/|/run/user/\d+/gvfs/|/Network/)", plain))


def find_clip(folder: Path, clip: ClipReference) -> Path | None:
    """The recording of the session in `folder`: where it was, or a file of its name beside or in the session.

    The first that has the right size, or else the first there is. Other computers are not asked, unless the session
    itself lies on one.
    """
    if not is_on_network(str(folder)):
        clip = replace(
            clip,
            path="" if is_on_network(os.path.normpath(folder / clip.path)) else clip.path,
            absolute="" if is_on_network(clip.absolute) else clip.absolute,
        )
    names = [Path(name).name for name in (clip.path, clip.absolute) if name]
    places = [folder / clip.path, Path(clip.absolute)] if clip.absolute else [folder / clip.path]
    places += [place / name for place in (folder.parent, folder) for name in names]
    found = [Path(os.path.normpath(place)) for place in places if _is_file(place)]
    return next((path for path in found if path.stat().st_size == clip.size), found[0] if found else None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no disk can have
        return False


def find_sha256(path: Path) -> Generator[tuple[int, int] | str, None, None]:
    """Yields (bytes read, bytes in all) as it goes, and at last the SHA-256 of the file. Raises AudioError."""
    digest, done = hashlib.sha256(), 0
    with clear_errors(path), path.open("rb") as file:
        total = os.fstat(file.fileno()).st_size
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            yield done, max(done, total)
    yield digest.hexdigest()


def path_to_clip(absolute: str, folder: Path) -> str:
    """The relative path from the session to its clip; absolute where there is none (another drive)."""
    try:
        return Path(os.path.relpath(absolute, os.path.realpath(folder))).as_posix()
    except ValueError:
        return absolute
