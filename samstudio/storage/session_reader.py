"""Opening a session's folder, which may come from anywhere: nothing outside it is read but the clip."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from samstudio.session.session import Session
from samstudio.storage.cell_files import read_cells
from samstudio.storage.json_values import SessionError, Stored
from samstudio.storage.session_folder import SESSION_JSON, STEM_NAME, SUFFIX, TAKES, StoredStem
from samstudio.storage.session_text import StemError, read_session
from samstudio.storage.stem_files import map_stem

MOST_BYTES = 64 << 20
"""Of a session.json: a hundred takes of a thousand marks have a tenth of it."""


@dataclass(frozen=True, eq=False)
class OpenedSession:
    """What was in `folder`; `lost_takes` has a sentence for each take that could not be brought back."""

    folder: Path
    session: Session
    stored: tuple[StoredStem, ...]
    lost_takes: tuple[str, ...] = ()


def session_folder(path: Path) -> Path | None:
    """The session that `path` names: its folder, or the session.json in it; None for anything else."""
    if path.name == SESSION_JSON:
        return path.parent
    return path if path.is_dir() and (path.suffix == SUFFIX or (path / SESSION_JSON).exists()) else None


def open_session(folder: Path, *, is_autosave: bool = False) -> Generator[OpenedSession, None, None]:
    """Read a session; its stems stay on the disk. An autosave may refer to the session it belongs to.

    Raises SessionError, whatever the folder holds.
    """
    stored: dict[str, StoredStem] = {}

    def load(session: Session, name: str) -> Stored:
        if name not in stored:
            places = [folder, Path(session.autosave_of)] if is_autosave and session.autosave_of else [folder]
            stored[name] = _load(places, session, name)
        return stored[name].samples

    session, lost = read_session(_read_facts(folder), load)
    yield OpenedSession(folder, session, tuple(stored.values()), lost)


def _read_facts(folder: Path) -> str:
    path = folder / SESSION_JSON
    try:
        if not path.is_file():
            raise SessionError(f"There is no session in “{folder.name}”: open a folder that holds a {SESSION_JSON}.")
        if path.stat().st_size > MOST_BYTES:
            raise SessionError(f"“{folder.name}” cannot be opened: its {SESSION_JSON} is too large to be one.")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SessionError("This is not a session, or it is damaged: open an older copy.") from error
    except OSError as error:
        raise SessionError(f"“{folder.name}” cannot be read ({error.strerror}): check its permissions.") from error


def _load(places: list[Path], session: Session, name: str) -> StoredStem:
    if not STEM_NAME.fullmatch(name):
        raise SessionError(
            f"A stem must be named like {TAKES}/0123/target.wav, and one is not: this session is unsafe."
        )
    clip = session.clip
    path = next((place / name for place in places if (place / name).is_file()), places[0] / name)
    root = path.parents[2]
    if Path(os.path.realpath(path)) != Path(os.path.realpath(root)) / name:
        raise SessionError("A stem of this session is a link to somewhere else: this session is unsafe.")
    try:
        if path.suffix == ".cells":
            return StoredStem(path, read_cells(path, clip.sample_rate, clip.frames))
        return StoredStem(path, map_stem(path, clip.sample_rate, clip.channels, clip.frames))
    except StemError as error:
        raise StemError(f"{path.name} {error}") from error
