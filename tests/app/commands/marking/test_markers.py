"""Markers in the window: M, the flags, the list, the keys, undo, sessions, labels, exports."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from samstudio.app.commands.files.export_form_request import ExportFormRequest
from samstudio.audio.metadata.cue import markers_in
from samstudio.audio.metadata.riff import read_kept_chunks
from samstudio.session.labels.marker import Marker
from samstudio.session.mix import Mix
from samstudio.session.prompt import Span
from samstudio.storage.label_files import LABEL_FORMATS
from samstudio.ui.export.export_choices import ExportChoices
from samstudio.ui.theme import theme
from tests.ui.timeline.whole import LEFT, NO_KEY, drag, is_colour, seen

WITH_POINTS = [label_format for label_format in LABEL_FORMATS if label_format.suffix not in (".srt", ".vtt")]
VERSE, CHORUS = Marker(0.5, "Verse"), Marker(1.25, "Chorus")


@pytest.fixture
def marked(opened, qtbot):
    with qtbot.waitActive(opened):
        opened.activateWindow()
    opened.timeline.setFocus()
    opened.container.document.edit_markers("Add", (VERSE, CHORUS))
    return opened


def press(window, key, modifiers=NO_KEY):
    QTest.keyClick(window, key, modifiers)


def markers(window):
    return window.container.document.markers


def test_m_adds_a_marker_at_the_playhead_also_while_it_plays_and_undo_takes_it_away(opened, monkeypatch, qtbot):
    with qtbot.waitActive(opened):
        opened.activateWindow()
    opened.timeline.setFocus()
    opened.container.transport.seek(0.75)
    press(opened.timeline, Qt.Key.Key_M)
    assert markers(opened) == (Marker(0.75, "Marker 1"),)
    assert opened.marker_list.selected == (0,)
    assert opened.timeline.markers.isVisible()
    opened.container.transport.seek(0.25)
    press(opened.timeline, Qt.Key.Key_M)
    assert markers(opened) == (Marker(0.25, "Marker 2"), Marker(0.75, "Marker 1"))
    assert opened.actions_by_name["undo"].text() == "Undo add marker"
    opened.actions_by_name["undo"].trigger()
    opened.actions_by_name["undo"].trigger()
    assert markers(opened) == ()
    assert opened.timeline.markers.isHidden()
    # While it plays.
    place = [0.3]
    transport = opened.container.transport
    monkeypatch.setattr(type(transport), "position", property(lambda _: place[0]))
    monkeypatch.setattr(type(transport), "playing", property(lambda _: True))
    opened.actions_by_name["add_marker"].trigger()
    place[0] = 0.9
    opened.actions_by_name["add_marker"].trigger()
    assert [marker.time for marker in markers(opened)] == [0.3, 0.9]


def test_in_the_mixer_m_still_mutes_the_strip_that_was_touched_last(worked_in):
    window, mixer = worked_in, worked_in.mixer_panel
    strip = mixer.strips["target"]
    strip.fader.setFocus()
    mixer.focus_strip("target")
    before = markers(window)
    press(strip.fader, Qt.Key.Key_M)
    assert window.container.mixing.mix.strip_of("target").mute
    press(strip.fader, Qt.Key.Key_M)
    assert not window.container.mixing.mix.strip_of("target").mute
    assert markers(window) == before


def test_keys_go_from_marker_to_marker_and_delete_the_selected_ones_in_one_step(marked):
    transport, ctrl_alt = (
        marked.container.transport,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    places = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        press(marked.timeline, key, ctrl_alt)
        places.append(round(transport.position, 6))
    assert places == [0.5, 1.25, 1.25, 0.5, 0.5]
    assert marked.marker_list.selected == (0,)
    assert "no marker before" in marked.status.currentMessage()
    # Without a selected one nothing is deleted, and that is told.
    marked.marker_list.select([])
    marked.actions_by_name["delete_marker"].trigger()
    assert markers(marked) == (VERSE, CHORUS)
    assert "No marker is selected" in marked.status.currentMessage()
    # All that are selected in the list go in one step.
    marked.span_tabs.show_markers()
    marked.marker_list.view.selectAll()
    QTest.keyClick(marked.marker_list.view, Qt.Key.Key_Delete)
    assert markers(marked) == ()
    assert marked.actions_by_name["undo"].text() == "Undo delete 2 markers"
    marked.actions_by_name["undo"].trigger()
    assert markers(marked) == (VERSE, CHORUS)


def test_a_flag_is_dragged_put_back_by_esc_and_clicked(marked, qtbot):
    # Esc puts a dragged one back, and only then clears the selection.
    strip = marked.timeline.markers
    qtbot.waitUntil(lambda: strip.width() > 200 and strip.isVisible())
    marked.container.selection.select_range((0.1, 0.2))
    QTest.mousePress(strip, LEFT, NO_KEY, QPoint(round(strip.x_of(0.5)) + 1, 9))
    QTest.mouseMove(strip, QPoint(round(strip.x_of(1.0)), 9))
    assert strip.time_of(0) == pytest.approx(1.0, abs=0.02)
    press(marked.timeline, Qt.Key.Key_Escape)
    assert strip.time_of(0) == 0.5
    QTest.mouseRelease(strip, LEFT, NO_KEY, QPoint(round(strip.x_of(1.0)), 9))
    assert markers(marked) == (VERSE, CHORUS)
    assert marked.container.selection.range == (0.1, 0.2)
    press(marked.timeline, Qt.Key.Key_Escape)
    assert marked.container.selection.range is None
    transport = marked.container.transport
    x = round(strip.x_of(0.5))
    drag(strip, QPoint(x + 1, 9), QPoint(round(strip.x_of(1.0)) + 1, 9))
    assert [marker.name for marker in markers(marked)] == ["Verse", "Chorus"]
    assert markers(marked)[0].time == pytest.approx(1.0, abs=0.02)
    assert marked.actions_by_name["undo"].text() == "Undo move marker"
    marked.actions_by_name["undo"].trigger()
    assert markers(marked) == (VERSE, CHORUS)
    QTest.mouseClick(strip, LEFT, NO_KEY, QPoint(round(strip.x_of(1.25)) + 1, 9))
    assert transport.position == pytest.approx(1.25)
    assert marked.marker_list.selected == (1,)


def test_the_menu_of_a_flag_acts_on_that_one(marked):
    for chosen, left in (("rename_marker", (VERSE, CHORUS)), ("delete_marker", (CHORUS,))):
        marked.timeline.markers.menu_requested.emit(0, QPoint(5, 5))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = marked.actions_by_name[chosen]
        assert action in menu.actions()
        menu.close()
        action.trigger()
        assert markers(marked) == left
        editor = name_field(marked)
        assert (editor is not None) == (chosen == "rename_marker")
        if editor is not None:
            QTest.keyClick(editor, Qt.Key.Key_Escape)


def test_a_double_click_on_a_flag_types_its_name_over_it(marked, qtbot):
    strip = marked.timeline.markers
    qtbot.waitUntil(strip.isVisible)
    QTest.mouseDClick(strip, LEFT, NO_KEY, QPoint(round(strip.x_of(0.5)) + 1, 9))
    editor = name_field(marked)
    assert editor.selectedText() == "Verse"
    QTest.keyClicks(editor, "Bridge")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert markers(marked) == (Marker(0.5, "Bridge"), CHORUS)
    assert name_field(marked) is None


def test_a_marker_that_was_just_set_is_named_by_its_key_and_the_keys_play_again(opened, qtbot):
    with qtbot.waitActive(opened):
        opened.activateWindow()
    timeline, document = opened.timeline, opened.container.document
    timeline.setFocus()
    opened.container.transport.seek(0.75)
    press(timeline, Qt.Key.Key_M)
    assert opened.status.currentMessage() == "“Marker 1” at 0:00.750 added. Ctrl+M names it."
    assert name_field(opened) is None, "the keys go on playing"
    press(timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    field = name_field(opened)
    assert QApplication.focusWidget() is field
    assert (field.text(), field.placeholderText()) == ("", "Marker 1")
    place = field.mapTo(timeline, QPoint(0, 0)).x() - timeline.markers.mapTo(timeline, QPoint(0, 0)).x()
    assert place == pytest.approx(timeline.markers.x_of(0.75), abs=1)
    # Letters that are keys of the window, and Space, are typed.
    QTest.keyClicks(field, "M p 2")
    assert markers(opened) == (Marker(0.75, "Marker 1"),)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert markers(opened) == (Marker(0.75, "M p 2"),)
    assert opened.status.currentMessage() == "“M p 2” at 0:00.750."
    assert opened.marker_list.selected == (0,)
    assert QApplication.focusWidget() is timeline
    press(timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == field.selectedText() == "M p 2"
    QTest.keyClicks(field, "other")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (markers(opened), name_field(opened)) == ((Marker(0.75, "M p 2"),), None)
    assert QApplication.focusWidget() is timeline
    # A click elsewhere takes what was typed; undo takes a marker away with what is being typed for it.
    press(timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "Door")
    opened.prompt_panel.field.setFocus(Qt.FocusReason.MouseFocusReason)
    assert markers(opened) == (Marker(0.75, "Door"),)
    assert QApplication.focusWidget() is opened.prompt_panel.field
    timeline.setFocus()
    press(timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "Gate")
    for _ in range(3):
        document.undo_stack.undo()
    assert (markers(opened), name_field(opened)) == ((), None)


def name_field(window) -> QLineEdit | None:
    fields = window.timeline.findChildren(QLineEdit, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next((field for field in fields if field.isVisible()), None)


def test_lines_stand_over_the_lanes_and_spans_snap_to_them(marked, qtbot):
    canvas = marked.timeline.lane_boxes()[0].scene().views()[0]
    qtbot.waitUntil(lambda: bool(is_colour(seen(canvas), theme().color("marker")).any()))
    rows = is_colour(seen(canvas), theme().color("marker"))
    columns = np.flatnonzero(rows.mean(axis=0) > 0.5)
    assert len(columns) == 2
    targets = marked.span_layer.context.targets
    assert targets.markers == (0.5, 1.25)
    # Onsets come later, and leave them there.
    marked.container.landmarks.onsets_changed.emit((0.1,))
    assert marked.span_layer.context.targets.markers == (0.5, 1.25)


def test_they_are_kept_in_sessions_and_are_unsaved_work(marked, tmp_path, qtbot):
    state, folder = marked.container.session_state, tmp_path / "m.samstudio"
    assert state.is_at_risk
    with qtbot.waitSignal(marked.container.session_saver.saved):
        marked.container.session_saver.save(folder)
    assert not state.is_modified
    marked.actions_by_name["add_marker"].trigger()
    assert state.is_modified
    marked.actions_by_name["undo"].trigger()
    recordings = marked.container.document.recordings
    recordings.close(recordings.shown)
    assert markers(marked) == ()
    with qtbot.waitSignal(marked.container.session_opener.opened):
        marked.commands.files.open_path(folder)
    assert markers(marked) == (VERSE, CHORUS)
    assert marked.marker_list.table.markers == (VERSE, CHORUS)


def check_both_ways(marked, tmp_path, qtbot, label_format):
    document = marked.container.document
    path = tmp_path / f"labels{label_format.suffix}"
    with qtbot.waitSignal(marked.commands.labels.noted):
        marked.commands.labels.export_path(path, label_format)
    spans = document.prompt.spans
    document.edit_prompt("Clear", document.prompt.__class__())
    document.edit_markers("Clear", ())
    count = document.undo_stack.count()
    with qtbot.waitSignal(marked.commands.labels.noted) as noted:
        marked.commands.labels.import_path(path)
    assert noted.args == [f"1 span and 2 markers imported from “{path.name}”."]
    assert [marker.name for marker in markers(marked)] == ["Verse", "Chorus"]
    assert [marker.time for marker in markers(marked)] == pytest.approx([0.5, 1.25], abs=1e-4)
    assert document.prompt.spans[0].start == pytest.approx(spans[0].start, abs=1e-4)
    assert document.undo_stack.count() == count + 1
    document.undo_stack.undo()
    assert (markers(marked), document.prompt.spans) == ((), ())


def test_they_go_out_with_the_labels_and_come_back_in_one_step(marked, tmp_path, qtbot):
    # Importing the same again changes nothing.
    path = tmp_path / "points.txt"
    path.write_text("0.5\t0.5\tVerse\n1.25\t1.25\tChorus\n")
    count = marked.container.document.undo_stack.count()
    with qtbot.waitSignal(marked.commands.labels.noted):
        marked.commands.labels.import_path(path)
    assert markers(marked) == (VERSE, CHORUS)
    assert marked.container.document.undo_stack.count() == count
    document = marked.container.document
    document.edit_prompt("Mark", document.prompt.with_span(Span(0.25, 0.75)))
    for label_format in WITH_POINTS:
        check_both_ways(marked, tmp_path, qtbot, label_format)
        # What was cleared.
        document.undo_stack.undo()
        document.undo_stack.undo()


def test_they_are_written_into_exports(worked_in, tmp_path, qtbot):
    document = worked_in.container.document
    request = ExportFormRequest(document.clip, (document.takes[-1],), Mix(), None, None, (VERSE, CHORUS))
    *_, report = request.write(ExportChoices(tmp_path, markers=True))
    with next(iter(report.paths.values())).open("rb") as file:
        found = markers_in(read_kept_chunks(file))
    rate = document.clip.sample_rate
    assert [(m.start, m.text) for m in found if not m.frames] == [(rate // 2, "Verse"), (rate * 5 // 4, "Chorus")]


def test_every_open_recording_has_its_own(marked, tone_file, qtbot):
    recordings = marked.container.document.recordings
    first, other = recordings.shown, tone_file.with_name("other.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(marked.container.clip_loader.completed):
        marked.commands.files.open_path(other)
    assert markers(marked) == ()
    assert marked.timeline.markers.isHidden()
    marked.actions_by_name["add_marker"].trigger()
    recordings.show(first)
    assert markers(marked) == (VERSE, CHORUS)
    assert marked.marker_list.table.markers == (VERSE, CHORUS)
