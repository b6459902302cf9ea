"""Choosing another of a take's candidates; one that is not rendered yet is rendered first."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.session.take import Take

GONE = "The take whose residual this one came from was deleted: its other candidates cannot be rendered."
BUSY = "A separation is running: choose the candidate again when its take is ready."


class CandidateCommands(QObject):
    """Acts on the takes of the recording that is shown."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(self, document: Document, queue: SeparationQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._queue = document, queue

    @Slot(int, int)
    def choose(self, index: int, candidate: int) -> None:
        """Show and play a candidate of the take at that place."""
        document, take = self._document, self._document.takes[index]
        if take.candidates[candidate].sound is not None:
            document.choose_candidate(index, candidate)
            return
        # The widget that asked shows its own choice by now: until that is rendered, it must show the one that is heard.
        document.takes_changed.emit(document.takes)
        if document.may_change_sound(take) and self._can_render(take.source):
            name = f"{take.name} · candidate {candidate + 1}"
            frames = self._frames_of(take)
            self._queue.add(
                QueuedSeparation(
                    document.recording, take.prompt, take.settings, name, take.source, take.id, frames, candidate
                )
            )

    def _frames_of(self, take: Take) -> tuple[int, int] | None:
        """Start and end frame of the only part that was separated; None for all of it."""
        clip = self._document.clip
        if clip is None or take.stretch is None:
            return None
        start, end = (round(seconds * clip.sample_rate) for seconds in take.stretch)
        return start, min(end, clip.frames)

    def _can_render(self, source: str) -> bool:
        """Whether what the take was made from is there, and nothing else is being made of the recording."""
        if self._queue.is_pending(self._document.recording):
            self.noted.emit(BUSY)
        elif source and self._document.recording.take(source) is None:
            self.noted.emit(GONE)
        else:
            return True
        return False
