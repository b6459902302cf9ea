"""The document: clip, prompt and takes, and the only place that changes them."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from samstudio.session.clip import AudioClip, Samples
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import SeparationSettings, Sound, Take
from samstudio.session.take_tree import continued_by, unique_name

CONTINUED = "“{}” was separated from this take's residual, which would change: delete that take first."
HELD = "This take's residual is being separated just now: wait until that is done."


class _PromptEdit(QUndoCommand):
    """One prompt for another; both are values, so undo needs no inverse. Edits of one gesture become one."""

    def __init__(self, name: str, before: Prompt, after: Prompt, show: Callable[[Prompt], None], gesture: int) -> None:
        super().__init__(name)
        self._before, self.after, self._show, self._gesture = before, after, show, gesture

    def id(self) -> int:
        """What Qt tells edits that may be merged by; -1 never is."""
        return self._gesture

    def mergeWith(self, later: QUndoCommand) -> bool:
        """Take in the next edit of the same gesture; a gesture that came back to where it began leaves no step."""
        if not isinstance(later, _PromptEdit):
            return False
        self.after = later.after
        self.setObsolete(self.after == self._before)
        return True

    def redo(self) -> None:
        self._show(self.after)

    def undo(self) -> None:
        self._show(self._before)


class _SoundEdit(QUndoCommand):
    """Some of a take's sound for other sound."""

    def __init__(
        self, name: str, take_id: str, before: Sound, after: Sound, show: Callable[[str, Sound, Sound], None]
    ) -> None:
        super().__init__(name)
        self._take_id, self._before, self._after, self._show = take_id, before, after, show

    def redo(self) -> None:
        self._show(self._take_id, self._before, self._after)

    def undo(self) -> None:
        self._show(self._take_id, self._after, self._before)


