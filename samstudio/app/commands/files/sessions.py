"""Saving, and asking before work goes."""

from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from samstudio.app.container import Studio
from samstudio.assets import folder_beside
from samstudio.storage.session_folder import SESSION_JSON, SUFFIX
from samstudio.storage.session_reader import session_folder
from samstudio.ui.question import Role, add_answer, make_question

_PATIENCE = 500
"""Milliseconds before a wait is shown."""


class SessionCommands(QObject):
    """Save, Save as, and the question that keeps work from going unsaved."""

    asked = Signal()
    """A save is about to begin: last chance for what is being typed."""
    refused = Signal(str)
    """A sentence: why nothing was saved."""
    noted = Signal(str)
    progressed = Signal(str)
    """How far a save is, in words."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window, self._session_saver = studio, window, studio.session_saver
        self._progress = ""
        studio.session_saver.progressed.connect(self._tell_progress)
        studio.session_saver.saved.connect(self._tell_saved)

    def save(self) -> None:
        """Save the session where it is; the first time, ask where."""
        self.asked.emit()
        if self._session_saver.folder is None:
            self.save_as()
        elif self._may_save():
            self._session_saver.save(self._session_saver.folder, link_from=self._studio.autosave.folder)

    def save_as(self) -> None:
        """Save the session under another name, and go on there."""
        self.asked.emit()
        if not self._may_save():
            return
        folder = self._ask_where()
        if folder is not None:
            self._studio.preferences.set_text("folder/session", str(folder.parent))
            self._session_saver.save(folder, link_from=self._studio.autosave.folder)

    def _may_save(self) -> bool:
        if self._studio.document.clip is None:
            return False
        if self._session_saver.is_restoring or self._studio.clip_loader.is_reading:
            self.refused.emit("The recording is still being read: save as soon as it is whole.")
            return False
        return not self._session_saver.is_saving

    def _ask_where(self) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the session", str(self._suggestion()), f"Sessions (*{SUFFIX})"
        )
        if not name:
            return None
        # Whoever looks into a session's folder means the session: the dialog goes in where one of that name is typed.
        folder = Path(name).parent if (Path(name).parent / SESSION_JSON).exists() else Path(name)
        if folder.suffix != SUFFIX:
            folder = folder.with_name(folder.name + SUFFIX)
        if folder == self._session_saver.folder or not folder.exists():
            return folder
        if session_folder(folder) is None or (any(folder.iterdir()) and not (folder / SESSION_JSON).exists()):
            self.refused.emit(f"“{folder.name}” is there already and is no session: choose another name.")
            return None
        return folder if self._may_replace(folder) else None

    def _suggestion(self) -> Path:
        if self._session_saver.folder is not None:
            return self._session_saver.folder
        clip = self._studio.document.clip
        beside = folder_beside(clip.path if clip else None)
        place = Path(self._studio.preferences.text("folder/session", str(beside)))
        return (place if place.is_dir() else beside) / f"{clip.name if clip else 'session'}{SUFFIX}"

    def _may_replace(self, folder: Path) -> bool:
        text = f"There is a session “{folder.stem}” already."
        box = make_question(self._window, text, "Replacing it removes its takes.", "replace_box")
        replace = add_answer(box, "Replace it", Role.DestructiveRole, "Save over the session that is there")
        keep = add_answer(box, "Cancel", Role.RejectRole, "Leave it as it is (Esc)")
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is replace

    # Before work goes

    def may_drop_work(self, question: str) -> bool:
        """Whether the document may go: asks if something in it is not saved, and saves it if that is the answer."""
        self.asked.emit()
        if self._session_saver.is_saving and not self._wait_for_save():
            return False
        if not self._session_saver.is_work_at_risk:
            return True
        more = "Marks or takes were changed since the session was saved."
        if self._session_saver.folder is None:
            more = "Marks and takes are in no session yet, and would be gone."
        box = make_question(self._window, question, more, "unsaved_box")
        save = add_answer(box, "Save", Role.AcceptRole, "Save the session first (Enter)")
        drop = add_answer(box, "Don't save", Role.DestructiveRole, "Go on, and lose what is not saved")
        cancel = add_answer(box, "Cancel", Role.RejectRole, "Go on working (Esc)")
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)
        box.exec()
        if box.clickedButton() is not save:
            return box.clickedButton() is drop
        self.save()
        return self._wait_for_save()

    def _wait_for_save(self) -> bool:
        """Let the window live until the save is over; whether all is safe then."""
        if self._session_saver.is_saving:
            dialog = QProgressDialog("Saving the session…", "Cancel", 0, 1000, self._window)
            dialog.setObjectName("saving_box")
            dialog.setWindowTitle("SAM Studio")
            dialog.setWindowModality(Qt.WindowModality.WindowModal)
            dialog.setMinimumDuration(_PATIENCE)
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
        return not self._session_saver.is_work_at_risk

    # News

    @Slot(str, float)
    def _tell_progress(self, stage: str, part: float) -> None:
        text = f"{stage}: {100 * part:.0f} %"
        if text != self._progress:
            self._progress = text
            self.progressed.emit(text)

    @Slot(object)
    def _tell_saved(self, folder: Path) -> None:
        self._studio.preferences.add_recent_file(folder)
        self.noted.emit(f"Saved in {folder}.")
