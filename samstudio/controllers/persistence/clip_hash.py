"""The hash of a recording's file, computed in the background: a session recognises its recording by it."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.session.clip import AudioClip
from samstudio.storage.clip_file import find_sha256


class ClipHash(QObject):
    """Keeps the hash of every clip that was asked for, as long as the clip exists."""

    found = Signal(object, str)
    """AudioClip, and its file's SHA-256 in hexadecimal."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._known: WeakKeyDictionary[AudioClip, str] = WeakKeyDictionary()
        self._jobs: dict[Job, AudioClip] = {}

    def of(self, clip: AudioClip) -> str:
        """The hash, or nothing as long as it is not known."""
        return self._known.get(clip, "")

    def find(self, clip: AudioClip) -> None:
        """Compute the hash of a clip's file, which has been read whole by now."""
        if clip.path is not None:
            job = self._background.run(find_sha256(clip.path), done=self._on_done, ended=self._on_ended)
            self._jobs[job] = clip

    def forget(self, clip: AudioClip | None) -> None:
        """Compute it no longer: the recording was closed."""
        for job, wanted in self._jobs.items():
            if wanted is clip:
                job.cancel()

    @Slot(object)
    def _on_done(self, sha256: str) -> None:
        job = self.sender()
        if isinstance(job, Job):
            clip = self._jobs[job]
            self._known[clip] = sha256
            self.found.emit(clip, sha256)

    @Slot()
    def _on_ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            del self._jobs[job]
