"""DAW projects of a chain of takes, by the choice in the export dialog."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from samstudio.session.labels.marker import Marker
from samstudio.session.mix import Strip
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import Stem
from samstudio.ui.export.export_dialog import ExportDialog
from tests.audio.export.daw.reading import (
    dawproject_markers,
    dawproject_tracks,
    reaper_markers,
    reaper_project,
    reaper_tracks,
    valid_project,
)


@pytest.fixture
def chained(opened, qtbot):
    """The window with three takes, the last two by "Continue from the residual"."""
    document = opened.container.document
    texts = "voice & choir", "ü “horn”", "🎸"
    for number, text in enumerate(texts):
        if number:
            opened.actions_by_name["continue_from_residual"].trigger()
        start = 0.25 * (number + 1)
        document.edit_prompt("Mark", Prompt(text, (Span(start, start + 0.25),)))
        with qtbot.waitSignal(opened.container.separator.finished):
            opened.actions_by_name["separate"].trigger()
    return opened


@pytest.fixture
def export(chained, qtbot, tmp_path):
    """Exports all parts with a project, by the mouse, and tells where the files are."""

    def write(*also: str) -> Path:
        chained.actions_by_name["export"].trigger()
        dialog = chained.findChild(ExportDialog)
        folder = tmp_path / "out"
        folder.mkdir()
        dialog.form.folder.setText(str(folder))
        boxes = {"selection": dialog.form.selection, "mix": dialog.form.stems["mix"]}
        for box in (dialog.form.all_parts, dialog.form.daw_project, *(boxes[name] for name in also)):
            QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(dialog.report.isVisible)
        dialog.close()
        return folder

    return write


def test_three_parts_are_the_recording_in_both_projects(chained, export, tone_clip):
    container = chained.container
    first, second, _ = container.document.takes
    mix = container.mixing.mix.with_strip(first.id, Strip(-6.0, 0.5)).with_strip(Stem.TARGET, Strip(mute=True))
    container.mixing.set_mix(mix.with_strip(second.id, Strip(-3.0)))
    container.document.edit_markers("Add marker", (Marker(1.0, "verse"),))
    folder = export()
    (archive,), (text,) = folder.glob("*.dawproject"), folder.glob("*.rpp")
    project, reaper = valid_project(archive), reaper_project(text)
    group, *tracks = reaper_tracks(reaper)
    assert [replace(track, file=Path(track.file).name) for track in dawproject_tracks(project)] == tracks
    assert group.name == "Ton – 音"
    parts = ["voice_&_choir", "ü_“horn”", "🎸", "rest"]
    assert [track.name for track in tracks] == [f"Ton – 音_{part}" for part in parts]
    assert [(track.pan, track.mute) for track in tracks] == [(0.5, False), (0.0, False), (0.0, True), (0.0, False)]
    assert [20.0 * np.log10(track.volume) for track in tracks] == pytest.approx([-6.0, -3.0, 0.0, 0.0])
    sounds = [soundfile.read(folder / track.file, dtype="float32")[0] for track in tracks]
    assert np.array_equal(sounds[0] + (sounds[1] + (sounds[2] + sounds[3])), tone_clip.samples)
    assert {(track.start, track.seconds) for track in tracks} == {(0.0, tone_clip.duration)}
    spans = [(0.25, "+ voice & choir"), (0.5, "+ ü “horn”"), (0.75, "+ 🎸"), (1.0, "verse")]
    assert [marker for marker in dawproject_markers(project) if not marker[1].endswith("(end)")] == spans
    assert [marker for marker in reaper_markers(reaper) if marker[1]] == spans


def test_a_selection_keeps_its_place_a_solo_its_stem_a_mix_is_muted_and_the_choice_is_remembered(chained, export):
    # As "Continue from the residual" left it: the next sound is looked for in what is left.
    assert chained.container.mixing.mix.strip_of(Stem.RESIDUAL).solo
    chained.container.selection.select_range((0.5, 1.25))
    folder = export("selection", "mix")
    tracks = reaper_tracks(reaper_project(next(folder.glob("*.rpp"))))[1:]
    assert [track.name for track in tracks][-2:] == ["Ton – 音_rest", "Ton – 音_mix"]
    assert [(track.mute, track.solo) for track in tracks] == [(False, False)] * 3 + [(False, True), (True, False)]
    assert {(track.start, track.seconds) for track in tracks} == {(0.5, 0.75)}
    assert {soundfile.info(folder / track.file).frames for track in tracks} == {36_000}
    chained.actions_by_name["export"].trigger()
    (dialog,) = (dialog for dialog in chained.findChildren(ExportDialog) if dialog.isVisible())
    assert dialog.form.daw_project.isChecked()
    dialog.close()
