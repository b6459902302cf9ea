"""Work that a crash left in a journal is offered at the next start."""

import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from samstudio.controllers.persistence.autosave import Autosave
from samstudio.controllers.persistence.journal_folder import LostWork
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.session.text.quoting import and_list
from samstudio.ui.question import ask


class RecoveryCommands(QObject):
    """Asks for each journal, one after the other, whether to bring its work back."""

    finished = Signal()
    """All that was lost has been asked for."""

    def __init__(self, autosave: Autosave, opener: SessionOpener, window: QWidget) -> None:
        super().__init__(window)
        self._autosave, self._opener, self._window = autosave, opener, window
        self._left: list[LostWork] = []
        self._count = 0

    def offer(self) -> None:
        """Look for lost work and ask what to do with it; the window stays usable meanwhile."""
        self._left = list(self._autosave.find_lost_work())
        self._count = len(self._left)
        self._offer_next()

    def _offer_next(self) -> None:
        if not self._left:
            self.finished.emit()
            return
        lost = self._left.pop(0)
        which = f" ({self._count - len(self._left)} of {self._count})" if self._count > 1 else ""
        ask(
            self._window,
            "SAM Studio did not close properly.",
            f"{describe(lost)}\nRestore the work?{which}",
            "recovery_box",
            (
                ("Restore", "Open the recovered work (Enter)", lambda: self._bring_back(lost)),
                ("Discard", "Delete the recovered work permanently", lambda: self._discard(lost)),
                ("Decide later", "Ask again at the next start (Esc)", lambda: self._decide_later(lost)),
            ),
        )

    def _bring_back(self, lost: LostWork) -> None:
        self._opener.open_session(lost.folder, lost)
        self._offer_next()

    def _discard(self, lost: LostWork) -> None:
        self._autosave.discard(lost)
        self._offer_next()

    def _decide_later(self, lost: LostWork) -> None:
        self._autosave.release(lost)
        self._offer_next()


def describe(lost: LostWork) -> str:
    """`“song.wav”, 20 Nov 2026, 14:32: 3 spans and 2 takes. They take up 120 MB.`, and its session where it has one."""
    when = time.strftime("%d %b %Y, %H:%M", time.localtime(lost.time))
    counts = ((lost.spans, "span"), (lost.objects, "object"), (lost.takes, "take"))
    there = and_list([f"{count} {thing}{'s' if count > 1 else ''}" for count, thing in counts if count])
    there = there or "no spans and no takes"
    size = f" They take up {lost.bytes / 1e6:.0f} MB." if lost.bytes > 1e6 else ""
    session = f" in the session “{lost.session}”" if lost.session else ""
    return f"“{lost.clip}”{session}, {when}: {there}.{size}"
