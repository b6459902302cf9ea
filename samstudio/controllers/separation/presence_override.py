"""Overrides the presence gate of a take, in the background: puts back what it withheld from the target."""

from collections import deque
from collections.abc import Generator
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.separation.corrector import what_it_sums_to
from samstudio.separation.correction.derive import corrected_at_once
from samstudio.separation.presence_override import let_through
from samstudio.separation.registry import sums_exactly
from samstudio.session.clip import AudioClip
from samstudio.session.stretch import Stretch
from samstudio.session.take import Sound, Take

STEP = "Restore the target"


class PresenceOverride(QObject):
    """Restores what the gate withheld, one range after the other; each is one undo step."""

    finished = Signal(object)
    """The range (seconds) that was restored."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, document: Document, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._background = document, background
        self._wanted: deque[tuple[str, Stretch]] = deque()
        self._job: Job | None = None
        self._take_id, self._stretch = "", (0.0, 0.0)
        self._before: Sound | None = None

    @property
    def is_running(self) -> bool:
        """Whether a range is being restored."""
        return self._job is not None

    def let_through(self, index: int, stretch: Stretch) -> None:
        """Restore the target of a take in a range (seconds), or in the part of it where it is absent."""
        take = self._document.takes[index]
        if not self._document.may_change_sound(take):
            return
        self._wanted.append((take.id, stretch))
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Begin the next range, unless one is being restored."""
        while self._job is None and self._wanted:
            take_id, stretch = self._wanted.popleft()
            take, clip = self._document.take(take_id), self._document.recordings.owner(take_id).clip
            if take is not None and clip is not None:
                self._take_id, self._stretch, self._before = take_id, stretch, take.sound
                self._job = self._background.run(
                    _steps(take, clip, stretch), done=self._on_done, failed=self.failed, ended=self._on_ended
                )

    @Slot(object)
    def _on_done(self, sound: Sound) -> None:
        # The take may have been deleted meanwhile, or another recording opened.
        take, made = self._document.take(self._take_id), self._before.made if self._before is not None else None
        before = next((it for it in take.sounds if it.made is made), None) if take is not None else None
        if before is not None:
            # It may have been corrected meanwhile.
            sound = replace(sound, correction=before.correction)
            self._document.exchange_sound(STEP, self._take_id, before, sound)
            self.finished.emit(self._stretch)

    @Slot()
    def _on_ended(self) -> None:
        self._job = self._before = None
        self._go_on()


def _steps(take: Take, clip: AudioClip, stretch: Stretch) -> Generator[float | Sound | None, None, None]:
    """Yields the fraction done, and at last the sound with its correction. Raises ScratchError."""
    samples, rate = what_it_sums_to(take, clip), clip.sample_rate
    sound = yield from let_through(take.sound, samples, rate, stretch, is_exact=sums_exactly(take.settings))
    yield (yield from corrected_at_once(sound, samples, rate))
