"""The window on screens of several sizes: all of it is there, and nothing in it is cut off."""

import json
import os
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


def shown(folder: Path, width: int, height: int, scale: str, *geometry: str) -> dict:
    homes = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    command = [sys.executable, "-m", "tests.app.shown_at_size", str(folder), str(width), str(height), scale, *geometry]
    root = Path(__file__).parents[4]
    done = subprocess.run(
        command, env={**os.environ, **homes}, cwd=root, stdout=subprocess.PIPE, timeout=120, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1366, 768, "1"), (1280, 720, "1.25"), (1920, 1080, "1.5"), (1366, 768, "1.25"), (1280, 720, "1.5")],
)
def test_the_first_window_is_whole_and_nothing_is_cut(tmp_path, width, height, scale):
    facts = shown(tmp_path, width, height, scale)
    assert facts["is_inside"], facts
    assert facts["cut"] == []
    assert facts["dialogs"] == []
    assert facts["scroll"] == 0, "the refusal has scrolled the text away"
    assert facts["field_is_whole"] == [True, True], "with a refusal, and while it continues from a residual"


@pytest.mark.slow
def test_a_remembered_window_is_no_larger_than_todays_screen(tmp_path, qtbot):
    before = QMainWindow()
    qtbot.addWidget(before)
    before.setGeometry(300, 200, 1600, 850)
    geometry = bytes(before.saveGeometry().data()).hex()
    facts = shown(tmp_path, 1366, 768, "1", geometry)
    assert facts["is_inside"], facts


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
