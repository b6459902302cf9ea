import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QSpinBox,
)

from samstudio.audio.playback.mixer import Levels
from samstudio.session.prompt import Sign, Span
from samstudio.session.take import Stem
from tests.app.dropping import drop_on
from tests.app.editing import make_window


def separate(window, qtbot):
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name["separate"].trigger()
    qtbot.waitUntil(lambda: not window.container.separator.is_running)


def test_an_empty_window_offers_only_what_makes_sense_and_shows_a_file_that_is_dropped(window, tone_file, qtbot):
    assert window.pages.currentWidget() is window.welcome
    enabled = {name for name, action in window.actions_by_name.items() if action.isEnabled()}
    assert {"open", "open_demo", "shortcuts", "quit"} <= enabled
    assert not enabled & {"separate", "export", "play", "mark_plus", "delete_span", "cancel", "undo", "redo", "zoom_in"}
    # A file that is dropped is opened and shown.
    with qtbot.waitSignal(window.container.clip_loader.completed):
        drop_on(window, tone_file)
    assert window.container.document.clip.frames == 96000
    assert "Ton – 音.wav" in window.windowTitle()
    assert window.pages.currentWidget() is not window.welcome
    assert window.container.preferences.recent_files == (tone_file,)
    assert [action.text() for action in window.recent_menu.actions()] == [tone_file.name]


def test_each_menu_is_one_column_on_a_small_screen_and_has_every_action_once(window):
    menus = [action.menu() for action in window.menuBar().actions()]
    nested = [action.menu() for menu in menus for action in menu.actions() if action.menu()]
    for menu in (*menus, *nested):
        rows = [action for action in menu.actions() if action.isVisible() and not action.isSeparator()]
        # 24 pixels each; a screen of 1280 x 720 at 125 % has 576.
        assert len(rows) <= 24, menu.title()
    placed = [action for menu in (*menus, *nested) for action in menu.actions()]
    assert all(placed.count(action) == 1 for action in window.actions_by_name.values())
    (panels,) = [menu for menu in nested if menu.title() == "Panels"]
    assert {dock.toggleViewAction() for dock in window.docks.values()} <= set(panels.actions())


def test_a_disabled_action_says_what_it_needs_in_the_menu_and_on_its_button(window, tone_file, qtbot):
    (menu,) = [action.menu() for action in window.menuBar().actions() if action.text() == "&Separate"]
    separate = window.actions_by_name["separate"]
    assert separate.toolTip().endswith("\nNeeds a recording.")
    menu.popup(window.mapToGlobal(QPoint(20, 20)))

    def told():
        place = menu.actionGeometry(separate).center()
        QApplication.sendEvent(menu, QHelpEvent(QEvent.Type.ToolTip, place, menu.mapToGlobal(place)))
        return menu.toolTipsVisible()

    assert told()
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(tone_file)
    assert "Needs" not in separate.toolTip()
    assert not told()
    menu.close()
    tried = window.actions_by_name["try_here"]
    assert not tried.isEnabled()
    assert tried.toolTip().endswith("Needs a recording of 40 s or more.")


def test_what_was_said_of_a_recording_goes_with_it(opened, tone_file, qtbot):
    opened.container.clip_loader.warned.emit("“Ton” ends early.")
    assert "ends early" in opened.status.currentMessage()
    levels = Levels((0.9, 0.9), (0.5, 0.5))
    opened.container.mixing.levels_changed.emit({Stem.CLIP: levels, None: levels})
    strips = (opened.mixer_panel.strips[Stem.CLIP], opened.mixer_panel.master)
    assert all(strip.lamp.peak > -1.0 and not strip.meter.at_rest for strip in strips)
    other = tone_file.with_name("other.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(other)
    assert opened.status.currentMessage() == ""
    assert all(strip.lamp.peak == float("-inf") and strip.meter.at_rest for strip in strips)


def test_the_selection_becomes_spans_by_key_and_a_bad_file_leaves_the_work(opened, tmp_path, qtbot):
    opened.container.selection.select_range((0.25, 0.75))
    opened.timeline.setFocus()
    qtbot.keyClick(opened.timeline, Qt.Key.Key_P)
    opened.container.selection.select_range((1.0, 1.5))
    qtbot.keyClick(opened.timeline, Qt.Key.Key_N)
    assert opened.container.document.prompt.spans == (Span(0.25, 0.75), Span(1.0, 1.5, Sign.MINUS))
    opened.actions_by_name["undo"].trigger()
    assert len(opened.container.document.prompt.spans) == 1
    assert opened.container.document.undo_stack.undoText() == "Mark span +"
    # A bad file is one sentence.
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"this is no sound")
    clip = opened.container.document.clip
    with qtbot.waitSignal(opened.container.clip_loader.failed):
        opened.commands.files.open_path(bad)
    box = opened.findChild(QMessageBox, "error_box")
    assert "bad.wav" in box.text()
    assert opened.container.document.clip is clip
    box.close()
    assert len(opened.container.document.prompt.spans) == 1


