"""A file that the system hands to the running program."""

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from samstudio.app.input.file_opening import FileOpening


def test_a_file_of_the_system_is_opened(qapp):
    opened = []
    filtering = FileOpening(qapp, opened.extend)
    try:
        QApplication.sendEvent(qapp, QFileOpenEvent("/music/song.wav"))
        QApplication.sendEvent(qapp, QEvent(QEvent.Type.User))
    finally:
        qapp.removeEventFilter(filtering)
    assert opened == [Path("/music/song.wav")]
