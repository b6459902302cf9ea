"""An undo stack that stops at a step which must not be undone or redone now."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QUndoCommand, QUndoStack


class EditStack(QUndoStack):
    """Goes back and forth up to a step that refuses, and stays there: what is listed as done is what is done.

    The stack itself cannot be asked to stop: a step that refuses changes nothing, and the stack returns to it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._refused: list[QUndoCommand] = []
        self._is_undo = self._is_returning = False
        # From wherever the stack was told to go: the history's list does so itself.
        self.indexChanged.connect(self._return)
        self.indexChanged.connect(self._drop_obsolete)

    def attempt(self, step: QUndoCommand, change: Callable[[], bool], *, is_undo: bool) -> None:
        """Undo or redo a step by `change`, which returns whether that was allowed."""
        if any(step is other for other in self._refused):
            # On the way back: it was left as it is.
            return
        if not change() and not self._is_returning:
            self._refused.append(step)
            self._is_undo = is_undo if len(self._refused) == 1 else self._is_undo

    @Slot()
    def _return(self) -> None:
        if self._is_returning or not self._refused:
            return
        steps = (self.command(row) for row in range(self.count()))
        row = next(row for row, step in enumerate(steps) if step is self._refused[0])
        self._is_returning = True
        try:
            # What was undone or redone beyond it is brought back.
            self.setIndex(row + 1 if self._is_undo else row)
        finally:
            self._is_returning = False
            self._refused.clear()

    @Slot()
    def _drop_obsolete(self) -> None:
        """A step that can no longer be undone is not offered: it goes, so that the one before it is."""
        while not self._is_returning and self.index() and self.command(self.index() - 1).isObsolete():
            self.undo()
