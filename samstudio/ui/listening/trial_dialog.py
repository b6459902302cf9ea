"""What both listening tests, of two takes and over a folder, share: setup, one trial after the other, results."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from samstudio.session.comparing.blind_test import Side
from samstudio.session.text.quoting import one_line
from samstudio.ui.listening.blind_round import COMPLETE, MISSING, BlindRoundPage
from samstudio.ui.parts import NoticeBar, explain, label, primary_button
from samstudio.ui.theme import theme

SETUP, TRIAL, RESULTS = range(3)
"""The pages."""
NEXT = "Ctrl+Return"
_MOST_LETTERS = 60
"""Of a sound's name in the title."""


class TrialDialog(QDialog):
    """Requests and shows; the caller plays, and shows each trial. The dialog does not know what X and Y are."""

    side_requested = Signal(object)
    """Side, or None for the recording."""
    play_toggled = Signal()
    answered = Signal(object)
    """Answer."""
    end_requested = Signal()
    """The test is to end, or to stop for now, in the middle of a trial."""

    def __init__(
        self, title: str, setup: QWidget, results: QWidget, extra: QPushButton, parent: QWidget | None
    ) -> None:
        """`extra` stands before the buttons that close and go on."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.notice = NoticeBar()
        self.round = BlindRoundPage()
        self.round.side_requested.connect(self.side_requested)
        self.round.play_toggled.connect(self.play_toggled)
        self.round.changed.connect(self._show_complete)
        self.round.go_on_requested.connect(self._go_on)
        self.pages = QStackedWidget()
        for page in (setup, self.round, results):
            self.pages.addWidget(page)
        self.missing = label(look="caption", wrap=True)
        self.next_button = primary_button("Start")
        self.next_button.clicked.connect(self._go_on)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.reject)
        self._lay_out(extra)
        for key in (NEXT, "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.next_button.click)

    def _lay_out(self, extra: QPushButton) -> None:
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(theme().space(2))
        row.addWidget(self.missing, 1)
        for button in (extra, self.close_button, self.next_button):
            row.addWidget(button)
        column.setContentsMargins(*[theme().space(5)] * 4)
        column.setSpacing(theme().space(4))
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addLayout(row)
        self.resize(theme().space(145), theme().space(105))

    def show_error(self, sentence: str | None) -> None:
        """What failed."""
        self.notice.show_text(sentence)

    def show_side(self, side: Side | None) -> None:
        """Show which one is playing: X, Y or the recording."""
        self.round.show_side(side)

    def show_playing(self, playing: bool) -> None:
        """Show whether playback runs."""
        self.round.show_playing(playing)

    def _show_page(self, page: int) -> None:
        self.show_error(None)
        self.pages.setCurrentIndex(page)
        self.round.enable_keys(on=page == TRIAL)
        self.missing.setText("")

    def _show_trial(self, title: str, sound: str, next_text: str, next_tip: str, close_text: str) -> None:
        """A trial with nothing rated yet; `sound` names what is heard, and may be empty."""
        self.round.begin(f"{title} · {one_line(sound, _MOST_LETTERS)}" if sound else title)
        self._show_page(TRIAL)
        self.round.grid.clear()
        self.next_button.setText(next_text)
        explain(self.next_button, next_tip, "Return")
        self.close_button.setText(close_text)
        self._show_complete()

    def _show_results(self) -> None:
        self._show_page(RESULTS)
        self.next_button.hide()
        self.close_button.setText("Close")
        self.close_button.setFocus()

    def _show_complete(self) -> None:
        complete = self.round.answer is not None
        self.next_button.setEnabled(complete)
        self.missing.setText(COMPLETE if complete else MISSING)

    def _start(self) -> None:
        raise NotImplementedError

    def _go_on(self) -> None:
        if self.pages.currentIndex() == SETUP:
            self._start()
        elif (answer := self.round.answer) is not None:
            self.answered.emit(answer)

    def reject(self) -> None:
        """Close; during a trial end the test, or stop for now: what was answered counts."""
        if self.pages.currentIndex() == TRIAL:
            self.end_requested.emit()
        else:
            super().reject()
