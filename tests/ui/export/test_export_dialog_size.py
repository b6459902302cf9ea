"""The export dialog's size on small and large screens."""

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.export import ExportReport
from samstudio.ui.export.export_dialog import ExportDialog


def choose_format(dialog: ExportDialog, container: str, bits: str) -> None:
    formats = [dialog.form.format.itemData(row) for row in range(dialog.form.format.count())]
    dialog.form.format.setCurrentIndex(formats.index(AudioFormat(container, bits)))


def test_the_buttons_stay_on_a_small_screen(dialog, qtbot, monkeypatch):
    monkeypatch.setattr("PySide6.QtGui.QScreen.availableGeometry", lambda _screen: QRect(0, 0, 800, 500))
    choose_format(dialog, "wav", "24")
    dialog.form.more.click()
    dialog.show_peak(3.0)
    dialog.show_error("The disk is full.")
    qtbot.waitUntil(dialog.notice.isVisible)
    QTest.qWait(50)
    bottom = dialog.export_button.mapTo(dialog, dialog.export_button.rect().bottomRight()).y()
    assert bottom < dialog.height() <= 500
    assert dialog.frameGeometry().bottom() <= 500


def test_nothing_is_scrolled_where_there_is_room(dialog):
    dialog.form.more.click()
    dialog.show_progress("Writing", 0.1)
    QTest.qWait(50)
    assert dialog.findChild(QScrollArea).verticalScrollBar().maximum() == 0


def test_an_offer_makes_the_dialog_taller_where_there_is_room(dialog, qtbot):
    choose_format(dialog, "wav", "24")
    QTest.qWait(50)
    before = dialog.form.height()
    dialog.show_peak(3.0)
    qtbot.waitUntil(dialog.gain.isVisible)
    QTest.qWait(50)
    assert dialog.form.height() >= before


def test_the_dialog_is_no_taller_than_what_is_unfolded(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.height() == dialog.sizeHint().height())
    folded = dialog.height()
    dialog.form.more.click()
    qtbot.waitUntil(lambda: dialog.height() > folded)
    dialog.show_report(ExportReport({"target": Path("/music/a.wav")}, 480, 48000, None))
    qtbot.waitUntil(lambda: dialog.height() <= folded)
