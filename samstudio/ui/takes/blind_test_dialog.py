"""A blind A/B test: setup, listening and rating, results."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from samstudio.session.comparing.blind_test import BlindTest, Side
from samstudio.ui.icons import icon
from samstudio.ui.parts import NoticeBar, explain, label, primary_button
from samstudio.ui.takes.blind_round import COMPLETE, MISSING, BlindRoundPage
from samstudio.ui.takes.blind_test_results import BlindResultsPage
from samstudio.ui.takes.blind_test_setup import BlindSetupPage
from samstudio.ui.theme import theme

_SETUP, _ROUND, _RESULTS = range(3)
_NEXT = "Ctrl+Return"


class BlindTestDialog(QDialog):
    """Requests and shows; the caller plays the takes and shows the round. The dialog does not know which take is X."""

    start_requested = Signal(object)
    """BlindChoices."""
    side_requested = Signal(object)
    """Side, or None for the recording."""
    play_toggled = Signal()
    answered = Signal(object)
    """Answer."""
    end_requested = Signal()
    """The user ends the test before its last round."""
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Blind A/B test")
        self.setup, self.results = BlindSetupPage(), BlindResultsPage()
        self.notice = NoticeBar()
        self.pages = QStackedWidget()
        self.round = BlindRoundPage()
        self.round.side_requested.connect(self.side_requested)
        self.round.play_toggled.connect(self.play_toggled)
        self.round.changed.connect(self._show_complete)
        self.round.go_on_requested.connect(self._go_on)
        self.missing = label(look="caption", wrap=True)
        for page in (self.setup, self.round, self.results):
            self.pages.addWidget(page)
        self.next_button = primary_button("Start")
        self.next_button.clicked.connect(self._go_on)
        self.export_button = QPushButton("Export as CSV…")
        self.export_button.setIcon(icon("export"))
        explain(self.export_button, "Export as CSV", more="Every rating of every round, a line for each take.")
        self.export_button.clicked.connect(self.export_requested)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.reject)
        self._lay_out()
        for key in (_NEXT, "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.next_button.click)
        self._show_page(_SETUP)

    def _lay_out(self) -> None:
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(theme().space(2))
        row.addWidget(self.missing, 1)
        for button in (self.export_button, self.close_button, self.next_button):
            row.addWidget(button)
        column.setContentsMargins(*[theme().space(5)] * 4)
        column.setSpacing(theme().space(4))
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addLayout(row)
        self.resize(theme().space(145), theme().space(105))

    def show_measuring(self, *, measuring: bool) -> None:
        """The loudness of the two takes is being measured before the test can begin."""
        self.next_button.setEnabled(not measuring)
        self.missing.setText("Measuring the loudness…" if measuring else "")

    def show_error(self, sentence: str | None) -> None:
        """What failed."""
        self.notice.show_text(sentence)

    def show_round(self, test: BlindTest) -> None:
        """The next round, with nothing rated yet."""
        self.round.begin(f"Round {len(test.answers) + 1} of {test.rounds}")
        self._show_page(_ROUND)
        self.round.grid.clear()
        self.next_button.setText("Finish" if len(test.answers) + 1 == test.rounds else "Next round")
        self.close_button.setText("End the test")
        self._show_complete()

    def show_side(self, side: Side | None) -> None:
        """Show which one is playing: X, Y or the recording."""
        self.round.show_side(side)

    def show_playing(self, playing: bool) -> None:
        """Show whether playback runs."""
        self.round.show_playing(playing)

    def show_results(self, test: BlindTest) -> None:
        """Show the results."""
        self.results.show_test(test)
        self._show_page(_RESULTS)

    def _show_page(self, page: int) -> None:
        self.show_error(None)
        self.pages.setCurrentIndex(page)
        self.round.enable_keys(on=page == _ROUND)
        self.next_button.setVisible(page != _RESULTS)
        self.export_button.setVisible(page == _RESULTS)
        self.missing.setText("")
        if page == _SETUP:
            explain(self.next_button, "Start the test", _NEXT)
        elif page == _ROUND:
            explain(self.next_button, "Go on", "Return")
        else:
            self.close_button.setText("Close")
            self.close_button.setFocus()

    def _show_complete(self) -> None:
        complete = self.round.answer is not None
        self.next_button.setEnabled(complete)
        self.missing.setText(COMPLETE if complete else MISSING)

    def _go_on(self) -> None:
        if self.pages.currentIndex() == _SETUP:
            choices = self.setup.choices
            if choices.a == choices.b:
                self.show_error("A take cannot be compared with itself: choose two different ones.")
            else:
                self.show_error(None)
                self.start_requested.emit(choices)
        elif (answer := self.round.answer) is not None:
            self.answered.emit(answer)

    def reject(self) -> None:
        """Close; during a test end it, so that the answers so far are evaluated."""
        if self.pages.currentIndex() == _ROUND:
            self.end_requested.emit()
        else:
            super().reject()
