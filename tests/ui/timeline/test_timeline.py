import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.session.take import Stems
from samstudio.ui.theme import apply_theme, theme
from samstudio.ui.timeline.paint import spectrogram_item
from samstudio.ui.timeline.paint.device_pixels import exposed_pixels
from samstudio.ui.timeline.paint.waveform_item import WaveformItem
from tests.ui.timeline.whole import RATE, Painted, Whole, clip_of, is_colour, seen, wheel


@pytest.fixture
def whole(qtbot):
    """Twenty seconds: a tone of 1 kHz at -6 dBFS."""
    made = Whole(qtbot, clip_of(0.5 * np.sin(2 * np.pi * 1000 * np.arange(20 * RATE) / RATE)))
    yield made
    made.pictures.close()


def test_a_clip_is_shown_from_end_to_end(whole):
    assert whole.timeline.visible_range == (0.0, 20.0)
    for box in whole.timeline.lane_boxes():
        assert box.times == pytest.approx([0.0, 20.0])


def test_zoom_keeps_the_time_under_the_pointer(whole):
    canvas = whole.canvas(0).viewport()
    at = QPoint(300, 40)
    before = whole.timeline.stack.lanes["clip"].box.to_pixels.inverted()[0].map(at).x()
    wheel(canvas, at, 3)
    start, end = whole.timeline.visible_range
    assert end - start == pytest.approx(20 * 0.8**3)
    assert whole.timeline.stack.lanes["clip"].box.to_pixels.inverted()[0].map(at).x() == pytest.approx(before, abs=0.01)


def test_shift_wheel_scrolls(whole):
    whole.timeline.zoom_to(5.0, 10.0)
    wheel(whole.canvas(1).viewport(), QPoint(300, 40), -1, Qt.KeyboardModifier.ShiftModifier)
    assert whole.timeline.visible_range == pytest.approx((5.5, 10.5))


def test_zoom_without_a_place_keeps_the_playhead_or_the_middle(whole):
    whole.timeline.show_playhead(15.0)
    whole.timeline.zoom_by(0.5)
    assert whole.timeline.visible_range == pytest.approx((7.5, 17.5))
    whole.timeline.show_playhead(None)
    whole.timeline.zoom_by(0.5)
    assert whole.timeline.visible_range == pytest.approx((10.0, 15.0))


def test_the_view_stays_within_the_clip(whole):
    whole.timeline.zoom_to(18.0, 28.0)
    assert whole.timeline.visible_range == pytest.approx((10.0, 20.0))
    whole.timeline.scroll_by(-100.0)
    assert whole.timeline.visible_range == pytest.approx((0.0, 10.0))
    whole.timeline.zoom_by(1e9)
    assert whole.timeline.visible_range == (0.0, 20.0)
    whole.timeline.zoom_by(1e-9, 4.0)
    start, end = whole.timeline.visible_range
    assert (end - start) * RATE == pytest.approx(8.0)
    assert start <= 4.0 <= end


def test_panning_never_changes_the_zoom(whole):
    whole.timeline.zoom_to(3.3, 7.7)
    zooms = set()
    whole.timeline.view_changed.connect(lambda views: zooms.add(views[0].seconds_per_pixel))
    for _ in range(50):
        whole.timeline.scroll_by(0.0917)
        start, end = whole.timeline.visible_range
        whole.timeline.zoom_to(start + 0.01, end + 0.01)
    assert len(zooms) == 1


def test_the_view_is_asked_for_in_device_pixels(whole):
    with whole.qtbot.waitSignal(whole.timeline.view_changed) as blocker:
        whole.timeline.zoom_to(2.0, 4.0)
    ((view,),) = blocker.args
    canvas = whole.canvas(1)
    assert view.start == 2.0
    assert view.seconds_per_pixel == pytest.approx(2.0 / canvas.width())
    assert view.height == canvas.height()
    assert view.end >= 4.0


