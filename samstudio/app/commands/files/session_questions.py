"""The questions that opening a session may raise: its recording is missing, another one, or has changed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from samstudio.controllers.persistence.opening import Opening
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.storage.clip_file import is_on_network
from samstudio.ui.question import ask

KEPT = "\nCancel keeps the recovered work: it is offered again at the next start."


class SessionQuestions(QObject):
    """Asks one question at a time beside the window, and calls the opener with the answer."""

    def __init__(self, opener: SessionOpener, window: QWidget) -> None:
        super().__init__(window)
        self._opener, self._window = opener, window
        self._question: QMessageBox | None = None
        self._waiting: list[tuple[Opening, Callable[[Opening], None]]] = []
        """Several sessions may be opened at once: the first question is the one that is asked."""
        opener.superseded.connect(self._withdraw)
        opener.recording_missing.connect(self._on_recording_missing)
        opener.other_recording.connect(self._on_other_recording)
        opener.changed_recording.connect(self._on_changed_recording)

    @Slot(object)
    def _on_recording_missing(self, opening: Opening) -> None:
        self._queue(self._ask_for_missing, opening)

    @Slot(object)
    def _on_other_recording(self, opening: Opening) -> None:
        self._queue(self._ask_about_other, opening)

    @Slot(object)
    def _on_changed_recording(self, opening: Opening) -> None:
        self._queue(self._ask_about_changed, opening)

    def _queue(self, ask_about: Callable[[Opening], None], opening: Opening) -> None:
        self._waiting.append((opening, ask_about))
        if len(self._waiting) == 1:
            ask_about(opening)

    def _ask_for_missing(self, opening: Opening) -> None:
        clip = opening.opened.session.clip
        place = clip.absolute or clip.path
        if is_on_network(place):
            self._ask(
                f"The recording of “{opening.recording.name}” lies on another computer.",
                f"It was {place}. Open it only if you trust that computer and the session.",
                ("Open it", "Look for the recording there", lambda: self._opener.use_recording(opening, Path(place))),
                ("Locate…", "Show where the recording is now", lambda: self._locate(opening, self._opener.give_up)),
                ("Cancel", "Do not open the session", lambda: self._opener.give_up(opening)),
            )
            return
        self._ask(
            f"The recording of “{opening.recording.name}” was not found.",
            f"It was {place}." + (KEPT if opening.lost is not None else ""),
            ("Locate…", "Show where the recording is now", lambda: self._locate(opening, self._opener.give_up)),
            ("Cancel", "Do not open the session", lambda: self._opener.give_up(opening)),
        )

    def _ask_about_other(self, opening: Opening) -> None:
        self._ask(
            f"This is not the recording that “{opening.recording.name}” was made with.",
            "Its length, sample rate or channels differ: the takes of the session do not fit it.",
            ("Locate…", "Show where the recording is now", lambda: self._locate(opening, self._on_other_recording)),
            (
                "Continue with the spans only",
                "Keep the spans; the saved session keeps its takes",
                lambda: self._opener.go_on_without_takes(opening),
            ),
        )

    def _ask_about_changed(self, opening: Opening) -> None:
        go_on = self._opener.go_on_with_changed_recording
        self._ask(
            f"The recording has changed since “{opening.recording.name}” was saved.",
            "Its takes were made from the older sound and may no longer add up to the new one.",
            ("Continue", "Keep the takes as they are", lambda: go_on(opening)),
            ("Locate another…", "Show where the right recording is", lambda: self._locate(opening, go_on)),
        )

    def _locate(self, opening: Opening, otherwise: Callable[[Opening], None]) -> None:
        clip, start = opening.opened.session.clip, opening.opened.folder.parent if opening.lost is None else Path.home()
        if clip.absolute and not is_on_network(clip.absolute) and Path(clip.absolute).parent.is_dir():
            start = Path(clip.absolute).parent
        name, _ = QFileDialog.getOpenFileName(self._window, "Locate the recording", str(start))
        if name:
            self._opener.use_recording(opening, Path(name))
        else:
            otherwise(opening)

    def _ask(self, text: str, more: str, *answers: tuple[str, str, Callable[[], object]]) -> None:
        self._question = ask(self._window, text, more, "session_box", answers)
        # Only when the answer has been acted on.
        self._question.finished.connect(self._ask_next, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _ask_next(self) -> None:
        self._question = None
        self._waiting = self._waiting[1:]
        if self._waiting:
            opening, ask_about = self._waiting[0]
            ask_about(opening)

    @Slot(object)
    def _withdraw(self, opening: Opening) -> None:
        is_asked = bool(self._waiting) and self._waiting[0][0] is opening
        self._waiting = [
            pair for number, pair in enumerate(self._waiting) if pair[0] is not opening or (is_asked and number == 0)
        ]
        # Qt deletes a question that was answered.
        if is_asked and self._question is not None and isValid(self._question):
            self._question.close()
