"""The journal of one open recording: what is not saved of it, written to a folder again and again."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.journal_folder import JournalFolder, make_journal_folder
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.session.session import Session
from samstudio.session.text.quoting import listed
from samstudio.storage.session_folder import SavedSession, SaveRequest, save_session, store_stems, stored_takes

LEAST_SPARE = 2_000_000_000
"""Bytes that an autosave leaves free on the disk."""
SPARE_PART = 0.1
"""Or this part of it."""

SessionReader = Callable[[Recording], Session]
"""The session of a recording as it is now."""


class RecordingJournal(QObject):
    """Writes spans and settings at every call, and the stems of a take once, when it is there."""

    warned = Signal(str)
    """A sentence: what cannot be journaled, and what to do."""
    stems_written = Signal(object)
    """Recording: session.json can refer to the stems of a new take now."""

    def __init__(
        self,
        recording: Recording,
        read_session: SessionReader,
        stored_stems: StoredStems,
        background: Background,
        root: Path,
    ) -> None:
        super().__init__()
        self._recording, self._read_session = recording, read_session
        self._stored_stems, self._background, self._root = stored_stems, background, root
        self.place: JournalFolder | None = None
        """Where it is written; None: there is nothing in it."""
        self._session_job: Job | None = None
        self._stems_job: Job | None = None
        # Sentences and the ids of takes: the same warning would come every few seconds.
        self._warned_of: set[str] = set()

    @property
    def is_writing(self) -> bool:
        """Whether session.json is being written."""
        return self._session_job is not None

    def leave(self) -> JournalFolder | None:
        """Write no more; the folder that is not needed any longer. What is being written there ends soon."""
        self._warned_of.clear()
        place, self.place = self.place, None
        jobs = [job for job in (self._session_job, self._stems_job) if job is not None]
        self._session_job = self._stems_job = None
        for job in jobs:
            job.cancel()
        return place

    def write(self) -> None:
        """Write the work as it is now."""
        if self.place is None:
            self.place = self._make_folder()
        if self.place is None:
            return
        folder, base, stored = self.place.folder, self._recording.folder, self._stored_stems.all()
        session = replace(self._read_session(self._recording), autosave_of=str(base or ""))
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
            self._warned_of |= {take.id for take in self._recording.takes if take.name in left_out}
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
            self.stems_written.emit(self._recording)

    @Slot(str)
    def _on_stems_failure(self, sentence: str) -> None:
        # It would fail again.
        self._warned_of |= {take.id for take in self._recording.takes}
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

    def _make_folder(self) -> JournalFolder | None:
        try:
            return make_journal_folder(self._root)
        except OSError:
            self._warn(f"Work cannot be kept safe from a crash, as “{self._root}” cannot be written: save often.")
            return None
