"""Opens recordings and sessions: reads them, and gives document, mixer and session state what belongs to each."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.assets import asset
from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.persistence.journal_folder import LostWork
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt
from samstudio.session.text.quoting import listed
from samstudio.storage.clip_file import find_clip
from samstudio.storage.session_folder import SESSION_JSON
from samstudio.storage.session_reader import OpenedSession, open_session


@dataclass(frozen=True, eq=False)
class _Opening:
    """A session that is being opened; `lost` if it is the journal of a crash."""

    opened: OpenedSession
    lost: LostWork | None
    is_located: bool = False
    """Whether the user has shown where the recording is."""
    has_takes: bool = False
    """Whether the document has its takes."""

    @property
    def folder(self) -> Path | None:
        """Where it is to be saved: the session itself, or the one that a journal belongs to, if there is one."""
        if self.lost is None:
            return self.opened.folder
        base = Path(self.opened.session.autosave_of or self.opened.folder)
        return base if base != self.opened.folder and (base / SESSION_JSON).is_file() else None

    def fits(self, clip: AudioClip) -> bool:
        """Whether the takes have the clip's length, rate and channels."""
        saved = self.opened.session.clip
        return (clip.frames, clip.channels, clip.sample_rate) == (saved.frames, saved.channels, saved.sample_rate)


