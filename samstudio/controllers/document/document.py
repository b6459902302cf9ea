"""The document: clip, prompt and takes of every open recording, and the only place that changes them."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from samstudio.controllers.document.document_edits import (
    TakeDeletion,
    TakeEdit,
    ValueEdit,
)
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.document.shown_recording import ShownRecording
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.correction import Correction
from samstudio.session.labels.marker import Markers
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import GroundState
from samstudio.session.take import Sound, Stems, Take
from samstudio.session.take_tree import continued_by, unique_name

CONTINUED = "“{}” was separated from this take's residual, which would change: delete that take first."
HELD = "This take's residual is being separated just now: wait until that is done."


class Document(ShownRecording):
    """Holds the open recordings and changes the work on them."""

    refused = Signal(str)
    """A sentence: why a take's sound stays as it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.held: Samples | None = None
        """The samples that are being separated, which may be a take's residual; None: nothing is."""

    def open(self, clip: AudioClip, prompt: Prompt | None = None) -> None:
        """Open a recording that has been read whole, and show it."""
        recording = Recording(clip.path, frames_ready=clip.frames, is_complete=True)
        self.recordings.add(recording)
        self.start(recording, clip, prompt or Prompt())
        self.recordings.show(recording)

    def start(self, recording: Recording, clip: AudioClip, prompt: Prompt, markers: Markers = ()) -> None:
        """Begin the work on a recording whose first part has been read; it can be shown now."""
        recording.undo_stack.clear()
        self._show_takes((), None, recording)
        recording.start(clip, prompt, markers)
        self.recordings.changed.emit(recording)

    def restore_takes(
        self, recording: Recording, takes: tuple[Take, ...], current: str, ground: GroundState | None = None
    ) -> None:
        """Set the takes of a session whose clip was just opened; `current` is an id, or empty."""
        self._show_takes(takes, next((take for take in takes if take.id == current), None), recording)
        if ground is not None and ground.take:
            self._show_ground_state(recording, ground)

    def edit_prompt(self, name: str, prompt: Prompt, gesture: int = -1, recording: Recording | None = None) -> None:
        """Change a prompt as one named undo step; nothing happens when nothing changes.

        Successive edits of one `gesture` (a number that no other has) are one step.
        """
        recording = recording or self.recording
        if prompt != recording.prompt:
            show = partial(self._show_prompt, recording)
            recording.undo_stack.push(ValueEdit(name, recording.prompt, prompt, show, gesture))

    def _show_prompt(self, recording: Recording, prompt: Prompt) -> None:
        recording.prompt = prompt
        if recording is self.recording:
            self.prompt_changed.emit(prompt)
        self.recordings.changed.emit(recording)

    def edit_markers(self, name: str, markers: Markers, recording: Recording | None = None) -> None:
        """Change the markers as one named undo step; nothing happens when nothing changes."""
        recording = recording or self.recording
        if markers != recording.markers:
            show = partial(self._show_markers, recording)
            recording.undo_stack.push(ValueEdit(name, recording.markers, markers, show))

    def _show_markers(self, recording: Recording, markers: Markers) -> None:
        recording.markers = markers
        if recording is self.recording:
            self.markers_changed.emit(markers)
        self.recordings.changed.emit(recording)

    def change_ground(self, name: str, ground: GroundState) -> None:
        """Separate from another sound from now on, by the prompt for it, as one named undo step."""
        before = self.recording.ground_state
        if ground != before:
            self.undo_stack.push(ValueEdit(name, before, ground, partial(self._show_ground_state, self.recording)))

    def _show_ground_state(self, recording: Recording, state: GroundState) -> None:
        if state.take and recording.take(state.take) is None:
            # It left nothing to separate: the clip is, by its own prompt.
            state = GroundState("", state.prompt if state.aside is None else state.aside, None)
        recording.aside = state.aside
        self._show_ground(state.take, recording)
        self._show_prompt(recording, state.prompt)

    def _show_ground(self, ground: str, recording: Recording) -> None:
        take = recording.take(ground)
        if take is not recording.ground:
            recording.ground = take
            if recording is self.recording:
                self.ground_changed.emit(take)

    def add_take(self, take: Take, recording: Recording | None = None) -> None:
        """Append a take to a recording's and make it the current one; a name that is taken gets a number."""
        recording = recording or self.recording
        name = unique_name(take.name, [other.name for other in recording.takes])
        take = take if name == take.name else replace(take, name=name)
        self._show_takes((*recording.takes, take), take, recording)

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
        take = self.recording.take(take_id)
        if take is not None:
            self._replace_take(self.takes.index(take), replace(take, suggestions=suggestions))

    def choose_candidate(self, index: int, candidate: int) -> None:
        """Show and play another of a take's candidates, which must be rendered."""
        take = self.takes[index]
        sound = take.candidates[candidate].sound
        if sound is not None and self.may_change_sound(take):
            self._replace_take(index, replace(take, sound=sound))
        else:
            # The widget that asked shows its own choice by now: it must show the unchanged one again.
            self.takes_changed.emit(self.takes)

    def fill_candidate(self, take_id: str, candidate: int, sound: Sound) -> None:
        """The sound of a candidate was rendered: keep it, and show and play it where the take's sound may change."""
        owner, take = self.recordings.owner(take_id), self.take(take_id)
        if take is None:
            return
        candidates = list(take.candidates)
        candidates[candidate] = replace(candidates[candidate], sound=sound)
        chosen = sound if self.may_change_sound(take) else take.sound
        self._replace_take(owner.takes.index(take), replace(take, candidates=tuple(candidates), sound=chosen), owner)

    def may_change_sound(self, take: Take) -> bool:
        """Whether a take's sound may be replaced; `refused` says why not.

        Takes that were separated from its residual sum to that residual as it is now.
        """
        children = continued_by(self.recordings.owner(take.id).takes, take)
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
            stack = self.recordings.owner(take_id).undo_stack
            undo, redo = (partial(self._exchange_sound, take_id, *pair) for pair in ((new, old), (old, new)))
            stack.push(TakeEdit(name, stack, take_id, undo, redo))

    def _may_exchange(self, take_id: str, old: Sound) -> bool:
        take = self.take(take_id)
        return take is not None and (take.sound.made is not old.made or self.may_change_sound(take))

    def _exchange_sound(self, take_id: str, old: Sound, new: Sound) -> bool:
        if self.take(take_id) is None:
            return True
        may = self._may_exchange(take_id, old)
        if may:
            self._replace_sound(take_id, old, new)
        return may

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
        corrections = take.sound.correction, correction
        undo, redo = (partial(self._change_correction, take_id, take.sound.made, each) for each in corrections)
        stack = self.recordings.owner(take_id).undo_stack
        stack.push(TakeEdit(name, stack, take_id, undo, redo))

    def _change_correction(self, take_id: str, made: Stems, correction: Correction) -> bool:
        old = self._sound(take_id, made)
        if old is None:
            return True
        may = self._may_exchange(take_id, old)
        if may:
            self.set_correction(take_id, made, correction)
        return may

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
        """The take of that id in any of the open recordings."""
        return self.recordings.owner(take_id).take(take_id)

    def _sound(self, take_id: str, made: Stems) -> Sound | None:
        take = self.take(take_id)
        return next((sound for sound in take.sounds if sound.made is made), None) if take is not None else None

    def _replace_sound(self, take_id: str, old: Sound, new: Sound) -> None:
        owner = self.recordings.owner(take_id)
        take = owner.take(take_id)
        if take is not None:
            self._replace_take(owner.takes.index(take), take.with_sound_exchanged(old, new), owner)

    def _replace_take(self, index: int, new: Take, recording: Recording | None = None) -> None:
        # Not an undo step: neither new takes nor names, stars and notes are undone.
        recording = recording or self.recording
        takes, current = recording.takes, recording.current_take
        replaced = (*takes[:index], new, *takes[index + 1 :])
        self._show_takes(replaced, new if takes[index] is current else current, recording)

    def delete_take(self, index: int) -> None:
        """Remove a take as an undo step; its neighbour becomes the current one if it was.

        Its stems are kept for the undo, those of takes that were deleted before only as far as there is room for them.
        """
        gone = self.takes[index]
        step = TakeDeletion(gone, index, self._remove_take, self._insert_take, was_current=gone is self.current_take)
        self.undo_stack.push(step)
        self.recording.let_deleted_takes_go()

    def _remove_take(self, take_id: str) -> tuple[Take, GroundState | None]:
        recording, ground = self.recording, None
        if recording.ground is not None and recording.ground.id == take_id:
            ground = recording.ground_state
            self._show_ground_state(recording, recording.state_on_clip)
        index, current = [take.id for take in self.takes].index(take_id), self.current_take
        gone, rest = self.takes[index], (*self.takes[:index], *self.takes[index + 1 :])
        if gone is current:
            current = rest[min(index, len(rest) - 1)] if rest else None
        self._show_takes(rest, current)
        return gone, ground

    def _insert_take(self, take: Take, index: int, make_current: bool, ground: GroundState | None) -> None:
        # Takes are only added at the end, and deleted by steps like this one: the place is still the same.
        name = unique_name(take.name, [other.name for other in self.takes])
        take = take if name == take.name else replace(take, name=name)
        takes = (*self.takes[:index], take, *self.takes[index:])
        self._show_takes(takes, take if make_current else self.current_take)
        if ground is not None:
            self._show_ground_state(self.recording, ground)

    def _show_takes(self, takes: tuple[Take, ...], current: Take | None, recording: Recording | None = None) -> None:
        recording = recording or self.recording
        if takes is not recording.takes:
            recording.takes = takes
            if recording is self.recording:
                self.takes_changed.emit(takes)
            # The same take with another name or sound, or none where it is gone.
            self._show_ground(recording.ground.id if recording.ground is not None else "", recording)
        if current is not recording.current_take:
            recording.current_take = current
            if recording is self.recording:
                self.current_take_changed.emit(current)
        self.recordings.changed.emit(recording)
