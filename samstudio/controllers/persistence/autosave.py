"""The work that is not saved yet, journaled so that a crash takes none of it."""

import json
import shutil
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.session_locks import lock_file
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.playback.mixing import Mixing
from samstudio.storage.session_folder import (
    SESSION_JSON,
    SavedSession,
    SaveRequest,
    is_stored,
    save_session,
    store_stems,
)

DELAY = 1500
"""Milliseconds from a change to the journal: a drag or a sentence typed is journaled once."""
LEAST_SPARE = 2_000_000_000
"""Bytes that an autosave leaves free on the disk."""
SPARE_PART = 0.1
"""Or this part of it."""


@dataclass(frozen=True)
class LostWork:
    """What a process that ended without a farewell has left behind, as far as its journal tells."""

    folder: Path
    clip: str
    """The recording's file name."""
    time: float
    """When it was journaled last, in seconds since 1970."""
    spans: int
    takes: int
    bytes: int


@dataclass
class _Home:
    """A folder of our own, locked as long as we live."""

    folder: Path
    lock: QLockFile

    def remove(self) -> None:
        """Facts first: without them nothing in the folder is anybody's work."""
        (self.folder / SESSION_JSON).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.unlock()


class Autosave(QObject):
    """Journals unsaved work: marks and settings within seconds, the stems of a take once when it is there."""

    warned = Signal(str)
    """A sentence: what cannot be journaled, and what to do."""

    def __init__(
        self,
        document: Document,
        mixing: Mixing,
        session_saver: SessionSaver,
        background: Background,
        root: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._session_saver, self._background, self._root = document, session_saver, background, root
        self._home: _Home | None = None
        self._found: dict[Path, _Home] = {}
        self._retired: list[_Home] = []
        self._facts_job: Job | None = None
        self._stems_job: Job | None = None
        self._told: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._journal)
        document.opened.connect(self.clear)
        session_saver.saved.connect(self._follow_save)
        for changed in (
            document.prompt_changed,
            document.takes_changed,
            document.current_take_changed,
            mixing.mix_changed,
        ):
            changed.connect(self._schedule)

    @property
    def folder(self) -> Path | None:
        """Where the journal of the document is, if there is one."""
        return self._home.folder if self._home else None

    @Slot()
    def _schedule(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _follow_save(self) -> None:
        self.clear()
        self._schedule()

    @Slot()
    def clear(self) -> None:
        """Forget the journal: the work is safe, or given up."""
        self._timer.stop()
        self._told.clear()
        home, self._home = self._home, None
        jobs = [job for job in (self._facts_job, self._stems_job) if job is not None]
        self._facts_job = self._stems_job = None
        for job in jobs:
            job.cancel()
        if home is not None:
            # What is still being written there ends at its next step, and goes with the folder.
            self._retire(home)

    def _retire(self, home: _Home) -> None:
        self._retired.append(home)
        self._background.run(_remove(home))

    def shut_down(self) -> None:
        """Remove the journal at once: the window was closed in order."""
        self._timer.stop()
        # Those retired before may still be there: their removal was cancelled with the pool.
        for home in (*self._retired, *([self._home] if self._home is not None else [])):
            home.remove()
        for home in self._found.values():
            home.lock.unlock()
        self._home, self._found = None, {}

    # Journaling

    @Slot()
    def _journal(self) -> None:
        if self._session_saver.is_restoring or self._facts_job is not None:
            self._schedule()
            return
        if not self._session_saver.is_worth_journaling:
            self.clear()
            return
        self._home = home = self._home or self._make_home()
        if home is None:
            return
        base, shelf, session = self._session_saver.folder, self._session_saver.shelf(), self._session_saver.session()
        places = [home.folder, *([base] if base else [])]
        there = tuple(take for take in session.takes if is_stored(take, shelf, places))
        session = replace(session, autosave_of=str(base or ""))
        request = SaveRequest(home.folder, replace(session, takes=there), shelf, also=base, hashed=False, tidy=False)
        self._facts_job = self._background.run(
            save_session(request), done=self._on_done, failed=self._on_failure, ended=self._on_facts_ended
        )
        # The sound of a new take may be gigabytes: marks do not wait for it.
        new = tuple(take for take in session.takes if take not in there and take.id not in self._told)
        if new and self._stems_job is None:
            request = replace(request, session=replace(session, takes=new), spare=self._spare())
            self._stems_job = self._background.run(
                store_stems(request), done=self._on_done, failed=self._on_stems_failure, ended=self._on_stems_ended
            )

    @Slot(object)
    def _on_done(self, step: SavedSession) -> None:
        self._session_saver.note_stored(step.stored)
        if step.left_out:
            self._told |= {take.id for take in self._document.takes if take.name in step.left_out}
            names = ", ".join(f"“{name}”" for name in step.left_out)
            self._tell(f"The disk has too little room to keep {names} safe from a crash: save the session elsewhere.")

    @Slot()
    def _on_facts_ended(self) -> None:
        if self.sender() is self._facts_job:
            self._facts_job = None

    @Slot()
    def _on_stems_ended(self) -> None:
        if self.sender() is self._stems_job:
            self._stems_job = None
            self._schedule()

    @Slot(str)
    def _on_failure(self, sentence: str) -> None:
        self._tell(sentence)

    @Slot(str)
    def _on_stems_failure(self, sentence: str) -> None:
        # The same would fail again.
        self._told |= {take.id for take in self._document.takes}
        self._tell(sentence)

    def _tell(self, sentence: str) -> None:
        # Once: it would be the same every few seconds.
        if sentence not in self._told:
            self._told.add(sentence)
            self.warned.emit(sentence)

    def _spare(self) -> int:
        with suppress(OSError):
            return max(LEAST_SPARE, int(SPARE_PART * shutil.disk_usage(self._root).total))
        return LEAST_SPARE

    def _make_home(self) -> _Home | None:
        name = uuid4().hex
        try:
            # Other users of the machine need not see what is worked on.
            self._root.mkdir(0o700, parents=True, exist_ok=True)
            lock = lock_file(self._root / f"{name}.lock")
            if not lock.tryLock(0):
                raise OSError
            (self._root / name).mkdir()
        except OSError:
            self._tell(f"Work cannot be kept safe from a crash, as “{self._root}” cannot be written: save often.")
            return None
        return _Home(self._root / name, lock)

    # What others have left behind

    def find_lost_work(self) -> tuple[LostWork, ...]:
        """The journals of processes that have died, the latest first; from now on no other window is offered them."""
        with suppress(OSError):
            for path in list(self._root.iterdir()):
                self._look_into(path.with_suffix(""))
        return tuple(sorted(map(_tell_of, self._found), key=lambda lost: lost.time, reverse=True))

    def _look_into(self, folder: Path) -> None:
        is_ours = folder in self._found or (self._home is not None and folder == self._home.folder)
        if is_ours or folder.is_symlink():
            return
        home = _Home(folder, lock_file(folder.with_suffix(".lock")))
        if not home.lock.tryLock(0):
            return
        if (folder / SESSION_JSON).is_file():
            self._found[folder] = home
        else:
            home.remove()

    def adopt(self, lost: LostWork) -> None:
        """Go on in a journal whose work has been brought back."""
        self.clear()
        self._home = self._found.pop(lost.folder, None)
        self._schedule()

    def discard(self, lost: LostWork) -> None:
        """Remove a journal for good."""
        home = self._found.pop(lost.folder, None)
        if home is not None:
            self._retire(home)

    def leave(self, lost: LostWork) -> None:
        """Let the next start offer it again."""
        home = self._found.pop(lost.folder, None)
        if home is not None:
            home.lock.unlock()


def _remove(home: _Home) -> Generator[None, None, None]:
    home.remove()
    yield


def _tell_of(folder: Path) -> LostWork:
    """What the journal says of itself, without a look at what it is worth."""
    facts: Any = {}
    with suppress(OSError, ValueError, RecursionError):
        facts = json.loads((folder / SESSION_JSON).read_text("utf-8"))
    clip, spans = "a recording", 0
    with suppress(KeyError, TypeError):
        clip, spans = Path(facts["clip"]["absolute"]).name, len(facts["prompt"]["spans"])
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    takes = facts.get("takes", ()) if isinstance(facts, dict) else ()
    return LostWork(folder, clip, (folder / SESSION_JSON).stat().st_mtime, spans, len(takes), sum(sizes))
