"""Corrects the sound of takes by hand and by the strength of the target."""

from PySide6.QtCore import QObject, Signal

from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import CellMask, Direction


class Corrector(QObject):
    """Paints cells of the current take, and brings the stems of all takes up to their correction."""

    applied = Signal(object)
    """Take: what is heard and shown of it has been brought up to its correction."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, document: Document, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._background = document, background

    def paint(self, mask: CellMask, direction: Direction, strength: float, name: str) -> None:
        """Move the sound of the mask's cells in the current take, as one undo step; `strength` is 0..1.

        The edit is in the document at once, and heard when `applied` comes.
        """
        take, clip = self._document.current_take, self._document.clip
        if take is None or clip is None:
            return
        grid = CellGrid(clip.sample_rate)
        mask = mask.within(grid.frames_in(clip.frames), grid.bins)
        self._document.correct(name, take.id, take.sound.correction.painted(mask, direction, strength))
