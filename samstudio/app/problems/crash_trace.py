"""What Python says when a fault ends the process (a bad memory access in a library), kept for the next start."""

import contextlib
import faulthandler
import os
import time
from pathlib import Path
from typing import TextIO

from samstudio.session.private_files import private_file

_KIND = "crash-*.txt"
_STALE = 30 * 86400
"""Seconds after which an empty file is no longer that of an open window: its process was killed."""


class CrashTrace:
    """A file in `folder` that is written when the process dies, and removed when it ends in good order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"crash-{os.getpid()}.txt"
        self._file: TextIO | None = None

    def start(self) -> None:
        """Begin to watch. Where the folder cannot be written, nothing is kept."""
        with contextlib.suppress(OSError):
            private_file(self._path)
            self._file = self._path.open("w", encoding="utf-8")
            faulthandler.enable(self._file)

    def stop(self) -> None:
        """The process ends in good order."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._path.unlink(missing_ok=True)
            self._file = None

    def take_earlier(self) -> str:
        """What the latest earlier process left, or an empty text; what they all left is removed."""
        texts = []
        with contextlib.suppress(OSError):
            # Those of windows that are open now are empty, and stay.
            for path in sorted(self._folder.glob(_KIND), key=lambda path: path.stat().st_mtime):
                text = path.read_text("utf-8", "replace")
                if path != self._path and (text or path.stat().st_mtime < time.time() - _STALE):
                    texts.append(text)
                    path.unlink()
        return next((text for text in reversed(texts) if text), "")
