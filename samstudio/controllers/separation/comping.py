"""Comping: copies a range of one take into another, in the background."""

from collections.abc import Generator

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.separation.registry import sums_exactly
from samstudio.separation.splice import spliced
from samstudio.session.clip import AudioClip
from samstudio.session.stretch import Stretch
from samstudio.session.take import Sound, Take

STEP = "Comp a selection"


class Comping(QObject):
    """The first range that is copied makes a new take, a comp; further ones go into it, each an undo step."""

    finished = Signal(object, str)
    """The stretch (seconds), and the name of the take that it came from."""
    failed = Signal(str)

    def __init__(self, document: Document, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._background = document, background
        self._base: Take | None = None
        self._other = ""
        self._stretch = (0.0, 0.0)

    @property
    def is_running(self) -> bool:
        """Whether a range is being copied."""
        return self._base is not None

    def others(self) -> tuple[Take, ...]:
        """The takes of which a range can be copied into the current one: those separated from the same source."""
        current = self._document.current_take
        return tuple(
            take
            for take in self._document.takes
            if current is not None and take is not current and take.source == current.source
        )

    def take_over(self, other: Take, stretch: Stretch) -> None:
        """Put `other`'s `stretch` (seconds) into the current take, or into a comp that begins as its copy."""
        base, clip = self._document.current_take, self._document.clip
        if base is None or clip is None or self.is_running:
            return
        if base.sound.parts and not self._document.may_change_sound(base):
            return
        # Elsewhere a take of a part holds the recording alone, as its residual.
        start, end = other.stretch or (0.0, clip.duration)
        stretch = max(stretch[0], start), min(stretch[1], end)
        if stretch[1] <= stretch[0]:
            self.failed.emit(f"“{other.name}” was not separated there: select a stretch that it has.")
            return
        self._base, self._other, self._stretch = base, other.name, stretch
        self._background.run(
            _steps(base, other, clip, stretch), done=self._on_done, failed=self.failed, ended=self._on_ended
        )

    @Slot(object)
    def _on_done(self, sound: Sound) -> None:
        base = self._base
        take = self._document.take(base.id) if base is not None else None
        # The take may have been deleted meanwhile, or another recording opened.
        if base is None or take is None:
            return
        if base.sound.parts:
            # It may have been corrected since: undo brings that back.
            old = next((it for it in take.sounds if it.made is base.sound.made), base.sound)
            self._document.exchange_sound(STEP, base.id, old, sound)
        else:
            made = (base.prompt, base.settings, sound, 0.0, base.frames_done, base.notices)
            comp = Take(f"Comp of {base.name}", *made, stretch=base.stretch, source=base.source)
            self._document.add_take(comp, self._document.recordings.owner(base.id))
        self.finished.emit(self._stretch, self._other)

    @Slot()
    def _on_ended(self) -> None:
        self._base = None


def _steps(base: Take, other: Take, clip: AudioClip, stretch: Stretch) -> Generator[float | Sound, None, None]:
    """Yields the fraction done, and at last the sound. Raises ScratchError."""
    start, end = (min(max(0, round(seconds * clip.sample_rate)), clip.frames) for seconds in stretch)
    whole = None if base.source else clip.samples
    exact, origin = sums_exactly(base.settings), f"“{other.name}”"
    # The strength is one for all of a take: where the two differ, what is heard of both is put together.
    keeps = base.sound.correction.strength_db == other.sound.correction.strength_db
    sounds, frame_range = (base.sound, other.sound), (start, end)
    yield (yield from spliced(*sounds, whole, clip.sample_rate, frame_range, origin, is_exact=exact, keeps_edits=keeps))
