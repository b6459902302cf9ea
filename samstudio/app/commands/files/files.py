"""Opening, closing and the demo."""

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from samstudio.app.commands.files.sessions import SessionCommands
from samstudio.assets import asset
from samstudio.audio.files import AUDIO_SUFFIXES
from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.storage.session_folder import SESSION_JSON, SUFFIX
from samstudio.storage.session_reader import session_folder


class FileCommands(QObject):
    """Brings recordings and sessions into the document, and never drops work without asking."""

    refused = Signal(str)
    """A sentence: why nothing was opened."""

    def __init__(
        self,
        document: Document,
        opener: SessionOpener,
        preferences: Preferences,
        sessions: SessionCommands,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._opener, self._preferences, self._sessions, self._window = opener, preferences, sessions, window

    def open(self) -> None:
        """Ask for files and open them."""
        patterns = " ".join([*(f"*{suffix}" for suffix in AUDIO_SUFFIXES), SESSION_JSON])
        folder = self._preferences.text("folder/open", str(Path.home()))
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open recordings", folder, f"Audio, video and sessions ({patterns});;All files (*)"
        )
        if names:
            # Beside a session, not in it.
            first = Path(names[0])
            self._preferences.set_text("folder/open", str((session_folder(first) or first).parent))
            self.open_paths([Path(name) for name in names])

    def open_session(self) -> None:
        """Ask for a session's folder and open it."""
        folder = self._preferences.text("folder/session", str(Path.home()))
        name = QFileDialog.getExistingDirectory(self._window, f"Open a session (*{SUFFIX})", folder)
        if not name:
            return
        path = Path(name)
        if session_folder(path) is None:
            self.refused.emit(
                f"“{path.name}” is not a session: choose a folder whose name ends in {SUFFIX}, or one that holds "
                f"a {SESSION_JSON}."
            )
            return
        self._preferences.set_text("folder/session", str(path.parent))
        self.open_path(path)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open recordings and sessions beside those that are open, and show the first one that can be opened."""
        for number, path in enumerate(paths):
            self.open_path(path, shows=number == 0)

    @Slot(object)
    def open_path(self, path: Path, prompt: Prompt | None = None, *, shows: bool = True) -> None:
        """Open a recording, with a prompt if one comes with it, or a session."""
        folder = session_folder(path)
        if folder is not None:
            self._opener.open_session(folder, shows=shows)
        else:
            self._opener.open_recording(path, prompt, shows=shows)

    @Slot(int)
    def open_track(self, number: int) -> None:
        """Open another sound track of the recording beside it, with the same prompt, spans and markers."""
        clip = self._document.clip
        if clip is not None and clip.path is not None:
            self._opener.open_recording(clip.path, self._document.prompt, number, self._document.markers)

    def open_demo(self) -> None:
        """Open the bundled recording with its spans and prompt."""
        self.open_path(*demo_recording())

    def close(self) -> None:
        """Close the recording that is shown; without another one the window shows its welcome page again."""
        if self._sessions.may_drop_work(f"Save “{self._document.recording.name}” before closing?"):
            self._document.recordings.close(self._document.recording)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()


def demo_recording() -> tuple[Path, Prompt]:
    """The bundled recording and the prompt that goes with it."""
    facts = json.loads(asset("demo/demo.json").read_text("utf-8"))
    spans = tuple(Span(start, end, Sign(sign)) for start, end, sign in facts["spans"])
    return asset("demo") / facts["file"], Prompt(facts["prompt"], spans)
