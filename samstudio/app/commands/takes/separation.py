"""Starting and cancelling separations, and their settings."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.engine import SeparationError
from samstudio.separation.registry import checked_settings, find_engine
from samstudio.session.engine_settings import Options, Value
from samstudio.session.prompt import Prompt
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Take

EDITS = "your edits have been applied"
LIKE = "Exactly this is being separated already, or waits in the queue."


class SeparationCommands(QObject):
    """Starts separations of the document's clip with its prompt."""

    commit_requested = Signal()
    """A separation is about to start: text that is still being typed must be committed."""
    accepted = Signal()
    """A separation is to begin now or later, or its take is there already: what comes next is listening."""
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
        queue: SeparationQueue,
        clip_loader: ClipLoader,
        preferences: Preferences,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._separator, self._queue = document, separator, queue
        self._clip_loader, self._preferences = clip_loader, preferences
        self.settings = preferences.separation_settings()
        self.options = preferences.engine_options()
        """What was chosen of every engine's own settings, by the engines' names."""

    @Slot(object)
    def change_settings(self, settings: SeparationSettings) -> None:
        """Use other settings from now on, and at the next start."""
        if settings.engine != self.settings.engine:
            self._separator.warm_up(settings.engine)
        self._show(settings)
        self._preferences.set_separation_settings(self.settings, self.options)

    def use_settings(self, settings: SeparationSettings) -> bool:
        """Use a take's settings from now on; where that cannot be, say why and return False."""
        try:
            self.change_settings(checked_settings(settings))
        except SeparationError as error:
            self.refused.emit(str(error))
            return False
        return True

    @Slot(str)
    def choose_engine(self, name: str) -> None:
        """Use another engine, with what was last chosen of its own settings."""
        self.change_settings(replace(self.settings, engine=name, options=self.options[name]))

    def change_option(self, engine: str, name: str, value: Value) -> None:
        """Set one of an engine's own settings, whether or not it is the one in use."""
        self.options[engine] = options = self.options[engine].changed(**{name: value})
        if engine == self.settings.engine:
            self.change_settings(replace(self.settings, options=options))
        else:
            self._preferences.set_separation_settings(self.settings, self.options)
            self.settings_changed.emit(self.settings)

    def adopt_settings(self, settings: SeparationSettings) -> None:
        """Use the settings of a session; the device, and weights that were chosen here, stay this machine's."""
        info = find_engine(settings.engine)
        if info is None:
            self.noted.emit(f"The session was made with the engine “{settings.engine}”, which is not installed.")
            return
        try:
            theirs = checked_settings(settings).options
        except SeparationError as error:
            self.noted.emit(f"The session's settings of {info.title} were not used: {error}")
            return
        mine = self.options[info.name]
        weights = {part.name: mine[part.name] or theirs[part.name] for part in info.parts}
        self._show(replace(settings, device=self.settings.device, options={**theirs, **weights}))

    def _show(self, settings: SeparationSettings) -> None:
        self.settings = settings = checked_settings(settings)
        self.options[settings.engine] = Options(settings.options)
        self.settings_changed.emit(settings)

    @Slot()
    def separate(self) -> None:
        """Separate the clip or the residual it continues from, or show the take already made of the same prompt."""
        self.start(self._document.ground)

    def start(
        self,
        source: Take | None = None,
        base: Take | None = None,
        frame_range: tuple[int, int] | None = None,
        band: Stretch | None = None,
    ) -> bool:
        """Separate the clip, or what a `source` take left; with a `frame_range` (start and end) only that.

        With a `band` only its frequencies (Hz) get into the target.

        With a `base` the range of that take is made again. Returns whether a separation was begun: a take of exactly
        the same is shown instead.
        """
        if not self.can_start():
            return False
        self.commit_requested.emit()
        return self._begin(self._document.prompt, source, base, frame_range, band)

    @Slot(tuple)
    def separate_each(self, texts: tuple[str, ...]) -> None:
        """Separate with each of some texts in the place of the prompt's, one after the other."""
        if self.can_start():
            for text in texts:
                self._begin(self._document.prompt.with_text(text), self._document.ground)

    @property
    def queued(self) -> tuple[QueuedSeparation, ...]:
        """What is being made, or waits, of the recording that is shown."""
        return tuple(one for one in self._queue.unfinished if one.recording is self._document.recording)

    def can_start(self) -> bool:
        """Whether there is a recording that can be separated now; says why not."""
        document = self._document
        if document.clip is None:
            self.noted.emit("Open a recording first: then Separate takes the sound out of it.")
            return False
        if self._clip_loader.is_reading(document.recording):
            self.refused.emit("The recording is still being read: separate when it is complete.")
            return False
        return True

    def _begin(
        self,
        prompt: Prompt,
        source: Take | None = None,
        base: Take | None = None,
        frame_range: tuple[int, int] | None = None,
        band: Stretch | None = None,
    ) -> bool:
        """Start a separation, or queue it, or show the take that was made of exactly the same."""
        document = self._document
        if document.clip is None:
            return False
        if base is None and frame_range == (0, document.clip.frames):
            frame_range = None
        made, stretch, source_id = None, None, source.id if source is not None else ""
        # What lies outside a band was moved: such a take counts as edited, and is made anew.
        if base is None and band is None:
            if frame_range is not None:
                stretch = frame_range[0] / document.clip.sample_rate, frame_range[1] / document.clip.sample_rate
            made = document.recording.take_of(prompt, self.settings, source_id, stretch)
        if made is not None:
            self.accepted.emit()
            document.select_take(made)
            self._queue.forgive(document.recording)
            self.noted.emit(
                f"“{document.takes[made].name}” was made from exactly this input: shown without computing it again."
            )
            return False
        kind = "redone" if base is not None else "part" if frame_range is not None else ""
        text = _described(prompt.text.strip(), kind)
        name = self.take_name(document.recording, text)
        base_id = base.id if base is not None else ""
        made_from = source_id, base_id, frame_range, None, "", band
        wanted = QueuedSeparation(document.recording, prompt, self.settings, name, *made_from)
        if self._queue.has_like(wanted):
            self.noted.emit(LIKE)
            return False
        self._preferences.add_to_prompt_history(prompt.text)
        self.accepted.emit()
        self._queue.add(wanted)
        if wanted is not self._queue.running:
            self.noted.emit(self._awaited())
        return True

    def _awaited(self) -> str:
        """Why a separation has not begun."""
        if self._queue.is_paused:
            return "Queued: it begins when the queue goes on, which is paused."
        before = len(self._queue.unfinished) - 1
        if not self._separator.is_busy:
            return f"Queued: it begins when {EDITS}."
        return "Queued: it begins when the one that runs has ended." if before < 2 else f"Queued after {before} others."

    def take_name(self, recording: Recording, text: str) -> str:
        """What a recording's next take is called, after the text of its prompt; its number follows those queued."""
        queued = (one.name for one in self._queue.unfinished if one.recording is recording)
        number = 1 + max(map(_number, (*(take.name for take in recording.takes), *queued)), default=0)
        return f"Take {number}" + (f" · {text}" if text else "")

    @Slot()
    def cancel(self) -> None:
        """Stop the separation of the recording that is shown and keep what is finished; those that wait stay."""
        self._queue.cancel_first(self._document.recording)

    @Slot(int)
    def take_out(self, row: int) -> None:
        """Take the one in that row of queued takes out of the queue."""
        recording = self._document.recording
        self._queue.take_out(recording, row + (not self._queue.is_running(recording)))


def _described(text: str, kind: str) -> str:
    """`speech (part)` where only a part was separated, `part` where there is no text."""
    return f"{text} ({kind})" if text and kind else text or kind


def _number(name: str) -> int:
    """The number in a take's given name, 0 in a name of the user's own."""
    first = name.removeprefix("Take ").split(" ")[0]
    return int(first) if name.startswith("Take ") and first.isdecimal() else 0
