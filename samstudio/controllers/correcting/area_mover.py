"""Moves what an area or a stroke covers between the stems of the current take."""

from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.separation.corrector import Corrector
from samstudio.session.areas.area import Area, Feather
from samstudio.session.areas.brush import Stroke, stroke_mask
from samstudio.session.areas.rasteriser import AreaRaster
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import BlockMask, CellMask, Direction

Steps = Generator[CellMask | BlockMask | None, None, None]
"""The last one is the mask."""


class AreaMover(QObject):
    """Works out which cells are meant, in the background and in the order of the strokes, and has them corrected."""

    moved = Signal(object, bool)
    """Direction of an area's move that has ended, and whether it changed the take."""
    failed = Signal(str)
    """A sentence: why nothing was moved."""

    def __init__(
        self, document: Document, corrector: Corrector, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._corrector, self._background = document, corrector, background

    def move(self, area: Area, direction: Direction, strength: float, feather: Feather, name: str) -> None:
        """Move the sound of an area, as one undo step; `strength` is 0..1."""

        def mask_of(grid: CellGrid, frames: int) -> Steps:
            yield (yield from BlockMask.of(AreaRaster(area, grid, frames, feather).masks()))

        edit = self._correct(mask_of, direction, strength, name)
        if edit is not None:
            edit.applied.connect(self.moved)

    def paint(self, stroke: Stroke, direction: Direction, strength: float, name: str) -> None:
        """Move the sound under a stroke, as one undo step; `strength` is 0..1."""

        def mask_of(grid: CellGrid, frames: int) -> Steps:
            yield stroke_mask(stroke, grid, frames)

        self._correct(mask_of, direction, strength, name)

    def _correct(
        self, mask_of: Callable[[CellGrid, int], Steps], direction: Direction, strength: float, name: str
    ) -> "_Edit | None":
        clip, take = self._document.clip, self._document.current_take
        if clip is None or take is None or not self._document.may_change_sound(take):
            return None
        grid = CellGrid(clip.sample_rate)
        edit = _Edit(self._document, self._corrector, take.id, direction, strength, name, self)
        steps = mask_of(grid, grid.frames_in(clip.frames))
        self._background.run(steps, done=edit.apply, failed=self.failed, ended=edit.deleteLater)
        return edit


class _Edit(QObject):
    """One edit on its way: what is to be done with its mask, once that is known."""

    applied = Signal(object, bool)
    """Direction, and whether the take has changed."""

    def __init__(
        self,
        document: Document,
        corrector: Corrector,
        take_id: str,
        direction: Direction,
        strength: float,
        name: str,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._corrector, self._take_id = document, corrector, take_id
        self._direction, self._strength, self._name = direction, strength, name

    @Slot(object)
    def apply(self, mask: CellMask | BlockMask) -> None:
        """Correct the take that was meant, unless another one was chosen meanwhile."""
        take = self._document.current_take
        if take is not None and take.id == self._take_id:
            self._corrector.paint(mask, self._direction, self._strength, self._name)
            now = self._document.take(self._take_id)
            self.applied.emit(self._direction, now is not None and now.sound.correction != take.sound.correction)
