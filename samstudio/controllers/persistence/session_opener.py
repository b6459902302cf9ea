"""Opens recordings and sessions: reads them, and gives document and session state what belongs to each."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.assets import asset
from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.persistence.journal_folder import LostWork
from samstudio.controllers.persistence.opening import Opening
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.session.labels.marker import Markers
from samstudio.session.prompt import Prompt
from samstudio.session.text.quoting import listed
from samstudio.storage.clip_file import find_clip
from samstudio.storage.session_reader import OpenedSession, open_session


class SessionOpener(QObject):
    """Opens recordings and sessions beside those that are open; one that is open already is shown.

    What only the user can decide is a signal (`recording_missing`, `other_recording`, `changed_recording`), and the
    answer is a call of `use_recording`, `go_on_without_takes`, `go_on_with_changed_recording` or `give_up`.
    """

    superseded = Signal(object)
    """Opening of a recording that was closed: questions about it are void."""
    opened = Signal(object)
    """Recording whose session is in place, its takes if they fit by now."""
    length_known = Signal(object)
    """Recording whose exact length was known only at its end, and whose takes are in place now."""
    recovered = Signal(object, object)
    """Recording, and the LostWork that is in it now."""
    recording_missing = Signal(object)
    """Opening whose recording was not found: `use_recording` or `give_up`."""
    other_recording = Signal(object)
    """Opening of a session that was made with a recording of another length, rate or number of channels:
    `use_recording` or `go_on_without_takes`."""
    changed_recording = Signal(object)
    """Opening of a session whose recording's file has other content: `use_recording` or
    `go_on_with_changed_recording`."""
    warned = Signal(str)
    """A sentence: what could not be brought back, or why the session must be saved under another name."""
    failed = Signal(str)
    """Sentences: what cannot be read, and why. Everything else is as it was."""

    def __init__(
        self,
        document: Document,
        state: SessionState,
        stored_stems: StoredStems,
        clip_loader: ClipLoader,
        clip_hash: ClipHash,
        preferences: Preferences,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._state, self._stored_stems = document, state, stored_stems
        self._clip_loader, self._clip_hash = clip_loader, clip_hash
        self._preferences, self._background = preferences, background
        self._openings: dict[Recording, Opening] = {}
        self._failures: list[str] = []
        clip_loader.opened.connect(self._on_clip)
        clip_loader.completed.connect(self._on_clip_completed)
        clip_loader.failed.connect(self._on_clip_failure)
        clip_hash.found.connect(self._on_hash)
        document.recordings.closed.connect(self._on_closed)

    def open_recording(
        self,
        path: Path,
        prompt: Prompt | None = None,
        track: int | None = None,
        markers: Markers = (),
        *,
        shows: bool = True,
    ) -> None:
        """Open a recording, with what comes with it; its default sound track unless one is named."""
        if self._show_open(path, track, shows=shows):
            return
        opening = self._begin(path, shows=shows)
        opening.prompt, opening.markers = prompt or Prompt(), markers
        self._clip_loader.open(opening.recording, path, track)

    def open_session(self, folder: Path, lost: LostWork | None = None, *, shows: bool = True) -> None:
        """Open the session in `folder`, or the journal that a crash left there."""
        if self._show_open(folder, None, shows=shows):
            return
        opening = self._begin(folder, shows=shows)
        opening.lost = lost
        if lost is not None:
            # A journal's folder has no name that means anything.
            opening.recording.path = Path(lost.clip)
        steps = open_session(folder, is_autosave=lost is not None)
        opening.job = self._background.run(steps, done=self._on_read, failed=self._on_read_failure)

    def _begin(self, path: Path, *, shows: bool) -> Opening:
        recording = Recording(path)
        opening = self._openings[recording] = Opening(recording, shows, Prompt())
        self._document.recordings.add(recording)
        return opening

    def _show_open(self, path: Path, track: int | None, *, shows: bool) -> bool:
        """Whether a file or session is open already; then it is shown."""
        there = next((known for known in self._document.recordings.all if _is_of(known, path, track)), None)
        if there is not None and shows:
            self.show(there)
        return there is not None

    def show(self, recording: Recording) -> None:
        """Show a recording, now or as soon as its first part has been read."""
        for opening in self._openings.values():
            opening.shows = opening.recording is recording
        self._document.recordings.show(recording)

    @Slot(object)
    def _on_closed(self, recording: Recording) -> None:
        self._clip_hash.forget(recording.clip)
        opening = self._openings.pop(recording, None)
        if opening is not None:
            if opening.job is not None:
                opening.job.cancel()
            self.superseded.emit(opening)
            self._report_failures()

    def _fail(self, recording: Recording, sentence: str) -> None:
        """Nothing of a recording can be opened; if it was to be shown, the next one is, even if it was read before."""
        self._failures.append(sentence)
        recordings, openings = self._document.recordings, self._openings
        shows, after = openings[recording].shows, recordings.all[recordings.all.index(recording) + 1 :]
        recordings.close(recording)
        following = next((other for other in after if other.clip is not None or other in openings), None)
        if shows and following in openings:
            openings[following].shows = True
        if shows and following is not None and following.clip is not None:
            recordings.show(following)
        self._report_failures()

    def _report_failures(self) -> None:
        """Say of all files at once why they cannot be opened, when nothing more is to be expected."""
        if self._failures and not any(opening.is_pending for opening in self._openings.values()):
            sentences, self._failures = "\n".join(dict.fromkeys(self._failures)), []
            self.failed.emit(sentences)

    # The recording of a session

    @Slot(object)
    def _on_read(self, opened: OpenedSession) -> None:
        opening = next(opening for opening in self._openings.values() if opening.job is self.sender())
        opening.session = opened
        path = find_clip(opened.folder, opened.session.clip)
        if path is not None:
            self._load(opening, path)
        else:
            opening.is_asked_about = True
            self.recording_missing.emit(opening)
            self._report_failures()

    @Slot(str)
    def _on_read_failure(self, sentence: str) -> None:
        opening = next(opening for opening in self._openings.values() if opening.job is self.sender())
        self._fail(opening.recording, sentence)

    def _is_waiting(self, opening: Opening) -> bool:
        return opening.is_asked_about and opening.recording in self._openings

    def use_recording(self, opening: Opening, path: Path) -> None:
        """Open a session that was asked about with this recording."""
        if self._is_waiting(opening):
            opening.is_located, opening.has_takes, opening.is_asked_about = True, False, False
            self._load(opening, path)

    def give_up(self, opening: Opening) -> None:
        """Do not open a session that was asked about."""
        if self._is_waiting(opening):
            self._document.recordings.close(opening.recording)

    def _load(self, opening: Opening, path: Path) -> None:
        self._clip_loader.open(opening.recording, path, opening.opened.session.clip.track or None)

    @Slot(object, object)
    def _on_clip(self, recording: Recording, clip: AudioClip) -> None:
        """The first part of the recording can be shown."""
        opening = self._openings[recording]
        if opening.session is None:
            if clip.path is not None and clip.path.parent != asset("demo"):
                self._preferences.add_recent_file(clip.path)
            self._document.start(recording, clip, opening.prompt, opening.markers)
            self._show_if_wanted(opening)
            self._report_failures()
            return
        session = opening.session.session
        recording.mix, recording.view, recording.settings = session.mix, session.view, session.settings
        self._document.start(recording, clip, session.clip_prompt, session.markers)
        if opening.fits(clip):
            self._restore(opening)
        else:
            # Some files reveal their length only at the end.
            self._state.begin_restoring(recording)
        self._show_if_wanted(opening)
        self.opened.emit(recording)
        self._report_failures()

    def _show_if_wanted(self, opening: Opening) -> None:
        if opening.recording is self._document.recording:
            # Its file was located anew.
            self._document.show_again()
        elif opening.shows or self._document.clip is None:
            self._document.recordings.show(opening.recording)

    @Slot(object)
    def _on_clip_completed(self, recording: Recording) -> None:
        opening, clip = self._openings[recording], recording.clip
        if clip is None:
            return
        if opening.session is None:
            del self._openings[recording]
        elif not opening.fits(clip):
            self._document.restore_takes(recording, (), "")
            self._state.begin_restoring(recording)
            opening.is_asked_about = True
            self.other_recording.emit(opening)
            return
        elif not opening.has_takes:
            self._restore(opening)
            self.length_known.emit(recording)
        self._clip_hash.find(clip)

    @Slot(str, object)
    def _on_clip_failure(self, sentence: str, recording: Recording) -> None:
        opening = self._openings[recording]
        if recording.clip is None:
            self._fail(recording, sentence)
            return
        del self._openings[recording]
        if not opening.has_takes and recording.is_restoring:
            self._state.detach(recording)
        self.failed.emit(sentence)

    # Its takes

    def _restore(self, opening: Opening) -> None:
        opening.has_takes = True
        recording, opened, lost, folder = opening.recording, opening.opened, opening.lost, opening.folder
        session = opened.session
        self._document.restore_takes(recording, session.takes, session.current_take, session.ground_state)
        self._stored_stems.add(opened.stored)
        if folder is not None:
            self._preferences.add_recent_file(folder)
        is_mine = self._state.end_restoring(recording, folder, is_saved=lost is None)
        if lost is not None:
            self.recovered.emit(recording, lost)
        if opened.lost_takes:
            self._state.detach(recording)
            lost_takes = listed(opened.lost_takes, " ")
            self.warned.emit(f"{lost_takes} Saving asks for another name, so that the session keeps them.")
        elif not is_mine:
            name = folder.name if folder is not None else ""
            self.warned.emit(f"“{name}” is open in another window: save it under another name.")
        elif opening.is_located:
            self._state.mark_changed(recording)

    def go_on_without_takes(self, opening: Opening) -> None:
        """Keep the prompt with a recording that the takes do not fit; the session on the disk keeps its takes."""
        if self._is_waiting(opening):
            del self._openings[opening.recording]
            self._state.detach(opening.recording)

    @Slot(object, str)
    def _on_hash(self, clip: AudioClip, sha256: str) -> None:
        opening = next((opening for opening in self._openings.values() if opening.recording.clip is clip), None)
        if opening is None or opening.session is None:
            return
        if opening.session.session.clip.sha256 in ("", sha256):
            del self._openings[opening.recording]
        else:
            opening.is_asked_about = True
            self.changed_recording.emit(opening)

    def go_on_with_changed_recording(self, opening: Opening) -> None:
        """Keep the takes as they are, though the recording's file has changed."""
        if self._is_waiting(opening):
            del self._openings[opening.recording]
            self._state.mark_changed(opening.recording)


def _is_of(recording: Recording, path: Path, track: int | None) -> bool:
    """Whether a recording was opened from that file or session, and from that sound track of it."""
    if path in (recording.folder, recording.path if recording.folder is None else None):
        return track is None or (recording.clip is not None and recording.clip.track == track)
    return False