def test_all_lanes_and_rulers_share_their_left_edge_and_width(whole):
    whole.timeline.show_stems(Stems(whole.clip.samples, whole.clip.samples))
    QApplication.processEvents()
    widgets = [whole.timeline.ruler, whole.timeline.overview, *(whole.canvas(lane) for lane in range(4))]
    edges = {(widget.mapTo(whole.timeline, QPoint(0, 0)).x(), widget.width()) for widget in widgets}
    assert len(edges) == 1


def test_stem_lanes_come_and_go_with_the_take(whole):
    assert [lane.isVisible() for lane in whole.timeline.stack.lanes.values()] == [True, True, False, False]
    whole.timeline.show_stems(Stems(whole.clip.samples, whole.clip.samples))
    assert [lane.isVisible() for lane in whole.timeline.stack.lanes.values()] == [True] * 4
    whole.timeline.show_stems(None)
    assert [lane.isVisible() for lane in whole.timeline.stack.lanes.values()] == [True, True, False, False]
    assert len(whole.timeline.lane_boxes()) == 4


def test_the_playhead_is_drawn_in_every_lane_at_its_time(whole):
    whole.timeline.show_playhead(7.5)
    for lane in (0, 1):
        pixels = seen(whole.canvas(lane))
        columns = np.flatnonzero(is_colour(pixels, theme().color("playhead")).all(axis=0))
        assert columns.tolist() == pytest.approx([whole.x(7.5)], abs=1)


def test_a_moving_playhead_paints_two_strips_and_renders_nothing(whole, monkeypatch):
    whole.timeline.zoom_to(2.0, 12.0)
    whole.settle()
    whole.timeline.show_playhead(5.0)
    seen(whole.timeline)
    painted = []

    def watched(to_device, option, lane):
        painted.append(option.exposedRect.width())
        return exposed_pixels(to_device, option, lane)

    monkeypatch.setattr(spectrogram_item, "exposed_pixels", watched)
    monkeypatch.setattr(WaveformItem, "_image", lambda *_: pytest.fail("a piece of waveform was painted anew"))
    for step in range(20):
        whole.timeline.show_playhead(5.0 + step * 0.02)
        QApplication.processEvents()
    assert painted, "the playhead did not move on the screen"
    assert max(painted) < 40


def test_the_view_follows_the_playhead_by_pages(whole):
    whole.timeline.zoom_to(2.0, 4.0)
    whole.timeline.show_playhead(3.99)
    assert whole.timeline.visible_range == pytest.approx((2.0, 4.0)), "a playhead outside before is not followed"
    whole.timeline.show_playhead(4.01)
    start, end = whole.timeline.visible_range
    assert start == pytest.approx(3.97)
    assert end - start == pytest.approx(2.0)
    whole.timeline.set_following(False)
    whole.timeline.show_playhead(9.0)
    assert whole.timeline.visible_range[0] == pytest.approx(3.97)


def test_a_playhead_that_runs_back_is_followed_to_the_page_before(whole):
    whole.timeline.zoom_to(2.0, 4.0)
    whole.timeline.show_speed(-2.0)
    whole.timeline.show_playhead(2.01)
    whole.timeline.show_playhead(1.99)
    start, end = whole.timeline.visible_range
    assert end == pytest.approx(2.03)
    assert end - start == pytest.approx(2.0)
    whole.timeline.show_speed(1.0)
    whole.timeline.show_playhead(2.04)
    assert whole.timeline.visible_range[0] == pytest.approx(2.0)


def test_somebody_looking_elsewhere_is_left_in_peace(whole):
    whole.timeline.zoom_to(10.0, 12.0)
    whole.timeline.show_playhead(3.0)
    whole.timeline.show_playhead(3.5)
    assert whole.timeline.visible_range == pytest.approx((10.0, 12.0))


