"""The report of an export."""

from dataclasses import replace
from math import inf
from pathlib import Path

from PySide6.QtCore import Qt

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.export import ExportReport
from samstudio.ui.export.export_report import null_meaning, null_text
from tests.signals import emissions


def test_the_report_shows_the_null_in_large_type(dialog):
    paths = {"target": Path("/music/song_target.wav"), "residual": Path("/music/song_residual.wav")}
    dialog.show_report(ExportReport(paths, 2_880_000, 48000, -inf))
    report = dialog.report
    assert report.isVisible()
    assert report.null.text() == "−∞ dB"
    assert report.meaning.text() == "target + residual is the clip, bit for bit"
    format_of_it = "WAV, 32-bit float (exact), 48 kHz · 1:00.000 · 2\u202f880\u202f000 samples"
    wanted = f"{format_of_it}\nno gain change · delay not measured"
    assert report.facts.text().startswith(wanted)
    assert report.null.fontInfo().pointSizeF() >= report.facts.fontInfo().pointSizeF()
    assert dialog.close_button.text() == "Close"
    shown = emissions(dialog.reveal_requested)
    dialog.reveal_button.click()
    assert shown == [Path("/music")]


def test_a_report_of_one_stem_claims_no_null(dialog):
    dialog.show_report(ExportReport({"target": Path("/music/a.wav")}, 480, 48000, None))
    assert not dialog.report.card.isVisible()
    assert dialog.report.title.text() == "1 file written"


def test_the_report_tells_format_delay_and_the_recipes_file(dialog):
    written = ExportReport({"target": Path("/music/a.flac")}, 480, 44100, None, 0, format=AudioFormat("flac", "24"))
    dialog.show_report(replace(written, record=Path("/music/a.json")))
    report = dialog.report
    assert report.title.text() == "2 files written"
    assert report.files.text() == "a.flac\na.json"
    assert "FLAC, 24-bit, 44.1 kHz · " in report.facts.text()
    assert "no delay" in report.facts.text()
    report.show_report(replace(written, delay=-3))
    assert "3 samples early" in report.facts.text()


def test_the_dialog_is_no_taller_than_its_report(dialog, qtbot):
    names = {f"take {number}": Path(f"/music/take {number}.wav") for number in range(12)}
    dialog.show_report(ExportReport(names, 480, 48000, None, trimmed=(1.0, 2.0)))
    qtbot.waitUntil(lambda: dialog.height() > dialog.report.height())
    assert dialog.report.files.height() > 12 * dialog.report.files.fontMetrics().height() - 12
    lowest = dialog.report.facts.geometry().bottom()
    qtbot.waitUntil(lambda: dialog.report.height() - lowest < 120)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget().verticalScrollBar().maximum() == 0)


def test_a_report_of_many_files_leaves_the_buttons_on_the_screen(dialog, qtbot):
    names = {f"take {number}": Path(f"/music/take {number}.wav") for number in range(99)}
    dialog.show_report(ExportReport(names, 480, 48000, None))
    qtbot.waitUntil(lambda: dialog.report.height() > dialog.pages.height())
    assert dialog.frameGeometry().height() <= dialog.screen().availableGeometry().height()
    # Those that come last can be read without a mouse.
    area = dialog.pages.currentWidget()
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_PageDown)
    assert area.verticalScrollBar().value() > 0


def test_null_depth_in_words():
    assert null_text(-138.47) == "−138 dB"
    report = ExportReport({}, 480, 48000, -inf, gain_db=-1.4)
    assert null_meaning(report) == "target + residual is the clip lowered by 1.4 dB, bit for bit"
    assert "differs from the clip" in null_meaning(replace(report, null_db=-138.0, gain_db=0.0))
    left = replace(report, null_db=-120.0, gain_db=0.0, whole="what Take 1 left")
    assert null_meaning(left) == "is the most by which target + residual differs from what Take 1 left"
    parts = replace(report, gain_db=0.0, parts=("Take 1", "target", "residual"))
    assert null_meaning(parts) == "the sum of all 3 parts is the clip, bit for bit"


def test_the_report_is_not_scrolled_where_all_of_it_has_room(dialog):
    """At every width: the least, at which all lines are broken, says nothing about the others."""
    paths = {"target": Path("/music/song_target.wav"), "residual": Path("/music/song_residual.wav")}
    dialog.show_report(ExportReport(paths, 2_880_000, 48000, -inf))
    area, page = dialog._written, dialog.report
    for width in (480, 560, 640):
        area.resize(width, 400)
        height = page.heightForWidth(width)
        area.resize(width, height)
        assert area.verticalScrollBar().maximum() == 0
        assert page.card.geometry().bottom() > height - 12, "there is empty space below it"
