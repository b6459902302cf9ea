"""Saving and opening in one call each."""

from pathlib import Path

from samstudio.session.session import Session
from samstudio.storage.session_folder import SavedSession, SaveRequest, save_session
from samstudio.storage.session_reader import OpenedSession, open_session


def save(folder: Path, session: Session, stored=(), **options) -> SavedSession:
    *_, saved = save_session(SaveRequest(folder, session, tuple(stored), **options))
    assert isinstance(saved, SavedSession)
    return saved


def opened(folder: Path, **options) -> OpenedSession:
    (session,) = open_session(folder, **options)
    return session


def files(folder: Path) -> set[str]:
    """All but the manifests of takes, which opening a session needs not."""
    there = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix() for path in there}