def test_span_actions_act_on_the_selected_span_and_brackets_select_around_the_playhead(opened):
    opened.commands.spans.add(Span(0.25, 0.5))
    for name in ("flip_span", "mute_span", "duplicate_span"):
        opened.actions_by_name[name].trigger()
    first, copy = opened.container.document.prompt.spans
    assert first == Span(0.25, 0.5, Sign.MINUS, muted=True)
    assert copy == Span(0.5, 0.75, Sign.MINUS, muted=True)
    opened.actions_by_name["previous_span"].trigger()
    assert opened.container.selection.span == 0
    opened.actions_by_name["delete_span"].trigger()
    assert opened.container.document.prompt.spans == (copy,)
    names = [opened.container.document.undo_stack.text(i) for i in range(5)]
    assert names == ["Mark span +", "Flip span", "Mute span", "Duplicate span", "Delete span"]
    # Brackets select around the playhead.
    opened.container.transport.seek(0.5)
    opened.actions_by_name["mark_in"].trigger()
    assert opened.container.selection.range == (0.5, 2.0)
    opened.container.transport.seek(1.25)
    opened.actions_by_name["mark_out"].trigger()
    assert opened.container.selection.range == (0.5, 1.25)
    opened.actions_by_name["escape"].trigger()
    assert opened.container.selection.range is None


def test_separate_makes_a_take_that_is_seen_heard_and_kept_beside_another_recording(
    opened, tone_file, tone_clip, qtbot
):
    opened.prompt_panel.text_changed.emit("tone")
    separate(opened, qtbot)
    (take,) = opened.container.document.takes
    assert take.name == "Take 1 · tone"
    assert take.notices == ("Halved, not separated.",)
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, tone_clip.samples)
    opened.actions_by_name["hear_target"].trigger()
    assert opened.container.mixing.auditioned is Stem.TARGET
    assert opened.actions_by_name["export"].isEnabled()
    separated = opened.container.document.takes
    opened.actions_by_name["separate"].trigger()
    assert opened.container.document.takes is separated, "the same was computed again"
    assert not opened.container.separator.is_running
    # Every control has a name for screen readers.
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit, QComboBox, QSpinBox, QAbstractItemView)
        for control in opened.findChildren(kind)
        if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert len(controls) > 20
    nameless = [
        control
        for control in controls
        if not control.accessibleName()
        and not (isinstance(control, QAbstractButton) and control.text())
        and control.parent().metaObject().className() not in {"QSpinBox", "QDoubleSpinBox", "QComboBox"}
    ]
    assert [f"{type(control).__name__} in {type(control.parent()).__name__}" for control in nameless] == []
    # Another recording is opened beside it.
    other = tone_file.with_name("other.wav")
    other.write_bytes(tone_file.read_bytes())
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(other)
    assert opened.container.document.takes == ()
    assert len(opened.container.document.recordings.all[0].takes) == 1
    assert not opened.timeline.lane_boxes()[-1].scene().views()[0].isVisible()


def test_closing_while_separating_leaves_no_take_of_the_old_recording(opened, tone_file, qtbot):
    opened.actions_by_name["separate"].trigger()
    opened.commands.files.close()
    qtbot.waitUntil(lambda: not opened.container.separator.is_running)
    assert opened.container.document.takes == ()
    assert opened.pages.currentWidget() is opened.welcome


def test_stems_that_were_growing_are_gone_with_their_recording(opened, tone_file, qtbot):
    with qtbot.waitSignal(opened.container.audition.stems_changed):
        opened.actions_by_name["separate"].trigger()
    assert opened.transport_bar.segments[Stem.TARGET].isEnabled()
    # The engine is quick: the take may be there already, and then it would be asked for.
    opened.container.session_state.mark_exported()
    with qtbot.waitSignal(opened.container.audition.stems_changed) as changed:
        opened.commands.files.close()
    assert changed.args == [None]
    qtbot.waitUntil(lambda: not opened.container.separator.is_running)
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(tone_file)
    assert not opened.transport_bar.segments[Stem.TARGET].isEnabled()


def test_the_arrangement_and_theme_come_back(opened, qtbot):
    opened.docks["mixer"].hide()
    opened.actions_by_name["light_theme"].setChecked(True)
    opened.container.session_state.mark_exported()
    opened.close()
    again = make_window(opened.container)
    qtbot.addWidget(again)
    assert again.docks["mixer"].isHidden()
    assert again.actions_by_name["light_theme"].isChecked()
    again.actions_by_name["light_theme"].setChecked(False)


def test_the_lanes_follow_the_ruler_when_the_window_gets_wider_or_narrower(opened, qtbot):
    timeline = opened.timeline
    for width, height in ((1440, 900), (1900, 1050), (1440, 900)):
        opened.resize(width, height)
        QApplication.processEvents()
        lanes = timeline.stack.visible_lanes
        assert {lane.canvas.width() for lane in lanes} == {timeline.ruler.width()}
        assert {lane.wave._view.seconds_per_pixel for lane in lanes} == {timeline.view_request.seconds_per_pixel}
