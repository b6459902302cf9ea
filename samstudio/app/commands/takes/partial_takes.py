"""Takes of a part: of the selection alone, or of a few seconds that are tried before the rest is separated."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.separator import Separator
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Sign
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Take

TRIED_SECONDS = 20.0
"""Length of the part that is tried first."""
GONE = "The take whose residual “{}” came from was deleted: its rest cannot be separated."


class PartialTakeCommands(QObject):
    """Separates a part; the engine still learns from all of the recording."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        mixing: Mixing,
        separator: Separator,
        separation: SeparationCommands,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self._transport, self._mixing, self._separation = transport, mixing, separation
        self._tried: tuple[Recording, Stretch] | None = None
        """What is to be played when its take is there, which may be queued as yet."""
        separator.finished.connect(self._on_finished)

    @Slot()
    def separate_selection(self) -> None:
        """Separate the selected time alone: elsewhere the residual is the recording."""
        if self._selection.stretch is not None:
            self.separate_stretch(self._selection.stretch)

    @Slot()
    def try_here(self) -> None:
        """Separate a few seconds at the selection, the playhead or a place where the sound is, and play them."""
        clip = self._document.clip
        if clip is None:
            return
        spans = self._document.prompt.spans
        places = [(span.start, span.end) for span in spans if span.sign is Sign.PLUS and not span.muted]
        place = self._selection.stretch or tried_place(self._transport.position, places, clip.duration)
        stretch = tried_stretch(place, clip.duration)
        self._tried = self._document.recording, stretch
        if not self.separate_stretch(stretch):
            self._tried = None
            take = self._document.current_take
            if take is not None and take.prompt == self._document.prompt:
                # It was tried before, and is shown.
                self._play(take, clip.duration)

    @Slot()
    def separate_rest(self) -> None:
        """Separate all by the prompt and settings of the current take, of which only a part was separated."""
        take = self._document.current_take
        if take is None or take.stretch is None:
            return
        source = self._document.take(take.source)
        if take.source and source is None:
            self.noted.emit(GONE.format(take.name))
        elif self._separation.use_settings(take.settings):
            self._document.edit_prompt(f"Use the prompt of “{take.name}”", take.prompt)
            # All of it at once: what was learned is still known, so the part costs a second or two, and an engine that
            # solves windows together makes it otherwise in the whole.
            self._separation.start(source)

    def separate_stretch(self, stretch: Stretch, band: Stretch | None = None) -> bool:
        """Separate a stretch alone, and of it only a `band` (Hz). Returns whether that began."""
        clip = self._document.clip
        if clip is None:
            return False
        return self._separation.start(self._document.ground, frame_range=_frames(stretch, clip), band=band)

    def _play(self, take: Take, duration: float) -> None:
        # The mix of both stems is the recording: there would be nothing to judge.
        if self._mixing.auditioned in (None, Stem.CLIP):
            self._mixing.audition(Stem.TARGET)
        self._transport.play_range(*(take.stretch or (0.0, duration)))

    @Slot(object)
    def _on_finished(self, take: Take) -> None:
        clip = self._document.clip
        if clip is None or self._tried is None:
            return
        recording, stretch = self._tried
        if recording is self._document.recording and _frames(take.stretch, clip) == _frames(stretch, clip):
            self._tried = None
            self._play(take, clip.duration)


def _frames(stretch: Stretch | None, clip: AudioClip) -> tuple[int, int]:
    """The frames of a stretch; of all of the clip, where there is none."""
    start, end = stretch or (0.0, clip.duration)
    return max(0, round(start * clip.sample_rate)), min(round(end * clip.sample_rate), clip.frames)


def tried_place(position: float, places: Sequence[Stretch], duration: float) -> Stretch:
    """The playhead (s), or the nearest of the places where the sound is heard if none is within reach."""
    start, end = tried_stretch((position, position), duration)
    if not places or any(place[0] < end and place[1] > start for place in places):
        return position, position
    return min(places, key=lambda place: max(place[0] - position, position - place[1]))


def tried_stretch(place: Stretch, duration: float) -> Stretch:
    """The seconds to try: around a place, at the beginning of a longer one, all of a shorter recording."""
    length = min(TRIED_SECONDS, duration)
    start = place[0] if place[1] - place[0] >= length else (place[0] + place[1] - length) / 2
    start = min(max(0.0, start), duration - length)
    return start, start + length
