"""Ghosts: stepped through, accepted, dismissed."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from samstudio.app.container import Studio
from samstudio.session.prompt import Sign, Span


class GhostCommands(QObject):
    """Turns wishes about the places where SAM Audio heard the sound into decisions."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._ghosts, self._selection = studio, studio.ghosts, studio.selection

    @Slot(int, object)
    def accept_trimmed(self, index: int, span: Span) -> None:
        """A ghost whose edge was dragged is accepted as it was left."""
        self._ghosts.accept("Accept trimmed ghost", {index: span})

    def accept_ghost(self) -> None:
        """The selected ghost becomes a + span."""
        self._accept(Sign.PLUS)

    def accept_ghost_minus(self) -> None:
        """The selected ghost becomes a - span."""
        self._accept(Sign.MINUS)

    def _accept(self, sign: Sign) -> None:
        if (index := self._selection.ghost) is not None:
            self._ghosts.accept(f"Accept ghost as {sign}", {index: replace(self._ghosts.spans[index], sign=sign)})

    def accept_all_ghosts(self) -> None:
        """All ghosts become + spans."""
        if self._ghosts.spans:
            self._ghosts.accept("Accept all ghosts", dict(enumerate(self._ghosts.spans)))

    def dismiss_ghost(self) -> None:
        """Forget the selected ghost."""
        if self._selection.ghost is not None:
            self._ghosts.dismiss((self._selection.ghost,))

    def next_ghost(self) -> None:
        """Select the ghost that starts next."""
        self._step(1)

    def previous_ghost(self) -> None:
        """Select the ghost that started before."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        """From the selected ghost on, or else from the selected span or the playhead; at the end round again."""
        ghosts = self._ghosts.spans
        if not ghosts:
            return
        if self._selection.ghost is not None:
            self._selection.select_ghost((self._selection.ghost + direction) % len(ghosts))
            return
        stretch = self._studio.selected_stretch
        now = stretch[0] if stretch else self._studio.transport.position
        if direction > 0:
            place = next((index for index, ghost in enumerate(ghosts) if ghost.start >= now), 0)
        else:
            place = next((index for index, ghost in reversed(list(enumerate(ghosts))) if ghost.start < now), -1)
        self._selection.select_ghost(place % len(ghosts))
