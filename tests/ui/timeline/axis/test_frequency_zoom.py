"""The frequency axis under a real mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.dsp.scales import SCALE_KINDS, FrequencyScale
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.session.take import Stem
from tests.signals import emissions
from tests.ui.timeline.whole import LEFT, NO_KEY, RATE, Painted, Whole, clip_of, drag, wheel


@pytest.fixture
def whole(qtbot):
    made = Whole(qtbot, clip_of(np.zeros(RATE)))
    settings = SpectrogramSettings(scale="linear")

    def show(low: float, high: float) -> None:
        made.timeline.show_spectrogram_settings(SpectrogramSettings("linear", low_hz=low, high_hz=high))

    made.timeline.show_spectrogram_settings(settings)
    made.timeline.frequencies.band_requested.connect(show)
    yield made
    made.pictures.close()


@pytest.fixture
def gutter(whole):
    return whole.timeline.stack.spectrogram.frequencies


def shown(whole) -> tuple[float, float]:
    scale = whole.timeline.frequency_scale
    return scale.low, scale.high


def test_the_wheel_over_the_scale_zooms_at_the_pointer(whole, gutter):
    at = QPoint(30, gutter.height() // 4)
    before = whole.timeline.frequency_scale.hz(1.0 - at.y() / gutter.height())
    wheel(gutter, at, 3)
    assert whole.timeline.frequency_scale.hz(1.0 - at.y() / gutter.height()) == pytest.approx(before)
    low, high = shown(whole)
    assert high - low == pytest.approx(4000 * 0.8**3)
    wheel(gutter, at, -9)
    assert shown(whole) == (0.0, 4000.0)


def test_a_drag_of_the_scale_takes_the_frequencies_along(whole, gutter):
    whole.timeline.frequencies.show_band(1000.0, 2000.0)
    height = gutter.height()
    drag(gutter, QPoint(30, height // 2), QPoint(30, height // 2 + height // 4))
    assert shown(whole) == pytest.approx((1250.0, 2250.0), abs=10.0)
    drag(gutter, QPoint(30, height // 2), QPoint(30, height // 2 - 9 * height))
    assert shown(whole) == pytest.approx((0.0, 1000.0))


def test_a_double_click_on_the_scale_shows_all(whole, gutter):
    whole.timeline.frequencies.show_band(1000.0, 2000.0)
    QTest.mouseDClick(gutter, LEFT, NO_KEY, QPoint(30, 30))
    assert shown(whole) == (0.0, 4000.0)


def test_shift_and_the_wheel_scroll(whole, gutter):
    whole.timeline.frequencies.show_band(1000.0, 2000.0)
    wheel(gutter, QPoint(30, 30), 1, Qt.KeyboardModifier.ShiftModifier)
    assert shown(whole) == pytest.approx((1100.0, 2100.0))


ALT, SHIFT, CTRL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.mark.parametrize("keys", [ALT, CTRL | SHIFT])
def test_the_wheel_over_the_lane_zooms_frequencies_with_keys_and_leaves_the_time(whole, keys):
    viewport, times = whole.canvas(1).viewport(), whole.timeline.visible_range
    at = QPoint(400, viewport.height() // 4)
    before = whole.timeline.frequency_scale.hz(1.0 - at.y() / viewport.height())
    wheel(viewport, at, 4, keys)
    assert whole.timeline.frequency_scale.hz(1.0 - at.y() / viewport.height()) == pytest.approx(before)
    assert shown(whole) != (0.0, 4000.0)
    assert whole.timeline.visible_range == times
    low = shown(whole)[0]
    wheel(viewport, at, -1, ALT | SHIFT)
    assert shown(whole)[0] < low


def middle_drag(viewport, start: QPoint, *places: QPoint) -> None:
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(viewport, middle, NO_KEY, start)
    for place in places:
        # QTest.mouseMove holds no button.
        at = QPointF(place), QPointF(viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, QMouseEvent(QEvent.Type.MouseMove, *at, middle, middle, NO_KEY))
    QTest.mouseRelease(viewport, middle, NO_KEY, places[-1])


def test_the_middle_button_pans_in_both_directions_and_not_by_a_trembling_hand(whole):
    whole.timeline.frequencies.show_band(1000.0, 2000.0)
    whole.timeline.zoom_to(0.4, 0.6)
    viewport = whole.canvas(1).viewport()
    start = QPoint(viewport.width() // 2, viewport.height() // 2)
    middle_drag(viewport, start, start - QPoint(40, 6), start - QPoint(80, -6))
    assert shown(whole) == pytest.approx((1000.0, 2000.0))
    assert whole.timeline.visible_range[0] > 0.41
    middle_drag(viewport, start, start + QPoint(0, 20), start + QPoint(0, viewport.height() // 4))
    assert shown(whole) == pytest.approx((1250.0, 2250.0), abs=10.0)


def test_the_whole_axis_asks_for_nothing_when_it_is_asked_for_again(whole, gutter):
    requests = emissions(whole.timeline.frequencies.band_requested)
    QTest.mouseDClick(gutter, LEFT, NO_KEY, QPoint(30, 30))
    wheel(gutter, QPoint(30, 30), -3)
    drag(gutter, QPoint(30, 30), QPoint(30, 60))
    assert requests == []


def test_ends_of_the_axis_hold_for_recordings_of_any_rate(whole):
    requests = emissions(whole.timeline.frequencies.band_requested)
    whole.timeline.frequencies.show_band(0.0, 2000.0)
    whole.timeline.frequencies.show_band(2000.0, 99000.0)
    assert requests == [(0.0, pytest.approx(2000.0)), (pytest.approx(2000.0), 0.0)]


def test_what_shows_no_frequencies_is_not_painted_when_they_are_zoomed(whole, gutter):
    timeline = whole.timeline
    lanes = timeline.stack.lanes
    bare = Painted([timeline.ruler, timeline.overview, lanes[Stem.CLIP].canvas.viewport(), lanes[Stem.CLIP].amplitudes])
    seen_again = Painted([gutter, timeline.stack.spectrogram.canvas.viewport()])
    wheel(gutter, QPoint(30, 20), 1)
    whole.settle()
    assert seen_again.widths
    assert bare.widths == []


def test_labels_follow_the_axis(whole, gutter):
    whole.timeline.frequencies.show_band(1000.0, 1200.0)
    labels = [tick.label for _, tick in gutter.marks()]
    assert "1.1k" in labels
    assert len(labels) >= 4
    for low, high in ((990.0, 1060.0), (15000.0, 15050.0), (2000.0, 5600.0), (21.0, 90.0)):
        for kind in SCALE_KINDS:
            gutter.show_scale(FrequencyScale(kind, low, high))
            labels = [tick.label for _, tick in gutter.marks()]
            assert len(labels) >= 3
            assert max(map(len, labels)) <= 5
            assert len(set(labels)) == len(labels)
