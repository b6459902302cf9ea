"""The export dialog asks for what was chosen."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.export import ExportReport
from samstudio.audio.export.export_request import Normalise
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import ExportChoices, size_line
from samstudio.ui.export.export_dialog import ExportDialog
from tests.signals import emissions
from tests.ui.export.conftest import SOURCE


def choose_format(dialog: ExportDialog, container: str, bits: str) -> None:
    formats = [dialog.form.format.itemData(row) for row in range(dialog.form.format.count())]
    dialog.form.format.setCurrentIndex(formats.index(AudioFormat(container, bits)))


def test_export_emits_what_was_given(dialog, choices):
    asked = emissions(dialog.export_requested)
    dialog.export_button.click()
    assert asked == [choices]


def test_every_choice_is_emitted(dialog, choices, tmp_path):
    assert "Needs" not in dialog.form.selection.toolTip()
    asked = emissions(dialog.export_requested)
    form = dialog.form
    form.stems[Stem.RESIDUAL].click()
    form.selection.click()
    choose_format(dialog, "flac", "24")
    (tmp_path / "stems").mkdir()
    form.folder.setText(str(tmp_path / "stems"))
    form.template.setText("{take} {stem}")
    form.policy.setCurrentIndex(form.policy.findData("number"))
    dialog.export_button.click()
    assert asked == [
        ExportChoices(
            tmp_path / "stems", "{take} {stem}", AudioFormat("flac", "24"), (Stem.TARGET,), True, "number", 0.0
        )
    ]


def test_without_a_selection_only_the_whole_can_be_had(qtbot, choices):
    dialog = ExportDialog(replace(SOURCE, selection=None), replace(choices, selection_only=True))
    qtbot.addWidget(dialog)
    assert not dialog.form.selection.isEnabled()
    assert not dialog.form.choices.selection_only
    assert "Needs a selection" in dialog.form.selection.toolTip()
    assert "Needs a selection" in dialog.form.placed.toolTip()


def test_names_are_previewed_as_they_are_typed(dialog):
    assert dialog.form.preview.text() == "→ song_target.wav\n→ song_residual.wav"
    dialog.form.template.setText("{clip} - {take} - {stem}")
    choose_format(dialog, "flac", "16")
    assert "song - Take 2 - target.flac" in dialog.form.preview.text()


@pytest.mark.parametrize(
    ("template", "sentence"),
    [("{clip}", "put {stem} into it"), ("{song}_{stem}", "has no field {song}"), ("  ", "Type a name")],
)
def test_a_template_that_makes_no_sense_is_refused_at_once(dialog, template, sentence):
    dialog.form.template.setText(template)
    assert sentence in dialog.form.preview.text()
    assert not dialog.export_button.isEnabled()
    dialog.form.template.setText("{stem}")
    assert dialog.export_button.isEnabled()


def test_one_stem_or_more_and_a_folder_are_needed(dialog):
    for stem in (Stem.TARGET, Stem.RESIDUAL):
        dialog.form.stems[stem].click()
    assert not dialog.export_button.isEnabled()
    dialog.form.stems[Stem.TARGET].click()
    assert dialog.export_button.isEnabled()
    dialog.form.folder.clear()
    assert "Choose a folder" in dialog.form.preview.text()
    assert not dialog.export_button.isEnabled()
    dialog.form.folder.setText("stems")
    assert "whole path" in dialog.form.preview.text()
    assert not dialog.export_button.isEnabled()


@pytest.mark.parametrize(("button", "policy"), [("number_button", "number"), ("replace_button", "replace")])
def test_files_that_exist_are_asked_about_first(dialog, tmp_path, button, policy):
    (tmp_path / "song_residual.wav").touch()
    asked = emissions(dialog.export_requested)
    dialog.export_button.click()
    assert asked == []
    assert dialog.question.isVisible()
    assert "song_residual.wav is already" in dialog.question._text.text()
    getattr(dialog.question, button).click()
    assert [choices.existing for choices in asked] == [policy]
    assert not dialog.question.isVisible()


def test_other_choices_take_the_question_back(dialog, tmp_path):
    (tmp_path / "song_target.wav").touch()
    dialog.export_button.click()
    dialog.form.template.setText("{clip}_{stem}_2")
    assert not dialog.question.isVisible()


def test_the_peak_is_asked_for_only_where_it_matters(dialog):
    asked = emissions(dialog.peak_requested)
    dialog.form.stems[Stem.RESIDUAL].click()
    assert asked == []
    choose_format(dialog, "wav", "24")
    assert asked == [dialog.form.choices]


def test_one_common_gain_is_offered_and_never_taken_silently(dialog):
    choose_format(dialog, "wav", "16")
    dialog.show_peak(1.34)
    assert dialog.gain.isVisible()
    assert "1.4 dB" in dialog.gain.box.text()
    asked = emissions(dialog.export_requested)
    dialog.export_button.click()
    dialog.gain.box.click()
    dialog.export_button.click()
    assert [choices.gain_db for choices in asked] == [0.0, pytest.approx(-1.4)]


def test_a_gain_that_was_agreed_to_stays_while_only_names_change(dialog, tmp_path):
    choose_format(dialog, "wav", "16")
    dialog.show_peak(1.34)
    dialog.gain.box.click()
    asked = emissions(dialog.peak_requested)
    dialog.form.template.setText("{clip}_{stem}_2")
    dialog.form.folder.setText(str(tmp_path / "other"))
    dialog.form.policy.setCurrentIndex(1)
    for box in (dialog.form.options.markers, dialog.form.options.record, dialog.form.options.own_folder):
        box.setChecked(True)
    assert (asked, dialog.gain.gain_db) == ([], pytest.approx(-1.4))
    dialog.form.stems[Stem.RESIDUAL].click()
    assert (asked, dialog.gain.gain_db) == ([dialog.form.choices], 0.0)


def test_a_peak_below_full_scale_or_a_float_file_needs_no_gain(dialog):
    dialog.show_peak(3.0)
    assert not dialog.gain.isVisible()
    choose_format(dialog, "wav", "24")
    dialog.show_peak(-0.1)
    assert not dialog.gain.isVisible()
    dialog.show_peak(-inf)
    assert not dialog.gain.isVisible()


def test_escape_cancels_a_running_export_and_closes_otherwise(dialog):
    cancelled = emissions(dialog.cancel_requested)
    dialog.show_progress("Writing song_target.wav", 0.4)
    assert dialog.bar.value() == 400
    assert not dialog.export_button.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert len(cancelled) == 1
    dialog.show_cancelled()
    assert "nothing was written" in dialog.stage.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_an_error_leaves_the_choices(dialog):
    dialog.form.template.setText("{stem}")
    dialog.show_progress("Writing", 0.1)
    dialog.show_error("The disk is full: choose another folder.")
    assert dialog.notice.text == "The disk is full: choose another folder."
    assert dialog.export_button.isEnabled()
    assert dialog.form.choices.template == "{stem}"


def test_all_parts_of_a_chain_are_chosen_at_once(qtbot, choices, dialog):
    assert not dialog.form.all_parts.isVisible()
    chain = replace(SOURCE, earlier=("Drums", "Bass"))
    dialog = ExportDialog(chain, replace(choices, stems=(Stem.TARGET,)))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.all_parts.click()
    assert dialog.form.choices.stems == ("Drums", "Bass", Stem.TARGET, Stem.RESIDUAL)
    assert not dialog.form.stems[Stem.RESIDUAL].isEnabled()
    assert "song_Drums.wav" in dialog.form.preview.text()
    dialog.form.all_parts.click()
    assert dialog.form.choices.stems == (Stem.TARGET, Stem.RESIDUAL)


def test_the_size_is_reported_beforehand(choices):
    assert size_line(choices, SOURCE) == "2 files · 48000 Hz, as the recording · 46.1 MB"
    flac = replace(choices, audio_format=AudioFormat("flac", "24"), stems=(Stem.TARGET,), selection_only=True)
    assert size_line(flac, SOURCE) == "1 file · 48000 Hz, as the recording · at most 3.0 MB"
    assert "RF64" in size_line(choices, replace(SOURCE, duration=4 * 3600.0))


def test_the_seldom_choices_are_emitted_too(dialog):
    asked = emissions(dialog.export_requested)
    form, options = dialog.form, dialog.form.options
    assert not options.isVisible()
    form.more.click()
    assert options.isVisible()
    form.stems["mix"].click()
    form.placed.click()
    options.rate.setCurrentIndex(options.rate.findData(44100))
    options.level.setCurrentIndex(2)
    options.level_value.setValue(-23.0)
    options.fade_out.setValue(0.5)
    for box in (options.markers, options.record, options.own_folder):
        box.click()
    dialog.export_button.click()
    (chosen,) = asked
    assert chosen.stems == (Stem.TARGET, Stem.RESIDUAL, "mix")
    assert (chosen.selection_only, chosen.keeps_length, chosen.sample_rate) == (True, True, 44100)
    assert (chosen.normalise, chosen.fade_out) == (Normalise("loudness", -23.0), 0.5)
    assert chosen.markers
    assert chosen.record
    assert chosen.paths(SOURCE)["mix"] == chosen.folder / "song Take 2" / "song_mix.wav"
    assert "44100 Hz, resampled from 48000 Hz" in form.size_line.text()


def test_a_container_for_fewer_channels_is_refused_at_once(qtbot, choices):
    dialog = ExportDialog(replace(SOURCE, channels=6), choices)
    qtbot.addWidget(dialog)
    choose_format(dialog, "mp3", "lossy")
    assert not dialog.export_button.isEnabled()
    assert "MP3 holds 2 channels" in dialog.form.preview.text()


def test_a_recording_with_a_video_track_offers_a_video(qtbot, choices, dialog):
    assert not dialog.form.options.video.isVisible()
    dialog = ExportDialog(replace(SOURCE, video=Path("/videos/song.webm")), choices)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.more.click()
    video = dialog.form.options.video
    assert video.isVisible()
    assert dialog.form.choices.video == ""
    video.setCurrentIndex(video.findData("mix"))
    assert dialog.form.choices.video == "mix"
    assert "song_mix.mkv" in dialog.form.preview.text()
    assert "2 files and a video" in dialog.form.size_line.text()


def test_a_project_is_one_choice_by_the_keyboard(dialog, choices, qtbot):
    form, asked = dialog.form, emissions(dialog.export_requested)
    assert form.daw_project.accessibleName() == "DAW project (DAWproject and REAPER)"
    form.format.setFocus()
    qtbot.keyClick(form.format, Qt.Key.Key_Tab)
    assert form.daw_project.hasFocus()
    assert "46.1 MB" in form.size_line.text()
    qtbot.keyClick(form.daw_project, Qt.Key.Key_Space)
    assert form.preview.text().splitlines()[2:] == ["→ song Take 2.dawproject", "→ song Take 2.rpp"]
    assert "2 files and a DAW project" in form.size_line.text()
    assert "92.2 MB" in form.size_line.text()
    dialog.export_button.click()
    assert asked == [replace(choices, daw_project=True)]


def test_a_project_of_lossy_files_cannot_be_had(dialog):
    dialog.form.daw_project.click()
    choose_format(dialog, "mp3", "lossy")
    assert not dialog.form.daw_project.isEnabled()
    assert "choose WAV, FLAC or AIFF" in dialog.form.daw_project.toolTip()
    assert not dialog.form.choices.daw_project
    choose_format(dialog, "flac", "24")
    assert dialog.form.choices.daw_project


def test_a_project_that_exists_is_asked_about(dialog, tmp_path):
    (tmp_path / "song Take 2.rpp").touch()
    dialog.form.daw_project.click()
    dialog.export_button.click()
    assert dialog.question.isVisible()


def test_a_name_that_is_shortened_is_reported_before_and_after(qtbot, choices, tmp_path):
    dialog = ExportDialog(replace(SOURCE, clip="n" * 240), choices)
    qtbot.addWidget(dialog)
    note = f"The name “{'n' * 40}…” is longer than 200 bytes, and was shortened."
    assert dialog.form.preview.text().endswith(f"\n{note}")
    names = {"target": Path("/music/a.wav")}
    dialog.show_report(ExportReport(names, 480, 48000, None, note=note))
    assert dialog.report.facts.text().endswith(f"\n{note}")


def test_a_rate_that_the_format_cannot_hold_is_refused_at_once(qtbot, choices):
    dialog = ExportDialog(replace(SOURCE, sample_rate=88_201), choices)
    qtbot.addWidget(dialog)
    choose_format(dialog, "flac", "24")
    assert not dialog.export_button.isEnabled()
    assert "FLAC holds only multiples of 10 Hz above 65535" in dialog.form.preview.text()


def test_the_report_does_not_scroll_where_the_system_takes_a_pixel_of_the_height(qtbot, choices):
    class Lower(ExportDialog):
        def resize(self, width, height):
            super().resize(width, height - 1)

    dialog = Lower(SOURCE, choices)
    qtbot.addWidget(dialog)
    dialog.show()
    height = dialog.height()
    names = {"target": Path("/music/a.wav"), "residual": Path("/music/b.wav")}
    dialog.show_report(ExportReport(names, 480, 48000, None))
    qtbot.waitUntil(lambda: dialog.height() < height)
    QApplication.processEvents()
    assert dialog._written.verticalScrollBar().maximum() == 0
