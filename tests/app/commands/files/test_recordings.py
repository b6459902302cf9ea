"""Several recordings open at once: switched, worked on, separated, closed and brought back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from samstudio.controllers.separation import engine_thread
from samstudio.separation.engine import SeparationError
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import Stem
from samstudio.storage.session_reader import open_session
from samstudio.ui.export.export_all_dialog import ExportAllDialog
from tests.app.commands.files.session_work import answer, answer_next, mark, separate
from tests.app.commands.files.test_recovery import crashed
from tests.app.commands.takes.gated_engine import GatedEngine

NAMES = ["Ton – 音.wav", "second.wav", "third.wav"]


@pytest.fixture
def three(opened, tone_file, qtbot):
    """The window with three recordings, the first of which is shown."""
    paths = [tone_file.with_name(name) for name in NAMES[1:]]
    for path in paths:
        path.write_bytes(tone_file.read_bytes())
    opened.commands.files.open_paths(paths)
    qtbot.waitUntil(lambda: [row.state for row in rows(opened)] == ["No take yet"] * 3)
    opened.commands.recordings.show(0)
    opened.activateWindow()
    return opened


def rows(window):
    return window.recordings_panel.rows.rows


def shown(window) -> str:
    return window.container.document.recording.name


def click(window, place: int, keys=Qt.KeyboardModifier.NoModifier):
    view = window.recordings_panel.view
    middle = view.visualRect(window.recordings_panel.rows.index(place)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, middle)


def key(window, name: Qt.Key, keys=Qt.KeyboardModifier.ControlModifier):
    QTest.keyClick(window, name, keys)


def test_the_list_shows_all_another_by_a_click_or_a_key_and_speaks(three, qtbot):
    # It is as high as it needs to be.
    view = three.recordings_panel.view
    qtbot.waitUntil(lambda: view.viewport().height() >= 3 * view.sizeHintForRow(0))
    # What is typed stays with its recording.
    field = three.prompt_panel.field
    field.setFocus()
    QTest.keyClicks(field, "bell")
    click(three, 1)
    assert field.text() == ""
    assert [recording.prompt.text for recording in three.container.document.recordings.all] == ["bell", "", ""]
    # A click or a key shows another one.
    click(three, 2)
    assert shown(three) == "third.wav"
    assert three.windowTitle().startswith("third.wav")
    key(three, Qt.Key.Key_Tab)
    assert shown(three) == NAMES[0], "after the last comes the first"
    key(three, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert shown(three) == "third.wav"
    three.recordings_panel.view.setFocus()
    QTest.keyClick(three.recordings_panel.view, Qt.Key.Key_Up)
    assert shown(three) == "third.wav", "the arrows only select"
    QTest.keyClick(three.recordings_panel.view, Qt.Key.Key_Return)
    assert shown(three) == "second.wav"
    # A key selects only what it shows.
    three.commands.recordings.show(0)
    with_control = Qt.KeyboardModifier.ControlModifier
    view = three.recordings_panel.view
    QTest.keyPress(view, Qt.Key.Key_Control, with_control)
    key(three, Qt.Key.Key_Tab)
    key(three, Qt.Key.Key_Tab)
    QTest.keyRelease(view, Qt.Key.Key_Control)
    assert three.recordings_panel.selected == (2,)
    # Menu, and names for screen readers.
    three.commands.recordings.show(0)
    index = three.recordings_panel.rows.index(0)
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith(f"{NAMES[0]}: ")
    assert text.endswith(", shown")
    view = three.recordings_panel.view
    place = view.visualRect(index).center()
    with qtbot.waitSignal(three.recordings_panel.menu_requested):
        three.recordings_panel.menu_requested.disconnect(three.commands.recordings.show_menu)
        view.customContextMenuRequested.emit(QPoint(place))


def test_switching_keeps_everything(three, qtbot):
    container, document = three.container, three.container.document
    mark(three, Span(0.25, 0.5), text="bell")
    separate(three, qtbot)
    container.mixing.set_mix(container.mixing.mix.soloed(Stem.TARGET))
    three.timeline.zoom_to(0.5, 1.0)
    container.selection.select_range((0.6, 0.8))
    container.transport.seek(0.7)
    container.transport.set_loop((0.5, 0.9))
    first, take, mix = document.recording, document.current_take, container.mixing.mix
    container.transport.play()
    click(three, 1)
    assert not container.transport.playing
    assert document.prompt == Prompt()
    assert document.takes == ()
    assert container.selection.range is None
    assert container.transport.loop is None
    assert not three.timeline.stack.heights.get("target") or not three.transport_bar.segments[Stem.TARGET].isEnabled()
    container.mixing.set_mix(mix.soloed(None))
    mark(three, Span(1.0, 1.5), text="horn")
    click(three, 0)
    assert document.recording is first
    assert document.prompt == Prompt("bell", (Span(0.25, 0.5),))
    assert document.current_take is take
    assert container.audition.stems is take.sound.stems
    assert container.mixing.mix == mix
    assert three.timeline.visible_range == pytest.approx((0.5, 1.0), abs=0.01)
    assert container.selection.range == (0.6, 0.8)
    assert container.transport.position == pytest.approx(0.7, abs=0.1)
    assert container.transport.loop == (0.5, 0.9)
    assert three.actions_by_name["loop"].isChecked()
    assert three.prompt_panel.field.text() == "bell"
    click(three, 1)
    assert document.prompt == Prompt("horn", (Span(1.0, 1.5),))


def test_what_was_soloed_in_one_recording_is_not_in_the_next_but_its_faders_are(opened, tone_file, qtbot):
    mixing = opened.container.mixing
    separate(opened, qtbot)
    opened.timeline.setFocus()
    QTest.keyClick(opened.timeline, Qt.Key.Key_3)
    mixing.set_mix(mixing.mix.with_strip(Stem.TARGET, replace(mixing.mix.strip_of(Stem.TARGET), gain_db=-6.0)))
    other = tone_file.with_name("other.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(other)
    separate(opened, qtbot)
    assert mixing.auditioned is None
    assert mixing.mix.strip_of(Stem.TARGET).gain_db == -6.0
    click(opened, 0)
    assert mixing.auditioned is Stem.RESIDUAL


def test_the_waveform_is_there_again_at_once(three, qtbot, monkeypatch):
    first, lane = three.container.document.clip, three.timeline.stack.lanes[Stem.CLIP]
    peaks = three.container.timeline_renderer._peaks
    qtbot.waitUntil(lambda: peaks.peaks_of(first.samples).frames_ready == first.frames)
    click(three, 1)
    drawn = []
    monkeypatch.setattr(lane.wave, "show_peaks", drawn.append)
    click(three, 0)
    assert drawn[-1] is peaks.peaks_of(first.samples)
    assert three.timeline.sounds._sounds[Stem.CLIP].peaks is drawn[-1]


def test_each_has_its_own_undo(three):
    document = three.container.document
    mark(three, Span(0.25, 0.5), text="bell")
    click(three, 1)
    assert not three.actions_by_name["undo"].isEnabled()
    mark(three, Span(1.0, 1.5), text="horn")
    mark(three, Span(1.0, 1.25), text="horn")
    click(three, 0)
    key(three, Qt.Key.Key_Z)
    assert document.prompt == Prompt()
    assert not three.actions_by_name["undo"].isEnabled()
    click(three, 1)
    assert document.prompt == Prompt("horn", (Span(1.0, 1.25),))
    key(three, Qt.Key.Key_Z)
    assert document.prompt == Prompt("horn", (Span(1.0, 1.5),))
    click(three, 0)
    three.actions_by_name["redo"].trigger()
    assert document.prompt == Prompt("bell", (Span(0.25, 0.5),))


def test_what_is_not_saved_is_marked_and_asked_about(three, monkeypatch):
    for place in (0, 2):
        click(three, place)
        mark(three, Span(0.25, 0.5))
    assert [row.title for row in rows(three)] == [f"{NAMES[0]}*", "second.wav", "third.wav*"]
    asked = answer_next("Cancel", monkeypatch)
    three.close()
    assert three.isVisible()
    assert asked == ["Save 2 recordings before quitting?"]
    asked = answer_next("Don't save", monkeypatch)
    three.recordings_panel.select((1, 2))
    QTest.keyClick(three.recordings_panel.view, Qt.Key.Key_Delete)
    assert asked == ["Save “third.wav” before closing?"]
    assert shown(three) == NAMES[0], "the one that is asked about is shown"
    assert [row.name for row in rows(three)] == NAMES[:1]
    three.close()
    assert asked[1:] == [f"Save “{NAMES[0]}” before quitting?"]


def test_one_answer_saves_all_or_discards_all(three, tmp_path, monkeypatch, qtbot):
    for place in (0, 2):
        click(three, place)
        mark(three, Span(0.25, 0.5))
    wanted = iter([tmp_path / "a.samstudio", tmp_path / "b.samstudio"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(next(wanted)), ""))
    asked = answer_next("Save all", monkeypatch)
    three.close()
    assert not three.isVisible()
    assert len(asked) == 1
    for name in "ab":
        (read,) = open_session(tmp_path / f"{name}.samstudio")
        assert read.session.prompt.spans == (Span(0.25, 0.5),)


def test_what_would_be_lost_is_said(three, monkeypatch):
    told = []

    def cancel(box):
        told.append(box.informativeText())
        box.escapeButton().click()

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    click(three, 0)
    three.container.document.edit_prompt("Type", Prompt("bell"))
    three.actions_by_name["close"].trigger()
    mark(three, Span(0.25, 0.5), Span(0.75, 1.0), text="bell")
    three.actions_by_name["close"].trigger()
    assert told == ["Without saving you lose the text.", "Without saving you lose 2 spans and the text."]


def test_the_list_is_there_while_there_are_two_and_closing_shows_the_neighbour(three):
    dock = three.docks["recordings"]
    assert dock.isVisible()
    assert [row.name for row in rows(three)] == NAMES
    assert [row.is_shown for row in rows(three)] == [True, False, False]
    click(three, 1)
    key(three, Qt.Key.Key_W)
    assert shown(three) == "third.wav"
    assert dock.isVisible()
    key(three, Qt.Key.Key_W)
    assert shown(three) == NAMES[0]
    assert not dock.isVisible()
    key(three, Qt.Key.Key_W)
    assert three.pages.currentWidget() is three.welcome


def test_one_prompt_for_several_is_separated_one_after_the_other(three, qtbot):
    recordings = three.container.document.recordings.all
    click(three, 1)
    mark(three, Span(1.0, 1.5), text="horn")
    click(three, 0)
    mark(three, Span(0.25, 0.5), text="bell")
    click(three, 2, Qt.KeyboardModifier.ControlModifier)
    click(three, 1, Qt.KeyboardModifier.ControlModifier)
    assert shown(three) == NAMES[0]
    assert three.recordings_panel.selected == (0, 1, 2)
    states = []
    three.container.separation_queue.changed.connect(lambda _: states.append([row.state for row in rows(three)]))
    three.actions_by_name["separate_recordings"].trigger()
    said = answer("batch_box", "Separate", qtbot)
    assert "“bell”" in said
    assert "Spans and boxes are not copied" in said
    qtbot.waitUntil(lambda: [len(recording.takes) for recording in recordings] == [1, 1, 1])
    assert any("Queued" in state for state in states)
    assert any(" left" in text or "%" in text for state in states for text in state)
    assert [row.state for row in rows(three)] == ["1 take"] * 3
    assert [recording.takes[0].prompt for recording in recordings] == [
        Prompt("bell", (Span(0.25, 0.5),)),
        Prompt("bell", (Span(1.0, 1.5),)),
        Prompt("bell"),
    ]
    click(three, 1)
    three.actions_by_name["undo"].trigger()
    assert three.container.document.prompt.text == "horn", "the text was an edit of each recording"


def test_what_an_engine_refuses_is_said_in_its_row_and_the_next_goes_on(three, qtbot, monkeypatch):
    recordings = three.container.document.recordings.all

    class Refusing:
        def separate(self, request):
            raise SeparationError("Mark a + span first: this engine does not know that word.")
            yield

    engines = iter([Refusing(), engine_thread.create_engine("spectral")])
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: next(engines))
    click(three, 0)
    three.container.document.edit_prompt("Type", Prompt("zither"))
    three.commands.recordings.separate((1, 2))
    answer("batch_box", "Separate", qtbot)
    qtbot.waitUntil(lambda: len(recordings[2].takes) == 1)
    row = rows(three)[1]
    assert row.has_failed
    assert row.state == "Mark a + span first: this engine does not know that word."
    assert recordings[1].takes == ()


def test_queued_ones_are_cancelled_and_a_second_recording_waits_for_the_first(three, qtbot, monkeypatch):
    gated = GatedEngine()
    monkeypatch.setattr(engine_thread, "create_engine", lambda _name: gated)
    recordings = three.container.document.recordings.all
    mark(three, Span(0.25, 0.5), text="bell")
    three.actions_by_name["separate"].trigger()
    click(three, 1)
    assert three.actions_by_name["separate"].isEnabled()
    assert not three.actions_by_name["cancel"].isEnabled()
    three.actions_by_name["separate"].trigger()
    click(three, 2)
    three.actions_by_name["separate"].trigger()
    assert [row.state for row in rows(three)][1:] == ["Queued", "Queued"]
    assert three.actions_by_name["cancel"].isEnabled()
    three.actions_by_name["cancel"].trigger()
    assert rows(three)[2].state == "No take yet"
    for gate in gated.gates:
        gate.set()
    qtbot.waitUntil(lambda: len(recordings[0].takes) == len(recordings[1].takes) == 1)
    assert recordings[2].takes == ()
    assert not three.container.separator.is_busy


def test_two_with_unsaved_work_come_back_after_a_crash(three, qtbot):
    three.container.autosave._timer.setInterval(50)
    mark(three, Span(0.25, 0.5), text="bell")
    click(three, 2)
    mark(three, Span(1.0, 1.5), text="horn")
    journals = three.container.autosave._journals
    qtbot.waitUntil(
        lambda: (
            sum(each.place is not None and (each.place.folder / "session.json").exists() for each in journals.values())
            == 2
        )
    )
    qtbot.waitUntil(lambda: not any(each.is_writing for each in journals.values()))
    again = crashed(three, qtbot)
    again.commands.recovery.offer()
    asked = [answer("recovery_box", "Restore", qtbot) for _ in range(2)]
    assert ["(1 of 2)" in asked[0], "(2 of 2)" in asked[1]] == [True, True]
    qtbot.waitUntil(
        lambda: [recording.is_complete for recording in again.container.document.recordings.all] == [True, True]
    )
    texts = {recording.name: recording.prompt.text for recording in again.container.document.recordings.all}
    assert texts == {NAMES[0]: "bell", "third.wav": "horn"}
    assert all(recording.is_modified for recording in again.container.document.recordings.all)
    again.container.document.recordings.close_all()
    again.container.shut_down()


def test_all_are_exported_into_one_folder_and_nothing_is_overwritten(three, qtbot, monkeypatch, tmp_path):
    recordings = three.container.document.recordings.all
    for place in (0, 2):
        click(three, place)
        mark(three, Span(0.25, 0.5), text="bell")
        separate(three, qtbot)
    goal = tmp_path / "stems"
    goal.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(goal))
    for count in (4, 8):
        with qtbot.waitSignal(three.commands.export_all.noted) as noted:
            three.actions_by_name["export_all"].trigger()
        assert noted.args[0] == "2 recordings exported to “stems”."
        (dialog,) = [each for each in three.findChildren(ExportAllDialog) if each.isVisible()]
        assert dialog.failures.text().split("\n") == [f"“{name}”: 2 files, null −∞ dB" for name in (NAMES[0], NAMES[2])]
        assert len(list(goal.glob("*.wav"))) == count
    assert {path.name.split("_")[0] for path in goal.glob("*.wav")} == {"Ton – 音", "third"}
    assert not any(three.container.session_state.would_lose(recording) for recording in recordings)


def test_the_list_grows_with_the_recordings_and_leaves_the_takes_most_of_the_height(opened, tone_file, qtbot):
    opened.resize(1440, 900)
    view, rows_of = opened.recordings_panel.view, opened.recordings_panel.rows
    paths = [tone_file.with_name(f"{number}.wav") for number in range(2)]
    for path in paths:
        path.write_bytes(tone_file.read_bytes())
    opened.commands.files.open_paths(paths)
    qtbot.waitUntil(lambda: rows_of.rowCount() == 3)
    qtbot.waitUntil(lambda: view.visualRect(rows_of.index(2)).bottom() <= view.viewport().height())
    assert opened.docks["takes"].height() > opened.docks["recordings"].height()


def test_a_batch_without_text_names_what_it_leaves_out(three, qtbot):
    three.container.document.edit_prompt("Mark", Prompt("", (Span(0.2, 0.4),)))
    three.commands.recordings.separate((0, 1, 2))
    said = answer("batch_box", "Cancel", qtbot)
    assert "Left out, as no span is drawn in them: “second.wav”, “third.wav”." in said
    three.commands.recordings.separate((1, 2))
    assert three.status.currentMessage().startswith("There is nothing to separate by")


def test_what_is_muted_in_a_recording_is_not_in_the_next_one(opened, tone_file, qtbot):
    opened.container.document.edit_prompt("Mark", Prompt("bell"))
    separate(opened, qtbot)
    opened.activateWindow()
    opened.timeline.setFocus()
    QTest.keyClick(opened.timeline, Qt.Key.Key_C)
    assert opened.container.mixing.mix.strip_of(Stem.TARGET).mute
    other = tone_file.with_name("second.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(other)
    assert not opened.container.mixing.mix.strip_of(Stem.TARGET).mute
    assert opened.container.mixing.mix == Mix()
