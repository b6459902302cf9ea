"""One of the open recordings, with the work on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtGui import QUndoCommand

from samstudio.audio.files import SoundTrack
from samstudio.controllers.document.document_edits import TakeDeletion, TakeEdit
from samstudio.controllers.document.edit_stack import EditStack
from samstudio.session.clip import AudioClip
from samstudio.session.labels.marker import Markers
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt
from samstudio.session.session import GroundState, ViewState
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Take

MOST_DELETED_BYTES = 1_000_000_000
"""Of sound of deleted takes that is kept for the undo, beside that of the take that was deleted last."""


@dataclass(frozen=True, eq=False)
class WorkState:
    """What counts as a change when it is replaced; takes are compared by what a session keeps of them."""

    ground: GroundState
    markers: Markers
    takes: tuple[Take, ...]
    mix: Mix

    def has_same_result(self, other: "WorkState | None") -> bool:
        """Whether prompt, ground, markers and takes are the same; the mix can be set again within seconds."""
        if other is None or (self.ground, self.markers) != (other.ground, other.markers):
            return False
        return _are_same(self.takes, other.takes)

    def is_same(self, other: "WorkState | None") -> bool:
        """Whether the mix is the same too."""
        return other is not None and self.mix == other.mix and self.has_same_result(other)

    def without_sound_of(self, take_id: str) -> "WorkState":
        """The same state, which still differs from any without that take, holding none of the take's sound."""
        return replace(self, takes=tuple(take.without_sound if take.id == take_id else take for take in self.takes))


def _are_same(takes: tuple[Take, ...], others: tuple[Take, ...]) -> bool:
    pairs = zip(takes, others, strict=False)
    return len(takes) == len(others) and all(take is other or take.is_stored_like(other) for take, other in pairs)


@dataclass(eq=False)
class Recording:
    """A recording and the work on it, whether it is the one that is shown or not.

    Each part is changed by one controller: the work by `Document`, what has been read by `ClipLoader`, the mix and what
    is saved by `SessionState`.
    """

    path: Path | None = None
    """The sound file or session's folder that it was opened from; None for the sound of a test."""
    clip: AudioClip | None = None
    """None: nothing of it has been read yet."""
    prompt: Prompt = field(default_factory=Prompt)
    markers: Markers = ()
    takes: tuple[Take, ...] = ()
    current_take: Take | None = None
    ground: Take | None = None
    """The take whose residual is separated next; None: the clip is."""
    aside: Prompt | None = None
    """The clip's prompt, put aside while a residual is separated."""
    undo_stack: EditStack = field(default_factory=EditStack)
    mix: Mix = field(default_factory=Mix)

    frames_ready: int = 0
    """Frames that have been read."""
    is_complete: bool = False
    """Whether all of it has been read."""
    tracks: Sequence[SoundTrack] = ()
    """The file's sound tracks."""
    track: SoundTrack | None = None
    """The one of them that is read."""

    view: ViewState | None = None
    """How it was shown when another one was chosen; None: it was not shown yet."""
    settings: SeparationSettings | None = None
    """Of its next separation; None: those that are in use."""
    selected_spans: tuple[int, ...] = ()

    folder: Path | None = None
    """Its session; None: it is in none yet."""
    is_restoring: bool = False
    """Whether it still lacks the takes of its session, and must not be saved."""
    is_modified: bool = False
    """Whether there is something that the session's folder, or the file just opened, does not have."""
    opened: WorkState | None = None
    saved: WorkState | None = None
    kept: WorkState | None = None
    """The work as it was when it was opened, when it was saved, and when it was saved or exported; None: never."""

    @property
    def name(self) -> str:
        """What it is called on screen."""
        if self.folder is not None:
            return self.folder.stem
        path = self.clip.path if self.clip is not None else self.path
        # Another sound track of a file may be open beside its default one.
        track = f" · track {self.clip.track}" if self.clip is not None and self.clip.track is not None else ""
        return f"{path.name}{track}" if path is not None else "untitled"

    @property
    def work(self) -> WorkState:
        """The work as it is now."""
        # Not the stems that are heard: corrected ones would be kept beyond their time.
        return WorkState(self.ground_state, self.markers, tuple(take.stored for take in self.takes), self.mix)

    @property
    def ground_state(self) -> GroundState:
        """What is separated next, and by which prompt."""
        return GroundState(self.ground.id if self.ground is not None else "", self.prompt, self.aside)

    @property
    def state_on_clip(self) -> GroundState:
        """The same with the clip as what is separated next, by the prompt that was put aside."""
        prompt = self.aside
        if prompt is None:
            # A session from before prompts were put aside knows only what the take was made of.
            prompt = self.ground.prompt if self.ground is not None and self.prompt.is_empty else self.prompt
        return GroundState("", prompt, None)

    def start(self, clip: AudioClip, prompt: Prompt, markers: Markers = ()) -> None:
        """Begin the work on it: its first part has been read."""
        self.clip, self.prompt, self.markers, self.aside = clip, prompt, markers, None
        self.opened = self.saved = self.kept = self.work

    def take(self, take_id: str) -> Take | None:
        """The take of that id."""
        return next((take for take in self.takes if take.id == take_id), None)

    def let_deleted_takes_go(self) -> None:
        """Free the sound of takes that were deleted long ago: the last one can be brought back in any case."""
        stack, kept = self.undo_stack, 0
        steps = [stack.command(row) for row in reversed(range(stack.index()))]
        deletions = [(step, step.take) for step in steps if isinstance(step, TakeDeletion) and step.take is not None]
        for step, take in deletions[1:]:
            kept += take.sound_bytes
            if kept > MOST_DELETED_BYTES:
                step.let_go()
                self._let_sound_go(take.id, steps)

    def _let_sound_go(self, take_id: str, steps: Sequence[QUndoCommand]) -> None:
        for step in steps:
            if isinstance(step, TakeEdit) and step.take_id == take_id:
                step.let_go()
        states = (self.opened, self.saved, self.kept)
        self.opened, self.saved, self.kept = (state and state.without_sound_of(take_id) for state in states)

    def take_of(
        self, prompt: Prompt, settings: SeparationSettings, source: str = "", stretch: Stretch | None = None
    ) -> int | None:
        """The index of a take already made of this prompt with these settings, whole or all of that `stretch`.

        It was made from the same `source`, and its sound was not edited since.
        """
        for index, take in enumerate(self.takes):
            whole = self.clip is not None and take.frames_done == self.clip.frames and not take.sound.is_edited
            of_same = (take.source, take.stretch) == (source, stretch)
            if whole and of_same and take.prompt == prompt and take.settings == settings:
                return index
        return None
