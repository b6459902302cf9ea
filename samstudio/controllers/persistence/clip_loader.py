"""Opens a recording progressively: the first part is shown at once, the rest fills in."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.files import ClipRead, read_clip
from samstudio.controllers.background import Background, Job
from samstudio.session.clip import AudioClip


class ClipLoader(QObject):
    """Reads one file at a time; opening another abandons the one before."""

    opened = Signal(object)
    """AudioClip: its first part can be shown."""
    grown = Signal(int)
    """Frames read so far."""
    trimmed = Signal(object)
    """AudioClip: the same recording in another array, its length only now known exactly."""
    tracks_found = Signal(object, object)
    """The file's SoundTracks, and the one of them that is read or None; right after `opened`."""
    completed = Signal()
    """The whole file has been read."""
    warned = Signal(str)
    failed = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self._opened: AudioClip | None = None

    @property
    def is_reading(self) -> bool:
        """Whether a file is still being read."""
        return self._job is not None

    def open(self, path: Path, track: int | None = None) -> None:
        """Start reading `path`, the sound track of that number or the file's default one."""
        self.cancel()
        self._opened = None
        self._job = self._background.run(
            read_clip(path, track=track), stepped=self._on_step, done=self._on_done, failed=self._on_failure
        )

    def cancel(self) -> None:
        """Stop reading; what was opened stays as far as it was read."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot(object)
    def _on_step(self, read: ClipRead) -> None:
        if self._opened is None:
            self._opened = read.clip
            self.opened.emit(read.clip)
            self.tracks_found.emit(read.tracks, read.track)
        # An array that turned out too short was left behind for a longer one: it grows no further.
        self.grown.emit(min(read.frames_ready, self._opened.frames))

    @Slot(object)
    def _on_done(self, read: ClipRead) -> None:
        self._job = None
        if self._opened is not None and read.clip.samples.shape != self._opened.samples.shape:
            self.trimmed.emit(read.clip)
        self.completed.emit()
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
        self._job = None
        self.failed.emit(sentence)
