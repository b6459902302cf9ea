"""Which state of the work is saved, and where: the only place that decides whether anything would be lost."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording, WorkState
from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.controllers.playback.mixing import Mixing
from samstudio.session.mix import Mix


class SessionState(QObject):
    """Follows every open recording. Saving, autosave, export, window title and the question before closing ask it.

    The properties and signals are of the recording that is shown.
    """

    folder_changed = Signal(object)
    """Path of the session that is worked on, or None."""
    modified_changed = Signal(bool)
    """Whether there is something that the session's folder, or the file just opened, does not have."""

    def __init__(self, document: Document, mixing: Mixing, locks: SessionLocks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._mixing, self._locks = document, mixing, locks
        self._reserved: Path | None = None
        document.recordings.changed.connect(self._compare)
        document.recordings.closed.connect(self._keep_locks)
        document.opened.connect(self._on_shown)
        mixing.mix_changed.connect(self._on_mix_changed)
        document.recording.mix = mixing.mix

    @property
    def folder(self) -> Path | None:
        """Where the session is saved; None: nowhere yet."""
        return self._document.recording.folder

    @property
    def is_modified(self) -> bool:
        """Whether there is something that the session's folder, or the file just opened, does not have."""
        return self._document.recording.is_modified

    @property
    def is_restoring(self) -> bool:
        """Whether the document still lacks the takes of its session, and must not be saved."""
        return self._document.recording.is_restoring

    @property
    def is_at_risk(self) -> bool:
        """Whether something would be lost if the recording that is shown were closed."""
        return self.would_lose(self._document.recording)

    @property
    def is_kept(self) -> bool:
        """Whether prompt and takes are as they were when they were last opened, saved or exported."""
        recording = self._document.recording
        return recording.clip is None or recording.work.has_same_result(recording.kept)

    def would_lose(self, recording: Recording) -> bool:
        """Whether something is lost if a recording is closed: neither saved nor, without a session, exported."""
        if recording.clip is None or recording.is_restoring:
            return False
        if recording.folder is not None:
            return recording.is_modified
        return not recording.work.has_same_result(recording.kept)

    def is_worth_journaling(self, recording: Recording) -> bool:
        """Whether the user would want it back after a crash: fader positions alone, without a session, are not."""
        if recording.clip is None or recording.is_restoring or not recording.is_modified:
            return False
        return recording.folder is not None or not recording.work.has_same_result(recording.opened)

    @Slot()
    def _on_shown(self) -> None:
        recording = self._document.recording
        self._mixing.set_mix(recording.mix)
        self.folder_changed.emit(recording.folder)
        self.modified_changed.emit(recording.is_modified)

    @Slot(object)
    def _on_mix_changed(self, mix: Mix) -> None:
        self._document.recording.mix = mix
        self._compare(self._document.recording)

    @Slot(object)
    def _compare(self, recording: Recording) -> None:
        modified = recording.clip is not None and not recording.work.is_same(recording.saved)
        if modified != recording.is_modified:
            recording.is_modified = modified
            if recording is self._document.recording:
                self.modified_changed.emit(modified)
            self._document.recordings.changed.emit(recording)

    # Opening a session

    def begin_restoring(self, recording: Recording) -> None:
        """The recording was opened without the takes of its session, which come later."""
        recording.is_restoring = True

    def end_restoring(self, recording: Recording, folder: Path | None, *, is_saved: bool) -> bool:
        """The recording has its takes: saving goes to `folder`, which has all of it if `is_saved`.

        Whether it does: another window may have the session open, then it must be saved under another name.
        """
        recording.is_restoring = False
        is_mine = folder is None or self._take(recording, folder)
        recording.opened = recording.saved = recording.kept = recording.work if is_saved and is_mine else None
        self._move(recording, folder if is_mine else None)
        return is_mine

    def detach(self, recording: Recording) -> None:
        """Leave the session as it is on the disk: what was opened is to be saved under another name."""
        recording.is_restoring = False
        recording.saved = recording.kept = None
        self._move(recording, None)

    def mark_changed(self, recording: Recording) -> None:
        """Something outside the work changed (the sound file was found elsewhere): the session should be saved."""
        recording.saved = None
        self._compare(recording)

    # Saving and exporting

    def reserve(self, recording: Recording, folder: Path) -> bool:
        """Lock a folder for a save; False if that session is open, in this window or another one."""
        is_mine = self._take(recording, folder)
        self._reserved = folder if is_mine else None
        return is_mine

    def mark_saved(self, recording: Recording, folder: Path, work: WorkState) -> None:
        """`work` is in `folder`, where saving goes from now on."""
        recording.saved = recording.kept = work
        self._move(recording, folder)

    def release_reserved(self) -> None:
        """Unlock a folder that was reserved, unless it is a session's now: the save has ended, one way or another."""
        self._reserved = None
        self._keep_locks()

    def mark_exported(self, recording: Recording | None = None, work: WorkState | None = None) -> None:
        """Prompt and takes are in files as they are now, or as they were: without a session, they count as safe."""
        recording = recording or self._document.recording
        recording.kept = work or recording.work

    def _take(self, recording: Recording, folder: Path) -> bool:
        others = (other.folder for other in self._document.recordings.all if other is not recording)
        return folder not in others and self._locks.take(folder)

    @Slot()
    def _keep_locks(self) -> None:
        folders = {recording.folder for recording in self._document.recordings.all} | {self._reserved}
        self._locks.keep_only({folder for folder in folders if folder is not None})

    def _move(self, recording: Recording, folder: Path | None) -> None:
        is_other = folder != recording.folder
        recording.folder = folder
        self._keep_locks()
        if is_other and recording is self._document.recording:
            self.folder_changed.emit(folder)
        self._compare(recording)
        if is_other:
            self._document.recordings.changed.emit(recording)
