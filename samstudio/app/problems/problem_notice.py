"""Unexpected errors are told in the window, with the way to the log and a report that can be sent."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from samstudio.app.problems.problem_report import report_of_dump, report_of_error
from samstudio.audio.atomic_file import write_whole
from samstudio.audio.errors import AudioError
from samstudio.ui.question import ask

_REPORT = (
    "A report for the developers can be saved. It says where in the program it happened, and holds no paths, no words "
    "of yours and no sound."
)
_UNEXPECTED = "What you did last may not have been done. Your work is kept: you can go on, or save it and start again."


class ProblemNotice(QObject):
    """Shows one notice at a time, and each error once, however often it comes."""

    failed = Signal(str)
    """The report could not be saved: one sentence."""
    _met = Signal(object)
    """An exception, of any thread."""

    def __init__(self, log_folder: Path, show_log: Callable[[], None], window: QWidget) -> None:
        super().__init__(window)
        self._log_folder, self._show_log, self._window = log_folder, show_log, window
        self._told: set[str] = set()
        self._box: QMessageBox | None = None
        self._met.connect(self._show_error)

    def watch(self, logger: logging.Logger) -> None:
        """Tell of exceptions that are logged there."""
        logger.addHandler(_ExceptionHandler(self._met.emit))

    def tell_of_crash(self, dump: str) -> None:
        """An earlier process left `dump` as a fault ended it."""
        self._tell("SAM Studio was ended by a fault the last time.", "", report_of_dump(dump))

    @Slot(object)
    def _show_error(self, error: BaseException) -> None:
        report = report_of_error(error)
        if report not in self._told and self._box is None:
            self._told.add(report)
            self._tell("Something went wrong in SAM Studio.", f"{_UNEXPECTED}\n\n", report)

    def _tell(self, text: str, more: str, report: str) -> None:
        self._box = ask(
            self._window,
            text,
            f"{more}{_REPORT}\n\nThe log is in {self._log_folder}",
            "problem_box",
            (
                ("Save a report…", "Choose where the report is written (Enter)", lambda: self._save(report)),
                ("Show the log", "Open the log; it may name your files", self._show_log),
                ("Close", "Go on (Esc)", lambda: None),
            ),
        )
        self._box.finished.connect(self._forget_box)

    @Slot()
    def _forget_box(self) -> None:
        self._box = None

    def _save(self, report: str) -> None:
        goal = str(Path.home() / "samstudio-report.txt")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the report", goal, "Text (*.txt)")
        if name:
            try:
                write_whole(Path(name), report.encode())
            except AudioError as error:
                self.failed.emit(str(error))


class _ExceptionHandler(logging.Handler):
    """Hands on the exceptions of the records that have one."""

    def __init__(self, hand_on: Callable[[BaseException], object]) -> None:
        super().__init__(logging.ERROR)
        self._hand_on = hand_on

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on; of any thread."""
        if record.exc_info and record.exc_info[1] is not None:
            self._hand_on(record.exc_info[1])
