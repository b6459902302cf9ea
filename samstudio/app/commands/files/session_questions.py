"""The questions that opening a session may raise: its recording is missing, another one, or has changed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.storage.clip_file import is_on_network
from samstudio.storage.session_reader import OpenedSession
from samstudio.ui.question import ask


class SessionQuestions(QObject):
    """Asks one question at a time beside the window, and calls the opener with the answer."""

    def __init__(self, opener: SessionOpener, window: QWidget) -> None:
        super().__init__(window)
        self._opener, self._window = opener, window
        self._question: QMessageBox | None = None
        opener.superseded.connect(self._withdraw)
        opener.recording_missing.connect(self._on_recording_missing)
        opener.other_recording.connect(self._on_other_recording)
        opener.changed_recording.connect(self._on_changed_recording)

    @Slot(object)
    def _on_recording_missing(self, opened: OpenedSession) -> None:
        clip = opened.session.clip
        place = clip.absolute or clip.path
        if is_on_network(place):
            self._ask(
                "The recording of this session lies on another computer.",
                f"It was {place}. Open it only if you trust that computer and the session.",
                ("Open it", "Look for the recording there", lambda: self._opener.use_recording(Path(place))),
                ("Locate…", "Show where the recording is now", lambda: self._locate(opened, lambda: None)),
                ("Cancel", "Do not open the session", lambda: None),
            )
            return
        self._ask(
            "The recording of this session was not found.",
            f"It was {place}.",
            ("Locate…", "Show where the recording is now", lambda: self._locate(opened, lambda: None)),
            ("Cancel", "Do not open the session", lambda: None),
        )

    @Slot(object)
    def _on_other_recording(self, opened: OpenedSession) -> None:
        def ask_again() -> None:
            self._on_other_recording(opened)

        self._ask(
            "This is not the recording that the session was made with.",
            "Its length, sample rate or channels differ: the takes of the session do not fit it.",
            ("Locate…", "Show where the recording is now", lambda: self._locate(opened, ask_again)),
            (
                "Continue with the spans only",
                "Keep the spans; the saved session keeps its takes",
                self._opener.go_on_without_takes,
            ),
        )

    @Slot(object)
    def _on_changed_recording(self, opened: OpenedSession) -> None:
        go_on = self._opener.go_on_with_changed_recording
        self._ask(
            "The recording has changed since the session was saved.",
            "Its takes were made from the older sound and may no longer add up to the new one.",
            ("Continue", "Keep the takes as they are", go_on),
            ("Locate another…", "Show where the right recording is", lambda: self._locate(opened, go_on)),
        )

    def _locate(self, opened: OpenedSession, otherwise: Callable[[], object]) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Locate the recording", str(opened.folder.parent))
        if name:
            self._opener.use_recording(Path(name))
        else:
            otherwise()

    def _ask(self, text: str, more: str, *answers: tuple[str, str, Callable[[], object]]) -> None:
        self._withdraw()
        self._question = ask(self._window, text, more, "session_box", answers)

    @Slot()
    def _withdraw(self) -> None:
        # Qt deletes a question that was answered.
        if self._question is not None and isValid(self._question):
            self._question.close()
        self._question = None
