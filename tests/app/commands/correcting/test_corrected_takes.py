"""Corrected takes in the window: strength by the slider, saved, brought back after a crash, exported, compared."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.app.input.key_guard import KeyGuard
from samstudio.session.areas.area import Area
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import CellMask, Direction
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.ui.export.export_choices import ExportChoices
from samstudio.ui.export.export_dialog import ExportDialog
from tests.app.commands.files.session_work import reopen, save_as

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def tone_file(tmp_path, tone_clip):
    """The tone in 16 bits, so that stems sum to it to the last bit."""
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="PCM_16")
    return path


@pytest.fixture
def mixed(opened, qtbot):
    """The window with a take in whose stems most of the sound is mixed."""
    clip = opened.container.document.clip
    noise = np.random.default_rng(0).integers(-300, 300, clip.samples.shape)
    target = ((np.rint(clip.samples * (1 << 14)) + noise) / (1 << 15)).astype(np.float32)
    sound = Sound(Stems(target, clip.samples - target))
    opened.container.document.add_take(Take("take", Prompt("tone"), SeparationSettings(), sound, 1.0, clip.frames))
    return opened


@pytest.fixture
def separated(opened, qtbot):
    """The window with a take of an engine that gives half of everything to the target."""
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    return opened


def heard(window) -> Stems:
    return window.container.document.current_take.sound.stems


def paint(window, first=20):
    mask = CellMask(first, 3, np.full((10, 60), 255, np.uint8))
    window.container.corrector.paint(mask, Direction.TO_TARGET, 0.8, "Paint")


def settle(window, qtbot):
    qtbot.waitUntil(lambda: not window.container.corrector.is_pending)


def place(slider, strength_db: float) -> QPoint:
    return QPoint(round(7 + (strength_db / 12 + 1) / 2 * (slider.width() - 14)), slider.height() // 2)


def test_the_slider_is_heard_while_it_is_dragged_and_is_one_step(mixed, qtbot):
    container, slider = mixed.container, mixed.takes_panel.strength_bar.slider
    made = heard(mixed)
    QTest.mousePress(slider, LEFT, NO_KEY, place(slider, 0.0))
    with qtbot.waitSignal(container.corrector.preview_changed):
        QTest.mouseMove(slider, place(slider, 6.0))
    assert heard(mixed) is made
    played = [track.samples for track in container.mixing.mixer.tracks]
    assert not any(samples is made.target for samples in played)
    with qtbot.waitSignal(container.corrector.applied):
        QTest.mouseRelease(slider, LEFT, NO_KEY, place(slider, 6.0))
    take = container.document.current_take
    assert take.sound.correction.strength_db == pytest.approx(6.0, abs=0.5)
    assert container.document.undo_stack.undoText() == "Change strength"
    np.testing.assert_array_equal(heard(mixed).target + heard(mixed).residual, container.document.clip.samples)
    mixed.actions_by_name["undo"].trigger()
    settle(mixed, qtbot)
    assert heard(mixed) is made
    assert slider.strength_db == 0.0
    assert mixed.takes_panel.strength_bar.read_out.text() == "0.0 dB"


def test_a_take_that_may_not_change_shows_its_own_strength_again(mixed, qtbot):
    document = mixed.container.document
    take = document.current_take
    document.add_take(replace(take, name="child", source=take.id, id="child"))
    document.select_take(0)
    slider = mixed.takes_panel.strength_bar.slider
    with qtbot.waitSignal(document.refused):
        QTest.mouseClick(slider, LEFT, NO_KEY, place(slider, 6.0))
    assert slider.strength_db == 0.0
    assert document.undo_stack.count() == 0


def test_what_was_saved_opens_with_the_same_sound_and_counts_as_saved(mixed, tmp_path, monkeypatch, qtbot):
    paint(mixed)
    mixed.container.corrector.set_strength(-4.0)
    settle(mixed, qtbot)
    expected = heard(mixed)
    assert mixed.container.session_state.is_modified
    save_as(mixed, tmp_path / "a.samstudio", monkeypatch, qtbot)
    assert not mixed.container.session_state.is_modified
    mixed.actions_by_name["undo"].trigger()
    assert mixed.container.session_state.is_modified
    mixed.actions_by_name["redo"].trigger()
    settle(mixed, qtbot)
    assert not mixed.container.session_state.is_modified
    mixed.container.document.recordings.close_all()
    reopen(mixed, tmp_path / "a.samstudio", qtbot)
    settle(mixed, qtbot)
    np.testing.assert_array_equal(heard(mixed).target, expected.target)
    np.testing.assert_array_equal(heard(mixed).residual, expected.residual)
    assert not mixed.container.session_state.is_modified
    assert mixed.takes_panel.strength_bar.read_out.text() == "−4.0 dB"
    facts = mixed.takes_panel.facts_of(mixed.container.document.current_take)
    assert facts["Edited by hand"] == "1 stroke"


def test_an_edit_is_journaled_without_writing_the_stems_again(mixed, tmp_path, monkeypatch, qtbot):
    save_as(mixed, tmp_path / "a.samstudio", monkeypatch, qtbot)
    paint(mixed)
    qtbot.waitUntil(lambda: mixed.container.autosave.folder is not None, timeout=10_000)
    folder = mixed.container.autosave.folder
    qtbot.waitUntil(lambda: bool(list(folder.rglob("*.cells"))), timeout=10_000)
    assert list(folder.rglob("*.wav")) == []


def test_an_export_waits_for_the_edits_and_nulls(mixed, tmp_path, qtbot):
    paint(mixed)
    assert mixed.container.corrector.is_pending
    mixed.actions_by_name["export"].trigger()
    assert mixed.findChild(ExportDialog) is None
    qtbot.waitUntil(lambda: mixed.findChild(ExportDialog) is not None)
    dialog = mixed.findChild(ExportDialog)
    dialog.export_requested.emit(ExportChoices(tmp_path))
    qtbot.waitUntil(dialog.report.isVisible)
    assert dialog.report.null.text() == "−∞ dB"
    files = [soundfile.read(path, dtype="float32")[0] for path in sorted(tmp_path.glob("tone_*.wav"))]
    assert len(files) == 2
    assert any(np.array_equal(file, heard(mixed).target) for file in files)
    assert mixed.container.session_state.is_kept
    dialog.close()


def test_a_stem_is_not_dragged_out_before_its_edits_and_another_recording_forgets_what_waited(mixed, qtbot):
    paint(mixed)
    with qtbot.waitSignal(mixed.commands.stem_drag_out.noted) as noted:
        mixed.actions_by_name["copy_stem"].trigger()
    assert "Your edits" in noted.args[0]
    settle(mixed, qtbot)
    # Another recording forgets what waited.
    paint(mixed)
    mixed.actions_by_name["export"].trigger()
    mixed.container.document.open(mixed.container.document.clip)
    settle(mixed, qtbot)
    assert mixed.findChild(ExportDialog) is None


def test_edits_of_a_recording_that_is_not_shown_any_more_are_applied_when_it_is(mixed, qtbot):
    document = mixed.container.document
    recording, made = document.recording, heard(mixed)
    paint(mixed)
    document.open(document.clip)
    assert document.recording is not recording
    document.recordings.show(recording)
    settle(mixed, qtbot)
    assert heard(mixed) is not made
    np.testing.assert_array_equal(heard(mixed).target + heard(mixed).residual, document.clip.samples)


def test_the_palette_s_entry_leads_to_the_slider_and_the_details_have_names_of_their_own(mixed, qtbot):
    guard = KeyGuard(QApplication.instance())
    mixed.activateWindow()
    qtbot.waitUntil(mixed.isActiveWindow)
    mixed.actions_by_name["edit_strength"].trigger()
    slider = mixed.takes_panel.strength_bar.slider
    assert slider.hasFocus()
    with qtbot.waitSignal(mixed.container.corrector.applied):
        QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert mixed.container.document.current_take.sound.correction.strength_db == 3.0
    guard.deleteLater()
    panel = mixed.takes_panel
    assert panel.fold.accessibleName() != panel.details.accessibleName()


def test_the_edits_around_a_redone_selection_can_still_be_restored(separated, qtbot):
    """The tone is halved by the engine; edits inside the selection go with the sound that they were made for."""
    window, container = separated, separated.container
    made = heard(window).target.copy()
    grid = CellGrid(container.document.clip.sample_rate)
    for seconds in (0.2, 1.0):
        paint(window, round(grid.frame_of(seconds)))
    settle(window, qtbot)
    edited = heard(window).target.copy()
    assert not np.array_equal(edited, made)
    container.selection.select_range((0.8, 1.6))
    with qtbot.waitSignal(container.separator.finished):
        window.actions_by_name["redo_stretch"].trigger()
    redone = container.document.current_take
    assert redone.name.endswith("redone")
    assert redone.sound.is_up_to_date
    first, last = (round(seconds * grid.sample_rate) for seconds in (0.7, 0.85))
    np.testing.assert_array_equal(redone.sound.stems.target[:first], edited[:first])
    np.testing.assert_array_equal(redone.sound.stems.target[last:], made[last:])
    residual = container.document.clip.samples - redone.sound.stems.target
    np.testing.assert_array_equal(redone.sound.stems.residual, residual)
    container.areas.draw(Area.box((0.0, 0.7), (0.0, 20_000.0)))
    with qtbot.waitSignal(container.corrector.applied):
        window.actions_by_name["restore_area"].trigger()
    settle(window, qtbot)
    np.testing.assert_array_equal(heard(window).target, made)
    # Another time there is nothing to restore.
    with qtbot.waitSignal(container.corrector.noted) as noted:
        window.actions_by_name["restore_area"].trigger()
    assert noted.args[0].startswith("Nothing to restore: in “Take 2 · redone”")


def test_a_redo_that_changes_nothing_says_so(separated, qtbot):
    container = separated.container
    container.selection.select_range((0.8, 1.6))
    with qtbot.waitSignal(container.separator.finished):
        separated.actions_by_name["redo_stretch"].trigger()
    assert "It sounds as before" in separated.status.currentMessage()


def test_undo_shows_the_take_that_it_changes(separated, qtbot):
    document, actions = separated.container.document, separated.actions_by_name
    paint(separated)
    settle(separated, qtbot)
    first = document.current_take
    with qtbot.waitSignal(separated.container.separator.finished):
        actions["run_again"].trigger()
    assert document.current_take.id != first.id
    actions["undo"].trigger()
    assert document.current_take.id == first.id
    assert document.current_take.sound.correction.is_neutral
    assert separated.status.currentMessage() == f"Undone: Paint in “{first.name}”"
    document.select_take(1)
    actions["redo"].trigger()
    assert document.current_take.id == first.id
    assert separated.status.currentMessage() == f"Redone: Paint in “{first.name}”"
