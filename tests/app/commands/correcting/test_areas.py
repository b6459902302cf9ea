"""Areas in the window: drawn, moved between the stems, played, turned into boxes; by mouse and by keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from samstudio.app.commands.correcting.area_menu import AREA_MENU
from samstudio.app.commands.correcting.areas import NOTHING_TO_MOVE
from samstudio.app.commands.marking.span_menus import MENUS
from samstudio.session.areas.area import Area
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import Direction
from samstudio.session.prompt import Sign, Span
from samstudio.session.take import Stem, Take
from samstudio.ui.timeline.areas.area_hints import NO_TAKE
from samstudio.ui.timeline.areas.area_options import AreaTool
from samstudio.ui.timeline.spans.gesture_context import MenuTarget
from tests.app.accessible import faults, stops, walk

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def test_the_keys_of_the_tools_and_what_is_asked_for_with_each(corrected):
    layer, bar = corrected.window.area_layer, corrected.window.area_options
    for key, keys, tool in (
        (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier, AreaTool.BOX),
        (Qt.Key.Key_Q, Qt.KeyboardModifier.NoModifier, AreaTool.LASSO),
        (Qt.Key.Key_W, SHIFT, AreaTool.WAND),
        (Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier, AreaTool.HARMONICS),
        (Qt.Key.Key_D, Qt.KeyboardModifier.NoModifier, AreaTool.BRUSH),
    ):
        corrected.key(key, keys)
        assert layer.tool is tool
        # A toolbar arranges itself when events come to it.
        QApplication.processEvents()
        assert bar.title.isVisible()
        assert corrected.window.actions_by_name[f"tool_{tool}"].isChecked()
    assert "Paint" in corrected.window.status.currentMessage()
    corrected.key(Qt.Key.Key_Z)
    assert layer.tool is None
    QApplication.processEvents()
    assert not bar.title.isVisible(), "there is nothing to do with an option"
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    QApplication.processEvents()
    assert (bar.title.isVisible(), bar.title.text()) == (True, "Area")
    assert not bar.numbers["strength"].isVisible()
    corrected.container.areas.clear()
    QApplication.processEvents()
    assert not bar.title.isVisible()
    assert corrected.window.status.currentMessage() == ""
    corrected.key(Qt.Key.Key_D)
    assert corrected.window.status.currentMessage().startswith("Paint to the target")
    corrected.key(Qt.Key.Key_V)
    assert not corrected.window.status.currentMessage()
    corrected.window.area_options.numbers["tolerance"].setValue(33)
    assert '"tolerance": 33' in corrected.container.preferences.text("area_options")


def test_no_choice_of_a_tool_and_no_area_moves_the_picture(corrected):
    window = corrected.window
    window.resize(1280, 720)
    QApplication.processEvents()
    place = window.timeline.rect().translated(window.timeline.mapTo(window, QPoint()))
    for name in ("tool_plus", *(f"tool_{tool}" for tool in AreaTool), "tool_select"):
        corrected.trigger(name)
        QApplication.processEvents()
        assert window.timeline.rect().translated(window.timeline.mapTo(window, QPoint())) == place, name
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    QApplication.processEvents()
    assert window.area_options.title.isVisible()
    assert window.timeline.rect().translated(window.timeline.mapTo(window, QPoint())) == place


def test_a_drawn_box_is_moved_to_the_target_and_undo_takes_it_back(corrected):
    corrected.trigger("tool_area_box")
    corrected.drag((0.5, 0.2), (0.8, 0.5), (1.0, 0.9))
    area = corrected.container.areas.area
    assert area.times == pytest.approx((0.5, 1.0), abs=0.02)
    corrected.wait_for_step(lambda: corrected.key(Qt.Key.Key_2, CTRL))
    assert corrected.document.undo_stack.undoText() == "Move area to the target"
    assert corrected.correction.strokes == 1
    corrected.wait_for_step(lambda: corrected.key(Qt.Key.Key_3, CTRL))
    corrected.wait_for_step(lambda: corrected.key(Qt.Key.Key_0, CTRL))
    grid = CellGrid(corrected.document.clip.sample_rate)
    frame, row = round(grid.frame_of(0.75)), round(grid.bin_of(sum(area.band) / 2))
    assert corrected.correction.cells.values(frame, 1, grid.bins)[0, row] == 0
    for _ in range(3):
        corrected.key(Qt.Key.Key_Z, CTRL)
    assert corrected.correction.is_neutral
    assert not corrected.document.undo_stack.canUndo()


def test_strength_and_feather_count(corrected):
    bar = corrected.window.area_options
    corrected.trigger("tool_area_box")
    bar.numbers["strength"].setValue(50)
    bar.numbers["feather_ms"].setValue(300)
    corrected.drag((0.5, 0.2), (1.5, 0.9))
    corrected.wait_for_step(lambda: corrected.trigger("move_to_target"))
    values = corrected.correction.cells.values(0, 190, 400)
    assert values.max() == pytest.approx(64, abs=1)
    assert len(np.unique(values)) > 10


def test_each_stroke_of_the_brush_is_a_step(corrected):
    corrected.trigger("tool_brush")
    corrected.wait_for_step(lambda: corrected.drag((0.5, 0.5), (1.0, 0.5)))
    assert corrected.document.undo_stack.undoText() == "Paint to the target"
    corrected.wait_for_step(lambda: corrected.drag((0.5, 0.5), (1.0, 0.5), keys=ALT))
    assert corrected.document.undo_stack.undoText() == "Paint to the residual"
    # A window manager may take the drag with Alt for itself.
    corrected.wait_for_step(lambda: corrected.drag((0.2, 0.5), (0.4, 0.5), keys=CTRL))
    assert corrected.document.undo_stack.undoText() == "Paint to the residual"
    assert corrected.document.undo_stack.count() == 3
    for _ in range(3):
        corrected.key(Qt.Key.Key_Z, CTRL)
    assert corrected.correction.is_neutral


def test_a_key_cancels_a_stroke_that_is_being_painted(corrected):
    corrected.trigger("tool_brush")
    corrected.wait_for_step(lambda: corrected.drag((0.4, 0.4), (0.6, 0.4)))
    painted, strokes = corrected.correction, []
    corrected.window.area_layer.stroke_drawn.connect(lambda *stroke: strokes.append(stroke))
    for key in ("Esc", "Ctrl+Z"):
        corrected.drag((0.4, 0.6), (0.6, 0.6), (0.8, 0.6), key=key)
        assert strokes == [], key
        assert corrected.correction is painted, key
        assert corrected.document.undo_stack.index() == 1, key


def test_everything_moved_to_the_target_is_the_clip_to_the_last_bit(corrected, qtbot):
    clip = corrected.document.clip
    corrected.key(Qt.Key.Key_A, CTRL)
    corrected.key(Qt.Key.Key_R, SHIFT)
    with qtbot.waitSignal(corrected.container.corrector.applied):
        corrected.key(Qt.Key.Key_2, CTRL)
    stems = corrected.container.audition.stems
    assert np.array_equal(stems.target, clip.samples)
    assert not stems.residual.any()


def test_a_stroke_that_is_under_way_while_another_is_applied_goes_on(corrected, qtbot):
    corrected.trigger("tool_brush")
    layer = corrected.window.area_layer
    pad = layer._pads[0]
    corrected.drag((0.5, 0.3), (1.0, 0.3))
    pad.pressed.emit(pad.spot(corrected.at(0.5, 0.7).toPointF(), Qt.KeyboardModifier.NoModifier))
    with qtbot.waitSignal(corrected.container.corrector.applied):
        pass
    end = pad.spot(corrected.at(1.0, 0.7).toPointF(), Qt.KeyboardModifier.NoModifier)
    pad.moved.emit(end)
    corrected.wait_for_step(lambda: pad.released.emit(end))
    assert corrected.correction.strokes == 2


def test_without_a_take(opened, qtbot):
    """It is said what is missing; an area is still played, and zoomed to."""
    areas, selection, status = opened.container.areas, opened.container.selection, opened.status
    zoom = opened.actions_by_name["zoom_selection"]
    opened.activateWindow()
    opened.timeline.setFocus()
    qtbot.keyClick(opened.timeline, Qt.Key.Key_P)
    assert status.currentMessage().startswith("Nothing is selected to mark")
    selection.select_range((0.5, 1.0))
    assert status.currentMessage() == ""
    selection.select_range(None)
    assert not zoom.isEnabled()
    areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    assert opened.actions_by_name["play_area"].isEnabled()
    for key in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_0):
        status.clearMessage()
        QTest.keyClick(opened.timeline, key, CTRL)
        assert status.currentMessage() == NOTHING_TO_MOVE
    zoom.trigger()
    scale = opened.timeline.frequency_scale
    assert opened.timeline.visible_range == pytest.approx((0.5, 1.0))
    assert (scale.low, scale.high) == pytest.approx((100.0, 2000.0))
    opened.actions_by_name["tool_brush"].trigger()
    assert status.currentMessage() == NO_TAKE


def test_a_move_is_confirmed_and_one_that_changes_nothing_says_why(corrected, qtbot):
    corrected.trigger("tool_area_box")
    # Of cells that an edge or a feather covers in part, every further move takes more.
    for field in ("feather_ms", "feather_hz"):
        corrected.window.area_options.numbers[field].setValue(0)
    corrected.container.areas.draw(Area.box((-1.0, 1000.0), (0.0, 1e6)))
    status, moved = corrected.window.status, corrected.container.area_mover.moved
    for key, sentence in (
        (Qt.Key.Key_2, "Moved to the target."),
        (Qt.Key.Key_2, "Nothing has changed: what this area holds was moved to the target before."),
        (Qt.Key.Key_3, "Moved to the residual."),
        (Qt.Key.Key_0, "Put back to what was separated."),
    ):
        with qtbot.waitSignal(moved):
            corrected.key(key, CTRL)
        assert status.currentMessage() == sentence


def test_the_brush_keys_change_the_brush_and_else_the_selection(corrected):
    options = lambda: corrected.commands.area_tools.options  # noqa: E731
    corrected.trigger("tool_brush")
    size, hardness = options().size, options().hardness
    corrected.key(Qt.Key.Key_BracketRight)
    assert options().size > size
    corrected.key(Qt.Key.Key_BracketLeft)
    corrected.key(Qt.Key.Key_BracketLeft)
    assert options().size < size
    QTest.keyClick(corrected.window.timeline, Qt.Key.Key_BraceRight, SHIFT)
    assert options().hardness == hardness + 10
    corrected.key(Qt.Key.Key_X)
    assert options().direction is Direction.TO_RESIDUAL
    assert corrected.window.area_options.direction.currentData() == Direction.TO_RESIDUAL
    assert corrected.container.selection.range is None
    corrected.trigger("tool_select")
    corrected.key(Qt.Key.Key_BracketLeft)
    assert corrected.container.selection.range is not None
    assert options().direction is Direction.TO_RESIDUAL


def test_a_drawn_area_is_said_joined_cleared_by_esc_and_kept_by_del(corrected, qtbot):
    corrected.container.selection.select_range((0.1, 0.2))
    corrected.trigger("tool_area_box")
    corrected.drag((0.5, 0.2), (0.8, 0.5))
    with qtbot.waitSignal(corrected.container.areas.area_changed):
        corrected.drag((1.0, 0.2), (1.3, 0.5), keys=SHIFT)
    assert len(corrected.container.areas.area.rings) == 2
    corrected.key(Qt.Key.Key_Escape)
    assert corrected.container.areas.area is None
    assert corrected.container.selection.range is not None
    corrected.key(Qt.Key.Key_Escape)
    assert corrected.container.selection.range is None
    # What was selected is not said of an area that is gone.
    corrected.drag((0.4, 0.4), (0.6, 0.8))
    assert corrected.window.status.currentMessage().startswith("Area: ")
    corrected.key(Qt.Key.Key_Escape)
    assert not corrected.window.status.currentMessage().startswith("Area: ")
    # Del keeps area and take.
    corrected.drag((0.5, 0.2), (0.8, 0.5))
    corrected.key(Qt.Key.Key_Delete)
    assert corrected.container.areas.area is not None
    assert len(corrected.document.takes) == 1
    assert corrected.document.undo_stack.count() == 0


def test_a_click_clears_the_area_and_moves_the_playhead(corrected):
    corrected.trigger("tool_lasso")
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    corrected.drag((1.5, 0.5), (1.5, 0.5))
    assert corrected.container.areas.area is None
    assert corrected.container.transport.position == pytest.approx(1.5, abs=0.02)


def test_the_wand_and_harmonics_find_the_tone(corrected, qtbot, tone_clip):
    scale = corrected.window.timeline.frequency_scale
    spectrum = np.abs(np.fft.rfft(tone_clip.samples[:, 0]))
    hz = float(spectrum.argmax() * tone_clip.sample_rate / tone_clip.frames)
    corrected.trigger("tool_wand")
    with qtbot.waitSignal(corrected.container.areas.area_changed):
        corrected.drag((1.0, scale.position(hz)), (1.0, scale.position(hz)))
    assert corrected.container.areas.area.contains(1.0, hz)
    corrected.trigger("tool_harmonics")
    with qtbot.waitSignal(corrected.container.areas.area_changed):
        corrected.drag((0.5, scale.position(hz)), (1.0, scale.position(hz)), (1.5, scale.position(hz)))
    assert corrected.container.areas.area.contains(1.0, hz)
    assert len(corrected.container.areas.area.rings) > 3


def test_shift_space_plays_the_area_alone_or_the_band_of_a_box_or_a_span(corrected, card, qtbot, tone_clip):
    areas, playback = corrected.container.areas, corrected.container.area_playback
    areas.draw(Area.box((0.0, tone_clip.duration), (0.0, tone_clip.sample_rate / 2)))
    corrected.key(Qt.Key.Key_Space, SHIFT)
    with qtbot.waitSignal(playback._job.ended):
        pass
    out = card.pull(tone_clip.sample_rate)
    heard = tone_clip.samples[: tone_clip.sample_rate]
    assert np.abs(out - np.broadcast_to(heard, out.shape)).max() < 1e-5
    corrected.key(Qt.Key.Key_Space)
    assert not playback.is_playing
    areas.clear()
    playback = corrected.container.area_playback
    corrected.commands.spans.add(Span(0.5, 1.0, Sign.PLUS, 100.0, 300.0))
    corrected.container.selection.select_span(0)
    corrected.key(Qt.Key.Key_Space, SHIFT)
    with qtbot.waitSignal(playback._job.ended):
        pass
    assert playback.is_playing
    corrected.key(Qt.Key.Key_Space)
    corrected.commands.spans.add(Span(0.5, 1.0))
    corrected.container.selection.select_span(1)
    corrected.key(Qt.Key.Key_Space, SHIFT)
    assert corrected.container.transport.playing
    assert not playback.is_playing


def test_an_area_becomes_a_box_of_the_prompt(corrected):
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 99999.0)))
    corrected.trigger("plus_box_from_area")
    corrected.trigger("minus_box_from_area")
    nyquist = corrected.document.clip.sample_rate / 2
    boxes = Span(0.5, 1.0, Sign.PLUS, 100.0, nyquist), Span(0.5, 1.0, Sign.MINUS, 100.0, nyquist)
    assert corrected.document.prompt.spans == boxes
    # The keys that mark do it, too.
    for count, key, sign in ((3, Qt.Key.Key_P, Sign.PLUS), (4, Qt.Key.Key_N, Sign.MINUS)):
        corrected.container.areas.draw(Area.box((0.5, 1.0), (300.0, 900.0)))
        corrected.key(key)
        spans = corrected.document.prompt.spans
        assert len(spans) == count
        assert (spans[-1].sign, spans[-1].start, spans[-1].end) == (sign, 0.5, 1.0)
        assert (spans[-1].low, spans[-1].high) == pytest.approx((300.0, 900.0))


def separate_area(corrected, qtbot, band) -> Take:
    corrected.container.areas.draw(Area.box((0.5, 1.0), band))
    with qtbot.waitSignal(corrected.container.separator.finished):
        corrected.trigger("separate_area")
    return corrected.document.current_take


@pytest.mark.parametrize(("band", "has_tone"), [((100.0, 2000.0), True), ((3000.0, 9000.0), False)])
def test_only_the_time_and_the_frequencies_of_the_area_are_separated(corrected, qtbot, band, has_tone):
    """The engine takes half of everything, and everything is a tone of 440 Hz."""
    clip, rate = corrected.document.clip, corrected.document.clip.sample_rate
    take = separate_area(corrected, qtbot, band)
    assert take.stretch == pytest.approx((0.5, 1.0), abs=1e-3)
    target = take.sound.stems.target
    np.testing.assert_array_equal(take.sound.stems.residual, clip.samples - target)
    # A filter rings for half of its window.
    assert not target[: rate // 2 - 2048].any()
    assert not target[rate + 2048 :].any()
    assert max(np.abs(target[: rate // 2]).max(), np.abs(target[rate:]).max()) < 1e-3
    inside = slice(round(0.6 * rate), round(0.9 * rate))
    made, left = (np.sqrt(np.mean(stems[inside] ** 2)) for stems in (take.sound.made.target, target))
    assert left == pytest.approx(made, rel=1e-3) if has_tone else left < 1e-3 * made
    assert "Hz is in the target: what" in corrected.window.takes_panel.facts_of(take)["Notices"]
    # It is a correction: the area is restored as any other.
    corrected.container.areas.draw(Area.box((0.4, 1.1), (0.0, rate / 2)))
    with qtbot.waitSignal(corrected.container.corrector.applied):
        corrected.trigger("restore_area")
    qtbot.waitUntil(lambda: not corrected.container.corrector.is_pending)
    np.testing.assert_array_equal(corrected.document.current_take.sound.stems.target, take.sound.made.target)


def test_an_area_of_all_frequencies_is_limited_in_time_alone(corrected, qtbot):
    whole = corrected.window.timeline.frequencies.whole
    take = separate_area(corrected, qtbot, (whole.low, whole.high))
    assert take.sound.correction.is_neutral
    assert not any("Hz" in notice for notice in take.notices)
    # The same in a band is another take.
    count = len(corrected.document.takes)
    assert not separate_area(corrected, qtbot, (100.0, 2000.0)).sound.correction.is_neutral
    assert len(corrected.document.takes) == count + 1


def test_an_area_follows_the_lanes_and_the_frequencies_in_view(corrected):
    layer = corrected.window.area_layer
    assert [pad.channel for pad in layer._pads] == [Stem.CLIP]
    corrected.trigger("switch_stem_lanes")
    assert [pad.channel for pad in layer._pads] == [Stem.CLIP, Stem.TARGET, Stem.RESIDUAL]
    corrected.trigger("zoom_frequencies_in")
    assert {pad.axis for pad in layer._pads} == {corrected.window.timeline.frequency_scale}
    corrected.trigger("tool_area_box")
    scale = corrected.window.timeline.frequency_scale
    corrected.drag((0.5, 0.25), (0.8, 0.5), (1.0, 0.75))
    assert corrected.container.areas.area.band == pytest.approx((scale.hz(0.25), scale.hz(0.75)), rel=0.05)


def test_an_area_without_a_mouse(corrected):
    corrected.container.selection.select_range((0.5, 1.0))
    corrected.key(Qt.Key.Key_R, SHIFT)
    area = corrected.container.areas.area
    scale = corrected.window.timeline.frequency_scale
    assert (area.times, area.band) == ((0.5, 1.0), (scale.low, scale.high))
    corrected.container.selection.select_range(None)
    corrected.commands.spans.add(Span(1.0, 1.5, Sign.PLUS, 300.0, 900.0))
    corrected.container.selection.select_span(0)
    corrected.container.mixing.audition(Stem.RESIDUAL)
    corrected.key(Qt.Key.Key_R, SHIFT)
    area = corrected.container.areas.area
    assert (area.times, area.band, area.channel) == ((1.0, 1.5), (300.0, 900.0), Stem.RESIDUAL)


def test_the_menu_of_areas(corrected, qtbot):
    def first_of_menu() -> str:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        QApplication.sendEvent(corrected.window.timeline, event)
        menu = QApplication.activePopupWidget()
        menu.close()
        return menu.actions()[0].objectName()

    corrected.commands.spans.add(Span(1.0, 1.5))
    assert first_of_menu() == MENUS[MenuTarget.SPAN][0].split()[0]
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    assert first_of_menu() == AREA_MENU[0].split()[0]
    # It has every action on areas.
    corrected.commands.area_menu.show(corrected.window.mapToGlobal(corrected.at(0.7, 0.5)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == " ".join(AREA_MENU).split()
    assert all(action.isEnabled() for action in menu.actions() if action.objectName() != "area_from_selection")
    menu.close()


def test_spans_do_not_hide_a_spectrogram_in_which_areas_are_drawn_until_the_tool_ends(corrected):
    corrected.commands.spans.add(Span(0.5, 1.5))
    boxes = {box for _, box in corrected.window.timeline.picture_boxes()}

    def with_spans() -> set:
        return {lane.box for lane in corrected.window.span_layer._display.lanes if not lane.is_bare}

    assert boxes <= with_spans()
    corrected.trigger("tool_brush")
    assert not boxes & with_spans()
    assert with_spans(), "waveforms still show them"
    corrected.trigger("tool_lasso")
    assert not boxes & with_spans()
    corrected.trigger("tool_select")
    assert boxes <= with_spans()
    # So does a recording that is closed.
    corrected.trigger("tool_brush")
    corrected.document.recordings.close_all()
    assert corrected.window.area_layer.tool is None
    assert not corrected.window.area_options.title.isVisible()


def test_the_options_can_be_spoken_and_reached_with_tab(corrected):
    for tool in AreaTool:
        corrected.trigger(f"tool_{tool}")
        QApplication.processEvents()
        bar = corrected.window.area_options
        assert faults(bar) == []
        reached = set(walk(corrected.window, Qt.Key.Key_Tab, corrected.window.timeline))
        assert {stop for stop in stops(corrected.window) if bar.isAncestorOf(stop)} <= reached, tool


def test_what_is_selected_is_said_and_l_loops_it(corrected):
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    assert "Area: 0.500 – 1.000 s" in corrected.window.status.currentMessage()
    assert "Area: 0.500 – 1.000 s" in corrected.window.timeline.accessibleDescription()
    corrected.container.areas.clear()
    assert "Area" not in corrected.window.timeline.accessibleDescription()
    corrected.container.areas.draw(Area.box((0.5, 1.0), (100.0, 2000.0)))
    corrected.key(Qt.Key.Key_L)
    assert corrected.container.transport.loop == (0.5, 1.0)
    corrected.container.areas.draw(Area.box((0.7, 1.2), (100.0, 2000.0)))
    assert corrected.container.transport.loop == (0.7, 1.2)
    corrected.container.areas.clear()
    assert corrected.container.transport.loop == (0.0, corrected.document.clip.duration)


def test_the_brush_says_why_it_paints_less_or_nothing(corrected):
    document = corrected.document
    document._replace_take(0, replace(document.current_take, stretch=(0.0, 0.5)))
    corrected.trigger("tool_brush")
    corrected.wait_for_step(lambda: corrected.drag((0.5, 0.5), (1.0, 0.5)))
    assert "was not separated in a part of this stroke" in corrected.window.status.currentMessage()
    corrected.trigger("tool_select")
    corrected.document.delete_take(0)
    corrected.trigger("tool_brush")
    corrected.drag((0.5, 0.5), (1.0, 0.5))
    said = [label.text() for label in corrected.window.status.findChildren(QLabel)]
    assert (corrected.window.status.currentMessage(), said.count(NO_TAKE)) == (NO_TAKE, 0)
