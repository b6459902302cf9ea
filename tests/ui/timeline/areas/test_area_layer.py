"""Areas drawn, and strokes painted, with a real mouse on a spectrogram."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt

from samstudio.dsp.scales import FrequencyScale
from samstudio.session.areas.area import Area, Combination
from samstudio.session.correction import Direction
from samstudio.session.take import Stem
from samstudio.ui.timeline.areas.area_hints import NO_TAKE
from samstudio.ui.timeline.areas.area_options import AreaOptions, AreaTool
from samstudio.ui.timeline.areas.area_pad import AreaPad
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.spans.snapping import SnapTargets
from tests.ui.timeline.areas.drawn_areas import PER_PIXEL_HZ
from tests.ui.timeline.drawn_lanes import PIXEL, about

SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def near(hz):
    return pytest.approx(hz, abs=1.5 * PER_PIXEL_HZ)


def test_a_box_is_drawn(drawn):
    drawn.use(AreaTool.BOX)
    drawn.draw((4.0, 12000), (2.0, 6000))
    area, how = drawn.only("area_drawn")
    assert how is Combination.REPLACE
    assert area.times == (about(2.0), about(4.0))
    assert area.band == (near(6000), near(12000))
    assert area.channel is Stem.CLIP


@pytest.mark.parametrize(("keys", "how"), [(SHIFT, Combination.ADD), (ALT, Combination.SUBTRACT)], ids=["shift", "alt"])
def test_keys_say_how_it_is_combined(drawn, keys, how):
    for tool, signal in (
        (AreaTool.BOX, "area_drawn"),
        (AreaTool.LASSO, "area_drawn"),
        (AreaTool.WAND, "similar_requested"),
    ):
        drawn.use(tool)
        drawn.draw((2.0, 6000), (4.0, 12000), (4.0, 5000), keys=keys)
        assert drawn.only(signal)[-1] is how


def test_a_box_snaps_as_spans_do(drawn):
    drawn.lanes.layer.set_snapping(True)
    drawn.lanes.layer.set_snap_targets(SnapTargets(onsets=(2.0, 4.0)))
    drawn.use(AreaTool.BOX)
    said = []
    drawn.layer.readout_changed.connect(said.append)
    drawn.draw((2.0 + 4 * PIXEL, 6000), (4.0 - 5 * PIXEL, 12000))
    assert "snapped to onset" in said[-2]
    assert drawn.only("area_drawn")[0].times == (2.0, 4.0)


def test_a_box_on_a_zoomed_logarithmic_axis(drawn):
    axis = FrequencyScale("log", 500.0, 8000.0)
    drawn.layer.attach([(Stem.CLIP, drawn.lanes.spectrogram)], axis)
    drawn.use(AreaTool.BOX)
    drawn.draw((2.0, 5000), (4.0, 10000))
    area, _ = drawn.only("area_drawn")
    assert area.band == (pytest.approx(axis.hz(0.25), rel=0.03), pytest.approx(axis.hz(0.5), rel=0.03))


def test_a_lasso_goes_round_what_the_mouse_went_round(drawn):
    drawn.use(AreaTool.LASSO)
    drawn.draw((2.0, 4000), (6.0, 4000), (4.0, 16000), (2.0, 4000))
    area, _ = drawn.only("area_drawn")
    assert area.contains(4.0, 10000)
    assert not area.contains(2.5, 12000)
    assert not area.contains(4.0, 3000)


def test_a_click_with_a_drawing_tool_is_a_place(drawn):
    for tool in (AreaTool.BOX, AreaTool.LASSO, AreaTool.HARMONICS):
        drawn.use(tool)
        drawn.draw((3.0, 5000), (3.0, 5000))
        assert drawn.only("place_clicked") == (about(3.0),)


def test_the_wand_asks_for_the_place_that_was_clicked(drawn):
    drawn.use(AreaTool.WAND)
    drawn.draw((3.0, 5000), (3.0, 5000))
    channel, (time, hz), how = drawn.only("similar_requested")
    assert (channel, time, hz, how) == (Stem.CLIP, about(3.0), near(5000), Combination.REPLACE)


def test_a_line_for_harmonics(drawn):
    drawn.use(AreaTool.HARMONICS)
    drawn.draw((2.0, 2000), (5.0, 3000))
    channel, line, how = drawn.only("harmonics_requested")
    assert (channel, how) == (Stem.CLIP, Combination.REPLACE)
    assert line[0] == pytest.approx([2.0, 2000], abs=150)
    assert line[-1] == pytest.approx([5.0, 3000], abs=150)


def test_a_stroke_is_painted_at_the_release_with_what_the_brush_is_set_to(drawn):
    drawn.layer.show_options(AreaOptions(size=40, hardness=30, direction=Direction.TO_RESIDUAL))
    drawn.use(AreaTool.BRUSH)
    drawn.draw((2.0, 4000), (6.0, 8000))
    stroke, direction = drawn.only("stroke_drawn")
    assert direction is Direction.TO_RESIDUAL
    assert (stroke.tip.radius, stroke.tip.hardness) == (20.0, 0.3)
    assert stroke.seconds_per_pixel == pytest.approx(PIXEL)
    assert stroke.points[0] == pytest.approx([2.0, 0.2], abs=0.02)
    assert stroke.points[-1] == pytest.approx([6.0, 0.4], abs=0.02)
    assert len(stroke.points) > 4


def test_a_dot_is_a_stroke_and_alt_paints_the_other_way(drawn):
    drawn.use(AreaTool.BRUSH)
    drawn.draw((2.0, 4000), (2.0, 4000), keys=ALT)
    stroke, direction = drawn.only("stroke_drawn")
    assert direction is Direction.TO_RESIDUAL
    assert len(stroke.points) == 1


def test_without_a_take_the_brush_says_so_and_paints_nothing(drawn, qtbot):
    drawn.layer.set_paintable(False)
    drawn.use(AreaTool.BRUSH)
    with qtbot.waitSignal(drawn.layer.noted, check_params_cb=lambda text: text == NO_TAKE):
        drawn.draw((2.0, 4000), (6.0, 8000))
    assert drawn.emitted == []


def test_ctrl_and_wheel_change_the_brush_and_the_wheel_alone_zooms(drawn, qtbot):
    drawn.use(AreaTool.BRUSH)
    drawn.turn_wheel(2, CTRL)
    (options,) = drawn.only("options_changed")
    assert options.size == round(32 * 1.125**2)
    drawn.turn_wheel(-1, CTRL)
    assert drawn.only("options_changed")[0].size < options.size
    with qtbot.waitSignal(drawn.lanes.spectrogram.zoom_requested):
        drawn.turn_wheel(1)
    drawn.use(AreaTool.BOX)
    with qtbot.waitSignal(drawn.lanes.spectrogram.zoom_requested):
        drawn.turn_wheel(1, CTRL)
    assert drawn.emitted == []


def test_the_smallest_brush_stays_and_each_notch_changes_it_by_a_pixel_at_least(drawn):
    drawn.layer.show_options(AreaOptions(size=5))
    drawn.layer.resize_brush(-1.0)
    assert drawn.only("options_changed")[0].size == 4
    drawn.layer.resize_brush(-1.0)
    assert drawn.emitted == []


def test_esc_drops_what_is_being_drawn(drawn):
    drawn.use(AreaTool.BRUSH)
    drawn.lanes.press(drawn.at(2.0, 4000))
    drawn.lanes.move(drawn.at(2.0, 4000), drawn.at(4.0, 4000))
    assert drawn.layer.cancel_gesture()
    drawn.lanes.release(drawn.at(4.0, 4000))
    assert drawn.emitted == []
    assert not drawn.layer.cancel_gesture()


def test_with_another_tool_the_lane_has_the_mouse(drawn):
    drawn.layer.show_area(Area.box((2.0, 4.0), (4000.0, 8000.0)))
    drawn.use(None)
    drawn.draw((2.0, 6000), (4.0, 7000))
    assert drawn.emitted == []
    drawn.lanes.signals.only("selection_changed")


def test_with_an_area_tool_time_is_selected_in_waveforms_only(drawn):
    drawn.use(AreaTool.LASSO)
    drawn.draw((2.0, 6000), (4.0, 7000), (3.0, 2000))
    assert drawn.lanes.signals.emitted == []
    drawn.lanes.drag(drawn.lanes.at(2.0), drawn.lanes.at(4.0))
    drawn.lanes.signals.only("selection_changed")


def test_the_menu_of_the_area_comes_with_every_tool(drawn):
    drawn.layer.show_area(Area.box((2.0, 4.0), (4000.0, 8000.0)))
    drawn.right_click(3.0, 6000)
    drawn.only("menu_requested")
    drawn.right_click(6.0, 6000)
    assert drawn.emitted == []
    drawn.use(AreaTool.BOX)
    drawn.right_click(6.0, 6000)
    drawn.only("menu_requested")


def test_a_drag_held_outside_scrolls_the_view_and_goes_on(drawn):
    moved = []
    box = drawn.lanes.spectrogram

    def scroll(seconds):
        moved.append(seconds)
        start, end = box.times
        box.show_times(start + seconds, end + seconds)

    box.scroll_requested.connect(scroll)
    drawn.use(AreaTool.BOX)
    drawn.lanes.press(drawn.at(8.0, 4000))
    drawn.lanes.move(drawn.at(8.0, 4000), drawn.at(10.5, 8000))
    drawn.layer._edge_scroll._timer.timeout.emit()
    drawn.layer._edge_scroll._timer.timeout.emit()
    drawn.lanes.release(drawn.at(10.5 + sum(moved), 8000))
    area, _ = drawn.only("area_drawn")
    assert len(moved) >= 2
    assert area.times[0] == about(8.0)
    assert area.times[1] > 10.6


def test_a_brush_paints_only_what_is_in_sight(drawn):
    drawn.use(AreaTool.BRUSH)
    drawn.lanes.press(drawn.at(8.0, 4000))
    drawn.lanes.move(drawn.at(8.0, 4000), drawn.at(9.0, 4000), steps=8)
    outside = drawn.at(10.8, -3000)
    drawn.lanes.move(drawn.at(9.0, 4000), outside, steps=8)
    assert not drawn.layer._edge_scroll._timer.isActive()
    drawn.lanes.release(outside)
    stroke, _ = drawn.only("stroke_drawn")
    times, positions = np.array(stroke.points).T
    assert times.max() < 10.0
    assert positions.min() > 0.0


def test_lanes_that_go_take_their_pads_along(drawn, qtbot):
    other = LaneBox()
    drawn.lanes.scene.addItem(other)
    axis = FrequencyScale("linear", 0.0, 20000.0)
    before = drawn.pad
    drawn.layer.attach([(Stem.CLIP, drawn.lanes.spectrogram), (Stem.TARGET, other)], axis)
    assert drawn.pad is before
    drawn.layer.attach([(Stem.TARGET, other)], axis)
    assert before.scene() is None
    drawn.use(AreaTool.BOX)
    drawn.draw((2.0, 6000), (4.0, 7000))
    assert drawn.emitted == []


def lit(drawn, time, hz):
    """Whether something is drawn there over the empty lane."""
    return drawn.lanes.picture().pixelColor(drawn.at(time, hz)) != drawn.lanes.picture().pixelColor(drawn.at(9.5, 500))


def test_an_area_is_outlined_light_on_dark_and_hatched(drawn):
    drawn.layer.show_area(Area.box((2.0, 4.0), (4000.0, 12000.0)))
    picture = drawn.lanes.picture()
    edge = [picture.pixelColor(drawn.at(2.0, hz)).lightness() for hz in range(4500, 11500, 100)]
    assert max(edge) > 180
    assert min(edge) < 60
    inside = {picture.pixelColor(drawn.at(3.0, hz)).rgb() for hz in range(6000, 10000, 100)}
    assert len(inside) > 3
    assert not lit(drawn, 5.0, 8000)
    drawn.layer.show_area(None)
    assert not lit(drawn, 2.0, 8000)


def test_an_area_far_larger_than_the_view_is_drawn_where_it_is_seen(drawn):
    drawn.lanes.spectrogram.show_times(1000.0, 1000.001)
    drawn.layer.show_area(Area.box((0.0, 1000.0005), (0.0, 10000.0)))
    picture = drawn.lanes.picture()
    row = drawn.lanes.at(1000.0002, 0.25, drawn.lanes.spectrogram)
    beyond = drawn.lanes.at(1000.0008, 0.25, drawn.lanes.spectrogram)
    colours = {picture.pixelColor(row.x() + step, row.y()).rgb() for step in range(20)}
    assert len(colours) > 3
    assert len({picture.pixelColor(beyond.x() + step, beyond.y()).rgb() for step in range(20)}) == 1


def test_a_stroke_is_seen_while_it_is_painted_and_gone_afterwards(drawn):
    drawn.use(AreaTool.BRUSH)
    drawn.lanes.press(drawn.at(2.0, 8000))
    drawn.lanes.move(drawn.at(2.0, 8000), drawn.at(6.0, 8000))
    assert lit(drawn, 4.0, 8000)
    assert not lit(drawn, 4.0, 15000)
    drawn.lanes.spectrogram.show_times(2.0, 12.0)
    assert not lit(drawn, 8.0, 8000)
    drawn.lanes.release(drawn.at(6.0, 8000))
    assert not lit(drawn, 4.0, 8000)
    (stroke, _) = drawn.only("stroke_drawn")
    assert np.all(np.diff(stroke.points[:-1, 0]) >= 0)


@pytest.fixture
def paintings(monkeypatch):
    """Whether each painting of an area was rough."""
    made = []
    painted = AreaPad._painted

    def watched(pad, area, columns, zoom, *, is_rough):
        made.append(is_rough)
        return painted(pad, area, columns, zoom, is_rough=is_rough)

    monkeypatch.setattr(AreaPad, "_painted", watched)
    return made


def test_an_area_is_not_painted_again_while_the_view_is_panned(drawn, paintings):
    box = drawn.lanes.spectrogram
    drawn.layer.show_area(Area.box((2.0, 4.0), (4000.0, 12000.0)))
    still = drawn.lanes.picture()
    for step in range(1, 40):
        box.show_times(0.05 * step, 10.0 + 0.05 * step)
        assert lit(drawn, 2.0, 8000)
    assert 1 <= len(paintings) <= 2
    box.show_times(0.0, 10.0)
    assert drawn.lanes.picture() == still


def test_an_area_that_is_zoomed_is_rough_until_it_rests(qtbot, drawn, paintings):
    box = drawn.lanes.spectrogram
    drawn.layer.show_area(Area.box((2.0, 4.0), (4000.0, 12000.0)))
    fine = drawn.lanes.picture()
    box.show_times(0.0, 9.0)
    assert lit(drawn, 2.0, 8000)
    box.show_times(0.0, 10.0)
    assert drawn.lanes.picture() != fine
    assert paintings == [False, True, True]
    qtbot.waitUntil(lambda: drawn.lanes.picture() == fine)
    assert paintings[3:] == [False]


@pytest.mark.parametrize(("time", "hz", "is_at_the_corner"), [(5.0, 10000, False), (9.85, 1500, True)])
def test_the_sign_beside_the_brush_stays_inside_of_the_lane(drawn, time, hz, is_at_the_corner):
    drawn.layer.show_options(AreaOptions(size=8))
    drawn.use(AreaTool.BRUSH)
    center = drawn.at(time, hz)
    drawn.lanes.hover(center)
    picture = drawn.lanes.picture()

    def has_sign(side):
        """Whether there is something light beyond the tip, to the right and down (1) or to the left and up (-1)."""
        places = range(5, 15)
        return any(
            picture.pixelColor(center.x() + side * x, center.y() + side * y).lightness() > 120
            for x in places
            for y in places
        )

    assert (has_sign(1), has_sign(-1)) == (not is_at_the_corner, is_at_the_corner)


@pytest.mark.parametrize("before", [True, False])
def test_no_move_of_the_mouse_is_left_out_of_a_stroke(drawn, before):
    compression = Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents
    default = QCoreApplication.testAttribute(compression)
    QCoreApplication.setAttribute(compression, before)
    try:
        drawn.use(AreaTool.BRUSH)
        drawn.lanes.press(drawn.at(2.0, 8000))
        assert not QCoreApplication.testAttribute(compression)
        drawn.lanes.release(drawn.at(2.0, 8000))
        assert QCoreApplication.testAttribute(compression) is before
        drawn.lanes.press(drawn.at(2.0, 8000))
        drawn.layer.attach([], FrequencyScale("linear", 0.0, 20000.0))
        assert QCoreApplication.testAttribute(compression) is before
    finally:
        QCoreApplication.setAttribute(compression, default)


def test_under_the_brush_the_selected_area_is_faint_and_what_is_painted_is_not(drawn):
    area = Area.box((2.0, 4.0), (4000.0, 12000.0), Stem.CLIP)
    bare = drawn.lanes.widget.grab().toImage()
    drawn.layer.show_area(area)

    def difference() -> int:
        shown = drawn.lanes.widget.grab().toImage()
        places = (drawn.at(2.0, hz) for hz in range(4500, 11500, 250))
        return sum(abs(shown.pixelColor(p).lightness() - bare.pixelColor(p).lightness()) for p in places)

    drawn.use(AreaTool.BOX)
    selecting = difference()
    assert "selected area" not in drawn.layer.hint()
    drawn.use(AreaTool.BRUSH)
    painting = difference()
    assert 0 < painting < selecting / 2
    assert drawn.pad.draft.effectiveOpacity() == 1.0
    assert "also outside of the selected area" in drawn.layer.hint()
    drawn.use(AreaTool.BOX)
    assert difference() == selecting
