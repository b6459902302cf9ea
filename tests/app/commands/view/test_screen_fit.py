"""The window on screens of several sizes: all of it is there, and nothing in it is cut off."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QVBoxLayout, QWidget

from samstudio.app.commands.view.screen_fit import DialogFit, fitted

ONE, OTHER = QRect(0, 30, 1280, 690), QRect(1280, 0, 1920, 1080)


@pytest.mark.parametrize(
    ("window", "place"),
    [
        (QRect(100, 100, 800, 600), QRect(100, 100, 800, 600)),
        (QRect(0, 0, 1440, 900), QRect(0, 30, 1280, 690)),
        (QRect(1000, 500, 800, 600), QRect(1280, 480, 800, 600)),
        (QRect(-50, -50, 400, 300), QRect(0, 30, 400, 300)),
        (QRect(1300, 100, 1440, 900), QRect(1300, 100, 1440, 900)),
    ],
)
def test_a_window_comes_inside_the_screen_it_is_most_on(window, place):
    assert fitted(window, (ONE, OTHER)) == place


def test_a_window_of_a_screen_that_is_gone_comes_to_the_first():
    assert fitted(QRect(5000, 4000, 800, 600), (ONE, OTHER)) == QRect(480, 120, 800, 600)


def shown(folder: Path, *cases: str) -> list[dict]:
    command = [sys.executable, "-m", "tests.app.shown_at_size", str(folder), *cases]
    done = subprocess.run(command, cwd=Path(__file__).parents[4], stdout=subprocess.PIPE, timeout=240, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_on_any_screen_the_window_is_whole_and_nothing_is_cut(tmp_path, qtbot):
    """At its first start, and last on a screen smaller than the one for which the window is remembered."""
    before = QMainWindow()
    qtbot.addWidget(before)
    before.setGeometry(300, 200, 1600, 850)
    geometry = bytes(before.saveGeometry().data()).hex()
    screens = ["1366,768,1", "1280,720,1.25", "1920,1080,1.5", "1366,768,1.25", "1280,720,1.5"]
    *first, remembered = shown(tmp_path, *screens, f"1366,768,1,{geometry}")
    for screen, facts in zip(screens, first, strict=True):
        assert facts["is_inside"], (screen, facts)
        assert facts["cut"] == [], screen
        assert facts["dialogs"] == [], screen
        assert facts["scroll"] == 0, f"{screen}: the refusal has scrolled the text away"
        whole = facts["field_is_whole"]
        assert whole == [True, True], f"{screen}: with a refusal, and while it continues from a residual"
    assert remembered["is_inside"], remembered


def test_a_dialog_larger_than_the_screen_comes_inside_it(qtbot):
    fit = DialogFit(QApplication.instance())
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.setMinimumSize(400, 1500)
    dialog.resize(2500, 1600)
    with qtbot.waitActive(dialog):
        dialog.show()
    available = dialog.screen().availableGeometry()
    qtbot.waitUntil(lambda: available.contains(dialog.frameGeometry()))
    small = QDialog()
    qtbot.addWidget(small)
    small.setGeometry(300, 200, 400, 300)
    with qtbot.waitActive(small):
        small.show()
    assert small.size() == QSize(400, 300)
    fit.deleteLater()


def test_a_dialog_that_is_made_lower_stands_before_its_window(qtbot):
    fit = DialogFit(QApplication.instance())
    owner = QMainWindow()
    qtbot.addWidget(owner)
    owner.setGeometry(100, 100, 600, 400)
    owner.show()
    dialog = QDialog(owner)
    dialog.setGeometry(0, 0, 300, 3000)
    with qtbot.waitActive(dialog):
        dialog.show()
    qtbot.waitUntil(lambda: dialog.height() < 3000)
    assert abs(dialog.geometry().center().x() - owner.geometry().center().x()) <= 1
    fit.deleteLater()


def test_a_dialog_that_grows_over_the_edge_comes_back(qtbot):
    fit = DialogFit(QApplication.instance())
    dialog = QDialog()
    qtbot.addWidget(dialog)
    column, more = QVBoxLayout(dialog), QWidget()
    more.setMinimumHeight(300)
    column.addWidget(more)
    more.hide()
    available = dialog.screen().availableGeometry()
    dialog.setGeometry(100, available.bottom() - 220, 300, 200)
    with qtbot.waitActive(dialog):
        dialog.show()
    more.show()
    qtbot.waitUntil(lambda: dialog.height() >= 300)
    qtbot.waitUntil(lambda: available.contains(dialog.frameGeometry()))
    fit.deleteLater()
