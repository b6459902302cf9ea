"""Separations that line up: of several recordings, and several of one."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.queue.queued_separation import QueuedSeparation, QueueProgress, queue_progress
from samstudio.controllers.separation.run_estimate import RunEstimate
from samstudio.controllers.separation.separator import Separator
from samstudio.session.take import Take

GONE = "“{}” was not begun: the take that it was to be made from was deleted."


class SeparationQueue(QObject):
    """Starts each separation when the one before has ended and what it is made from is complete."""

    changed = Signal(object)
    """Recording whose separation was queued, moved, began, went on, ended or was taken out, or None: all of them."""
    refused = Signal(object, str)
    """Recording, and a sentence: why its separation could not begin when its turn came."""
    part_ended = Signal(object, str)
    """QueuedSeparation of a chain, and the sentence of its failure; empty where its take is there."""

    def __init__(self, document: Document, separator: Separator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._separator = document, separator
        self._waiting: list[QueuedSeparation] = []
        self._ended: list[QueuedSeparation] = []
        self.running: QueuedSeparation | None = None
        """The one that is made now."""
        self._is_stopping = False
        """Whether that one was cancelled, and ends at its next step."""
        self.failed: dict[QueuedSeparation, str] = {}
        """Those that failed, and why, until they are queued again or taken out."""
        self.is_paused = False
        self.failures: dict[Recording, str] = {}
        """Why the last separation of a recording failed, in a sentence."""
        separator.advanced.connect(self.changed)
        separator.ended.connect(self._on_ended)
        document.recordings.closed.connect(self._forget)
        # The edits of a take that is waited for may have been applied.
        document.recordings.changed.connect(self.go_on)

    # What there is

    @property
    def entries(self) -> tuple[QueuedSeparation, ...]:
        """The one that runs, those that wait, in their order, and those that failed."""
        running = (self.running,) if self.running is not None else ()
        return (*running, *self._waiting, *self.failed)

    @property
    def unfinished(self) -> tuple[QueuedSeparation, ...]:
        """The one that runs, and those that wait, in their order."""
        return self.entries[: len(self.entries) - len(self.failed)]

    @property
    def wanted(self) -> tuple[QueuedSeparation, ...]:
        """The unfinished ones but for one that was cancelled."""
        return self.unfinished[int(self._is_stopping) :]

    @property
    def progress(self) -> QueueProgress:
        """How far all of them are since the queue was empty last."""
        _, fraction, left = self._separator.progress
        return queue_progress(self._ended, self.running, (fraction, left), self._waiting, self._expected, self.failed)

    def _expected(self, separation: QueuedSeparation) -> float | None:
        return RunEstimate(self._separator.paces, separation.settings, separation.seconds).expected

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

    def has_like(self, separation: QueuedSeparation) -> bool:
        """Whether the same is being made, or waits."""
        return any(separation.is_like(other) for other in self.unfinished)

    # Changes

    def add(self, separation: QueuedSeparation) -> None:
        """Start a separation, or queue it while another one is under way."""
        self.failures.pop(separation.recording, None)
        # What is asked for again takes the place of what failed.
        self.failed = {one: why for one, why in self.failed.items() if not separation.is_like(one)}
        self._waiting.append(separation)
        self.go_on()
        self.changed.emit(separation.recording)

    def move(self, separation: QueuedSeparation, step: int) -> None:
        """Move one that waits so many places back, or forward for a negative number."""
        if separation in self._waiting:
            place = self._waiting.index(separation)
            self._waiting.remove(separation)
            self._waiting.insert(max(0, place + step), separation)
            self.changed.emit(separation.recording)

    def remove(self, separation: QueuedSeparation) -> None:
        """Take one out; the one that runs is stopped, and what is finished of it is kept."""
        if separation is self.running:
            self._stop()
        elif separation in self._waiting:
            self._waiting.remove(separation)
        self.failed.pop(separation, None)
        self._settle()
        self.changed.emit(separation.recording)

    def cancel(self, recording: Recording) -> None:
        """Take all of a recording's separations out."""
        for separation in [one for one in self.entries if one.recording is recording]:
            self.remove(separation)
        self.changed.emit(recording)

    def cancel_first(self, recording: Recording) -> None:
        """Stop the separation of a recording that runs, or take its next one out of the queue; the others stay.

        With a part that is stopped go those after it: what it left unfinished would be theirs.
        """
        if self.is_running(recording):
            chain = self.running.chain if self.running is not None else ""
            self._waiting = [one for one in self._waiting if not chain or one.chain != chain]
            self._stop()
            self.changed.emit(recording)
        else:
            self.take_out(recording, 0)

    def _stop(self) -> None:
        self._is_stopping = self.running is not None
        self._separator.cancel()

    def take_out(self, recording: Recording, place: int) -> None:
        """Take the separation at that place among the recording's own out of the queue, if it is still there."""
        for waiting in self.waiting(recording)[place : place + 1]:
            self.remove(waiting)

    def retry(self, separation: QueuedSeparation) -> None:
        """Queue one that failed once more, as the last one."""
        if self.failed.pop(separation, None) is not None:
            self.add(separation)

    def forgive(self, recording: Recording) -> None:
        """What was asked for last of a recording is there: that one before it failed is old news."""
        if self.failures.pop(recording, None) is not None:
            self.changed.emit(recording)

    def set_paused(self, paused: bool) -> None:
        """Let the one that runs rest at its next step, and begin none; or go on."""
        self.is_paused = paused
        self._separator.set_paused(paused)
        self.go_on()
        self.changed.emit(None)

    def clear(self) -> None:
        """Start nothing more."""
        self._waiting.clear()

    # Work

    @Slot()
    def go_on(self) -> None:
        """Start the first one that can be, unless one is under way."""
        ready = next((waiting for waiting in self._waiting if waiting.is_ready), None)
        # What has ended is no longer the one that runs only when its take is there.
        is_free = self.running is None and not self._separator.is_busy and not self.is_paused
        if ready is not None and is_free:
            self._waiting.remove(ready)
            self._start(ready)

    def _start(self, separation: QueuedSeparation) -> None:
        recording = separation.recording
        if None in separation.origins:
            self._refuse(separation, GONE.format(separation.name))
        elif recording.clip is not None:
            self.running = separation
            self._separator.start(
                recording.clip,
                separation.prompt,
                separation.settings,
                separation.name,
                source=recording.take(separation.source),
                base=recording.take(separation.base),
                frame_range=separation.frame_range,
                band=separation.band,
                candidate=separation.candidate,
                recording=recording,
            )

    def _refuse(self, separation: QueuedSeparation, sentence: str) -> None:
        recording = separation.recording
        self._fail(separation, sentence)
        self.changed.emit(recording)
        self.refused.emit(recording, sentence)
        self.go_on()

    def _fail(self, separation: QueuedSeparation | None, sentence: str) -> None:
        if separation is not None and separation.recording in self._document.recordings.all:
            self.failures[separation.recording] = self.failed[separation] = sentence

    @Slot(object, object, str)
    def _on_ended(self, recording: Recording, take: Take | None, failure: str) -> None:
        ran = self.running
        if ran is not None:
            self._ended.append(ran)
            if take is not None and ran.chain:
                self._lead_on(ran.chain, take)
        if failure:
            self._fail(ran, failure)
        elif take is not None:
            self.failures.pop(recording, None)
        self.running, self._is_stopping = None, False
        self.go_on()
        self._settle()
        self.changed.emit(recording)
        if ran is not None and ran.chain and (take is not None or failure):
            self.part_ended.emit(ran, failure)

    def _lead_on(self, chain: str, take: Take) -> None:
        """Let the parts of a chain that are still to come, and those that failed, be made from what a take left."""

        def moved(one: QueuedSeparation) -> QueuedSeparation:
            return replace(one, source=take.id) if one.chain == chain else one

        self._waiting = [moved(one) for one in self._waiting]
        self.failed = {moved(one): why for one, why in self.failed.items()}

    def _settle(self) -> None:
        if not self.unfinished:
            self._ended.clear()
            # What is asked for next is not to wait for nothing.
            self.is_paused = False
            self._separator.set_paused(False)

    @Slot(object)
    def _forget(self, recording: Recording) -> None:
        self.failures.pop(recording, None)
        self.cancel(recording)
