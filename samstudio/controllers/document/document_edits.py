"""The undo steps of the document: each changes one fact, and back."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand

from samstudio.controllers.document.edit_stack import EditStack
from samstudio.session.correction import Correction
from samstudio.session.prompt import Prompt
from samstudio.session.take import Sound, Take

Value = TypeVar("Value")


class ValueEdit(QUndoCommand, Generic[Value]):
    """One prompt, or one set of markers, for another: values, so undo needs no inverse.

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


class SoundEdit(QUndoCommand):
    """Some of a take's sound for other sound."""

    def __init__(
        self,
        name: str,
        stack: EditStack,
        take_id: str,
        before: Sound,
        after: Sound,
        show: Callable[[str, Sound, Sound], bool],
    ) -> None:
        """`show` returns whether the take's sound may change."""
        super().__init__(name)
        self._stack, self._take_id, self._before, self._after, self._show = stack, take_id, before, after, show

    def redo(self) -> None:
        """Show what comes after."""
        self._stack.attempt(self, lambda: self._show(self._take_id, self._before, self._after), is_undo=False)

    def undo(self) -> None:
        """Show what was before."""
        self._stack.attempt(self, lambda: self._show(self._take_id, self._after, self._before), is_undo=True)


class CorrectionEdit(QUndoCommand):
    """One correction for another; the stems are made again from it."""

    def __init__(
        self,
        name: str,
        stack: EditStack,
        show: Callable[[Correction], bool],
        before: Correction,
        after: Correction,
    ) -> None:
        """`show` returns whether the take's sound may change."""
        super().__init__(name)
        self._stack, self._show, self._before, self._after = stack, show, before, after

    def redo(self) -> None:
        """Show what comes after."""
        self._stack.attempt(self, lambda: self._show(self._after), is_undo=False)

    def undo(self) -> None:
        """Show what was before."""
        self._stack.attempt(self, lambda: self._show(self._before), is_undo=True)


class GroundEdit(QUndoCommand):
    """Another ground to separate from, and the prompt that goes with it."""

    def __init__(
        self, name: str, before: tuple[str, Prompt], after: tuple[str, Prompt], show: Callable[[str, Prompt], None]
    ) -> None:
        super().__init__(name)
        self._before, self._after, self._show = before, after, show

    def redo(self) -> None:
        """Show what comes after."""
        self._show(*self._after)

    def undo(self) -> None:
        """Show what was before."""
        self._show(*self._before)


class TakeDeletion(QUndoCommand):
    """A take goes; undo brings it back to its place."""

    def __init__(
        self, take: Take, index: int, remove: Callable[[str], Take], insert: Callable[[Take, int, bool], None], *,
        was_current: bool,
    ) -> None:  # fmt: skip
        super().__init__(f"Delete take “{take.name}”")
        self._take, self._index, self._was_current = take, index, was_current
        self._remove, self._insert = remove, insert

    def redo(self) -> None:
        """Take it away."""
        # As it is now: it may have been renamed since it came back.
        self._take = self._remove(self._take.id)

    def undo(self) -> None:
        """Put it back."""
        self._insert(self._take, self._index, self._was_current)