class SessionOpener(QObject):
    """Opens one thing at a time; opening another abandons the one before.

    What only the user can decide is a signal (`recording_missing`, `other_recording`, `changed_recording`), and the
    answer is a call of `use_recording`, `go_on_without_takes` or `go_on_with_changed_recording`.
    """

    superseded = Signal()
    """Something else is opened, or the recording is closed: questions about the one before are void."""
    opened = Signal(object)
    """OpenedSession: recording, prompt and mix are in place, takes if they fit by now: the view takes its part."""
    length_known = Signal(object)
    """OpenedSession: the recording's exact length was known only at its end, and the takes are in place now."""
    recovered = Signal(object)
    """LostWork that is in the document now."""
    recording_missing = Signal(object)
    """OpenedSession whose recording was not found: `use_recording`, or nothing is opened."""
    other_recording = Signal(object)
    """OpenedSession that was made with a recording of another length, rate or number of channels: `use_recording` or
    `go_on_without_takes`."""
    changed_recording = Signal(object)
    """OpenedSession whose recording's file has other content: `use_recording` or `go_on_with_changed_recording`."""
    warned = Signal(str)
    """A sentence: what could not be brought back, or why the session must be saved under another name."""
    failed = Signal(str)
    """A sentence: why the session cannot be read. Everything is as it was."""

    def __init__(
        self,
        document: Document,
        mixing: Mixing,
        state: SessionState,
        stored_stems: StoredStems,
        clip_loader: ClipLoader,
        clip_hash: ClipHash,
        preferences: Preferences,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._mixing, self._state, self._stored_stems = document, mixing, state, stored_stems
        self._clip_loader, self._preferences, self._background = clip_loader, preferences, background
        self._reading: Job | None = None
        self._lost: LostWork | None = None
        self._prompt = Prompt()
        self._opening: _Opening | None = None
        self._asked_about: _Opening | None = None
        clip_loader.opened.connect(self._on_clip)
        clip_loader.trimmed.connect(document.trim_clip)
        clip_loader.completed.connect(self._on_clip_completed)
        clip_loader.failed.connect(self._on_clip_failure)
        clip_hash.found.connect(self._on_hash)

    def open_recording(self, path: Path, prompt: Prompt | None = None, track: int | None = None) -> None:
        """Open a recording, with a prompt if one comes with it; its default sound track unless one is named."""
        self._supersede()
        self._prompt = prompt or Prompt()
        self._clip_loader.open(path, track)

    def open_session(self, folder: Path, lost: LostWork | None = None) -> None:
        """Open the session in `folder`, or the journal that a crash left there."""
        self._supersede()
        self._lost = lost
        steps = open_session(folder, is_autosave=lost is not None)
        self._reading = self._background.run(steps, done=self._on_read, failed=self.failed)

    def close(self) -> None:
        """Close the recording."""
        self._supersede()
        self._clip_loader.cancel()
        self._document.open(None)

    def _supersede(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._opening = self._asked_about = None
        self.superseded.emit()

    # The recording of a session

    @Slot(object)
    def _on_read(self, opened: OpenedSession) -> None:
        opening = _Opening(opened, self._lost)
        path = find_clip(opened.folder, opened.session.clip)
        if path is not None:
            self._load(opening, path)
        else:
            self._asked_about = opening
            self.recording_missing.emit(opened)

    def use_recording(self, path: Path) -> None:
        """Open the session that was asked about with this recording."""
        if self._asked_about is not None:
            self._load(replace(self._asked_about, is_located=True, has_takes=False), path)

    def _load(self, opening: _Opening, path: Path) -> None:
        self._opening, self._asked_about = opening, None
        self._clip_loader.open(path, opening.opened.session.clip.track or None)

    @Slot(object)
    def _on_clip(self, clip: AudioClip) -> None:
        """The first part of the recording can be shown."""
        opening = self._opening
        if opening is None:
            if clip.path is not None and clip.path.parent != asset("demo"):
                self._preferences.add_recent_file(clip.path)
            self._document.open(clip, self._prompt)
            return
        self._document.open(clip, opening.opened.session.prompt)
        self._mixing.set_mix(opening.opened.session.mix)
        if opening.fits(clip):
            self._restore(opening)
        else:
            # Some files reveal their length only at the end.
            self._state.begin_restoring()
        self.opened.emit(opening.opened)

    @Slot()
    def _on_clip_completed(self) -> None:
        opening, clip = self._opening, self._document.clip
        if opening is None or clip is None:
            return
        if not opening.fits(clip):
            self._document.restore_takes((), "")
            self._state.begin_restoring()
            self._opening, self._asked_about = None, opening
            self.other_recording.emit(opening.opened)
        elif not opening.has_takes:
            self._restore(opening)
            self.length_known.emit(opening.opened)

    @Slot()
    def _on_clip_failure(self) -> None:
        if self._opening is not None and not self._opening.has_takes:
            self._opening = None
            if self._state.is_restoring:
                self._state.detach()

    # Its takes

    def _restore(self, opening: _Opening) -> None:
        self._opening = replace(opening, has_takes=True)
        opened, lost, folder = opening.opened, opening.lost, opening.folder
        session = opened.session
        self._document.restore_takes(session.takes, session.current_take, session.ground)
        self._stored_stems.add(opened.stored)
        if folder is not None:
            self._preferences.add_recent_file(folder)
        is_mine = self._state.end_restoring(folder, is_saved=lost is None)
        if lost is not None:
            self.recovered.emit(lost)
        if opened.lost_takes:
            self._state.detach()
            sentences = (
                listed(opened.lost_takes, " "),
                "Saving asks for another name, so that the session keeps them.",
            )
            self.warned.emit(" ".join(sentences))
        elif not is_mine:
            name = folder.name if folder is not None else ""
            self.warned.emit(f"“{name}” is open in another window: save it under another name.")
        elif opening.is_located:
            self._state.mark_changed()

    def go_on_without_takes(self) -> None:
        """Keep the prompt with a recording that the takes do not fit; the session on the disk keeps its takes."""
        if self._asked_about is not None:
            self._asked_about = None
            self._state.detach()

    @Slot(str)
    def _on_hash(self, sha256: str) -> None:
        opening = self._opening
        if opening is not None and opening.opened.session.clip.sha256 not in ("", sha256):
            self._opening, self._asked_about = None, opening
            self.changed_recording.emit(opening.opened)

    def go_on_with_changed_recording(self) -> None:
        """Keep the takes as they are, though the recording's file has changed."""
        if self._asked_about is not None:
            self._asked_about = None
            self._state.mark_changed()
