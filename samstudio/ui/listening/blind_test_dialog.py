"""A blind A/B test: setup, listening and rating, results."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from samstudio.session.comparing.blind_test import BlindTest
from samstudio.ui.icons import icon
from samstudio.ui.listening.blind_test_results import BlindResultsPage
from samstudio.ui.listening.blind_test_setup import BlindSetupPage
from samstudio.ui.listening.trial_dialog import NEXT, RESULTS, SETUP, TrialDialog
from samstudio.ui.parts import explain


class BlindTestDialog(TrialDialog):
    """X and Y are two takes. Ended before its last round, the answers so far are evaluated."""

    start_requested = Signal(object)
    """BlindChoices."""
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.setup, self.results = BlindSetupPage(), BlindResultsPage()
        self.export_button = QPushButton("Export as CSV…")
        self.export_button.setIcon(icon("export"))
        explain(self.export_button, "Export as CSV", more="Every rating of every round, a line for each take.")
        super().__init__("Blind A/B test", self.setup, self.results, self.export_button, parent)
        self.export_button.clicked.connect(self.export_requested)
        explain(self.next_button, "Start the test", NEXT)
        self._show_page(SETUP)

    def show_measuring(self, *, measuring: bool) -> None:
        """The loudness of the two takes is being measured before the test can begin."""
        self.next_button.setEnabled(not measuring)
        self.missing.setText("Measuring the loudness…" if measuring else "")

    def show_round(self, test: BlindTest) -> None:
        """The next round, with nothing rated yet."""
        number = len(test.answers) + 1
        text = "Finish" if number == test.rounds else "Next round"
        self._show_trial(f"Round {number} of {test.rounds}", test.sound, text, "Go on", "End the test")

    def show_results(self, test: BlindTest) -> None:
        """Show the results."""
        self.results.show_test(test)
        self._show_results()

    def _show_page(self, page: int) -> None:
        super()._show_page(page)
        self.export_button.setVisible(page == RESULTS)

    def _start(self) -> None:
        choices = self.setup.choices
        if choices.a == choices.b:
            self.show_error("A take cannot be compared with itself: choose two different ones.")
        else:
            self.show_error(None)
            self.start_requested.emit(choices)
