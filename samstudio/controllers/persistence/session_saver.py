"""Saving: where the work is kept, whether all of it is, and the writing."""

from dataclasses import dataclass
from pathlib import Path
from weakref import ref

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.controllers.playback.mixing import Mixing
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt
from samstudio.session.session import ClipReference, Session, ViewState
from samstudio.session.take import SeparationSettings, Stem, Take
from samstudio.storage.session_folder import SavedSession, SaveProgress, SaveRequest, StoredStem, save_session
from samstudio.storage.session_reader import OpenedSession, open_session


@dataclass(frozen=True)
class _SaveWork:
    """What counts as changed when it is another; takes are compared by identity."""

    prompt: Prompt
    takes: tuple[Take, ...]
    mix: Mix


class SessionSaver(QObject):
    """Saves the document in a session's folder. Everything slow is done in the background."""

    folder_changed = Signal(object)
    """Path of the session that is worked on, or None."""
    modified_changed = Signal(bool)
    """Whether there is something that the session's folder, or the file just opened, does not have."""
    about_to_save = Signal()
    """The last moment to say what is looked at."""
    saving_changed = Signal(bool)
    progressed = Signal(str, float)
    """Stage, fraction 0..1."""
    saved = Signal(object)
    """Path."""
    read = Signal(object)
    """OpenedSession: what `read_session` found."""
    failed = Signal(str)
    """A sentence: why it was not saved, or cannot be read. Everything is as it was."""

    def __init__(
        self,
        document: Document,
        mixing: Mixing,
        background: Background,
        clip_hash: ClipHash,
        locks: SessionLocks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._mixing = document, mixing
        self._background, self._clip_hash = background, clip_hash
        self._locks = locks
        self.folder: Path | None = None
        self.is_modified = False
        self.is_restoring = False
        """Whether takes are still to come."""
        self._view = ViewState()
        self._settings: SeparationSettings | None = None
        self._opened: _SaveWork | None = self._work()
        self._saved: _SaveWork | None = self._opened
        self._being_saved: _SaveWork | None = None
        self._saving: Job | None = None
        self._reading: Job | None = None
        self._shelf: dict[Path, ref[Samples]] = {}
        document.opened.connect(self._begin)
        for changed in (document.prompt_changed, document.takes_changed, mixing.mix_changed):
            changed.connect(self._compare)

    def _work(self) -> _SaveWork:
        return _SaveWork(self._document.prompt, self._document.takes, self._mixing.mix)

    @property
    def is_saving(self) -> bool:
        """Whether a save is under way."""
        return self._saving is not None

    @property
    def is_work_at_risk(self) -> bool:
        """Whether something would be lost if the document went: neither saved nor, without a session, exported."""
        if self._document.clip is None or self.is_restoring:
            return False
        return self.is_modified if self.folder is not None else not self._document.is_kept

    @property
    def is_worth_journaling(self) -> bool:
        """Whether somebody would want it back after a crash."""
        if self._document.clip is None or self.is_restoring or not self.is_modified:
            return False
        work = self._work()
        untouched = self._opened is not None and (work.prompt, work.takes) == (self._opened.prompt, self._opened.takes)
        return self.folder is not None or not untouched

    @Slot()
    def _begin(self) -> None:
        """Another document, which is in no session yet."""
        self._shelf.clear()
        self._view = ViewState()
        self.is_restoring = False
        self._being_saved = None
        self._opened = self._saved = self._work()
        self._move_to(None)
        self._compare()

    @Slot()
    def _compare(self) -> None:
        modified = self._document.clip is not None and self._saved != self._work()
        if modified != self.is_modified:
            self.is_modified = modified
            self.modified_changed.emit(modified)

    def await_takes(self) -> None:
        """Until the session is adopted, the document lacks its takes and must not be saved."""
        self.is_restoring = True

    def adopt(self, opened: OpenedSession, folder: Path | None, *, is_saved: bool) -> bool:
        """Go on with a session that has just been restored into the document; saving goes to `folder`.

        Whether it does: another window may have the session open, then it must be saved under another name.
        """
        self.is_restoring = False
        self.note_stored(opened.stored)
        mine = folder is None or self._locks.take(folder)
        self._opened = self._saved = self._work() if is_saved and mine else None
        if self._saved is None:
            self._document.mark_lost()
        self._move_to(folder if mine else None)
        self._compare()
        return mine

    def detach(self) -> None:
        """Leave the session as it lies: what is in the window is to be saved under another name."""
        self.is_restoring = False
        self._saved = None
        self._document.mark_lost()
        self._move_to(None)
        self._compare()

    def mark_changed(self) -> None:
        """Something not in the document is another (the recording was found elsewhere): it is worth a save."""
        self._saved = None
        self._compare()

    def note_view(self, view: ViewState, settings: SeparationSettings) -> None:
        """What is looked at, and how the next separation shall work: asked for by `about_to_save`."""
        self._view, self._settings = view, settings

    # Saving

    def save(self, folder: Path, link_from: Path | None = None) -> None:
        """Save in `folder` from now on. Does nothing while a save is under way or takes are still to come."""
        if self._saving is not None or self.is_restoring or self._document.clip is None:
            return
        if folder != self.folder and not self._locks.take(folder):
            self.failed.emit(f"“{folder.name}” is open in another window of SAM Studio: choose another name.")
            return
        self._being_saved = self._work()
        request = SaveRequest(folder, self.session(), self.shelf(), link_from=link_from)
        self._saving = self._background.run(
            save_session(request),
            stepped=self._on_step,
            done=self._on_done,
            failed=self.failed,
            ended=self._on_ended,
        )
        self.saving_changed.emit(True)

    def cancel(self) -> None:
        """Break the save off; the session stays as it was saved last."""
        if self._saving is not None:
            self._saving.cancel()

    def session(self) -> Session:
        """All that is worked on, as it is now."""
        self.about_to_save.emit()
        document = self._document
        assert document.clip is not None  # noqa: S101 (the callers have looked)
        current = document.current_take.id if document.current_take else ""
        clip = self._reference(document.clip)
        # Deleted takes do not come back: nor need their strips.
        known, mix = {*Stem, *(take.id for take in document.takes)}, self._mixing.mix
        mix = mix.among(channel for channel in mix.strips if channel in known)
        return Session(clip, document.prompt, document.takes, current, mix, self._view, self._settings)

    def _reference(self, clip: AudioClip) -> ClipReference:
        path = clip.path.absolute() if clip.path is not None else None
        size = path.stat().st_size if path is not None and path.is_file() else 0
        return ClipReference(
            "", clip.sample_rate, clip.channels, clip.frames, str(path or ""), size, self._clip_hash.sha256
        )

    def shelf(self) -> tuple[StoredStem, ...]:
        """Which of the document's samples lie in which files."""
        there = ((path, reference()) for path, reference in self._shelf.items())
        return tuple(StoredStem(path, samples) for path, samples in there if samples is not None)

    def note_stored(self, stored: tuple[StoredStem, ...]) -> None:
        """Remember where samples lie, so that they are not written twice."""
        for stem in stored:
            self._shelf[stem.path] = ref(stem.samples)

    @Slot(object)
    def _on_step(self, step: SaveProgress | SavedSession) -> None:
        if isinstance(step, SaveProgress):
            self.progressed.emit(step.stage, step.done / max(1, step.total))

    @Slot(object)
    def _on_done(self, saved: SavedSession) -> None:
        # The document may be another by now.
        if self._being_saved is not None:
            self.note_stored(saved.stored)
            self._saved = self._being_saved
            self._move_to(saved.folder)
            self._compare()
            if not self.is_modified:
                self._document.mark_kept()
            self.saved.emit(saved.folder)

    @Slot()
    def _on_ended(self) -> None:
        self._saving = None
        self._locks.keep_only(self.folder)
        self.saving_changed.emit(False)

    def _move_to(self, folder: Path | None) -> None:
        self._locks.keep_only(folder)
        if folder != self.folder:
            self.folder = folder
            self.folder_changed.emit(folder)

    # Opening

    def read_session(self, folder: Path, *, is_autosave: bool = False) -> None:
        """Read a session; it comes as `read`."""
        if self._reading is not None:
            self._reading.cancel()
        steps = open_session(folder, is_autosave=is_autosave)
        self._reading = self._background.run(steps, done=self.read, failed=self.failed)
