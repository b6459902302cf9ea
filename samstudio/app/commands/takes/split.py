"""Splitting a recording into parts that sum to it: a chain of takes, each from the residual of the one before."""

from uuid import uuid4

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.separation.wording.heard_words import listen_for_words
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Take
from samstudio.session.take_tree import chain_to
from samstudio.session.text.quoting import listed
from samstudio.ui.takes.split_dialog import SplitDialog


class SplitCommands(QObject):
    """Asks for the parts, has them listened for, and queues them."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        queue: SeparationQueue,
        background: Background,
        separation: SeparationCommands,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._queue, self._background = document, queue, background
        self._separation, self._window = separation, window
        # Made on first use, so that the window opens at once.
        self._dialog: SplitDialog | None = None
        self._asked: tuple[Recording, Take | None, SeparationSettings] | None = None
        """What is to be split, and how, since the dialog was opened."""
        self._listening: Job | None = None
        self._words: tuple[str, ...] = ()
        """What is listened for."""
        queue.part_ended.connect(self._on_part_ended)

    @Slot()
    def split(self) -> None:
        """Ask what the recording, or the residual that is separated next, is to be split into."""
        if not self._separation.can_start():
            return
        if self._dialog is None:
            self._dialog = SplitDialog(self._window)
            self._dialog.check_requested.connect(self._listen)
            self._dialog.split_requested.connect(self._begin)
            self._dialog.stopped.connect(self._stop)
        self._asked = self._document.recording, self._document.ground, self._separation.settings
        self._dialog.open_fresh()

    @Slot(tuple)
    def _listen(self, words: tuple[str, ...]) -> None:
        if self._asked is None or self._dialog is None:
            return
        recording, ground, settings = self._asked
        if recording.clip is None:
            return
        samples = recording.clip.samples if ground is None else ground.sound.stems.residual
        self._words = words
        self._dialog.show_listening(0.0)
        self._listening = self._background.run(
            listen_for_words(words, samples, recording.clip.sample_rate, settings),
            stepped=self._on_listened,
            done=self._on_heard,
            failed=self._dialog.show_failure,
        )

    @Slot(object)
    def _on_listened(self, step: float | tuple[str, ...]) -> None:
        if self._dialog is not None and isinstance(step, float):
            self._dialog.show_listening(step)

    @Slot(object)
    def _on_heard(self, sentences: tuple[str, ...]) -> None:
        self._listening = None
        if self._dialog is not None:
            self._dialog.show_checked(dict(zip(self._words, sentences, strict=True)))

    @Slot()
    def _stop(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    @Slot(tuple)
    def _begin(self, words: tuple[str, ...]) -> None:
        """Queue the parts in their order."""
        if self._asked is None:
            return
        recording, ground, settings = self._asked
        source, chain = ground.id if ground is not None else "", uuid4().hex
        self._separation.accepted.emit()
        for word in words:
            self._queue.add(QueuedSeparation(recording, Prompt(word), settings, word, source, chain=chain))

    @Slot(object, str)
    def _on_part_ended(self, part: QueuedSeparation, failure: str) -> None:
        """Tell what stays in the rest, and of the last part, what the recording is now."""
        if failure:
            self.noted.emit(f"“{part.name}” stays in the rest: {failure}")
        elif not any(one.chain == part.chain for one in self._queue.unfinished):
            takes = part.recording.takes
            chain = chain_to(takes[-1], takes) if takes else ()
            if chain and not chain[0].source:
                names = [f"“{take.name}”" for take in chain]
                self.noted.emit(f"{listed(names)} and the rest together are exactly the recording.")
