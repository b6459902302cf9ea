"""The hash of the recording's file, computed in the background: a session recognises its recording by it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.storage.clip_file import find_sha256


class ClipHash(QObject):
    """Of one file at a time."""

    found = Signal(str)
    """The file's SHA-256, in hexadecimal."""

    def __init__(self, document: Document, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._background = document, background
        self._job: Job | None = None
        self.sha256 = ""
        """Of the file that was given last; empty as long as it is not known."""
        document.clip_changed.connect(self.forget)

    @Slot()
    def forget(self) -> None:
        """Another recording, of which no file is known yet."""
        self.follow(None)

    @Slot()
    def follow_clip(self) -> None:
        """Compute the hash of the document's recording, which has been read whole by now."""
        if self._document.clip is not None:
            self.follow(self._document.clip.path)

    def follow(self, path: Path | None) -> None:
        """Compute the hash of another file, or of none."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.sha256 = None, ""
        if path is not None:
            self._job = self._background.run(find_sha256(path), done=self._on_done)

    @Slot(object)
    def _on_done(self, sha256: str) -> None:
        self.sha256 = sha256
        self.found.emit(sha256)
