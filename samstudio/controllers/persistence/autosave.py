"""Work that is not saved yet is written to a journal, so that a crash loses none of it."""

import shutil
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.journal_folder import (
    JournalFolder,
    LostWork,
    lock_journal_folder,
    make_journal_folder,
)
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.controllers.playback.mixing import Mixing
from samstudio.session.session import ViewState
from samstudio.session.take import SeparationSettings
from samstudio.session.text.quoting import listed
from samstudio.storage.session_folder import SavedSession, SaveRequest, save_session, store_stems, stored_takes

DELAY = 1500
"""Milliseconds from a change to the journal: a drag or a sentence typed is journaled once."""
LEAST_SPARE = 2_000_000_000
"""Bytes that an autosave leaves free on the disk."""
SPARE_PART = 0.1
"""Or this part of it."""

ViewReader = Callable[[], tuple[ViewState, SeparationSettings]]
"""The present view, and the settings of the next separation."""


class Autosave(QObject):
    """Journals unsaved work: spans and settings within seconds, the stems of a take once when it is there."""

    warned = Signal(str)
    """A sentence: what cannot be journaled, and what to do."""

    def __init__(
        self,
        document: Document,
        mixing: Mixing,
        state: SessionState,
        stored_stems: StoredStems,
        session_saver: SessionSaver,
        background: Background,
        root: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._state, self._stored_stems = document, state, stored_stems
        self._session_saver, self._background, self._root = session_saver, background, root
        self._read_view: ViewReader | None = None
        self._journal: JournalFolder | None = None
        self._found: dict[Path, JournalFolder] = {}
        self._retired: list[JournalFolder] = []
        self._session_job: Job | None = None
        self._stems_job: Job | None = None
        # Sentences and the ids of takes: the same warning would come every few seconds.
        self._warned_of: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._write)
        document.opened.connect(self.clear)
        session_saver.saved.connect(self._on_saved)
        for changed in (
            document.prompt_changed,
            document.takes_changed,
            document.current_take_changed,
            mixing.mix_changed,
        ):
            changed.connect(self._schedule)

    def start(self, read_view: ViewReader) -> None:
        """Journal from now on; `read_view` is called at each time. Without a window there is nothing to journal."""
        self._read_view = read_view
        self._schedule()

    @property
    def folder(self) -> Path | None:
        """Where the journal of the document is, if there is one."""
        return self._journal.folder if self._journal else None

    @Slot()
    def _schedule(self) -> None:
        if self._read_view is not None and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_saved(self) -> None:
        self.clear()
        self._schedule()

    @Slot()
    def clear(self) -> None:
        """Remove the journal: the work is saved, or the user has given it up."""
        self._timer.stop()
        self._warned_of.clear()
        journal, self._journal = self._journal, None
        jobs = [job for job in (self._session_job, self._stems_job) if job is not None]
        self._session_job = self._stems_job = None
        for job in jobs:
            job.cancel()
        if journal is not None:
            # What is still being written there ends at its next step, and goes with the folder.
            self._retire(journal)

    def _retire(self, journal: JournalFolder) -> None:
        self._retired.append(journal)
        self._background.run(_removing(journal))

    def shut_down(self) -> None:
        """Remove the journal at once: the window was closed in order. The pool has been shut down before."""
        self._timer.stop()
        # Those retired may still be there, as their removal was cancelled with the pool.
        for journal in (*self._retired, *([self._journal] if self._journal is not None else [])):
            if journal.lock.isLocked() or journal.lock.tryLock(0):
                journal.remove()
        for journal in self._found.values():
            journal.lock.unlock()
        self._journal, self._found, self._retired = None, {}, []

    # Journaling

    @Slot()
    def _write(self) -> None:
        if self._state.is_restoring or self._session_job is not None:
            self._schedule()
            return
        if not self._state.is_worth_journaling:
            self.clear()
            return
        if self._journal is None:
            self._journal = self._make_journal()
        if self._journal is None or self._read_view is None:
            return
        folder, base, stored = self._journal.folder, self._state.folder, self._stored_stems.all()
        session = replace(self._session_saver.session(*self._read_view()), autosave_of=str(base or ""))
        places = [folder, *([base] if base else [])]
        there = stored_takes(session.takes, stored, places)
        request = SaveRequest(folder, replace(session, takes=there), stored, also=base, hashed=False, tidy=False)
        self._session_job = self._background.run(
            save_session(request), done=self._on_done, failed=self._warn, ended=self._on_session_ended
        )
        # The sound of a new take may be gigabytes: spans do not wait for it.
        done = {take.id for take in there} | self._warned_of
        new = tuple(take for take in session.takes if take.id not in done)
        if new and self._stems_job is None:
            request = replace(request, session=replace(session, takes=new), spare=self._spare())
            self._stems_job = self._background.run(
                store_stems(request), done=self._on_done, failed=self._on_stems_failure, ended=self._on_stems_ended
            )

    @Slot(object)
    def _on_done(self, saved: SavedSession) -> None:
        self._stored_stems.add(saved.stored)
        if saved.left_out:
            left_out = set(saved.left_out)
            self._warned_of |= {take.id for take in self._document.takes if take.name in left_out}
            names = listed([f"“{name}”" for name in saved.left_out])
            self._warn(f"The disk has too little room to keep {names} safe from a crash: save the session elsewhere.")

    @Slot()
    def _on_session_ended(self) -> None:
        # A job that was cancelled ends when another one may be under way.
        if self.sender() is self._session_job:
            self._session_job = None

    @Slot()
    def _on_stems_ended(self) -> None:
        if self.sender() is self._stems_job:
            self._stems_job = None
            self._schedule()

    @Slot(str)
    def _on_stems_failure(self, sentence: str) -> None:
        # It would fail again.
        self._warned_of |= {take.id for take in self._document.takes}
        self._warn(sentence)

    @Slot(str)
    def _warn(self, sentence: str) -> None:
        if sentence not in self._warned_of:
            self._warned_of.add(sentence)
            self.warned.emit(sentence)

    def _spare(self) -> int:
        with suppress(OSError):
            return max(LEAST_SPARE, int(SPARE_PART * shutil.disk_usage(self._root).total))
        return LEAST_SPARE

    def _make_journal(self) -> JournalFolder | None:
        try:
            return make_journal_folder(self._root)
        except OSError:
            self._warn(f"Work cannot be kept safe from a crash, as “{self._root}” cannot be written: save often.")
            return None

    # Lost work

    def find_lost_work(self) -> tuple[LostWork, ...]:
        """The journals of processes that crashed, the latest first; from now on no other window is offered them."""
        with suppress(OSError):
            for path in list(self._root.iterdir()):
                self._claim(path.with_suffix(""))
        lost = (journal.lost_work() for journal in self._found.values())
        return tuple(sorted(lost, key=lambda work: work.time, reverse=True))

    def _claim(self, folder: Path) -> None:
        if folder in self._found or folder == self.folder:
            return
        journal = lock_journal_folder(folder)
        if journal is None:
            return
        if journal.has_work:
            self._found[folder] = journal
        else:
            journal.remove()

    @Slot(object)
    def adopt(self, lost: LostWork) -> None:
        """Go on in a journal whose work has been brought back."""
        self.clear()
        self._journal = self._found.pop(lost.folder, None)
        self._schedule()

    def discard(self, lost: LostWork) -> None:
        """Delete a journal."""
        journal = self._found.pop(lost.folder, None)
        if journal is not None:
            self._retire(journal)

    def release(self, lost: LostWork) -> None:
        """Let the next start offer it again."""
        journal = self._found.pop(lost.folder, None)
        if journal is not None:
            journal.lock.unlock()


def _removing(journal: JournalFolder) -> Generator[None, None, None]:
    journal.remove()
    yield
