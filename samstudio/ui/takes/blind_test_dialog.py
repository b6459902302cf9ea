"""A blind A/B test: setup, listening and rating, results."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.comparing.blind_test import Answer, BlindTest, Side
from samstudio.ui.icons import icon
from samstudio.ui.parts import NoticeBar, explain, label, primary_button
from samstudio.ui.takes.blind_test_results import BlindResultsPage
from samstudio.ui.takes.blind_test_setup import BlindSetupPage
from samstudio.ui.takes.rating_grid import RatingGrid
from samstudio.ui.theme import theme

_SETUP, _ROUND, _RESULTS = range(3)
_NEXT = "Ctrl+Return"
_CHOICES: dict[Side | None, tuple[str, str]] = {
    Side.X: ("X is better", "Shift+X"),
    None: ("No difference", "Shift+N"),
    Side.Y: ("Y is better", "Shift+Y"),
}
"""What can be preferred: the button's text, and its key."""


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
        for page in (self.setup, self._make_round_page(), self.results):
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
        self._make_keys()
        self._show_page(_SETUP)

    def _make_round_page(self) -> QWidget:
        self.title = label(look="title")
        self.hear_buttons = {
            Side.X: self._hear_button("X", "Hear X", "X"),
            Side.Y: self._hear_button("Y", "Hear Y", "Y"),
            None: self._hear_button("Recording", "Hear the recording", "R"),
        }
        for side, button in self.hear_buttons.items():
            button.clicked.connect(lambda _checked=False, side=side: self.side_requested.emit(side))
        self.play_button = QPushButton()
        self.play_button.setFixedWidth(theme().space(10))
        self.play_button.clicked.connect(self.play_toggled)
        self.grid = RatingGrid()
        self.better = QButtonGroup(self)
        self.better.idToggled.connect(lambda _number, _checked: self._show_complete())
        for number, (text, key) in enumerate(_CHOICES.values()):
            button = QPushButton(text)
            button.setProperty("look", "choice")
            button.setCheckable(True)
            explain(button, text, key)
            self.better.addButton(button, number)
        self.missing = label(look="caption", wrap=True)
        return self._lay_out_round()

    def _hear_button(self, text: str, name: str, key: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("look", "choice")
        button.setCheckable(True)
        explain(button, name, key)
        return button

    def _lay_out_round(self) -> QWidget:
        page, hear, better, line = QWidget(), QHBoxLayout(), QHBoxLayout(), QFrame()
        line.setProperty("look", "line")
        hear.setSpacing(theme().space(2))
        hear.addWidget(self.play_button)
        hear.addSpacing(theme().space(2))
        for side, button in self.hear_buttons.items():
            hear.addWidget(button, 2 if side is not None else 1)
        better.setSpacing(theme().space(2))
        better.addWidget(label("Which is better?"), 1)
        for choice in self.better.buttons():
            better.addWidget(choice)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(4))
        column.addWidget(self.title)
        column.addLayout(hear)
        column.addWidget(self.grid)
        column.addWidget(line)
        column.addLayout(better)
        column.addStretch(1)
        return page

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

    def _make_keys(self) -> None:
        presses: dict[str, QAbstractButton] = {}
        presses |= {"X": self.hear_buttons[Side.X], "Y": self.hear_buttons[Side.Y], "R": self.hear_buttons[None]}
        presses |= {"Space": self.play_button}
        presses |= {key: self.better.button(number) for number, (_, key) in enumerate(_CHOICES.values())}
        self._round_keys = [QShortcut(QKeySequence(key), self, button.click) for key, button in presses.items()]
        for key in (_NEXT, "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.next_button.click)

    def show_measuring(self, *, measuring: bool) -> None:
        """The loudness of the two takes is being measured before the test can begin."""
        self.next_button.setEnabled(not measuring)
        self.missing.setText("Measuring the loudness…" if measuring else "")

    def show_error(self, sentence: str | None) -> None:
        """What failed."""
        self.notice.show_text(sentence)

    def show_round(self, test: BlindTest) -> None:
        """The next round, with nothing rated yet."""
        self.title.setText(f"Round {len(test.answers) + 1} of {test.rounds}")
        self.better.setExclusive(False)
        for button in self.better.buttons():
            button.setChecked(False)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.better.setExclusive(True)
        self._show_page(_ROUND)
        self.grid.clear()
        self.next_button.setText("Finish" if len(test.answers) + 1 == test.rounds else "Next round")
        self.close_button.setText("End the test")
        self._show_complete()

    def show_side(self, side: Side | None) -> None:
        """Show which one is playing: X, Y or the recording."""
        for other, button in self.hear_buttons.items():
            button.setChecked(other is side)

    def show_playing(self, playing: bool) -> None:
        """Show whether playback runs."""
        self.play_button.setIcon(icon("stop" if playing else "play"))
        explain(self.play_button, "Stop" if playing else "Play", "Space")

    def show_results(self, test: BlindTest) -> None:
        """Show the results."""
        self.results.show_test(test)
        self._show_page(_RESULTS)

    def _show_page(self, page: int) -> None:
        self.show_error(None)
        self.pages.setCurrentIndex(page)
        for key in self._round_keys:
            key.setEnabled(page == _ROUND)
        self.next_button.setVisible(page != _RESULTS)
        self.export_button.setVisible(page == _RESULTS)
        self.missing.setText("")
        if page == _SETUP:
            explain(self.next_button, "Start the test", _NEXT)
        elif page == _ROUND:
            explain(self.next_button, "Go on", _NEXT)
        else:
            self.close_button.setText("Close")
            self.close_button.setFocus()

    def _answer(self) -> Answer | None:
        if self.better.checkedButton() is None:
            return None
        preferred = tuple(_CHOICES)[self.better.checkedId()]
        return Answer(self.grid.rating(Side.X), self.grid.rating(Side.Y), preferred)

    def _show_complete(self) -> None:
        complete = self._answer() is not None
        self.next_button.setEnabled(complete)
        self.missing.setText("" if complete else "Choose the better one, or no difference. Ratings are optional.")

    def _go_on(self) -> None:
        if self.pages.currentIndex() == _SETUP:
            choices = self.setup.choices
            if choices.a == choices.b:
                self.show_error("A take cannot be compared with itself: choose two different ones.")
            else:
                self.show_error(None)
                self.start_requested.emit(choices)
        elif (answer := self._answer()) is not None:
            self.answered.emit(answer)

    def reject(self) -> None:
        """Close; during a test end it, so that the answers so far are evaluated."""
        if self.pages.currentIndex() == _ROUND:
            self.end_requested.emit()
        else:
            super().reject()
