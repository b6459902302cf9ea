"""The folders in which autosave keeps unsaved work: each is locked while the process that writes it runs."""

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QLockFile

from samstudio.controllers.persistence.session_locks import lock_file
from samstudio.session.private_files import private_folder
from samstudio.storage.session_folder import SESSION_JSON


@dataclass(frozen=True)
class LostWork:
    """The journal of a process that crashed, as far as its session.json says."""

    folder: Path
    clip: str
    """The recording's file name."""
    time: float
    """When it was journaled last, in seconds since 1970."""
    spans: int
    takes: int
    bytes: int
    objects: int = 0
    """In the video."""
    session: str = ""
    """The name of the session that the work belongs to; empty: it is in none."""


@dataclass(frozen=True)
class JournalFolder:
    """A folder whose lock this process holds; the lock lies beside it."""

    folder: Path
    lock: QLockFile

    @property
    def has_work(self) -> bool:
        """Whether there is something to bring back."""
        return (self.folder / SESSION_JSON).is_file()

    def remove(self) -> None:
        """Remove it, session.json first: without that file, remainders after a crash are not offered as lost work."""
        (self.folder / SESSION_JSON).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.unlock()

    def lost_work(self) -> LostWork:
        """What there is to bring back. The file is only read as far as the user must know to decide."""
        facts: Any = {}
        with suppress(OSError, ValueError, RecursionError):
            facts = json.loads((self.folder / SESSION_JSON).read_text("utf-8"))
        clip, spans, objects, session = "a recording", 0, 0, ""
        with suppress(KeyError, TypeError):
            clip, spans = Path(facts["clip"]["absolute"]).name, len(facts["prompt"]["spans"])
        with suppress(KeyError, TypeError):
            objects = len(facts["prompt"]["objects"])
        with suppress(KeyError, TypeError):
            session = Path(facts["autosave_of"] or "").stem
        sizes = [path.stat().st_size for path in self.folder.rglob("*") if path.is_file()]
        takes = facts.get("takes", ()) if isinstance(facts, dict) else ()
        time = (self.folder / SESSION_JSON).stat().st_mtime
        return LostWork(self.folder, clip, time, spans, len(takes), sum(sizes), objects, session)


def make_journal_folder(root: Path) -> JournalFolder:
    """A new one in `root`. Raises OSError."""
    name = uuid4().hex
    # Other users of the machine need not see what is worked on.
    private_folder(root.parent)
    private_folder(root)
    lock = lock_file(root / f"{name}.lock")
    if not lock.tryLock(0):
        raise OSError
    (root / name).mkdir(0o700)
    return JournalFolder(root / name, lock)


def lock_journal_folder(folder: Path) -> JournalFolder | None:
    """One that is there already, unless a living process holds it or it is a link."""
    lock = lock_file(folder.with_suffix(".lock"))
    return JournalFolder(folder, lock) if not folder.is_symlink() and lock.tryLock(0) else None
