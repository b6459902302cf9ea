"""Saving, and asking before unsaved work is dropped."""

from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from samstudio.app.commands.files.session_view import SessionView
from samstudio.assets import folder_beside
from samstudio.audio.export.file_names import safe_name
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.autosave import Autosave
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.text.quoting import and_list, listed
from samstudio.storage.session_folder import SESSION_JSON, SUFFIX
from samstudio.storage.session_reader import session_folder
from samstudio.ui.question import Role, add_answer, make_question

STOPPED = "Its separation, which is running or queued, would be stopped."
_QUIT = "quitting"
_DIALOG_DELAY = 500
"""Milliseconds before a wait is shown."""


class Unsaved(Enum):
    """What becomes of work that is not saved."""

    SAVE = auto()
    DROP = auto()
    STAY = auto()
    """Nothing is closed."""


class SessionCommands(QObject):
    """Save, Save as, and the question that keeps work from going unsaved."""

    commit_requested = Signal()
    """A save is about to begin: text that is still being typed must be committed."""
    refused = Signal(str)
    """A sentence: why nothing was saved."""
    noted = Signal(str)
    progressed = Signal(str)
    """How far a save is, in words."""

    def __init__(
        self,
        document: Document,
        state: SessionState,
        session_saver: SessionSaver,
        autosave: Autosave,
        clip_loader: ClipLoader,
        queue: SeparationQueue,
        preferences: Preferences,
        view: SessionView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._state, self._session_saver, self._autosave = document, state, session_saver, autosave
        self._clip_loader, self._preferences, self._view, self._window = clip_loader, preferences, view, window
        self._queue = queue
        self._progress = ""
        session_saver.progressed.connect(self._on_progress)
        session_saver.saved.connect(self._on_saved)

    def save(self) -> None:
        """Save the session where it is; the first time, ask where."""
        self.commit_requested.emit()
        if self._state.folder is None:
            self.save_as()
        elif self._may_save():
            self._save_in(self._state.folder)

    def save_as(self) -> None:
        """Save the session under another name, and go on there."""
        self.commit_requested.emit()
        if not self._may_save():
            return
        folder = self._ask_where()
        if folder is not None:
            self._preferences.set_text("folder/session", str(folder.parent))
            self._save_in(folder)

    def _save_in(self, folder: Path) -> None:
        self._session_saver.save(folder, *self._view.read(), link_from=self._autosave.folder)

    def _may_save(self) -> bool:
        if self._document.clip is None:
            return False
        if self._state.is_restoring or self._clip_loader.is_reading(self._document.recording):
            self.refused.emit("The recording is still being read: save when it is complete.")
            return False
        return not self._session_saver.is_saving

    def _ask_where(self) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the session", str(self._suggestion()), f"Sessions (*{SUFFIX})"
        )
        if not name:
            return None
        # A name inside a session's folder means the session: the dialog enters a folder whose name is typed.
        folder = Path(name).parent if (Path(name).parent / SESSION_JSON).exists() else Path(name)
        if folder.suffix != SUFFIX:
            folder = folder.with_name(folder.name + SUFFIX)
        if folder == self._state.folder or not folder.exists():
            return folder
        if session_folder(folder) is None or (any(folder.iterdir()) and not (folder / SESSION_JSON).exists()):
            self.refused.emit(f"“{folder.name}” exists already and is not a session: choose another name.")
            return None
        return folder if self._may_replace(folder) else None

    def _suggestion(self) -> Path:
        if self._state.folder is not None:
            return self._state.folder
        clip = self._document.clip
        beside = folder_beside(clip.path if clip else None)
        place = Path(self._preferences.text("folder/session", str(beside)))
        return (place if place.is_dir() else beside) / f"{safe_name(clip.name) if clip else 'session'}{SUFFIX}"

    def _may_replace(self, folder: Path) -> bool:
        text = f"A session “{folder.stem}” exists already."
        box = make_question(self._window, text, "Replacing it removes its takes.", "replace_box")
        replace = add_answer(box, "Replace it", Role.DestructiveRole, "Overwrite the existing session")
        keep = add_answer(box, "Cancel", Role.RejectRole, "Keep the existing session (Esc)")
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is replace

    # Before work is dropped

    def may_close_all(self) -> bool:
        """Whether the window may close: asks once for all recordings of which something would be lost."""
        self.commit_requested.emit()
        lost = [recording for recording in self._document.recordings.all if self._state.would_lose(recording)]
        may_close = self._may_drop_all(lost) if len(lost) > 1 else all(self.may_close(each, _QUIT) for each in lost)
        return may_close and (not self._session_saver.is_saving or self._wait_for_save())

    def _may_drop_all(self, lost: Sequence[Recording]) -> bool:
        """Whether the work on several recordings may be lost: asks, and may save it, each in its session."""
        names = listed([f"“{recording.name}”" for recording in lost])
        text = f"Save {len(lost)} recordings before quitting?"
        answer = self._ask_unsaved(text, f"Not saved yet: {names}.", ("Save all", "Discard all"))
        if answer is not Unsaved.SAVE:
            return answer is Unsaved.DROP
        for recording in lost:
            self._document.recordings.show(recording)
            self.save()
            if not self._wait_for_save():
                return False
        return True

    def may_close(self, recording: Recording, when: str = "closing") -> bool:
        """Whether a recording may be closed: where something would be lost, shows it and asks."""
        if not self._state.would_lose(recording):
            return True
        self._document.recordings.show(recording)
        return self.may_drop_work(f"Save “{recording.name}” before {when}?", is_quitting=when == _QUIT)

    def may_drop_work(self, question: str, *, is_quitting: bool = False) -> bool:
        """Whether the recording that is shown may be closed: asks if something would be lost, and may save it."""
        self.commit_requested.emit()
        if self._session_saver.is_saving and not self._wait_for_save():
            return False
        if not self._state.is_at_risk:
            return True
        recording = self._document.recording
        more = "It was changed since the session was saved."
        if recording.folder is None:
            more = f"Without saving you lose {_parts_of(recording)}."
        # What becomes of the queue when the window is closed is a question of its own.
        if self._queue.is_pending(recording) and not is_quitting:
            more = f"{more} {STOPPED}"
        answer = self._ask_unsaved(question, more, ("Save", "Don't save"))
        if answer is not Unsaved.SAVE:
            return answer is Unsaved.DROP
        self.save()
        return self._wait_for_save()

    def _ask_unsaved(self, question: str, more: str, answers: tuple[str, str]) -> Unsaved:
        box = make_question(self._window, question, more, "unsaved_box")
        save = add_answer(box, answers[0], Role.AcceptRole, "Save first (Enter)")
        drop = add_answer(box, answers[1], Role.DestructiveRole, "Discard the unsaved changes")
        cancel = add_answer(box, "Cancel", Role.RejectRole, "Return to the editor (Esc)")
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)
        box.exec()
        clicked = box.clickedButton()
        return Unsaved.SAVE if clicked is save else Unsaved.DROP if clicked is drop else Unsaved.STAY

    def _wait_for_save(self) -> bool:
        """Keep the window responsive until the save has ended; whether nothing is at risk then."""
        if self._session_saver.is_saving:
            dialog = QProgressDialog("Saving the session…", "Cancel", 0, 1000, self._window)
            dialog.setObjectName("saving_box")
            dialog.setWindowTitle("SAM Studio")
            dialog.setWindowModality(Qt.WindowModality.WindowModal)
            dialog.setMinimumDuration(_DIALOG_DELAY)
            loop = QEventLoop(self)

            def show(_stage: str, part: float) -> None:
                dialog.setValue(min(999, round(1000 * part)))

            self._session_saver.progressed.connect(show)
            self._session_saver.saving_changed.connect(loop.quit)
            dialog.canceled.connect(self._session_saver.cancel)
            loop.exec()
            self._session_saver.progressed.disconnect(show)
            dialog.reset()
            dialog.deleteLater()
            loop.deleteLater()
        return not self._state.is_at_risk

    # Updates

    @Slot(str, float)
    def _on_progress(self, stage: str, part: float) -> None:
        text = f"{stage}: {100 * part:.0f} %"
        if text != self._progress:
            self._progress = text
            self.progressed.emit(text)

    @Slot(object)
    def _on_saved(self, folder: Path) -> None:
        self._preferences.add_recent_file(folder)
        self.noted.emit(f"Saved in {folder}.")


def _parts_of(recording: Recording) -> str:
    """What there is of the work on a recording, as a list in a sentence."""
    prompt = recording.prompt
    counted = (
        (len(recording.takes), "take", "takes"),
        (len(prompt.spans), "span", "spans"),
        (len(prompt.objects), "object in the video", "objects in the video"),
        (len(recording.markers), "marker", "markers"),
    )
    parts = [f"{count} {one if count == 1 else several}" for count, one, several in counted if count]
    return and_list([*parts, "the text"] if prompt.text or not parts else parts)
