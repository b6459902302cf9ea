"""Work that is not saved yet is written to journals, so that a crash loses none of it."""

from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.journal_folder import JournalFolder, LostWork, lock_journal_folder
from samstudio.controllers.persistence.recording_journal import RecordingJournal
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.session.session import Session, ViewState
from samstudio.session.take import SeparationSettings

DELAY = 1500
"""Milliseconds from a change to the journal: a drag or a sentence typed is journaled once."""

ViewReader = Callable[[], tuple[ViewState, SeparationSettings]]
"""The present view, and the settings of the next separation."""


class Autosave(QObject):
    """Keeps a journal of every open recording that has unsaved work, shown or not."""

    warned = Signal(str)
    """A sentence: what cannot be journaled, and what to do."""

    def __init__(
        self,
        document: Document,
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
        self._journals: dict[Recording, RecordingJournal] = {}
        self._found: dict[Path, JournalFolder] = {}
        self._retired: list[JournalFolder] = []
        self._due: set[Recording] = set()
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._write)
        document.recordings.changed.connect(self._schedule)
        document.recordings.closed.connect(self._on_closed)
        session_saver.saved.connect(self._on_saved)

    def start(self, read_view: ViewReader) -> None:
        """Journal from now on; `read_view` is called at each time. Without a window there is nothing to journal."""
        self._read_view = read_view
        for recording in self._document.recordings.all:
            self._schedule(recording)

    @property
    def folder(self) -> Path | None:
        """Where the journal of the recording that is shown is, if there is one."""
        journal = self._journals.get(self._document.recording)
        return journal.place.folder if journal is not None and journal.place is not None else None

    @Slot(object)
    def _schedule(self, recording: Recording) -> None:
        if self._read_view is not None:
            self._due.add(recording)
            if not self._timer.isActive():
                self._timer.start()

    @Slot(object, object)
    def _on_saved(self, _folder: Path, recording: Recording) -> None:
        self.clear(recording)
        self._schedule(recording)

    @Slot(object)
    def _on_closed(self, recording: Recording) -> None:
        self.clear(recording)
        self._due.discard(recording)
        if not self._due:
            self._timer.stop()
        self._journals.pop(recording, None)

    def clear(self, recording: Recording) -> None:
        """Remove a recording's journal: the work is saved, or the user has given it up."""
        journal = self._journals.get(recording)
        place = journal.leave() if journal is not None else None
        if place is not None:
            self._retire(place)

    def _retire(self, place: JournalFolder) -> None:
        self._retired.append(place)
        self._background.run(_removing(place))

    def shut_down(self) -> None:
        """Remove the journals at once: the window was closed in order. The pool has been shut down before."""
        self._read_view = None
        self._timer.stop()
        kept = [journal.place for journal in self._journals.values() if journal.place is not None]
        # Those retired may still be there, as their removal was cancelled with the pool.
        for place in (*self._retired, *kept):
            if place.lock.isLocked() or place.lock.tryLock(0):
                place.remove()
        for place in self._found.values():
            place.lock.unlock()
        self._journals, self._found, self._retired = {}, {}, []

    # Journaling

    @Slot()
    def _write(self) -> None:
        due, self._due = self._due, set()
        for recording in due:
            if recording.is_restoring or self._journal_of(recording).is_writing:
                self._schedule(recording)
            elif not self._state.is_worth_journaling(recording):
                self.clear(recording)
            else:
                self._journal_of(recording).write()

    def _journal_of(self, recording: Recording) -> RecordingJournal:
        if recording not in self._journals:
            journal = RecordingJournal(recording, self._read_session, self._stored_stems, self._background, self._root)
            journal.warned.connect(self.warned)
            journal.stems_written.connect(self._schedule)
            self._journals[recording] = journal
        return self._journals[recording]

    def _read_session(self, recording: Recording) -> Session:
        view, settings = recording.view, recording.settings
        if recording is self._document.recording and self._read_view is not None:
            view, settings = self._read_view()
        return self._session_saver.session(recording, view, settings)

    # Lost work

    def find_lost_work(self) -> tuple[LostWork, ...]:
        """The journals of processes that crashed, the latest first; from now on no other window is offered them."""
        with suppress(OSError):
            for path in list(self._root.iterdir()):
                self._claim(path.with_suffix(""))
        lost = (journal.lost_work() for journal in self._found.values())
        return tuple(sorted(lost, key=lambda work: work.time, reverse=True))

    def _claim(self, folder: Path) -> None:
        mine = [journal.place.folder for journal in self._journals.values() if journal.place is not None]
        if folder in self._found or folder in mine:
            return
        journal = lock_journal_folder(folder)
        if journal is None:
            return
        if journal.has_work:
            self._found[folder] = journal
        else:
            journal.remove()

    @Slot(object, object)
    def adopt(self, recording: Recording, lost: LostWork) -> None:
        """Go on in a journal whose work has been brought back."""
        self.clear(recording)
        self._journal_of(recording).place = self._found.pop(lost.folder, None)
        self._schedule(recording)

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
