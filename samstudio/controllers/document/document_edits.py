"""The undo steps of the document: each changes one fact, and back."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand

from samstudio.controllers.document.edit_stack import EditStack
from samstudio.session.session import GroundState
from samstudio.session.take import Take

Value = TypeVar("Value")


class ValueEdit(QUndoCommand, Generic[Value]):
    """One prompt, ground or set of markers for another: values, so undo needs no inverse.

    Edits of one gesture become one.
    """

    def __init__(
        self, name: str, before: Value, after: Value, show: Callable[[Value], None], gesture: int = -1
    ) -> None:
        super().__init__(name)
        self._before, self.after, self._show, self._gesture = before, after, show, gesture

    def id(self) -> int:
        """Qt merges successive edits with the same number; -1 is never merged."""
        return self._gesture

    def mergeWith(self, later: QUndoCommand) -> bool:
        """Merge the next edit of the same gesture; a gesture that ends where it began leaves no step."""
        if not isinstance(later, ValueEdit):
            return False
        self.after = later.after
        self.setObsolete(self.after == self._before)
        return True

    def redo(self) -> None:
        """Show what comes after."""
        self._show(self.after)

    def undo(self) -> None:
        """Show what was before."""
        self._show(self._before)


class TakeEdit(QUndoCommand):
    """A change of one take's sound, which may be refused."""

    def __init__(
        self, name: str, stack: EditStack, take_id: str, undo: Callable[[], bool], redo: Callable[[], bool]
    ) -> None:
        """`undo` and `redo` return whether the take's sound may change."""
        super().__init__(name)
        self.take_id = take_id
        self._stack, self._undo, self._redo = stack, undo, redo

    def redo(self) -> None:
        """Show what comes after."""
        self._stack.attempt(self, self._redo, is_undo=False)

    def undo(self) -> None:
        """Show what was before."""
        self._stack.attempt(self, self._undo, is_undo=True)

    def let_go(self) -> None:
        """The take never comes back: hold none of its sound any longer."""
        self._undo = self._redo = _do_nothing


def _do_nothing() -> bool:
    return True


class TakeDeletion(QUndoCommand):
    """A take goes; undo brings it back to its place, and with it the ground where it was that."""

    def __init__(
        self,
        take: Take,
        index: int,
        remove: Callable[[str], tuple[Take, GroundState | None]],
        insert: Callable[[Take, int, bool, GroundState | None], None],
        *,
        was_current: bool,
    ) -> None:
        super().__init__(f"Delete take “{take.name}”")
        self.take_id = take.id
        self.take: Take | None = take
        """The take as it was when it went; None: it has been let go."""
        self._index, self._was_current = index, was_current
        self._remove, self._insert = remove, insert
        self._ground: GroundState | None = None

    def redo(self) -> None:
        """Take it away."""
        # As it is now: it may have been renamed since it came back.
        self.take, self._ground = self._remove(self.take_id)

    def undo(self) -> None:
        """Put it back."""
        if self.take is not None:
            self._insert(self.take, self._index, self._was_current, self._ground)

    def let_go(self) -> None:
        """Hold the take no longer: it cannot come back, and the step vanishes when its turn to be undone comes."""
        self.take = None
        self.setText(f"{self.text()} for good")
        self.setObsolete(True)
