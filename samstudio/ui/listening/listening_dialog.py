"""A listening test over a folder: setup, one trial after the other, what the answers say so far."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.comparing.blind_test import Answer, Side
from samstudio.ui.parts import NoticeBar, explain, field_title, label, primary_button
from samstudio.ui.takes.blind_round import COMPLETE, MISSING, BlindRoundPage
from samstudio.ui.theme import theme

_SETUP, _TRIAL, _RESULTS = range(3)
_NEXT = "Ctrl+Return"
_ABOUT = (
    "Choose a folder that holds one folder for each engine or setting, all with sound files of the same names, and the "
    "recordings in a folder “reference”. You hear a clip from two of them as X and Y, in random order, and say which "
    "is better. Each answer is saved at once in listening_test.csv in that folder: you can stop and go on later."
)


class ListeningSetupPage(QWidget):
    """Which folder, who listens, and whether levels are matched."""

    folder_requested = Signal()
    """Another folder is to be chosen."""
    folder_named = Signal(str)
    """A folder was typed."""
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("a folder’s path")
        explain(self.folder, "Folder")
        self.folder.editingFinished.connect(self._name_folder)
        self.choose = QPushButton("Choose…")
        explain(self.choose, "Choose the folder")
        # Enter in a field must not press it.
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self.folder_requested)
        self.listener = QLineEdit()
        self.listener.setPlaceholderText("your name or a number")
        explain(self.listener, "Listener", more="Under this name the answers are kept, and the test goes on.")
        self.listener.textChanged.connect(self.changed)
        self.matched = QCheckBox("Match levels")
        self.matched.setChecked(True)
        explain(self.matched, "Match levels", more="The louder one sounds better to everyone: turn it down (BS.1770).")
        self.found = label(look="caption", wrap=True)
        form = QGridLayout()
        form.setColumnStretch(1, 1)
        form.setHorizontalSpacing(theme().space(4))
        form.setVerticalSpacing(theme().space(2))
        row = QHBoxLayout()
        row.setSpacing(theme().space(2))
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        form.addWidget(field_title("Folder", self.folder), 0, 0)
        form.addLayout(row, 0, 1)
        form.addWidget(field_title("Listener", self.listener), 1, 0)
        form.addWidget(self.listener, 1, 1)
        form.addWidget(self.matched, 2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(4))
        column.addWidget(label(_ABOUT, "dim", wrap=True))
        column.addLayout(form)
        column.addWidget(self.found)
        column.addStretch(1)

    def _name_folder(self) -> None:
        # Leaving the field without typing is no request.
        if self.folder.isModified() and (typed := self.folder.text().strip()):
            self.folder.setModified(False)
            self.folder_named.emit(typed)


class ListeningDialog(QDialog):
    """Requests and shows; the caller plays, and keeps the answers. It does not know which system is X."""

    start_requested = Signal()
    side_requested = Signal(object)
    """Side, or None for the recording."""
    play_toggled = Signal()
    answered = Signal(object)
    """Answer."""
    end_requested = Signal()
    """The listener stops for now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Listening test over a folder")
        self.setup, self.round = ListeningSetupPage(), BlindRoundPage()
        self.round.side_requested.connect(self.side_requested)
        self.round.play_toggled.connect(self.play_toggled)
        self.round.changed.connect(self._show_complete)
        self.round.go_on_requested.connect(self._go_on)
        self.summary = QPlainTextEdit()
        self.summary.setReadOnly(True)
        self.summary.setTabChangesFocus(True)
        explain(self.summary, "Summary", more="What all answers in the table say so far.")
        results = QWidget()
        column = QVBoxLayout(results)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(3))
        self.headline = label(look="title", wrap=True)
        column.addWidget(self.headline)
        column.addWidget(self.summary, 1)
        self.notice = NoticeBar()
        self.pages = QStackedWidget()
        for page in (self.setup, self.round, results):
            self.pages.addWidget(page)
        self.missing = label(look="caption", wrap=True)
        self.next_button = primary_button("Start")
        self.next_button.setDefault(True)
        self.next_button.clicked.connect(self._go_on)
        self.results_button = QPushButton("Show the results")
        explain(self.results_button, "Show the results", more="Of everyone who has answered so far.")
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.reject)
        self._lay_out()
        for key in (_NEXT, "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.next_button.click)
        self.show_setup("", ready=False, answered=False)

    def _lay_out(self) -> None:
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(theme().space(2))
        row.addWidget(self.missing, 1)
        for button in (self.results_button, self.close_button, self.next_button):
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

    def show_setup(self, found: str, *, ready: bool, answered: bool) -> None:
        """What the folder holds, whether there is something to hear, and whether there are results."""
        if self.pages.currentIndex() != _SETUP:
            self._show_page(_SETUP)
        self.setup.found.setText(found)
        self.next_button.setText("Start")
        self.next_button.setEnabled(ready)
        self.next_button.show()
        self.results_button.setVisible(answered)
        explain(self.next_button, "Start the test", _NEXT)
        self.close_button.setText("Close")

    def show_reading(self) -> None:
        """The sounds of a trial are being read."""
        self.next_button.setEnabled(False)
        self.missing.setText("Reading the sounds…")

    def show_trial(self, number: int, count: int, *, has_recording: bool) -> None:
        """A trial with nothing rated yet."""
        self.round.begin(f"Trial {number} of {count}")
        recording = self.round.hear_buttons[None]
        recording.setVisible(has_recording)
        self._show_page(_TRIAL)
        self.round.grid.clear()
        self.next_button.setText("Finish" if number == count else "Next trial")
        explain(self.next_button, "Keep the answer and go on", "Return")
        self.close_button.setText("Stop for now")
        self._show_complete()

    def show_side(self, side: Side | None) -> None:
        """Show which one is playing."""
        self.round.show_side(side)

    def show_playing(self, playing: bool) -> None:
        """Show whether playback runs."""
        self.round.show_playing(playing)

    def show_results(self, headline: str, lines: tuple[str, ...]) -> None:
        """What the answers say."""
        self.headline.setText(headline)
        self.summary.setPlainText("\n".join(lines))
        self._show_page(_RESULTS)
        self.next_button.hide()
        self.close_button.setText("Close")
        self.close_button.setFocus()

    def _show_page(self, page: int) -> None:
        self.show_error(None)
        self.pages.setCurrentIndex(page)
        self.round.enable_keys(on=page == _TRIAL)
        self.results_button.hide()
        self.missing.setText("")

    def _show_complete(self) -> None:
        answer: Answer | None = self.round.answer
        self.next_button.setEnabled(answer is not None)
        self.missing.setText(MISSING if answer is None else COMPLETE)

    def _go_on(self) -> None:
        if self.pages.currentIndex() == _SETUP:
            self.start_requested.emit()
        elif (answer := self.round.answer) is not None:
            self.answered.emit(answer)

    def reject(self) -> None:
        """Close; during a trial stop for now: what was answered is kept."""
        if self.pages.currentIndex() == _TRIAL:
            self.end_requested.emit()
        else:
            super().reject()