class Document(QObject):
    """Holds what is being worked on. One narrow signal a fact, carrying the new value."""

    opened = Signal()
    """A new beginning, all of whose facts have been told."""
    clip_changed = Signal(object)
    """AudioClip or None: another recording."""
    clip_trimmed = Signal(object)
    """AudioClip: the same recording, its length now known exactly."""
    prompt_changed = Signal(object)
    takes_changed = Signal(object)
    """tuple[Take, ...]"""
    current_take_changed = Signal(object)
    """Take or None."""
    refused = Signal(str)
    """A sentence: why a take's sound stays as it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.clip: AudioClip | None = None
        self.prompt = Prompt()
        self.takes: tuple[Take, ...] = ()
        self.current_take: Take | None = None
        self.held: Samples | None = None
        """What is being separated just now: a take's residual perhaps."""

    def open(self, clip: AudioClip | None, prompt: Prompt | None = None) -> None:
        """Begin anew with a clip, and with a prompt if one comes along."""
        self.undo_stack.clear()
        self.clip = clip
        self._show_takes((), None)
        self.clip_changed.emit(clip)
        self._show_prompt(prompt or Prompt())
        self.opened.emit()

    def restore_takes(self, takes: tuple[Take, ...], current: str) -> None:
        """Bring in the takes of a session, which the clip just opened belongs to; `current` is an id, or empty."""
        self._show_takes(takes, next((take for take in takes if take.id == current), None))

    def trim_clip(self, clip: AudioClip) -> None:
        """Take the clip whose length is now known exactly (some containers only tell at their end)."""
        self.clip = clip
        self.clip_trimmed.emit(clip)

    def edit_prompt(self, name: str, prompt: Prompt, gesture: int = -1) -> None:
        """Change the prompt as one named undo step; nothing happens when nothing changes.

        Successive edits of one `gesture` (a number that no other has) are one step.
        """
        if prompt != self.prompt:
            self.undo_stack.push(_PromptEdit(name, self.prompt, prompt, self._show_prompt, gesture))

    def _show_prompt(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.prompt_changed.emit(prompt)

    def add_take(self, take: Take) -> None:
        """Append a take and make it the current one; a name that is taken gets a number."""
        name = unique_name(take.name, [other.name for other in self.takes])
        take = take if name == take.name else replace(take, name=name)
        self._show_takes((*self.takes, take), take)

    def select_take(self, index: int | None) -> None:
        """Make another take the current one, or none."""
        self._show_takes(self.takes, None if index is None else self.takes[index])

    def rename_take(self, index: int, name: str) -> None:
        """Give a take another name; an empty one is ignored, one that is taken gets a number."""
        if not name.strip():
            self.takes_changed.emit(self.takes)
            return
        others = [take.name for take in self.takes if take is not self.takes[index]]
        self._replace_take(index, replace(self.takes[index], name=unique_name(name.strip(), others)))

    def star_take(self, index: int, starred: bool) -> None:
        """Mark a take as one of the best, or no longer."""
        self._replace_take(index, replace(self.takes[index], starred=starred))

    def note_take(self, index: int, note: str) -> None:
        """Keep the person's own words on a take."""
        self._replace_take(index, replace(self.takes[index], note=note.strip()))

    def leave_suggestions(self, take_id: str, suggestions: tuple[Span, ...] | None) -> None:
        """Keep what is left to decide of a take's predictions; who decides makes the undo step."""
        index = next((index for index, take in enumerate(self.takes) if take.id == take_id), None)
        if index is not None:
            self._replace_take(index, replace(self.takes[index], suggestions=suggestions))

    def choose_candidate(self, index: int, candidate: int) -> None:
        """Let another of a take's candidates be what is seen and heard."""
        take = self.takes[index]
        if self.may_change_sound(take):
            self._replace_take(index, take.with_sound(take.candidates[candidate].sound))
        else:
            # Whoever asked shall see what is still heard.
            self.takes_changed.emit(self.takes)

    def may_change_sound(self, take: Take) -> bool:
        """Whether what is heard of a take may become other; `refused` tells why not.

        What was separated from its residual sums to that residual as it is.
        """
        children = continued_by(self.takes, take)
        if children:
            self.refused.emit(CONTINUED.format(children[0].name))
        elif take.stems.residual is self.held:
            self.refused.emit(HELD)
        return not children and take.stems.residual is not self.held

    def exchange_sound(self, name: str, take_id: str, old: Sound, new: Sound) -> None:
        """Put other sound in the place of a take's, or of one of its candidates', as one named undo step.

        Nothing happens where the take is gone or what is heard of it must stay.
        """
        if self._may_exchange(take_id, old):
            self.undo_stack.push(_SoundEdit(name, take_id, old, new, self._exchange_sound))

    def _may_exchange(self, take_id: str, old: Sound) -> bool:
        take = next((take for take in self.takes if take.id == take_id), None)
        return take is not None and (take.stems is not old.stems or self.may_change_sound(take))

    def _exchange_sound(self, take_id: str, old: Sound, new: Sound) -> None:
        # Deleted takes do not come back by undo, nor does their sound. A step that may not be taken back
        # leaves things as they are, and so does taking it again: it finds nothing of what it exchanges.
        if self._may_exchange(take_id, old):
            index = next(index for index, take in enumerate(self.takes) if take.id == take_id)
            self._replace_take(index, self.takes[index].with_sound_exchanged(old, new))

    def _replace_take(self, index: int, new: Take) -> None:
        # None of this is an undo step: takes are not undone away, nor what is said of them.
        old = self.takes[index]
        takes = (*self.takes[:index], new, *self.takes[index + 1 :])
        self._show_takes(takes, new if old is self.current_take else self.current_take)

    def delete_take(self, index: int) -> None:
        """Remove a take; its neighbour becomes the current one if it was."""
        gone = self.takes[index]
        rest = (*self.takes[:index], *self.takes[index + 1 :])
        current = self.current_take
        if gone is current:
            current = rest[min(index, len(rest) - 1)] if rest else None
        self._show_takes(rest, current)

    def take_of(self, prompt: Prompt, settings: SeparationSettings, source: str = "") -> int | None:
        """The index of a whole take already made of this prompt with these settings, from the same `source`."""
        for index, take in enumerate(self.takes):
            whole = self.clip is not None and take.frames_done == self.clip.frames and not take.parts
            if whole and take.source == source and take.prompt == prompt and take.settings == settings:
                return index
        return None

    def _show_takes(self, takes: tuple[Take, ...], current: Take | None) -> None:
        if takes is not self.takes:
            self.takes = takes
            self.takes_changed.emit(takes)
        if current is not self.current_take:
            self.current_take = current
            self.current_take_changed.emit(current)
