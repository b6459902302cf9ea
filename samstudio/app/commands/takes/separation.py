"""Separate, cancel, and what comes of it."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.registry import engines
from samstudio.session.take import SeparationSettings, Take


class SeparationCommands(QObject):
    """Starts separations of the document's clip with its prompt."""

    asked = Signal()
    """A separation is about to start: last chance for the prompt."""
    settings_changed = Signal(object)
    """SeparationSettings."""
    refused = Signal(str)
    """A sentence: why nothing was started."""
    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        separator: Separator,
        clip_loader: ClipLoader,
        preferences: Preferences,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._separator = document, separator
        self._clip_loader, self._preferences = clip_loader, preferences
        self.settings = preferences.separation_settings()

    @Slot(object)
    def change_settings(self, settings: SeparationSettings) -> None:
        """Use other settings from now on, and at the next start."""
        if settings.engine != self.settings.engine:
            self._separator.warm_up(settings.engine)
        self.settings = settings
        self._preferences.set_separation_settings(settings)
        self.settings_changed.emit(settings)

    def adopt_settings(self, settings: SeparationSettings) -> None:
        """Use the settings of a session; the device, and a model or judge that was chosen here, stay this machine's."""
        if settings.engine not in {engine.name for engine in engines()}:
            return
        mine, theirs = self.settings.sam_audio, settings.sam_audio
        sam_audio = replace(theirs, model=mine.model or theirs.model, judge=mine.judge or theirs.judge)
        self.settings = replace(settings, device=self.settings.device, sam_audio=sam_audio)
        self.settings_changed.emit(self.settings)

    @Slot()
    def separate(self) -> None:
        """Separate the clip, or show the take that was already made of the same prompt."""
        self.start()

    def start(
        self, source: Take | None = None, base: Take | None = None, stretch: tuple[int, int] | None = None
    ) -> None:
        """Separate the clip, or what a `source` take left, or anew a `stretch` (frames) of a `base` take."""
        document = self._document
        if document.clip is None or self._separator.is_running:
            return
        if self._clip_loader.is_reading:
            self.refused.emit("The recording is still being read: separate as soon as it is whole.")
            return
        self.asked.emit()
        made = None
        if base is None:
            made = document.take_of(document.prompt, self.settings, source.id if source else "")
        if made is not None:
            document.select_take(made)
            self.noted.emit(
                f"“{document.takes[made].name}” was made of exactly this: shown without computing it again."
            )
            return
        self._preferences.add_to_prompt_history(document.prompt.text)
        name = self._take_name(document.prompt.text.strip() if base is None else "redone")
        self._separator.start(
            document.clip, document.prompt, self.settings, name, source=source, base=base, stretch=stretch
        )

    def _take_name(self, words: str) -> str:
        number = 1 + max((_number(take.name) for take in self._document.takes), default=0)
        return f"Take {number}" + (f" · {words}" if words else "")

    @Slot()
    def cancel(self) -> None:
        """Stop the separation and keep what is finished."""
        self._separator.cancel()


def _number(name: str) -> int:
    """The number in a take's given name, 0 in a name of the user's own."""
    first = name.removeprefix("Take ").split(" ")[0]
    return int(first) if name.startswith("Take ") and first.isdecimal() else 0
