"""Undo and redo, which name what they undid or redid."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document


class HistoryCommands(QObject):
    """Steps back and forth through the document's edits."""

    noted = Signal(str)
    """What was undone or redone."""

    def __init__(self, document: Document, cancel_gesture: Callable[[], bool], parent: QObject) -> None:
        """`cancel_gesture` drops what is being drawn, and returns whether there was something."""
        super().__init__(parent)
        self._stack, self._cancel_gesture = document.recordings.undo_group, cancel_gesture

    @Slot()
    def undo(self) -> None:
        """Undo the last edit; while one is being drawn, only that is dropped."""
        if self._cancel_gesture():
            return
        if self._stack.canUndo():
            name = self._stack.undoText()
            # First: the document may add a note on it.
            self.noted.emit(f"Undone: {name}")
            self._stack.undo()

    @Slot()
    def redo(self) -> None:
        """Redo the edit that was undone last."""
        if self._stack.canRedo():
            name = self._stack.redoText()
            self.noted.emit(f"Redone: {name}")
            self._stack.redo()
