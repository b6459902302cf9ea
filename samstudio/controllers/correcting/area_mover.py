"""Moves what an area or a stroke covers between the stems of the current take."""

from collections.abc import Callable, Generator
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.separation.corrector import Corrector
from samstudio.session.areas.area import Area, Feather
from samstudio.session.areas.brush import Stroke, stroke_mask
from samstudio.session.areas.rasteriser import area_mask
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import CellMask, Direction


class AreaMover(QObject):
    """Works out which cells are meant, in the background and in the order of the strokes, and has them corrected."""

    failed = Signal(str)
    """A sentence: why nothing was moved."""

    def __init__(
        self, document: Document, corrector: Corrector, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._corrector, self._background = document, corrector, background

    def move(self, area: Area, direction: Direction, strength: float, feather: Feather, name: str) -> None:
        """Move the sound of an area, as one undo step; `strength` is 0..1."""
        self._correct(partial(area_mask, area, feather=feather), direction, strength, name)

    def paint(self, stroke: Stroke, direction: Direction, strength: float, name: str) -> None:
        """Move the sound under a stroke, as one undo step; `strength` is 0..1."""
        self._correct(partial(stroke_mask, stroke), direction, strength, name)

    def _correct(
        self, mask_of: Callable[[CellGrid, int], CellMask], direction: Direction, strength: float, name: str
    ) -> None:
        clip, take = self._document.clip, self._document.current_take
        if clip is not None and take is not None and self._document.may_change_sound(take):
            grid = CellGrid(clip.sample_rate)
            edit = _Edit(self._document, self._corrector, take.id, direction, strength, name, self)
            steps = _steps(partial(mask_of, grid, grid.frames_in(clip.frames)))
            self._background.run(steps, done=edit.apply, failed=self.failed, ended=edit.deleteLater)


class _Edit(QObject):
    """One edit on its way: what is to be done with its mask, once that is known."""

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
    def apply(self, mask: CellMask) -> None:
        """Correct the take that was meant, unless another one was chosen meanwhile."""
        take = self._document.current_take
        if take is not None and take.id == self._take_id:
            self._corrector.paint(mask, self._direction, self._strength, self._name)


def _steps(mask_of: Callable[[], CellMask]) -> Generator[CellMask, None, None]:
    yield mask_of()
