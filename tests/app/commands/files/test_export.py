"""The export dialog over the real writers, in the real window."""

import av
import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from samstudio.session.prompt import Prompt
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import ExportChoices
from samstudio.ui.export.export_dialog import ExportDialog
from tests.audio.made_videos import grey_frames, write_video

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


def test_a_folder_that_is_gone_is_one_sentence_and_another_is_asked_about_anew(dialog, tmp_path, qtbot):
    ask(dialog, tmp_path / "gone")
    qtbot.waitUntil(lambda: bool(dialog.notice.text))
    assert "gone" in dialog.notice.text
    assert dialog.export_button.isEnabled()
    assert not dialog.is_running
    # Another folder is asked about anew.
    dialog.form.folder.setText(str(tmp_path / "gone"))
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert dialog.missing_folder.isVisible()
    dialog.form.folder.setText(str(tmp_path / "other"))
    assert not dialog.missing_folder.isVisible()
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert dialog.missing_folder.isVisible()
    assert list(tmp_path.glob("[go]*")) == []


@pytest.fixture
def spoken(opened, qtbot):
    """The window with two takes: speech, and drums out of what that left."""
    document = opened.container.document
    for text in ("speech", "kick / snare"):
        document.edit_prompt("Retype", Prompt(text))
        with qtbot.waitSignal(opened.container.separator.finished):
            opened.commands.separation.start(document.current_take)
    return opened


def test_files_are_called_by_the_words_of_the_prompt_and_the_dialog_says_of_which_take(spoken, tmp_path, qtbot):
    dialog = export_dialog(spoken)
    assert dialog.form.take.text() == "Take 2 · kick / snare"
    qtbot.mouseClick(dialog.form.all_parts, Qt.MouseButton.LeftButton)
    dialog.form.folder.setText(str(tmp_path / "new" / "stems"))
    names = ["Ton – 音_speech.wav", "Ton – 音_kick___snare.wav", "Ton – 音_rest.wav"]
    assert dialog.form.preview.text().splitlines()[:3] == [f"→ {name}" for name in names]
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert dialog.missing_folder.isVisible()
    assert not (tmp_path / "new").exists()
    qtbot.mouseClick(dialog.missing_folder.make_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.report.isVisible)
    written = sorted(path.name for path in (tmp_path / "new" / "stems").iterdir())
    assert written == ["Ton – 音_kick___snare.wav", "Ton – 音_rest.wav", "Ton – 音_speech.wav"]
    assert dialog.report.null.text() == "−∞ dB"
    dialog.close()


@pytest.fixture
def twice_separated(separated, qtbot):
    """The window with a take that came from what the first one left."""
    with qtbot.waitSignal(separated.container.separator.finished):
        separated.commands.separation.start(separated.container.document.current_take)
    return separated


@pytest.fixture
def chained(twice_separated):
    dialog = export_dialog(twice_separated)
    yield dialog
    dialog.close()


def test_all_parts_of_a_chain_are_the_recording(window, chained, tmp_path, tone_clip, qtbot):
    first = window.container.document.takes[0]
    chained.form.all_parts.click()
    ask(chained, tmp_path, stems=chained.form.choices.stems, template="{stem}", record=True)
    qtbot.waitUntil(chained.report.isVisible)
    assert chained.report.meaning.text() == "the sum of all 3 parts is the clip, bit for bit"
    parts = [soundfile.read(tmp_path / f"{name}.wav", dtype="float32")[0] for name in (first.name, *_BOTH)]
    assert np.array_equal(parts[0] + (parts[1] + parts[2]), tone_clip.samples)
    assert first.name in (tmp_path / f"{first.name}.json").read_text()


def test_the_gain_that_is_offered_is_for_what_is_left(separated, dialog, tmp_path, qtbot):
    take = separated.container.document.current_take
    take.sound.stems.target[30_000] = 2.0
    # The fade begins at the trimmed end, where the peak is.
    take.sound.stems.target[30_100:], take.sound.stems.residual[30_100:] = 0.0, 0.0
    dialog.form.format.setCurrentIndex(dialog.form.format.findText("WAV, 16-bit"))
    qtbot.waitUntil(dialog.gain.isVisible)
    dialog.form.options.trims.click()
    dialog.form.options.fade_out.setValue(0.5)
    qtbot.waitUntil(lambda: not dialog.gain.isVisible())
    dialog.form.options.fade_out.setValue(0.0)
    qtbot.waitUntil(dialog.gain.isVisible)


def test_the_mix_becomes_the_sound_of_the_video(window, tmp_path, tone_clip, qtbot):
    video = write_video(tmp_path / "video.mp4", grey_frames(50), sound=tone_clip.samples[:, 0])
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(video)
    qtbot.waitUntil(lambda: window.container.video_frames.has_video)
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name["separate"].trigger()
    dialog = export_dialog(window)
    ask(dialog, tmp_path, video="mix")
    qtbot.waitUntil(dialog.report.isVisible)
    assert "video_mix.mp4" in dialog.report.files.text()
    assert "no delay" in dialog.report.facts.text()
    with av.open(str(tmp_path / "video_mix.mp4")) as made:
        assert [stream.type for stream in made.streams] == ["video", "audio"]
        assert made.streams.audio[0].layout.nb_channels == 2
    dialog.close()
