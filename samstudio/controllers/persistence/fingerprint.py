"""The hash of the recording's file, computed in the background: by it the recording is known again."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.storage.clip_file import find_sha256


class Fingerprint(QObject):
    """Follows one file at a time."""

    found = Signal(str)
    """The file's SHA-256, in hexadecimal."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self.sha256 = ""
        """Of the file that is followed; empty as long as it is not known."""

    def follow(self, path: Path | None) -> None:
        """Find the hash of another file, or of none."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.sha256 = None, ""
        if path is not None:
            self._job = job = Job(self)
            job.stepped.connect(self._take_step)
            self._background.start(job, find_sha256(path))

    @Slot(object)
    def _take_step(self, step: tuple[int, int] | str) -> None:
        if self.sender() is self._job and isinstance(step, str):
            self.sha256 = step
            self.found.emit(step)
