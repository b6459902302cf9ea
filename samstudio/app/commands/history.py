"""Undo and redo: what the next step is called stands in the menu."""

from PySide6.QtCore import QObject, Slot

from samstudio.app.studio import Studio


class HistoryCommands(QObject):
    """Steps back and forth through the document's edits."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._stack = studio.document.undo_stack

    @Slot()
    def undo(self) -> None:
        """Take back the last edit."""
        self._stack.undo()

    @Slot()
    def redo(self) -> None:
        """Make the edit again that was taken back."""
        self._stack.redo()
