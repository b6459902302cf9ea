"""Which state of the work is saved, and where: the only place that decides whether anything would be lost."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.controllers.playback.mixing import Mixing
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt
from samstudio.session.take import Take


@dataclass(frozen=True, eq=False)
class WorkState:
    """What counts as a change when it is replaced; takes are compared by what a session keeps of them."""

    prompt: Prompt
    takes: tuple[Take, ...]
    mix: Mix

    def has_same_result(self, other: "WorkState | None") -> bool:
        """Whether prompt and takes are the same; the mix can be set again within seconds."""
        return other is not None and self.prompt == other.prompt and _are_same(self.takes, other.takes)

    def is_same(self, other: "WorkState | None") -> bool:
        """Whether the mix is the same too."""
        return other is not None and self.mix == other.mix and self.has_same_result(other)


def _are_same(takes: tuple[Take, ...], others: tuple[Take, ...]) -> bool:
    pairs = zip(takes, others, strict=False)
    return len(takes) == len(others) and all(take is other or take.is_stored_like(other) for take, other in pairs)


class SessionState(QObject):
    """Follows document and mix. Saving, autosave, export, window title and the question before closing ask it."""

    folder_changed = Signal(object)
    """Path of the session that is worked on, or None."""
    modified_changed = Signal(bool)
    """Whether there is something that the session's folder, or the file just opened, does not have."""

    def __init__(self, document: Document, mixing: Mixing, locks: SessionLocks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._mixing, self._locks = document, mixing, locks
        self.folder: Path | None = None
        """Where the session is saved; None: nowhere yet."""
        self.is_modified = False
        self.is_restoring = False
        """Whether the document still lacks the takes of its session, and must not be saved."""
        self._opened: WorkState | None = self.work()
        self._saved: WorkState | None = self._opened
        self._kept: WorkState | None = self._opened
        document.opened.connect(self._on_opened)
        for changed in (document.prompt_changed, document.takes_changed, mixing.mix_changed):
            changed.connect(self._compare)

    def work(self) -> WorkState:
        """The work as it is now."""
        # Not the stems that are heard: corrected ones would be kept beyond their time.
        takes = tuple(take.stored for take in self._document.takes)
        return WorkState(self._document.prompt, takes, self._mixing.mix)

    @property
    def is_kept(self) -> bool:
        """Whether prompt and takes are as they were when they were last opened, saved or exported."""
        return self.work().has_same_result(self._kept)

    @property
    def is_at_risk(self) -> bool:
        """Whether something would be lost if the document went: neither saved nor, without a session, exported."""
        if self._document.clip is None or self.is_restoring:
            return False
        return self.is_modified if self.folder is not None else not self.is_kept

    @property
    def is_worth_journaling(self) -> bool:
        """Whether the user would want it back after a crash: fader positions alone, without a session, are not."""
        if self._document.clip is None or self.is_restoring or not self.is_modified:
            return False
        return self.folder is not None or not self.work().has_same_result(self._opened)

    @Slot()
    def _on_opened(self) -> None:
        """Another document, which is in no session yet."""
        self.is_restoring = False
        self._opened = self._saved = self._kept = self.work()
        self._move_to(None)
        self._compare()

    @Slot()
    def _compare(self) -> None:
        modified = self._document.clip is not None and not self.work().is_same(self._saved)
        if modified != self.is_modified:
            self.is_modified = modified
            self.modified_changed.emit(modified)

    # Opening a session

    def begin_restoring(self) -> None:
        """The document was opened without the takes of its session, which come later."""
        self.is_restoring = True

    def end_restoring(self, folder: Path | None, *, is_saved: bool) -> bool:
        """The document has its takes: saving goes to `folder`, which has all of it if `is_saved`.

        Whether it does: another window may have the session open, then it must be saved under another name.
        """
        self.is_restoring = False
        is_mine = folder is None or self._locks.take(folder)
        self._opened = self._saved = self._kept = self.work() if is_saved and is_mine else None
        self._move_to(folder if is_mine else None)
        self._compare()
        return is_mine

    def detach(self) -> None:
        """Leave the session as it is on the disk: what is in the window is to be saved under another name."""
        self.is_restoring = False
        self._saved = self._kept = None
        self._move_to(None)
        self._compare()

    def mark_changed(self) -> None:
        """Something outside the document changed (the recording was found elsewhere): the session should be saved."""
        self._saved = None
        self._compare()

    # Saving and exporting

    def reserve(self, folder: Path) -> bool:
        """Lock a folder for a save; False if another window has that session open."""
        return self._locks.take(folder)

    def mark_saved(self, folder: Path, work: WorkState) -> None:
        """`work` is in `folder`, where saving goes from now on."""
        self._saved = self._kept = work
        self._move_to(folder)
        self._compare()

    def release_others(self) -> None:
        """Unlock every folder but the session's: a save to another one has ended, one way or another."""
        self._locks.keep_only(self.folder)

    def mark_exported(self) -> None:
        """Prompt and takes are in files as they are now: without a session, they count as safe."""
        self._kept = self.work()

    def _move_to(self, folder: Path | None) -> None:
        self._locks.keep_only(folder)
        if folder != self.folder:
            self.folder = folder
            self.folder_changed.emit(folder)
