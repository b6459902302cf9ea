"""Opens recordings progressively: the first part is shown at once, the rest fills in."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.files import ClipRead, read_clip
from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.session.clip import AudioClip


class ClipLoader(QObject):
    """Reads the files of open recordings, as many at once as its pool has threads."""

    opened = Signal(object, object)
    """Recording, and its AudioClip, of which the first part can be shown."""
    completed = Signal(object)
    """Recording whose file has been read whole."""
    warned = Signal(str)
    failed = Signal(str, object)
    """A sentence, and the Recording whose file cannot be read, or not to its end."""

    def __init__(self, document: Document, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._background = document, background
        self._jobs: dict[Recording, Job] = {}
        self._first: dict[Recording, AudioClip] = {}
        document.recordings.closed.connect(self.cancel)

    def is_reading(self, recording: Recording) -> bool:
        """Whether a recording's file is still being read."""
        return recording in self._jobs

    def open(self, recording: Recording, path: Path, track: int | None = None) -> None:
        """Start reading `path`, the sound track of that number or the file's default one."""
        self.cancel(recording)
        recording.frames_ready, recording.is_complete = 0, False
        self._jobs[recording] = self._background.run(
            read_clip(path, track=track), stepped=self._on_step, done=self._on_done, failed=self._on_failure
        )

    @Slot(object)
    def cancel(self, recording: Recording) -> None:
        """Stop reading a recording; what was read of it stays."""
        self._first.pop(recording, None)
        job = self._jobs.pop(recording, None)
        if job is not None:
            job.cancel()

    def cancel_all(self) -> None:
        """Stop reading."""
        for recording in list(self._jobs):
            self.cancel(recording)

    def _recording(self) -> Recording:
        """Of the job whose signal is being received. A cancelled one reports nothing."""
        return next(recording for recording, job in self._jobs.items() if job is self.sender())

    @Slot(object)
    def _on_step(self, read: ClipRead) -> None:
        recording = self._recording()
        if recording not in self._first:
            self._first[recording] = read.clip
            recording.tracks, recording.track = read.tracks, read.track
            self.opened.emit(recording, read.clip)
        # The receiver may have closed it.
        if recording in self._first:
            # An array that turned out too short was left behind for a longer one: it grows no further.
            self._document.grow(recording, min(read.frames_ready, self._first[recording].frames))

    @Slot(object)
    def _on_done(self, read: ClipRead) -> None:
        recording = self._recording()
        del self._jobs[recording]
        first = self._first.pop(recording, None)
        if first is not None and read.clip.samples.shape != first.samples.shape:
            self._document.trim_clip(recording, read.clip)
        self._document.complete(recording)
        self.completed.emit(recording)
        path = read.clip.path
        if len(read.tracks) > 1 and read.track is not None and read.clip.track is None and path is not None:
            self.warned.emit(
                f"“{path.name}” has {len(read.tracks)} sound tracks, of which {read.track.title} was opened: "
                "File > Sound track leads to the others."
            )
        for warning in read.warnings:
            self.warned.emit(warning)

    @Slot(str)
    def _on_failure(self, sentence: str) -> None:
        recording = self._recording()
        self.cancel(recording)
        self.failed.emit(sentence, recording)
