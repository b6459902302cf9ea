"""The document: clip, prompt and takes, and the only place that changes them."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from samstudio.controllers.document.document_edits import (
    CorrectionEdit,
    GroundEdit,
    PromptEdit,
    SoundEdit,
    TakeDeletion,
)
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.correction import Correction
from samstudio.session.prompt import Prompt, Span
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.session.take_tree import continued_by, unique_name

CONTINUED = "“{}” was separated from this take's residual, which would change: delete that take first."
HELD = "This take's residual is being separated just now: wait until that is done."


class Document(QObject):
    """Holds what is being worked on. One narrow signal a fact, carrying the new value."""

    opened = Signal()
    """Another document; `clip_changed`, `prompt_changed` and the takes' signals came before."""
    clip_changed = Signal(object)
    """AudioClip or None: another recording."""
    clip_trimmed = Signal(object)
    """AudioClip: the same recording, its length now known exactly."""
    prompt_changed = Signal(object)
    takes_changed = Signal(object)
    """tuple[Take, ...]"""
    current_take_changed = Signal(object)
    """Take or None."""
    ground_changed = Signal(object)
    """Take whose residual is separated from now on, or None: the clip is."""
    refused = Signal(str)
    """A sentence: why a take's sound stays as it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.clip: AudioClip | None = None
        self.prompt = Prompt()
        self.takes: tuple[Take, ...] = ()
        self.current_take: Take | None = None
        self.ground: Take | None = None
        """The take whose residual is separated next; None: the clip is."""
        self.held: Samples | None = None
        """The samples that are being separated, which may be a take's residual; None: nothing is."""

    def open(self, clip: AudioClip | None, prompt: Prompt | None = None) -> None:
        """Start another document with a clip, and with a prompt if one comes with it; None: without a clip."""
        self.undo_stack.clear()
        self.clip = clip
        self._show_takes((), None)
        self.clip_changed.emit(clip)
        self._show_prompt(prompt or Prompt())
        self.opened.emit()

    def restore_takes(self, takes: tuple[Take, ...], current: str, ground: str = "") -> None:
        """Set the takes of a session whose clip was just opened; `current` and `ground` are ids, or empty."""
        self._show_takes(takes, next((take for take in takes if take.id == current), None))
        self._show_ground(ground)

    def trim_clip(self, clip: AudioClip) -> None:
        """Replace the clip by itself with its exact length, which some containers reveal only at their end."""
        self.clip = clip
        self.clip_trimmed.emit(clip)

    def edit_prompt(self, name: str, prompt: Prompt, gesture: int = -1) -> None:
        """Change the prompt as one named undo step; nothing happens when nothing changes.

        Successive edits of one `gesture` (a number that no other has) are one step.
        """
        if prompt != self.prompt:
            self.undo_stack.push(PromptEdit(name, self.prompt, prompt, self._show_prompt, gesture))

    def _show_prompt(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.prompt_changed.emit(prompt)

    def change_ground(self, name: str, ground: str, prompt: Prompt) -> None:
        """Separate from the residual of the take `ground` (its id) from now on, or from the clip, for an empty one.

        One named undo step, with the prompt for it.
        """
        before = self.ground.id if self.ground is not None else ""
        if (ground, prompt) != (before, self.prompt):
            self.undo_stack.push(
                GroundEdit(name, (before, self.prompt), (ground, prompt), self._show_ground_and_prompt)
            )

    def _show_ground_and_prompt(self, ground: str, prompt: Prompt) -> None:
        self._show_ground(ground)
        if prompt != self.prompt:
            self._show_prompt(prompt)

    def _show_ground(self, ground: str) -> None:
        # A take that is gone left nothing to separate.
        take = self.take(ground)
        if take is not self.ground:
            self.ground = take
            self.ground_changed.emit(take)

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
        """Set the user's note on a take."""
        self._replace_take(index, replace(self.takes[index], note=note.strip()))

    def set_suggestions(self, take_id: str, suggestions: tuple[Span, ...] | None) -> None:
        """Set which of a take's predicted spans are still undecided; the caller makes the undo step."""
        index = next((index for index, take in enumerate(self.takes) if take.id == take_id), None)
        if index is not None:
            self._replace_take(index, replace(self.takes[index], suggestions=suggestions))

    def choose_candidate(self, index: int, candidate: int) -> None:
        """Show and play another of a take's candidates."""
        take = self.takes[index]
        if self.may_change_sound(take):
            self._replace_take(index, replace(take, sound=take.candidates[candidate].sound))
        else:
            # The widget that asked shows its own choice by now: it must show the unchanged one again.
            self.takes_changed.emit(self.takes)

    def may_change_sound(self, take: Take) -> bool:
        """Whether a take's sound may be replaced; `refused` says why not.

        Takes that were separated from its residual sum to that residual as it is now.
        """
        children = continued_by(self.takes, take)
        if children:
            self.refused.emit(CONTINUED.format(children[0].name))
        elif take.sound.stems.residual is self.held:
            self.refused.emit(HELD)
        return not children and take.sound.stems.residual is not self.held

    def exchange_sound(self, name: str, take_id: str, old: Sound, new: Sound) -> None:
        """Replace the sound of a take, or of one of its candidates, as one named undo step.

        Nothing happens where the take is gone or its sound must stay.
        """
        if self._may_exchange(take_id, old):
            self.undo_stack.push(SoundEdit(name, take_id, old, new, self._exchange_sound))

    def _may_exchange(self, take_id: str, old: Sound) -> bool:
        take = self.take(take_id)
        return take is not None and (take.sound.made is not old.made or self.may_change_sound(take))

    def _exchange_sound(self, take_id: str, old: Sound, new: Sound) -> None:
        # An undo that is not allowed changes nothing, nor does the redo after it, which does not find the sound that it
        # replaces.
        if self._may_exchange(take_id, old):
            self._replace_sound(take_id, old, new)

    def correct(self, name: str, take_id: str, correction: Correction) -> None:
        """Correct a take's sound otherwise, as one named undo step; its stems follow with `show_corrected`.

        Nothing happens where the take is gone or its sound must stay.
        """
        take = self.take(take_id)
        if take is None or take.sound.correction == correction:
            return
        if not self.may_change_sound(take):
            # The widget that asked may show its own choice by now.
            self.takes_changed.emit(self.takes)
            return
        sound = take.sound
        step = CorrectionEdit(name, take_id, sound.made, sound.correction, correction, self._change_correction)
        self.undo_stack.push(step)

    def _change_correction(self, take_id: str, made: Stems, correction: Correction) -> None:
        old = self._sound(take_id, made)
        if old is not None and self._may_exchange(take_id, old):
            self.set_correction(take_id, made, correction)

    def set_correction(self, take_id: str, made: Stems, correction: Correction) -> None:
        """Set the correction of the stems that come from `made`; this is no undo step."""
        old = self._sound(take_id, made)
        if old is not None:
            self._replace_sound(take_id, old, replace(old, correction=correction))

    def show_corrected(self, take_id: str, made: Stems, stems: Stems, applied: Correction) -> None:
        """Bring the stems that come from `made` up to a correction; this is no undo step."""
        old = self._sound(take_id, made)
        if old is not None:
            self._replace_sound(take_id, old, old.with_stems(stems, applied))

    def take(self, take_id: str) -> Take | None:
        """The take of that id."""
        return next((take for take in self.takes if take.id == take_id), None)

    def _sound(self, take_id: str, made: Stems) -> Sound | None:
        take = self.take(take_id)
        return next((sound for sound in take.sounds if sound.made is made), None) if take is not None else None

    def _replace_sound(self, take_id: str, old: Sound, new: Sound) -> None:
        index = next(index for index, take in enumerate(self.takes) if take.id == take_id)
        self._replace_take(index, self.takes[index].with_sound_exchanged(old, new))

    def _replace_take(self, index: int, new: Take) -> None:
        # Not an undo step: neither new takes nor names, stars and notes are undone.
        old = self.takes[index]
        takes = (*self.takes[:index], new, *self.takes[index + 1 :])
        self._show_takes(takes, new if old is self.current_take else self.current_take)

    def delete_take(self, index: int) -> None:
        """Remove a take as an undo step; its neighbour becomes the current one if it was.

        Its stems are kept for as long as the step.
        """
        gone = self.takes[index]
        step = TakeDeletion(gone, index, self._remove_take, self._insert_take, was_current=gone is self.current_take)
        self.undo_stack.push(step)

    def _remove_take(self, take_id: str) -> Take:
        index = next(index for index, take in enumerate(self.takes) if take.id == take_id)
        gone, rest = self.takes[index], (*self.takes[:index], *self.takes[index + 1 :])
        current = self.current_take
        if gone is current:
            current = rest[min(index, len(rest) - 1)] if rest else None
        self._show_takes(rest, current)
        return gone

    def _insert_take(self, take: Take, index: int, make_current: bool) -> None:
        # Takes are only added at the end, and deleted by steps like this one: the place is still the same.
        name = unique_name(take.name, [other.name for other in self.takes])
        take = take if name == take.name else replace(take, name=name)
        takes = (*self.takes[:index], take, *self.takes[index:])
        self._show_takes(takes, take if make_current else self.current_take)

    def take_of(
        self, prompt: Prompt, settings: SeparationSettings, source: str = "", stretch: Stretch | None = None
    ) -> int | None:
        """The index of a take already made of this prompt with these settings, whole or all of that `stretch`.

        It was made from the same `source`, and nothing was put into it since.
        """
        for index, take in enumerate(self.takes):
            whole = self.clip is not None and take.frames_done == self.clip.frames and not take.sound.parts
            of_same = (take.source, take.stretch) == (source, stretch)
            if whole and of_same and take.prompt == prompt and take.settings == settings:
                return index
        return None

    def _show_takes(self, takes: tuple[Take, ...], current: Take | None) -> None:
        if takes is not self.takes:
            self.takes = takes
            self.takes_changed.emit(takes)
            # The same take with another name or sound, or none where it is gone.
            self._show_ground(self.ground.id if self.ground is not None else "")
        if current is not self.current_take:
            self.current_take = current
            self.current_take_changed.emit(current)
