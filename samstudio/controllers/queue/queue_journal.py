"""The queue is written down, so that closing the window or a crash loses none of it."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile, QObject, Signal, Slot

from samstudio.audio.errors import AudioError
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.session_locks import lock_file
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.separation.engine import SeparationError
from samstudio.separation.registry import checked_settings
from samstudio.session.private_files import private_folder
from samstudio.storage.json_values import SessionError
from samstudio.storage.queue_file import StoredSeparation, read_queue, write_queue


@dataclass(frozen=True)
class _Place:
    """A file of this process, whose lock lies beside it."""

    path: Path
    lock: QLockFile

    def remove(self) -> None:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.lock.unlock()


class QueueJournal(QObject):
    """Writes the queue into `root` at each change, and brings back what an earlier window did not finish."""

    warned = Signal(str)
    """A sentence: what could not be queued again, or written."""

    def __init__(
        self,
        document: Document,
        queue: SeparationQueue,
        opener: SessionOpener,
        root: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._queue, self._opener, self._root = document, queue, opener, root
        self._place: _Place | None = None
        self._written: tuple[object, ...] = ()
        self._found: list[_Place] = []
        self._wanted: list[StoredSeparation] = []
        """What is to be queued as soon as its recording is open."""
        self._has_opened = True
        self._is_ending = False
        queue.changed.connect(self._write)
        opener.failed.connect(self._give_up)
        for changed in (document.recordings.changed, document.recordings.list_changed):
            changed.connect(self._queue_those_open)

    @property
    def unfinished(self) -> int:
        """How many separations the next start could go on with."""
        return len(self._queue.wanted) + len(self._wanted)

    @Slot()
    def _write(self) -> None:
        now = self._queue.wanted
        if (*now, *self._wanted) == self._written or self._is_ending:
            return
        self._written = (*now, *self._wanted)
        waiting = [*filter(None, map(_stored, now)), *self._wanted]
        if not waiting:
            self._remove()
            return
        try:
            if self._place is None:
                private_folder(self._root)
                path = self._root / f"{uuid4().hex}.json"
                self._place = _Place(path, lock_file(path.with_suffix(".lock")))
                self._place.lock.tryLock(0)
            write_queue(self._place.path, waiting)
        except (OSError, AudioError, SessionError):
            # Once is enough: it is written again at each change.
            if self._place is None or not self._place.path.exists():
                self.warned.emit(f"The queue cannot be kept for the next start, as “{self._root}” cannot be written.")

    def _remove(self) -> None:
        if self._place is not None:
            self._place.remove()
            self._place = None

    def forget(self) -> None:
        """Leave nothing for the next start."""
        self._is_ending = True
        self._remove()

    def shut_down(self) -> None:
        """Write no more: the next start is offered what is there."""
        self._is_ending = True
        for place in (*([self._place] if self._place else []), *self._found):
            place.lock.unlock()

    # What an earlier window left

    def find(self) -> tuple[StoredSeparation, ...]:
        """What windows that are closed did not finish; from now on no other window is offered it."""
        mine = self._place.path if self._place is not None else None
        paths: list[Path] = []
        with suppress(OSError):
            paths = sorted(self._root.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in paths:
            lock = lock_file(path.with_suffix(".lock"))
            if path != mine and not path.is_symlink() and lock.tryLock(0):
                self._found.append(_Place(path, lock))
        return tuple(one for place in self._found for one in read_queue(place.path))

    def discard(self) -> None:
        """Forget what was found."""
        for place in self._found:
            place.remove()
        self._found.clear()

    def release(self) -> None:
        """Let the next start offer it again."""
        for place in self._found:
            place.lock.unlock()
        self._found.clear()

    def bring_back(self, waiting: tuple[StoredSeparation, ...]) -> None:
        """Open the recordings, and queue all of these in their order as soon as that can be."""
        self._wanted += waiting
        self._has_opened = False
        self._write()
        self.discard()
        self._queue_those_open()

    @property
    def _is_opening(self) -> bool:
        """Whether it is not known yet what some of the recordings are."""
        return any(recording.clip is None for recording in self._document.recordings.all)

    def _open_missing(self) -> None:
        self._has_opened = True
        is_first = not self._document.recordings.all
        for one in self._wanted:
            if not any(_is_of(recording, one) for recording in self._document.recordings.all):
                if one.session and Path(one.session).is_dir():
                    self._opener.open_session(Path(one.session), shows=is_first)
                else:
                    self._opener.open_recording(Path(one.recording), track=one.track, shows=is_first)
                is_first = False

    @Slot()
    def _queue_those_open(self) -> None:
        if not self._has_opened and not self._is_opening:
            self._open_missing()
        for one in tuple(self._wanted):
            recording = next((each for each in self._document.recordings.all if _is_of(each, one)), None)
            # A session's takes are there only later.
            if recording is not None and not recording.is_restoring and one in self._wanted:
                self._wanted.remove(one)
                self._queue_again(recording, one)

    def _queue_again(self, recording: Recording, one: StoredSeparation) -> None:
        try:
            settings = checked_settings(one.settings)
        except SeparationError as error:
            self.warned.emit(f"“{one.name}” was not queued again: {error}")
            return
        made_from = one.source, one.base, one.frame_range, one.candidate, one.chain, one.band
        again = QueuedSeparation(recording, one.prompt, settings, one.name, *made_from)
        if not self._queue.has_like(again):
            self._queue.add(again)

    @Slot()
    def _give_up(self) -> None:
        """A recording could not be opened, which was told: its separations are not waited for."""
        if not self._is_opening:
            self._wanted.clear()
            self._write()


def _stored(separation: QueuedSeparation) -> StoredSeparation | None:
    """What finds it again; None for sound that is in no file."""
    recording, clip = separation.recording, separation.recording.clip
    if clip is None or clip.path is None:
        return None
    return StoredSeparation(
        str(clip.path.absolute()),
        separation.prompt,
        separation.settings,
        separation.name,
        clip.track,
        str(recording.folder.absolute()) if recording.folder is not None else "",
        separation.source,
        separation.base,
        separation.frame_range,
        separation.candidate,
        separation.chain,
        separation.band,
    )


def _is_of(recording: Recording, one: StoredSeparation) -> bool:
    clip = recording.clip
    if clip is None or clip.path is None:
        return False
    return clip.path.absolute() == Path(one.recording) and clip.track == one.track
