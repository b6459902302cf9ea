"""The selected area in time and frequency: drawn, found in the sound, put together."""

from collections.abc import Generator

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.audition import Audition
from samstudio.dsp.cells import Floats, cell_levels
from samstudio.session.areas.area import Area, Combination, Points
from samstudio.session.areas.rasteriser import MOST_CELLS, AreaTooLongError, area_of_cells, combined
from samstudio.session.areas.regions import Harmonics, along_time, at_frames, harmonics_of, on_ridge, similar_cells
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.mix import Channel

REACH = 10.0
"""Seconds on either side of a place within which similar cells are looked for."""
Steps = Generator[Area | None, None, None]


class AreaSelection(QObject):
    """Holds the selected area; a new recording has none. What takes long is done in the background, the last wins."""

    area_changed = Signal(object)
    """Area or None."""
    failed = Signal(str)
    """A sentence: why the area stays as it is."""

    def __init__(
        self, document: Document, audition: Audition, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._audition, self._background = document, audition, background
        self.area: Area | None = None
        self._job: Job | None = None
        document.clip_changed.connect(self.clear)

    @Slot()
    def clear(self) -> None:
        """Select no area."""
        self._show(None)

    def draw(self, area: Area, how: Combination = Combination.REPLACE) -> None:
        """Select an area, or add it to the selected one, or take it away from that."""
        if how is Combination.REPLACE or (self.area is None and how is Combination.ADD):
            self._show(area)
        elif (clip := self._document.clip) is not None and self.area is not None:
            grid = CellGrid(clip.sample_rate)
            self._find(_joined(self.area, area, how, grid, grid.frames_in(clip.frames)))

    def find_similar(
        self, channel: Channel, place: tuple[float, float], tolerance: float, how: Combination = Combination.REPLACE
    ) -> None:
        """Select what hangs together with a `place` (seconds, Hz) and is as loud, within `tolerance` dB."""
        clip, samples = self._document.clip, self._audition.sound_of(channel)
        if clip is not None and samples is not None:
            grid = CellGrid(clip.sample_rate)
            self._find(_similar(samples, channel, place, tolerance, grid, self.area, how))

    def find_harmonics(
        self, channel: Channel, line: Points, harmonics: Harmonics, follows_ridge: bool, how: Combination
    ) -> None:
        """Select bands around a drawn line (seconds, Hz) and its multiples, moved onto the sound under it or not."""
        clip, samples = self._document.clip, self._audition.sound_of(channel)
        if clip is not None and samples is not None:
            grid = CellGrid(clip.sample_rate)
            self._find(_harmonic(samples, channel, line, harmonics, follows_ridge, grid, self.area, how))

    def _find(self, steps: Steps) -> None:
        self._cancel()
        self._job = self._background.run(steps, done=self._show, failed=self.failed)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot(object)
    def _show(self, area: Area | None) -> None:
        self._cancel()
        if area is not self.area:
            self.area = area
            self.area_changed.emit(area)


def _joined(area: Area | None, other: Area | None, how: Combination, grid: CellGrid, frames: int) -> Steps:
    if other is None or area is None:
        yield other if how is not Combination.SUBTRACT else area
    else:
        yield combined(area, other, how, grid, frames)


def _similar(
    samples: Samples,
    channel: Channel,
    place: tuple[float, float],
    tolerance: float,
    grid: CellGrid,
    area: Area | None,
    how: Combination,
) -> Steps:
    frames = grid.frames_in(len(samples))
    frame = min(max(0, round(grid.frame_of(place[0]))), frames - 1)
    row = min(max(0, round(grid.bin_of(place[1]))), grid.bins - 1)
    reach = round(grid.frame_of(REACH))
    first = max(0, frame - reach)
    levels = yield from _levels(samples, first, min(frames, frame + reach + 1) - first, grid)
    found = area_of_cells(similar_cells(levels, frame - first, row, tolerance), first, 0, grid, channel)
    yield from _joined(area, found, how, grid, frames)


def _harmonic(
    samples: Samples,
    channel: Channel,
    line: Points,
    harmonics: Harmonics,
    follows_ridge: bool,
    grid: CellGrid,
    area: Area | None,
    how: Combination,
) -> Steps:
    frames = grid.frames_in(len(samples))
    line = along_time(line, grid)
    if follows_ridge:
        ends = np.rint(grid.frame_of(1.0) * line[[0, -1], 0]).astype(int).clip(0, frames - 1)
        levels = yield from _levels(samples, int(ends[0]), int(ends[1] - ends[0]) + 1, grid)
        line = on_ridge(at_frames(line, grid, frames), levels, int(ends[0]), grid)
    yield from _joined(area, harmonics_of(line, harmonics, grid.sample_rate / 2.0, channel), how, grid, frames)


def _levels(samples: Samples, first: int, count: int, grid: CellGrid) -> Generator[None, None, Floats]:
    """The levels of some frames' cells. Raises AreaTooLongError."""
    if count * grid.bins > MOST_CELLS:
        raise AreaTooLongError("The line is too long to find the sound under it: draw a shorter one.")
    steps = cell_levels(samples, first, count, grid.size)
    while (levels := next(steps)) is None:
        yield None
    return levels
