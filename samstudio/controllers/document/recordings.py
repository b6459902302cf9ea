"""The open recordings, and which of them is shown."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoGroup

from samstudio.controllers.document.recording import Recording


class Recordings(QObject):
    """Those that are open, in the order in which they were opened; at most one of them is shown."""

    leaving = Signal()
    """Another one is about to be shown: what only the widgets know must be kept now."""
    shown_changed = Signal()
    """Another one is shown, or none."""
    list_changed = Signal(object)
    """tuple[Recording, ...]: one was added or closed."""
    changed = Signal(object)
    """Recording, shown or not: something about it has changed."""
    closed = Signal(object)
    """Recording that is not open any longer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Recording, ...] = ()
        self.shown = Recording()
        """Where none is open, one without a clip."""
        self.undo_group = QUndoGroup(self)
        self._activate_stack()

    def add(self, recording: Recording) -> None:
        """Open a recording of which nothing has been read yet. It cannot be shown until its clip is there."""
        # Faders last from one recording to the next; what was soloed or muted was sound of that one.
        recording.mix = self.shown.mix.unmuted()
        self.all = (*self.all, recording)
        self.list_changed.emit(self.all)

    def show(self, recording: Recording) -> None:
        """Show one of the open recordings as it was left. Does nothing where its clip is not there yet."""
        if recording is not self.shown and recording in self.all and recording.clip is not None:
            self.leaving.emit()
            self._show(recording)

    def close(self, recording: Recording) -> None:
        """Close a recording; if it is shown, its neighbour is shown then."""
        if recording not in self.all:
            return
        place = self.all.index(recording)
        self.all = (*self.all[:place], *self.all[place + 1 :])
        if recording is self.shown:
            after, before = self.all[place:], self.all[place - 1 :: -1] if place else ()
            nearest = next((other for other in (*after, *before) if other.clip is not None), None)
            self._show(nearest or Recording(mix=recording.mix))
        recording.undo_stack.clear()
        self.list_changed.emit(self.all)
        self.closed.emit(recording)

    def close_all(self) -> None:
        """Close every recording; nothing is asked."""
        while self.all:
            self.close(self.all[-1])

    def owner(self, take_id: str) -> Recording:
        """The recording that has the take, for work may end while another one is shown; else the one that is shown."""
        places = (self.shown, *self.all)
        return next((recording for recording in places if recording.take(take_id) is not None), self.shown)

    def _show(self, recording: Recording) -> None:
        self.shown = recording
        self._activate_stack()
        self.shown_changed.emit()

    def _activate_stack(self) -> None:
        self.undo_group.addStack(self.shown.undo_stack)
        self.undo_group.setActiveStack(self.shown.undo_stack)
