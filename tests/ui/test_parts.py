"""Small parts that the panels share."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from samstudio.ui.parts import ElidedLabel
from samstudio.ui.recordings.recording_rows import RecordingRow, RecordingRows
from samstudio.ui.time_text import unbroken


@pytest.mark.parametrize(("width", "tip"), [(60, "Take 1 · a long name"), (400, "")])
def test_a_name_that_has_no_room_is_told_in_a_tooltip(qtbot, width, tip):
    name = ElidedLabel("Take 1 · a long name")
    qtbot.addWidget(name)
    name.setFixedWidth(width)
    name.show()
    QToolTip.hideText()
    QApplication.sendEvent(name, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), name.mapToGlobal(QPoint(5, 5))))
    shown = QToolTip.text() if QToolTip.isVisible() else ""
    QToolTip.hideText()
    assert shown == tip


def test_a_row_that_has_no_room_for_its_name_tells_it_in_a_tooltip(qtbot):
    rows = RecordingRows(None)
    rows.show_rows((RecordingRow("Take 1 · a long name", "/sounds", "", "Queued"),))
    assert rows.index(0).data(Qt.ItemDataRole.ToolTipRole) == "Take 1 · a long name\n/sounds\nQueued"


def test_no_number_is_parted_from_its_unit():
    text = unbroken("2.3 s of 5.1 GB at 8 kHz, 3 takes in all")
    parts = [part.replace("\N{NO-BREAK SPACE}", " ") for part in text.split(" ")]
    assert parts[:5] == ["2.3 s", "of", "5.1 GB", "at", "8 kHz,"]
