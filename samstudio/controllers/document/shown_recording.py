"""Follows the recording that is shown: one narrow signal for each of its facts."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.edit_stack import EditStack
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.document.recordings import Recordings
from samstudio.session.clip import AudioClip
from samstudio.session.labels.marker import Markers
from samstudio.session.prompt import Prompt
from samstudio.session.take import Take


class ShownRecording(QObject):
    """The open recordings; `clip`, `prompt` and `takes` are those of the one that is shown.

    One narrow signal a fact of that one, carrying the new value. When another one is shown, all are emitted.
    """

    opened = Signal()
    """Another recording is shown; the signals of all its facts came before."""
    clip_changed = Signal(object)
    """AudioClip or None: another recording."""
    clip_trimmed = Signal(object)
    """AudioClip: the same recording, its length now known exactly."""
    clip_grown = Signal(int)
    """Frames of the clip that have been read."""
    clip_completed = Signal()
    """The whole clip has been read."""
    prompt_changed = Signal(object)
    markers_changed = Signal(object)
    """Markers."""
    takes_changed = Signal(object)
    """tuple[Take, ...]"""
    current_take_changed = Signal(object)
    """Take or None."""
    ground_changed = Signal(object)
    """Take whose residual is separated from now on, or None: the clip is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recordings = Recordings(self)
        self.recordings.shown_changed.connect(self.show_again)

    @property
    def recording(self) -> Recording:
        """The recording that is shown; where none is open, one without a clip."""
        return self.recordings.shown

    @property
    def clip(self) -> AudioClip | None:
        """Its clip."""
        return self.recording.clip

    @property
    def prompt(self) -> Prompt:
        """The prompt of the recording that is shown."""
        return self.recording.prompt

    @property
    def markers(self) -> Markers:
        """Its markers."""
        return self.recording.markers

    @property
    def takes(self) -> tuple[Take, ...]:
        """Its takes."""
        return self.recording.takes

    @property
    def current_take(self) -> Take | None:
        """Its current take."""
        return self.recording.current_take

    @property
    def ground(self) -> Take | None:
        """The take whose residual is separated next; None: the clip is."""
        return self.recording.ground

    @property
    def undo_stack(self) -> EditStack:
        """The steps of the work on it."""
        return self.recording.undo_stack

    @Slot()
    def show_again(self) -> None:
        """Emit all facts: another recording is shown, or the same one with another clip."""
        recording = self.recording
        self.clip_changed.emit(recording.clip)
        self.prompt_changed.emit(recording.prompt)
        self.markers_changed.emit(recording.markers)
        self.takes_changed.emit(recording.takes)
        self.current_take_changed.emit(recording.current_take)
        self.ground_changed.emit(recording.ground)
        if recording.clip is not None:
            self.clip_grown.emit(recording.frames_ready)
        if recording.is_complete:
            self.clip_completed.emit()
        self.opened.emit()

    # What has been read

    def grow(self, recording: Recording, frames: int) -> None:
        """More of a recording has been read: its first `frames` frames."""
        recording.frames_ready = frames
        if recording is self.recording:
            self.clip_grown.emit(frames)

    def complete(self, recording: Recording) -> None:
        """All of a recording has been read."""
        recording.is_complete = True
        if recording is self.recording:
            self.clip_completed.emit()

    def trim_clip(self, recording: Recording, clip: AudioClip) -> None:
        """Replace a clip by itself with its exact length, which some containers reveal only at their end."""
        recording.clip, recording.frames_ready = clip, min(recording.frames_ready, clip.frames)
        if recording is self.recording:
            self.clip_trimmed.emit(clip)
        self.recordings.changed.emit(recording)
