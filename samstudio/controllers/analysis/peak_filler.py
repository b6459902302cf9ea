"""Fills the peaks of the sounds that the timeline shows, in the background, a piece at a time."""

from collections import deque
from collections.abc import Generator, MutableMapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.analysis.sound_source import SoundSource
from samstudio.controllers.background import Background
from samstudio.session.scratch import forget_pages

_PEAK_FRAMES = 1 << 20
"""Frames of a peak job: some 10 ms of work, so that the first pixels come at once."""


@dataclass(frozen=True, eq=False)
class _Piece:
    """Frames of a channel whose peaks are filled, or with `is_again` filled anew."""

    channel: str
    source: SoundSource
    start: int
    stop: int
    is_again: bool


class PeakFiller(QObject):
    """Works on `sources`, of which the owner says when they change; one that fails is removed from them.

    What was changed comes first, then the sound of which the smallest part is filled.
    """

    filled = Signal(object, object)
    """Channel, PeakPyramid (of which more is filled than before)."""
    refilled = Signal(object, object)
    """Channel, (first, end) in frames: peaks that were filled before are other ones now."""

    def __init__(
        self, sources: MutableMapping[str, SoundSource], background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sources, self._background = sources, background
        self._changed: deque[_Piece] = deque()
        self._piece: _Piece | None = None

    @property
    def is_busy(self) -> bool:
        """Whether anything is being filled."""
        return self._piece is not None

    def refill(self, channel: str, start: int, stop: int) -> None:
        """Fill the frames `start`..`stop` of a channel anew, as far as they were filled."""
        source = self._sources[channel]
        # What was to be filled from the sound before this one, and lies in the same place, would be overwritten.
        self._changed = deque(
            piece
            for piece in self._changed
            if piece.source.peaks is not source.peaks or piece.start < start or piece.stop > stop
        )
        for at in range(start, stop, _PEAK_FRAMES):
            # Also when the channel has another sound by then: these peaks are kept for the sound's return.
            self._changed.append(_Piece(channel, source, at, min(at + _PEAK_FRAMES, stop), is_again=True))
        self.fill_next()

    def fill_next(self) -> None:
        """Begin the next piece, unless one is under way: no two write to the same peaks."""
        if self._piece is None:
            self._piece = self._changed.popleft() if self._changed else self._furthest_behind()
        else:
            return
        if self._piece is not None:
            self._background.run(_steps(self._piece), done=self._on_done, failed=self._on_failure, ended=self._on_ended)

    def _furthest_behind(self) -> _Piece | None:
        due = [
            (source.peaks.frames_ready / max(1, source.frames_ready), channel)
            for channel, source in self._sources.items()
            if source.peaks.frames_ready < source.frames_ready
        ]
        if not due:
            return None
        channel = min(due)[1]
        source = self._sources[channel]
        start = source.peaks.frames_ready
        return _Piece(channel, source, start, min(source.frames_ready, start + _PEAK_FRAMES), is_again=False)

    @property
    def _filled(self) -> _Piece | None:
        """The piece that was just filled, unless other sound is shown there by now."""
        if self._piece is None:
            return None
        source = self._sources.get(self._piece.channel)
        return self._piece if source is not None and source.peaks is self._piece.source.peaks else None

    @Slot()
    def _on_done(self) -> None:
        piece = self._filled
        if piece is None:
            return
        if piece.is_again:
            self.refilled.emit(piece.channel, (piece.start, piece.stop))
            return
        # Two channels may have the same sound: all of a clip may be its residual.
        peaks = piece.source.peaks
        for channel in [channel for channel, source in self._sources.items() if source.peaks is peaks]:
            self.filled.emit(channel, peaks)

    @Slot()
    def _on_failure(self) -> None:
        # It would fail again.
        piece = self._filled
        if piece is not None:
            del self._sources[piece.channel]

    @Slot()
    def _on_ended(self) -> None:
        self._piece = None
        self.fill_next()


def _steps(piece: _Piece) -> Generator[None, None, None]:
    samples, peaks = piece.source.samples, piece.source.peaks
    if piece.is_again:
        peaks.refill(samples, piece.start, piece.stop)
    else:
        peaks.fill(samples, piece.stop)
    for held in (samples, peaks.storage):
        forget_pages(held)
    yield