def test_the_selection_is_shown_in_the_ruler(whole):
    plain = seen(whole.timeline.ruler)
    whole.timeline.show_selection((5.0, 10.0))
    marked = seen(whole.timeline.ruler)
    changed = np.flatnonzero((plain != marked).any(axis=(0, 2)))
    assert (changed.min(), changed.max()) == pytest.approx((whole.x(5.0), whole.x(10.0)), abs=2)


def test_the_pointer_reads_time_frequency_and_level(whole):
    emitted = []
    whole.timeline.hover_text_changed.connect(emitted.append)
    canvas = whole.canvas(1)
    y = round((1.0 - whole.timeline.frequency_scale.position(1000.0)) * canvas.height())
    # Sent, not moved: where an earlier test left the pointer decides whether a move reaches the window.
    for place in (QPointF(whole.x(10.0), y - 5), QPointF(whole.x(10.0), y)):
        at = place, QPointF(canvas.viewport().mapToGlobal(place))
        none = Qt.MouseButton.NoButton
        QApplication.sendEvent(
            canvas.viewport(), QMouseEvent(QEvent.Type.MouseMove, *at, none, none, Qt.KeyboardModifier.NoModifier)
        )
    time, hz, level = emitted[-1].split(" · ")
    assert time.startswith(("0:10.0", "0:09.9"))
    assert hz.endswith("Hz")
    assert level in {"−6 dB", "−7 dB"}


def test_settings_change_the_frequency_axis(whole):
    with whole.qtbot.waitSignal(whole.timeline.frequency_scale_changed) as blocker:
        whole.timeline.show_spectrogram_settings(SpectrogramSettings(scale="linear"))
    assert blocker.args[0].position(RATE / 4) == pytest.approx(0.5)
    assert whole.timeline.frequency_scale == blocker.args[0]


def test_a_clip_that_turned_out_shorter_keeps_its_waveform(whole):
    short = clip_of(whole.clip.samples[: 15 * RATE])
    whole.timeline.show_trimmed_clip(short)
    assert whole.timeline.visible_range == (0.0, 15.0)
    assert is_colour(seen(whole.canvas(0)), theme().color("wave_clip")).any()


def test_light_and_dark_are_taken_at_once(whole):
    try:
        apply_theme(QApplication.instance(), "light")
        assert is_colour(seen(whole.canvas(0)), theme().color("canvas")).any()
        assert is_colour(seen(whole.canvas(0)), theme().color("wave_clip")).any()
        assert is_colour(seen(whole.timeline.ruler), theme().color("panel")).any()
    finally:
        apply_theme(QApplication.instance(), "dark")
    assert is_colour(seen(whole.canvas(0)), theme().color("canvas")).any()


def test_the_focus_is_shown(whole):
    whole.timeline.setFocus()
    QApplication.processEvents()
    assert is_colour(seen(whole.timeline)[300, :1], theme().color("focus")).all()
    whole.timeline.clearFocus()
    QApplication.processEvents()
    assert not is_colour(seen(whole.timeline)[300, :1], theme().color("focus")).any()


def test_no_clip_no_trouble(whole):
    whole.timeline.show_clip(None)
    whole.timeline.zoom_by(0.5)
    whole.timeline.scroll_by(1.0)
    assert not is_colour(seen(whole.canvas(0)), theme().color("wave_clip")).any()


def test_a_passing_playhead_paints_its_own_strips_only_and_once_it_moves_visibly(whole):
    timeline = whole.timeline
    timeline.show_playhead(5.0)
    whole.settle()
    painted = Painted(
        [timeline.ruler, *(lane.canvas.viewport() for lane in timeline.stack.visible_lanes if lane.isVisible())]
    )
    timeline.show_playhead(5.1)
    QApplication.processEvents()
    assert len(painted.widths) >= 3
    assert max(painted.widths) < 40
    painted.widths.clear()
    # A twentieth of a pixel at a time, twice as far as can be seen in all.
    for step in range(1, 21):
        timeline.show_playhead(5.1 + 0.001 * step)
        QApplication.processEvents()
    assert 0 < len(painted.widths) <= 2 * (1 + len(timeline.stack.lanes))
