"""Plays what an area holds of a sound, and nothing else."""

from collections.abc import Generator
from math import ceil, floor

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.playback.tracks import Track
from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.audition import Audition
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.dsp.cells import sound_of_cells
from samstudio.session.areas.area import Area, Feather
from samstudio.session.areas.rasteriser import AreaRaster
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.mix import Channel
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem

_PART = 4096
"""STFT frames of an area that are worked out at once."""
_BESIDE = 0.05
"""Seconds beyond the area at which the playhead may be seen without having been sent elsewhere."""


class AreaPlayback(QObject):
    """Has the transport play an area's sound alone; whatever else the mixer plays comes back at its end."""

    failed = Signal(str)
    """A sentence: why nothing plays."""

    def __init__(
        self,
        document: Document,
        audition: Audition,
        mixing: Mixing,
        transport: Transport,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._audition = document, audition
        self._mixing, self._transport, self._background = mixing, transport, background
        self._job: Job | None = None
        self._channel: Channel = Stem.CLIP
        self._first = 0
        self._times: Stretch = 0.0, 0.0
        self._samples: Samples | None = None
        self._stretch: Stretch | None = None
        """What plays, seconds; None: nothing of an area."""
        document.clip_changed.connect(self.end)
        transport.playing_changed.connect(self._follow_playing)
        transport.position_changed.connect(self._follow_position)

    @property
    def is_playing(self) -> bool:
        """Whether an area plays."""
        return self._stretch is not None

    def play(self, area: Area, feather: Feather) -> None:
        """Play what an area, its edges softened, holds of the sound in whose picture it was drawn."""
        clip = self._document.clip
        if clip is None:
            return
        if self.is_playing:
            # Else the mix would be heard until the area's sound is there again.
            self._transport.stop()
        self.end()
        known = self._audition.sound_of(area.channel)
        sound, self._channel = (clip.samples, Stem.CLIP) if known is None else (known, area.channel)
        self._times = area.times
        first = min(max(0, floor(area.times[0] * clip.sample_rate)), clip.frames - 1)
        last = min(max(first + 1, ceil(area.times[1] * clip.sample_rate)), clip.frames)
        self._first = first
        steps = _sound(area, feather, sound, CellGrid(clip.sample_rate), first, last)
        self._job = self._background.run(steps, stepped=self._on_stepped, failed=self.failed)

    @Slot()
    def end(self) -> None:
        """Play no area any more, nor begin to; the mixer has its own tracks again."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._samples = None
        if self._stretch is not None:
            self._stretch = None
            self._mixing.play_alone(self._channel, None)

    @Slot(object)
    def _on_stepped(self, step: tuple[Samples, int]) -> None:
        self._samples, done = step
        track = Track(self._samples, ready=done if done < len(self._samples) else None, first=self._first)
        self._mixing.play_alone(self._channel, track)
        if self._stretch is None:
            self._stretch = self._times
            self._transport.play_range(*self._times)
            if not self._transport.playing:
                self.end()

    @Slot(bool)
    def _follow_playing(self, playing: bool) -> None:
        if not playing:
            self.end()

    @Slot(float)
    def _follow_position(self, seconds: float) -> None:
        """The playhead was sent elsewhere."""
        if self._stretch is not None and not self._stretch[0] - _BESIDE <= seconds <= self._stretch[1] + _BESIDE:
            self._transport.stop()


def _sound(
    area: Area, feather: Feather, sound: Samples, grid: CellGrid, first: int, last: int
) -> Generator[tuple[Samples, int], None, None]:
    """Yields the array that holds the area's sound from frame `first` to `last`, and how much of it is done."""
    raster = AreaRaster(area, grid, grid.frames_in(len(sound)), feather)
    out = scratch_array(last - first, sound.shape[1])
    for at in range(0, len(out), _PART * grid.hop):
        part = out[at : at + _PART * grid.hop]
        # The frames whose windows reach into this part.
        start, stop = first + at - grid.size // 2, first + at + len(part) + grid.size // 2
        mask = raster.mask(range(start // grid.hop, stop // grid.hop + 1))
        cell = mask.first_frame, mask.first_bin
        for done in sound_of_cells(sound, mask.weights, cell, grid.size, part, first + at):
            yield out, at + done
        forget_pages(out)
        forget_pages(sound)
