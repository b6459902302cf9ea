"""An error that nobody expected is told once, and its report is saved where the user says."""

import sys
import threading

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from samstudio.app.log import UNEXPECTED, log_unexpected
from samstudio.app.problems.problem_notice import ProblemNotice


@pytest.fixture
def notice(window, tmp_path):
    notice = ProblemNotice(tmp_path / "log", lambda: None, window)
    before = list(UNEXPECTED.handlers)
    notice.watch(UNEXPECTED)
    yield notice
    UNEXPECTED.handlers[:] = before


def boxes(window):
    return [box for box in window.findChildren(QMessageBox, "problem_box") if box.isVisible()]


def press(box, text):
    next(button for button in box.buttons() if button.text() == text).click()


def fail():
    try:
        raise KeyError("a secret")
    except KeyError:
        log_unexpected(*sys.exc_info())


def test_an_error_of_any_thread_is_told_once_and_its_report_saved(notice, window, qtbot, monkeypatch, tmp_path):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(boxes(window)))
    (box,) = boxes(window)
    assert box.text() == "Something went wrong in SAM Studio."
    assert str(tmp_path / "log") in box.informativeText()
    goal = tmp_path / "report.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_words: (str(goal), ""))
    press(box, "Save a report…")
    report = goal.read_text("utf-8")
    assert "in fail" in report
    assert "secret" not in report
    fail()
    assert boxes(window) == []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_words: (str(tmp_path / "gone" / "report.txt"), ""))
    notice.tell_of_crash('Fatal Python error: Aborted\n  File "x.py", line 1 in y\n')
    (box,) = boxes(window)
    with qtbot.waitSignal(notice.failed) as told:
        press(box, "Save a report…")
    assert "gone" in told.args[0]
