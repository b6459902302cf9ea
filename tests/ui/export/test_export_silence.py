"""Gate and trimming in the export dialog: off, told of, and never where they contradict something else."""

from dataclasses import replace
from pathlib import Path

import pytest

from samstudio.audio.export.export import ExportReport
from samstudio.audio.export.export_request import Trim
from samstudio.ui.export.export_choices import ExportChoices, ExportSource, size_line
from samstudio.ui.export.export_dialog import ExportDialog

SOURCE = ExportSource("song", "Take 2", 48000, 2, 60.0, (10.0, 20.5))


@pytest.fixture
def made(qtbot, tmp_path):
    """A dialog with its options unfolded."""

    def make(source=SOURCE, **choices) -> ExportDialog:
        dialog = ExportDialog(source, ExportChoices(tmp_path, **choices))
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.form.more.setChecked(True)
        return dialog

    return make


def test_both_are_off_until_they_are_ticked(made):
    form = made().form
    options = form.options
    assert (form.choices.gate, form.choices.trim) == (None, None)
    assert not any(box.isEnabled() for box in (options.gate, options.trim, options.pad))
    emitted = []
    form.choices_changed.connect(lambda: emitted.append((form.choices.gate, form.choices.trim)))
    options.gates.click()
    options.trims.click()
    assert all(box.isEnabled() for box in (options.gate, options.trim, options.pad))
    options.gate.setValue(-42.5)
    options.trim.setValue(-70.0)
    options.pad.setValue(120)
    both = [(-42.5, Trim(-60.0)), (-42.5, Trim(-70.0)), (-42.5, Trim(-70.0, 0.12))]
    assert emitted == [(-50.0, None), (-50.0, Trim()), *both]


def test_what_was_chosen_is_shown_unfolded(made):
    for chosen in ({"gate": -35.0}, {"trim": Trim(-48.0, 0.2)}):
        dialog = made(**chosen)
        assert dialog.form.choices == ExportChoices(dialog.form.choices.folder, **chosen)
        assert not dialog.form.options.is_plain


def test_what_is_to_stay_in_its_place_cannot_be_trimmed(made):
    form = made(trim=Trim()).form
    form.placed.click()
    assert (form.choices.keeps_length, form.choices.trim) == (True, None)
    assert not form.options.trims.isEnabled()
    assert "keeps the full length" in form.options.trims.toolTip()
    form.selection.click()
    form.options.trims.click()
    assert form.choices.trim == Trim()
    assert "full length" not in form.options.trims.toolTip()


def test_a_video_cannot_be_trimmed(made):
    form = made(replace(SOURCE, video=Path("/videos/song.webm"))).form
    options = form.options
    options.trims.click()
    emitted = []
    form.choices_changed.connect(lambda: emitted.append(form.choices))
    options.video.setCurrentIndex(1)
    assert not any(choices.video and choices.trim for choices in emitted)
    assert emitted[-1].video
    assert "A video keeps the full length" in options.trims.toolTip()
    options.video.setCurrentIndex(0)
    assert options.trims.isEnabled()


def test_the_size_is_the_most_it_can_be(made):
    assert "at most 46.1 MB" in size_line(made(trim=Trim()).form.choices, SOURCE)


def test_the_report_tells_of_both(made):
    dialog = made()
    paths = {stem: Path(f"/music/song_{stem}.wav") for stem in ("target", "residual")}
    report = ExportReport(paths, 480, 48000, None, gate=-50.0, trimmed=(1.234, 0.0))
    dialog.show_report(report)
    page = dialog.report
    assert "noise gate at −50.0 dBFS · silence trimmed: 1.23 s at the start, 0.00 s at the end" in page.facts.text()
    assert page.card.isVisible()
    assert page.null.text() == "Not measured"
    assert "noise gate" in page.meaning.text()
    assert "dB" not in page.null.text() + page.meaning.text()
    dialog.show_report(replace(report, paths={"target": paths["target"]}))
    assert not page.card.isVisible()
