"""Opening, closing and the demo."""

import json
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from samstudio.app.studio import Studio
from samstudio.assets import asset
from samstudio.audio.files import AUDIO_SUFFIXES
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt, Sign, Span


class FileCommands(QObject):
    """Brings recordings into the document, and never drops takes without asking."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self._prompt = Prompt()
        studio.opener.opened.connect(self._show)
        studio.opener.trimmed.connect(studio.document.trim_clip)

    def open(self) -> None:
        """Ask for a file and open it."""
        patterns = " ".join(f"*{suffix}" for suffix in AUDIO_SUFFIXES)
        folder = self._studio.preferences.text("folder/open", str(Path.home()))
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a recording", folder, f"Audio and video ({patterns});;All files (*)"
        )
        if name:
            self._studio.preferences.set_text("folder/open", str(Path(name).parent))
            self.open_path(Path(name))

    def open_path(self, path: Path, prompt: Prompt | None = None) -> None:
        """Open `path`, with a prompt if one comes along."""
        if self.may_drop_takes("Open another recording?"):
            self._prompt = prompt or Prompt()
            self._studio.opener.open(path)

    def open_demo(self) -> None:
        """Open the bundled recording with its spans and prompt."""
        self.open_path(*demo_recording())

    def close(self) -> None:
        """Close the recording; the window goes back to its welcome."""
        if self.may_drop_takes("Close the recording?"):
            self._studio.opener.cancel()
            self._studio.separator.cancel()
            self._studio.document.open(None)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def may_drop_takes(self, question: str) -> bool:
        """Whether what would be lost may go: asks if there are takes that were never exported."""
        if self._studio.document.is_kept:
            return True
        box = QMessageBox(QMessageBox.Icon.Question, "SAM Studio", question, parent=self._window)
        box.setInformativeText("Takes that were not exported will be gone.")
        go_on = box.addButton("Go on without them", QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton("Keep working", QMessageBox.ButtonRole.RejectRole)
        # Enter and Esc lose nothing.
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is go_on

    @Slot(object)
    def _show(self, clip: AudioClip) -> None:
        self._studio.separator.cancel()
        if clip.path is not None and clip.path.parent != asset("demo"):
            self._studio.preferences.add_recent_file(clip.path)
        self._studio.document.open(clip, self._prompt)


def demo_recording() -> tuple[Path, Prompt]:
    """The bundled recording and the prompt that goes with it."""
    facts = json.loads(asset("demo/demo.json").read_text("utf-8"))
    spans = tuple(Span(start, end, Sign(sign)) for start, end, sign in facts["spans"])
    return asset("demo") / facts["file"], Prompt(facts["prompt"], spans)
