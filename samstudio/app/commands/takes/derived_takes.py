"""Takes made from takes: from a residual, with a stretch redone, or comped from several."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu, QWidget

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.separation.comping import Comping
from samstudio.controllers.separation.corrector import Corrector
from samstudio.separation.registry import find_engine
from samstudio.session.prompt import Prompt
from samstudio.session.session import GroundState
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Take
from samstudio.ui.time_formats import time_format

ALIKE = "There is no other take of the same sound to comp from: separate again."


class DerivedTakeCommands(QObject):
    """Acts on the current take."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        comping: Comping,
        corrector: Corrector,
        separation: SeparationCommands,
        mixing: Mixing,
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._selection, self._comping = document, selection, comping
        self._corrector, self._separation, self._mixing = corrector, separation, mixing
        self._actions, self._window = actions, window
        comping.finished.connect(self._on_comped)

    @Slot()
    def continue_from_residual(self) -> None:
        """Let the next sound be taken out of what the current take left: ask for it, and play that residual."""
        document, take = self._document, self._document.current_take
        if take is None:
            return
        # What is still being typed is put aside, too.
        self._separation.commit_requested.emit()
        if document.ground is None or document.ground.id != take.id:
            aside = document.prompt if document.ground is None else document.recording.aside
            document.change_ground("Continue from the residual", GroundState(take.id, Prompt(), aside))
        self._mixing.audition(Stem.RESIDUAL)
        self._actions["edit_text"].trigger()
        self.noted.emit(f"Separate now takes the sound out of the residual of “{take.name}”.")

    @Slot()
    def back_to_recording(self) -> None:
        """Separate the recording again, by the prompt of before; that for the residual comes back with undo."""
        document = self._document
        if document.ground is None:
            return
        # What is still being typed is part of what undo brings back.
        self._separation.commit_requested.emit()
        document.change_ground("Back to the recording", document.recording.state_on_clip)
        if self._mixing.auditioned is Stem.RESIDUAL:
            self._mixing.set_mix(self._mixing.mix.soloed(None))
        self.noted.emit("Separate now takes the sound out of the recording.")

    @Slot()
    def redo_stretch(self) -> None:
        """Separate the selected stretch again, by the prompt and settings as they are now, and put it into the take."""
        self._corrector.when_applied(self._redo)

    def _redo(self) -> None:
        document, stretch = self._document, self._selection.stretch
        take, clip = document.current_take, document.clip
        if take is None or clip is None or stretch is None:
            return
        source = next((other for other in document.takes if other.id == take.source), None)
        if take.source and source is None:
            self.noted.emit("The take whose residual this one came from was deleted: its selection cannot be redone.")
            return
        if not self._separation.can_start():
            return
        frames = tuple(min(max(0, round(seconds * clip.sample_rate)), clip.frames) for seconds in stretch)
        settings = self._separation.settings
        info, is_same = find_engine(settings.engine), (take.prompt, take.settings) == (document.prompt, settings)
        if is_same and info is not None and info.is_generative:
            # With the same seed the result would be the same.
            self._separation.change_settings(replace(settings, seed=settings.seed + 1))
        self._separation.start(source=source, base=take, frame_range=(frames[0], frames[1]))

    @Slot()
    def comp(self) -> None:
        """Ask from which take to take the selected stretch."""
        others = self._comping.others()
        if not others:
            self.noted.emit(ALIKE)
            return
        menu = QMenu("Comp from", self._window)
        for take in others:
            # An ampersand in a take's name is no mnemonic.
            menu.addAction(take.name.replace("&", "&&")).setData(take)
        menu.triggered.connect(lambda action: self.take_over(action.data()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())

    def take_over(self, other: Take) -> None:
        """Put the selected stretch of another take into the current one."""
        self._corrector.when_applied(lambda: self._take_over(other.id))

    def _take_over(self, take_id: str) -> None:
        other, stretch = self._document.take(take_id), self._selection.stretch
        if other is not None and stretch is not None:
            self._comping.take_over(other, stretch)

    @Slot(object, str)
    def _on_comped(self, stretch: Stretch, name: str) -> None:
        start, end = map(time_format().text, stretch)
        self.noted.emit(f"“{name}” is now used from {start} to {end}.")
