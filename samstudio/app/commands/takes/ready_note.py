"""What the status line says when a take is ready."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.mixing import Mixing
from samstudio.session.take import Stem, Take
from samstudio.ui.parts import key_of, native_keys
from samstudio.ui.takes.take_text import ready_text
from samstudio.ui.time_formats import time_format


class ReadyNote(QObject):
    """Says how a separation ended, and which key plays its target as long as that is not what is heard."""

    noted = Signal(str)
    """A sentence."""
    withdrawn = Signal(str)
    """What was noted, and has been followed."""

    def __init__(self, document: Document, mixing: Mixing, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._mixing = document, mixing
        self._hint = ""
        mixing.mix_changed.connect(self._follow_mix)

    @Slot(object)
    def announce(self, take: Take) -> None:
        """A separation has ended with a take."""
        self._hint = ""
        clip = self._document.clip
        if clip is None:
            return
        if take.frames_done < clip.frames:
            done = time_format().text(take.frames_done / clip.sample_rate)
            self.noted.emit(f"Cancelled: {take.name} is finished up to {done}, the rest is untouched.")
            return
        key, ready = native_keys(key_of("hear_target")), ready_text(take)
        if self._mixing.auditioned is not Stem.TARGET:
            self._hint = f"{ready} Press {key} for the target alone." if key else ""
        elif len(self._document.takes) == 1:
            ready = f"{ready} {self._others()}".strip()
        self.noted.emit(self._hint or ready)

    @staticmethod
    def _others() -> str:
        """What plays the target, and what else there is to hear; empty where one of it has no key."""
        actions = ("play", "hear_clip", "hear_residual")
        play, clip, residual = keys = [native_keys(key_of(action)) for action in actions]
        return f"{play} plays the target; {clip} is the clip, {residual} the residual." if all(keys) else ""

    @Slot()
    def _follow_mix(self) -> None:
        if self._hint and self._mixing.auditioned is Stem.TARGET:
            self.withdrawn.emit(self._hint)
            self._hint = ""
