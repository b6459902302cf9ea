"""The export dialog over the real writers, in the real window."""

import json

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.export_request import Trim
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import ExportChoices
from samstudio.ui.export.export_dialog import ExportDialog
from tests.audio.made_films import grey_frames, write_film

_BOTH = (Stem.TARGET, Stem.RESIDUAL)


@pytest.fixture
def separated(opened, qtbot):
    """The window with a take."""
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    return opened


def export_dialog(window) -> ExportDialog:
    window.actions_by_name["export"].trigger()
    return window.findChild(ExportDialog)


@pytest.fixture
def dialog(separated):
    dialog = export_dialog(separated)
    yield dialog
    dialog.close()


def ask(dialog, folder, **choices):
    dialog.export_requested.emit(ExportChoices(folder, **choices))


def test_stems_are_written_and_the_null_is_reported(window, dialog, tmp_path, tone_clip, qtbot):
    assert not window.container.session_state.is_kept
    ask(dialog, tmp_path)
    qtbot.waitUntil(dialog.report.isVisible)
    assert dialog.report.null.text() == "−∞ dB"
    target, rate = soundfile.read(tmp_path / "Ton – 音_target.wav", dtype="float32")
    residual, _ = soundfile.read(tmp_path / "Ton – 音_residual.wav", dtype="float32")
    assert rate == 48000
    assert np.array_equal(target + residual, tone_clip.samples)
    assert window.container.session_state.is_kept


def test_only_the_selection_of_one_stem(separated, tmp_path, tone_clip, qtbot):
    separated.container.selection.select_range((0.5, 1.0))
    dialog = export_dialog(separated)
    ask(dialog, tmp_path, selection_only=True, stems=(Stem.TARGET,), audio_format=AudioFormat("flac", "24"))
    qtbot.waitUntil(dialog.report.isVisible)
    written, _ = soundfile.read(tmp_path / "Ton – 音_target.flac", dtype="float32")
    expected = tone_clip.samples[24000:48000] * np.float32(0.5)
    assert written.shape == expected.shape
    assert np.abs(written - expected).max() <= 2.0**-22
    assert not (tmp_path / "Ton – 音_residual.flac").exists()
    dialog.close()


def test_a_folder_that_is_gone_is_one_sentence_and_the_choices_stay(dialog, tmp_path, qtbot):
    ask(dialog, tmp_path / "gone")
    qtbot.waitUntil(lambda: bool(dialog.notice.text))
    assert "gone" in dialog.notice.text
    assert dialog.export_button.isEnabled()
    assert not dialog.is_running


def test_a_full_disk_is_one_sentence_and_leaves_no_file(dialog, tone_file, tmp_path, qtbot, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    ask(dialog, tmp_path)
    qtbot.waitUntil(lambda: bool(dialog.notice.text))
    assert "space" in dialog.notice.text or "full" in dialog.notice.text
    assert [path.name for path in tmp_path.iterdir()] == [tone_file.name]


def test_existing_files_are_numbered_or_replaced_as_asked(dialog, tmp_path, qtbot):
    old = tmp_path / "Ton – 音_target.wav"
    old.write_bytes(b"mine")
    ask(dialog, tmp_path, existing="number")
    qtbot.waitUntil(dialog.report.isVisible)
    assert old.read_bytes() == b"mine"
    assert (tmp_path / "Ton – 音_target (2).wav").exists()


def test_a_peak_above_full_scale_is_told_for_integers(window, dialog, tmp_path, qtbot):
    take = window.container.document.current_take
    take.stems.target[100] = 2.0
    dialog.peak_requested.emit(ExportChoices(tmp_path, audio_format=AudioFormat("wav", "16")))
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is not None)
    ask(dialog, tmp_path, audio_format=AudioFormat("wav", "16"))
    qtbot.waitUntil(lambda: bool(dialog.notice.text))
    assert "6.0" in dialog.notice.text
    assert not (tmp_path / "Ton – 音_target.wav").exists()


def test_the_mix_goes_out_as_it_is_heard_in_a_folder_of_its_own(window, dialog, tmp_path, tone_clip, qtbot):
    ask(dialog, tmp_path, stems=("mix",), own_folder=True, record=True, markers=True, sample_rate=44100)
    qtbot.waitUntil(dialog.report.isVisible)
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".wav"]
    (wav,) = folder.glob("*_mix.wav")
    written, rate = soundfile.read(wav, dtype="float32", always_2d=True)
    assert rate == 44100
    assert written.shape == (round(tone_clip.frames * 44100 / 48000), 2)
    assert "no delay" in dialog.report.facts.text()


@pytest.fixture
def twice_separated(separated, qtbot):
    """The window with a take that came from what the first one left."""
    with qtbot.waitSignal(separated.container.separator.finished):
        separated.actions_by_name["continue_from_residual"].trigger()
    return separated


