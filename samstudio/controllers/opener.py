"""Opens a recording progressively: the first part is shown at once, the rest fills in."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.files import ClipRead, read_clip
from samstudio.controllers.background import Background, Job


class Opener(QObject):
    """Reads one file at a time; opening another abandons the one before."""

    opened = Signal(object)
    """AudioClip: its first part can be shown."""
    grown = Signal(int)
    """Frames read so far."""
    completed = Signal(object)
    """AudioClip, whole; another object than the opened one if the length was only known at the end."""
    warned = Signal(str)
    failed = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self._last: ClipRead | None = None

    @property
    def is_reading(self) -> bool:
        """Whether a file is still being read."""
        return self._job is not None

    def open(self, path: Path) -> None:
        """Start reading `path`."""
        self.cancel()
        self._last = None
        self._job = job = Job(self)
        job.stepped.connect(self._take_step)
        job.finished.connect(self._finish)
        job.failed.connect(self._fail)
        self._background.start(job, read_clip(path))

    def cancel(self) -> None:
        """Stop reading; what was opened stays as far as it was read."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot(object)
    def _take_step(self, read: ClipRead) -> None:
        if self.sender() is not self._job:
            return  # a late step of an abandoned file
        first, self._last = self._last is None, read
        if first:
            self.opened.emit(read.clip)
        self.grown.emit(read.frames_ready)

    @Slot()
    def _finish(self) -> None:
        if self.sender() is not self._job or self._last is None:
            return
        self._job = None
        self.completed.emit(self._last.clip)
        for warning in self._last.warnings:
            self.warned.emit(warning)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        if self.sender() is self._job:
            self._job = None
            self.failed.emit(sentence)
