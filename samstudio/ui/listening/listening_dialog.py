"""A listening test over a folder: setup, one trial after the other, what the answers say so far."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.listening.trial_dialog import NEXT, SETUP, TrialDialog
from samstudio.ui.parts import explain, field_title, label
from samstudio.ui.theme import theme

_ABOUT = (
    "Choose a folder that holds one folder for each engine or setting, all with sound files of the same names, and the "
    "recordings in a folder “reference”. You hear a clip from two of them as X and Y, in random order, and say which "
    "is better. Each answer is saved at once in listening_test.csv in that folder: you can stop and go on later."
)

NO_FOLDER = "Choose the folder first."


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


class ListeningDialog(TrialDialog):
    """X and Y are two systems; the caller keeps the answers, so that a listener can stop and go on later."""

    start_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.setup = ListeningSetupPage()
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
        self.results_button = QPushButton("Show the results")
        explain(self.results_button, "Show the results", more="Of everyone who has answered so far.")
        super().__init__("Listening test over a folder", self.setup, results, self.results_button, parent)
        self.next_button.setDefault(True)
        self.show_setup("", NO_FOLDER, answered=False)

    def show_setup(self, found: str, lack: str, *, answered: bool) -> None:
        """What the folder holds, a sentence on what keeps it from starting, if so, and whether there are results."""
        if self.pages.currentIndex() != SETUP:
            self._show_page(SETUP)
        self.setup.found.setText(found)
        self.next_button.setText("Start")
        self.next_button.setEnabled(not lack)
        self.missing.setText(lack)
        self.next_button.show()
        self.results_button.setVisible(answered)
        explain(self.next_button, "Start the test", NEXT)
        self.close_button.setText("Close")

    def show_reading(self) -> None:
        """The sounds of a trial are being read."""
        self.next_button.setEnabled(False)
        self.missing.setText("Reading the sounds…")

    def show_trial(self, number: int, count: int, clip: str, *, has_recording: bool) -> None:
        """A trial with nothing rated yet."""
        self.round.hear_buttons[None].setVisible(has_recording)
        text = "Finish" if number == count else "Next trial"
        self._show_trial(f"Trial {number} of {count}", clip, text, "Keep the answer and go on", "Stop for now")

    def show_results(self, headline: str, lines: tuple[str, ...]) -> None:
        """What the answers say."""
        self.headline.setText(headline)
        self.summary.setPlainText("\n".join(lines))
        self._show_results()

    def _show_page(self, page: int) -> None:
        super()._show_page(page)
        self.results_button.hide()

    def _start(self) -> None:
        self.start_requested.emit()