@pytest.fixture
def chained(twice_separated):
    dialog = export_dialog(twice_separated)
    yield dialog
    dialog.close()


def test_a_take_from_a_residual_nulls_against_that(window, chained, tmp_path, qtbot):
    first = window.container.document.takes[0]
    ask(chained, tmp_path)
    qtbot.waitUntil(chained.report.isVisible)
    assert chained.report.null.text() == "−∞ dB"
    assert chained.report.meaning.text() == f"target + residual is the residual of “{first.name}”, bit for bit"


def test_all_parts_of_a_chain_are_the_recording(window, chained, tmp_path, tone_clip, qtbot):
    first = window.container.document.takes[0]
    chained.form.all_parts.click()
    ask(chained, tmp_path, stems=chained.form.choices.stems, template="{stem}", record=True)
    qtbot.waitUntil(chained.report.isVisible)
    assert chained.report.meaning.text() == "the sum of all 3 parts is the clip, bit for bit"
    parts = [soundfile.read(tmp_path / f"{name}.wav", dtype="float32")[0] for name in (first.name, *_BOTH)]
    assert np.array_equal(parts[0] + (parts[1] + parts[2]), tone_clip.samples)
    assert first.name in (tmp_path / f"{first.name}.json").read_text()


def test_a_single_sound_is_gated_and_trimmed(separated, dialog, tmp_path, tone_clip, qtbot):
    take = separated.container.document.current_take
    for samples in (take.stems.target, take.stems.residual):
        samples[:24_005] = 0.0
    choices = {"template": "{stem}", "gate": -50.0, "trim": Trim(pad=0.1), "record": True}
    ask(dialog, tmp_path, **choices)
    qtbot.waitUntil(dialog.report.isVisible)
    assert "silence trimmed: 0.40 s at the start, 0.00 s at the end" in dialog.report.facts.text()
    assert dialog.report.null.text() == "Not measured"
    written, _ = soundfile.read(tmp_path / "target.wav", dtype="float32", always_2d=True)
    part = take.stems.target[19_205:]
    assert written.shape == part.shape
    assert np.array_equal(written[4_800:], part[4_800:])
    record = json.loads((tmp_path / "target.json").read_text())
    assert (record["take"], record["export"]["start"]) == (take.name, 19_205 / 48_000)


def test_the_gain_that_is_offered_is_for_what_is_left(separated, dialog, tmp_path, qtbot):
    take = separated.container.document.current_take
    take.stems.target[30_000] = 2.0
    # The fade begins at the trimmed end, where the peak is.
    take.stems.target[30_100:], take.stems.residual[30_100:] = 0.0, 0.0
    dialog.form.format.setCurrentIndex(dialog.form.format.findText("WAV, 16-bit"))
    qtbot.waitUntil(dialog.gain.isVisible)
    dialog.form.options.trims.click()
    dialog.form.options.fade_out.setValue(0.5)
    qtbot.waitUntil(lambda: not dialog.gain.isVisible())
    dialog.form.options.fade_out.setValue(0.0)
    qtbot.waitUntil(dialog.gain.isVisible)


def test_nothing_but_silence_is_one_sentence(dialog, tmp_path, qtbot):
    ask(dialog, tmp_path / "new", trim=Trim(-6.0), own_folder=True)
    qtbot.waitUntil(lambda: bool(dialog.notice.text))
    assert dialog.notice.text.startswith("Nothing reaches -6 dBFS")
    assert not (tmp_path / "new").exists()


def test_a_take_whose_source_is_gone_claims_no_null(twice_separated, tmp_path, qtbot):
    twice_separated.container.document.delete_take(0)
    dialog = export_dialog(twice_separated)
    assert not dialog.form.all_parts.isVisible()
    ask(dialog, tmp_path)
    qtbot.waitUntil(dialog.report.isVisible)
    assert not dialog.report.card.isVisible()
    dialog.close()


def test_the_mix_goes_back_to_the_picture(window, tmp_path, tone_clip, qtbot):
    film = write_film(tmp_path / "film.mp4", grey_frames(50), sound=tone_clip.samples[:, 0])
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(film)
    qtbot.waitUntil(lambda: window.container.video_frames.has_video)
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name["separate"].trigger()
    dialog = export_dialog(window)
    ask(dialog, tmp_path, film="mix")
    qtbot.waitUntil(dialog.report.isVisible)
    assert "film_mix.mp4" in dialog.report.files.text()
    assert "no delay" in dialog.report.facts.text()
    with av.open(str(tmp_path / "film_mix.mp4")) as made:
        assert [stream.type for stream in made.streams] == ["video", "audio"]
        assert made.streams.audio[0].layout.nb_channels == 2
    dialog.close()
