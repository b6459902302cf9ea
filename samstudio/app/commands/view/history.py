"""Undo and redo, which name what they undid or redid."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.document_edits import TakeEdit


class HistoryCommands(QObject):
    """Steps back and forth through the document's edits."""

    noted = Signal(str)
    """What was undone or redone."""

    def __init__(self, document: Document, cancel_gesture: Callable[[], bool], parent: QObject) -> None:
        """`cancel_gesture` drops what is being drawn, and returns whether there was something."""
        super().__init__(parent)
        self._document, self._cancel_gesture = document, cancel_gesture
        self._stack = document.recordings.undo_group

    @Slot()
    def undo(self) -> None:
        """Undo the last edit; while one is being drawn, only that is dropped."""
        if self._cancel_gesture():
            return
        if self._stack.canUndo():
            name = self._stack.undoText() + self._shown_take(self._document.undo_stack.index() - 1)
            # First: the document may add a note on it.
            self.noted.emit(f"Undone: {name}")
            self._stack.undo()

    @Slot()
    def redo(self) -> None:
        """Redo the edit that was undone last."""
        if self._stack.canRedo():
            name = self._stack.redoText() + self._shown_take(self._document.undo_stack.index())
            self.noted.emit(f"Redone: {name}")
            self._stack.redo()

    def _shown_take(self, row: int) -> str:
        """Show the take that a step is an edit of, so that its change is seen; where it was not shown, its name."""
        document, step = self._document, self._document.undo_stack.command(row)
        take = document.recording.take(step.take_id) if isinstance(step, TakeEdit) else None
        if take is None or take is document.current_take:
            return ""
        document.select_take(document.takes.index(take))
        return f" in “{take.name}”"
