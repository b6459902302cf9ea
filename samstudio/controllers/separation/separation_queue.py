"""Separations of several recordings, one after the other."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.separation.separator import Separator
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Take

GONE = "“{}” was not begun: the take that it was to be made from was deleted."


@dataclass(frozen=True, eq=False)
class QueuedSeparation:
    """What is to be separated, as `Separator.start` has it."""

    recording: Recording
    prompt: Prompt
    settings: SeparationSettings
    name: str
    source: str = ""
    """The id of the take whose residual is separated, as it is when its turn comes; empty: the clip is."""
    base: str = ""
    """The id of the take of which the `frame_range` is made again, as it is then; empty: none."""
    frame_range: tuple[int, int] | None = None
    candidate: int | None = None
    """The only thing that is made: this candidate of `base`, as it was not rendered with the others."""

    @property
    def origins(self) -> list[Take | None]:
        """The takes that it is made from; None for one that was deleted."""
        return [self.recording.take(take_id) for take_id in (self.source, self.base) if take_id]

    @property
    def is_ready(self) -> bool:
        """Whether what it is made from is complete, or never will be."""
        return self.recording.is_complete and all(take is None or take.sound.is_up_to_date for take in self.origins)


class SeparationQueue(QObject):
    """Starts each separation when the one before has ended and what it is made from is complete."""

    changed = Signal(object)
    """Recording whose separation was queued, began, went on, ended or was taken out."""
    refused = Signal(object, str)
    """Recording, and a sentence: why its separation could not begin when its turn came."""

    def __init__(self, document: Document, separator: Separator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._separator = document, separator
        self._waiting: list[QueuedSeparation] = []
        self.failures: dict[Recording, str] = {}
        """Why the last separation of a recording failed, in a sentence."""
        separator.advanced.connect(self.changed)
        separator.ended.connect(self._on_ended)
        document.recordings.closed.connect(self._forget)
        # The edits of a take that is waited for may have been applied.
        document.recordings.changed.connect(self.go_on)

    def add(self, separation: QueuedSeparation) -> None:
        """Start a separation, or queue it while another one is under way."""
        self.failures.pop(separation.recording, None)
        self._waiting.append(separation)
        self.go_on()
        self.changed.emit(separation.recording)

    def waiting(self, recording: Recording) -> tuple[QueuedSeparation, ...]:
        """The separations of a recording that are queued, in their order."""
        return tuple(waiting for waiting in self._waiting if waiting.recording is recording)

    def is_waiting(self, recording: Recording) -> bool:
        """Whether a separation of a recording is queued."""
        return bool(self.waiting(recording))

    def is_running(self, recording: Recording) -> bool:
        """Whether a recording is being separated."""
        return self._separator.is_busy and self._separator.recording is recording

    def is_pending(self, recording: Recording) -> bool:
        """Whether a recording is being separated or queued."""
        return self.is_running(recording) or self.is_waiting(recording)

    def cancel(self, recording: Recording) -> None:
        """Take a recording's separations out of the queue, and stop the one that runs; what is finished is kept."""
        self._waiting = [waiting for waiting in self._waiting if waiting.recording is not recording]
        if self.is_running(recording):
            self._separator.cancel()
        self.changed.emit(recording)

    def cancel_first(self, recording: Recording) -> None:
        """Stop the separation of a recording that runs, or take its next one out of the queue; the others stay."""
        if self.is_running(recording):
            self._separator.cancel()
        else:
            self.take_out(recording, 0)

    def take_out(self, recording: Recording, place: int) -> None:
        """Take the separation at that place among the recording's own out of the queue, if it is still there."""
        for waiting in self.waiting(recording)[place : place + 1]:
            self._waiting.remove(waiting)
        self.changed.emit(recording)

    def clear(self) -> None:
        """Start nothing more."""
        self._waiting.clear()

    @Slot()
    def go_on(self) -> None:
        """Start the first one that can be, unless one is under way."""
        ready = next((waiting for waiting in self._waiting if waiting.is_ready), None)
        if ready is not None and not self._separator.is_busy:
            self._waiting.remove(ready)
            self._start(ready)

    def _start(self, separation: QueuedSeparation) -> None:
        recording = separation.recording
        if None in separation.origins:
            self._refuse(recording, GONE.format(separation.name))
        elif recording.clip is not None:
            self._separator.start(
                recording.clip,
                separation.prompt,
                separation.settings,
                separation.name,
                source=recording.take(separation.source),
                base=recording.take(separation.base),
                frame_range=separation.frame_range,
                candidate=separation.candidate,
                recording=recording,
            )

    def _refuse(self, recording: Recording, sentence: str) -> None:
        self.failures[recording] = sentence
        self.changed.emit(recording)
        self.refused.emit(recording, sentence)
        self.go_on()

    @Slot(object, object, str)
    def _on_ended(self, recording: Recording, _take: Take | None, failure: str) -> None:
        if failure and recording in self._document.recordings.all:
            self.failures[recording] = failure
        self.changed.emit(recording)
        self.go_on()

    @Slot(object)
    def _forget(self, recording: Recording) -> None:
        self.failures.pop(recording, None)
        self.cancel(recording)
