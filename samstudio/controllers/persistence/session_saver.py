"""Saving: collects the session and writes it in the background."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording, WorkState
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.session.clip import AudioClip
from samstudio.session.session import ClipReference, Session, ViewState
from samstudio.session.take import SeparationSettings, Stem
from samstudio.storage.session_folder import SavedSession, SaveProgress, SaveRequest, save_session


class SessionSaver(QObject):
    """Saves the document in a session's folder, one save at a time."""

    saving_changed = Signal(bool)
    progressed = Signal(str, float)
    """Stage, fraction 0..1."""
    saved = Signal(object, object)
    """Path, and the Recording that was saved there."""
    failed = Signal(str)
    """A sentence: why it was not saved. Everything is as it was."""

    def __init__(
        self,
        document: Document,
        state: SessionState,
        stored_stems: StoredStems,
        clip_hash: ClipHash,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._state = document, state
        self._stored_stems, self._clip_hash, self._background = stored_stems, clip_hash, background
        self._recording = document.recording
        self._work: WorkState | None = None
        self._job: Job | None = None

    @property
    def is_saving(self) -> bool:
        """Whether a save is under way."""
        return self._job is not None

    def save(
        self,
        folder: Path,
        view: ViewState | None = None,
        settings: SeparationSettings | None = None,
        *,
        link_from: Path | None = None,
    ) -> None:
        """Save in `folder` from now on, with the present view and the settings of the next separation.

        Stems that are in `link_from` already get a second name where the disk can do that. Does nothing while a save is
        under way or takes are still to come.
        """
        recording = self._document.recording
        if self._job is not None or recording.is_restoring or recording.clip is None:
            return
        if folder != recording.folder and not self._state.reserve(recording, folder):
            self.failed.emit(f"“{folder.name}” is open already, here or in another window: choose another name.")
            return
        self._recording, self._work = recording, recording.work
        session = self.session(recording, view, settings)
        request = SaveRequest(folder, session, self._stored_stems.all(), link_from=link_from)
        self._job = self._background.run(
            save_session(request),
            stepped=self._on_step,
            done=self._on_done,
            failed=self.failed,
            ended=self._on_ended,
        )
        self.saving_changed.emit(True)

    def cancel(self) -> None:
        """Stop the save; the session stays as it was saved last."""
        if self._job is not None:
            self._job.cancel()

    def session(
        self, recording: Recording, view: ViewState | None = None, settings: SeparationSettings | None = None
    ) -> Session:
        """The session of an open recording as it is now. It must have a clip."""
        assert recording.clip is not None  # noqa: S101 (the callers have looked)
        current = recording.current_take.id if recording.current_take else ""
        # Deleted takes are not saved: nor need their strips be.
        known, mix = {*Stem, *(take.id for take in recording.takes)}, recording.mix
        mix = mix.among(channel for channel in mix.strips if channel in known)
        clip = self._reference(recording.clip)
        takes = tuple(take.stored for take in recording.takes)
        view, ground = view or ViewState(), recording.ground_state
        facts = clip, ground.prompt, takes, current, mix, view, settings, ground.take, recording.markers, ground.aside
        return Session(*facts)

    def _reference(self, clip: AudioClip) -> ClipReference:
        path = clip.path.absolute() if clip.path is not None else None
        size = path.stat().st_size if path is not None and path.is_file() else 0
        shape = clip.sample_rate, clip.channels, clip.frames
        return ClipReference("", *shape, str(path or ""), size, self._clip_hash.of(clip), clip.track or 0)

    @Slot(object)
    def _on_step(self, step: SaveProgress | SavedSession) -> None:
        if isinstance(step, SaveProgress):
            self.progressed.emit(step.stage, step.done / max(1, step.total))

    @Slot(object)
    def _on_done(self, saved: SavedSession) -> None:
        self._stored_stems.add(saved.stored)
        # It may have been closed since.
        if self._work is not None and self._recording in self._document.recordings.all:
            self._state.mark_saved(self._recording, saved.folder, self._work)
            self.saved.emit(saved.folder, self._recording)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self._state.release_reserved()
        self.saving_changed.emit(False)
