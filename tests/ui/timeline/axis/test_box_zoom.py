"""The Zoom tool with a real mouse on real lanes."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.session.prompt import Prompt, Span
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.box_zoom import BoxZoom
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.span_layer import SpanLayer
from tests.signals import emissions
from tests.ui.timeline.whole import LEFT, NO_KEY, RATE, Whole, clip_of, drag, is_colour, seen


@pytest.fixture
def whole(qtbot):
    """Ten seconds, 0 to 4 kHz, with a span over all of it."""
    made = Whole(qtbot, clip_of(np.zeros(10 * RATE)))
    timeline = made.timeline
    timeline.show_playhead(None)
    timeline.show_spectrogram_settings(SpectrogramSettings("linear"))
    timeline.frequencies.band_requested.connect(
        lambda low, high: timeline.show_spectrogram_settings(SpectrogramSettings("linear", low_hz=low, high_hz=high))
    )
    spectrograms = [box for _, box in timeline.picture_boxes()]
    made.zoom = BoxZoom(timeline.frequencies, timeline)
    made.zoom.attach(timeline.lane_boxes(), spectrograms)
    made.zoom.stretch_requested.connect(timeline.zoom_to)
    made.zoom.reset_requested.connect(timeline.fit)
    made.spans = SpanLayer(timeline)
    made.spans.attach(timeline.lane_boxes(), spectrograms, timeline.frequency_scale)
    made.spans.set_duration(10.0)
    made.spans.show_prompt(Prompt(spans=(Span(0.0, 10.0),)))
    made.spans.set_tool(Tool.ZOOM)
    made.zoom.set_active(True)
    yield made
    made.pictures.close()


def at(whole, canvas, seconds: float, height: float) -> QPoint:
    return QPoint(whole.x(seconds), round((1.0 - height) * canvas.height()))


def shown(whole) -> tuple[float, ...]:
    scale = whole.timeline.frequency_scale
    return *whole.timeline.visible_range, scale.low, scale.high


@pytest.mark.parametrize("corners", [((2, 0.75), (4, 0.25)), ((4, 0.25), (2, 0.75))])
def test_a_drag_shows_the_time_and_the_frequencies_that_it_frames(whole, corners):
    canvas = whole.canvas(1)
    edits = emissions(whole.spans.selection_changed)
    drag(canvas.viewport(), *(at(whole, canvas, *corner) for corner in corners))
    assert shown(whole) == pytest.approx((2.0, 4.0, 1000.0, 3000.0), rel=0.02)
    assert edits == []


def test_a_level_drag_zooms_only_in_time_and_an_upright_one_only_in_frequency(whole):
    canvas = whole.canvas(1)
    drag(canvas.viewport(), at(whole, canvas, 2, 0.5), at(whole, canvas, 4, 0.5) + QPoint(0, 3))
    assert shown(whole) == pytest.approx((2.0, 4.0, 0.0, 4000.0), rel=0.02)
    drag(canvas.viewport(), at(whole, canvas, 3, 0.5), at(whole, canvas, 3, 0.25) + QPoint(3, 0))
    assert shown(whole) == pytest.approx((2.0, 4.0, 1000.0, 2000.0), rel=0.02)


def test_a_drag_from_the_edge_of_a_selected_span_leaves_the_span(whole):
    whole.spans.show_prompt(Prompt(spans=(Span(1.0, 2.0),)))
    whole.spans.show_selected_spans((0,))
    edits = emissions(whole.spans.spans_edited)
    drag(whole.canvas(1).viewport(), *(at(whole, whole.canvas(1), *corner) for corner in ((2, 0.75), (4, 0.25))))
    assert shown(whole) == pytest.approx((2.0, 4.0, 1000.0, 3000.0), rel=0.02)
    assert edits == []


def test_over_a_waveform_it_zooms_in_time(whole):
    canvas = whole.canvas(0)
    drag(canvas.viewport(), at(whole, canvas, 2, 0.9), at(whole, canvas, 4, 0.1))
    assert shown(whole) == pytest.approx((2.0, 4.0, 0.0, 4000.0), rel=0.02)


def test_a_double_click_shows_all_of_both(whole):
    canvas = whole.canvas(1)
    drag(canvas.viewport(), at(whole, canvas, 2, 0.75), at(whole, canvas, 4, 0.25))
    selected = emissions(whole.spans.selection_changed)
    QTest.mouseClick(canvas.viewport(), LEFT, NO_KEY, QPoint(300, 50))
    QTest.mouseDClick(canvas.viewport(), LEFT, NO_KEY, QPoint(300, 50))
    QTest.mouseRelease(canvas.viewport(), LEFT, NO_KEY, QPoint(300, 50))
    assert shown(whole) == (0.0, 10.0, 0.0, 4000.0)
    assert selected == []


def test_the_frame_is_shown_while_it_is_dragged_and_can_be_dropped(whole):
    canvas = whole.canvas(1)
    start, end = at(whole, canvas, 2, 0.75), at(whole, canvas, 4, 0.25)
    QTest.mousePress(canvas.viewport(), LEFT, NO_KEY, start)
    for place in (start + QPoint(9, 9), end):
        QTest.mouseMove(canvas.viewport(), place)
    pixels = is_colour(seen(canvas), theme().color("accent"))
    assert pixels[start.y() + 1, start.x() + 10 : end.x() - 10].all()
    assert pixels[start.y() + 10 : end.y() - 10, start.x() + 1].all()
    assert whole.zoom.cancel()
    QTest.mouseRelease(canvas.viewport(), LEFT, NO_KEY, end)
    QApplication.processEvents()
    assert shown(whole) == (0.0, 10.0, 0.0, 4000.0)
    assert not is_colour(seen(canvas), theme().color("accent")).any()


def test_with_another_tool_drags_do_not_zoom(whole):
    whole.zoom.set_active(False)
    canvas = whole.canvas(1)
    drag(canvas.viewport(), at(whole, canvas, 2, 0.75), at(whole, canvas, 4, 0.25))
    assert shown(whole) == (0.0, 10.0, 0.0, 4000.0)
