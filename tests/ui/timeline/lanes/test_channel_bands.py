"""A spectrogram for each channel, one below the other, each with its own axis, under a real mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from samstudio.dsp.channel_layout import channel_names
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import LaneContent, LaneView
from samstudio.session.take import Stem, Stems
from samstudio.ui.theme import load_theme
from samstudio.ui.timeline.axis.box_zoom import BoxZoom
from samstudio.ui.timeline.lanes.gutter import AmplitudeGutter
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.span_layer import SpanLayer
from tests.signals import emissions
from tests.ui.timeline.whole import RATE, Whole, clip_of, drag, is_colour, seen, wheel

EACH = SpectrogramSettings("linear", channels="each")
LEFT_HZ, RIGHT_HZ = 1000.0, 3000.0


@pytest.fixture
def whole(qtbot):
    """Ten seconds up to 4 kHz: 1 kHz on the left, 3 kHz on the right."""
    time = np.arange(10 * RATE) / RATE
    tones = np.stack([0.5 * np.sin(2 * np.pi * hz * time) for hz in (LEFT_HZ, RIGHT_HZ)], axis=1)
    made = Whole(qtbot, clip_of(tones))
    made.timeline.show_playhead(None)
    made.timeline.show_spectrogram_settings(EACH)
    made.timeline.frequencies.band_requested.connect(
        lambda low, high: made.timeline.show_spectrogram_settings(
            SpectrogramSettings("linear", channels="each", low_hz=low, high_hz=high)
        )
    )
    made.settle()
    yield made
    made.pictures.close()


@pytest.fixture
def layer(whole):
    """Spans over the lanes, without snapping."""
    made, timeline = SpanLayer(whole.timeline), whole.timeline
    made.attach(timeline.lane_boxes(), [box for _, box in timeline.picture_boxes()], timeline.frequency_scale)
    timeline.frequency_scale_changed.connect(made.show_scale)
    made.set_duration(10.0)
    made.set_snapping(False)
    return made


def row(whole, band: int, hz: float) -> int:
    """The row of a frequency in the band of a channel."""
    height = whole.canvas(1).height() / 2
    return round((band + 1.0 - whole.timeline.frequency_scale.position(hz)) * height)


def at(whole, seconds: float, band: int, hz: float) -> QPoint:
    return QPoint(whole.x(seconds), row(whole, band, hz))


def brightness(whole, band: int, hz: float) -> int:
    pixels = seen(whole.canvas(1)).astype(int).sum(axis=2)[:, whole.x(5.0)]
    middle = row(whole, band, hz)
    return int(pixels[middle - 2 : middle + 3].max())


def test_each_channel_is_in_its_band(whole):
    assert brightness(whole, 0, LEFT_HZ) > 500 > 100 > brightness(whole, 0, RIGHT_HZ)
    assert brightness(whole, 1, RIGHT_HZ) > 500 > 100 > brightness(whole, 1, LEFT_HZ)


def test_as_one_all_channels_share_the_axis(whole):
    whole.timeline.show_spectrogram_settings(SpectrogramSettings("linear"))
    whole.settle()
    pixels = seen(whole.canvas(1)).astype(int).sum(axis=2)[:, whole.x(5.0)]
    for hz in (LEFT_HZ, RIGHT_HZ):
        middle = round((1.0 - whole.timeline.frequency_scale.position(hz)) * whole.canvas(1).height())
        assert pixels[middle - 2 : middle + 3].max() > 500


def test_the_pointer_reads_the_frequency_and_level_of_its_channel(whole):
    item = whole.timeline.stack.spectrogram.spectrogram
    position = whole.timeline.frequency_scale.position(RIGHT_HZ)
    assert item.level_at(5.0, position, 1) == pytest.approx(-6.0, abs=1.0)
    assert item.level_at(5.0, position, 0) == pytest.approx(-90.0, abs=1.0)
    texts = emissions(whole.timeline.hover_text_changed)
    box = whole.timeline.stack.spectrogram.box
    place = at(whole, 5.0, 1, RIGHT_HZ)
    box.hovered.emit(box._gesture(place.toPointF(), place.toPointF(), Qt.KeyboardModifier.NoModifier))
    name, _time, hz, level = texts[-1].split(" · ")
    assert name == "R"
    assert float(hz.removesuffix(" kHz")) == pytest.approx(3.0, abs=0.03)
    assert not level.startswith("≤")


def test_the_scale_is_ruled_for_each_channel_and_zooms_in_both(whole):
    gutter = whole.timeline.stack.spectrogram.frequencies
    heights = [y for y, tick in gutter.marks() if tick.label == "2k"]
    assert heights == pytest.approx([row(whole, 0, 2000.0), row(whole, 1, 2000.0)], abs=1.0)
    wheel(gutter, QPoint(20, row(whole, 1, 3000.0)), 3)
    scale = whole.timeline.frequency_scale
    assert scale.position(3000.0) == pytest.approx(0.75, abs=0.01)
    assert scale.high - scale.low == pytest.approx(4000.0 * 0.8**3)


@pytest.mark.parametrize("band", [0, 1])
def test_a_box_is_drawn_in_either_band_and_ends_where_the_band_ends(whole, layer, band):
    layer.set_tool(Tool.BOX)
    drawn = emissions(layer.span_drawn)
    viewport = whole.canvas(1).viewport()
    drag(viewport, at(whole, 2.0, band, 1000.0), at(whole, 4.0, band, 3000.0))
    (box,) = drawn
    assert (box.low, box.high) == (pytest.approx(1000.0, abs=40.0), pytest.approx(3000.0, abs=40.0))
    drawn.clear()
    drag(viewport, at(whole, 2.0, band, 2000.0), at(whole, 4.0, 1 - band, 2000.0))
    (box,) = drawn
    assert (box.low, box.high)[band] == (0.0 if band == 0 else 4000.0)


def test_a_box_is_seen_and_changed_in_both_bands(whole, layer):
    layer.show_prompt(Prompt(spans=(Span(2.0, 4.0, low=1500.0, high=2500.0),)))
    layer.show_selected_spans((0,))
    pixels, plus = seen(whole.canvas(1)), load_theme("dark").color("plus")
    for band in (0, 1):
        edge = is_colour(pixels[row(whole, band, 2500.0) - 2 : row(whole, band, 2500.0) + 3, whole.x(2.4)], plus, 50)
        assert edge.any()
    assert not is_colour(pixels[row(whole, 0, 500.0), whole.x(2.2) : whole.x(3.8)], plus, 50).any()
    edited = emissions(layer.spans_edited)
    for band in (0, 1):
        viewport = whole.canvas(1).viewport()
        drag(viewport, at(whole, 3.3, band, 2500.0), at(whole, 3.3, band, 3500.0))
        assert edited[-1][0].high == pytest.approx(3500.0, abs=60.0)
        assert edited[-1][0].low == 1500.0


def test_the_zoom_tool_frames_a_part_of_one_band(whole):
    zoom = BoxZoom(whole.timeline.frequencies, whole.timeline)
    zoom.attach(whole.timeline.lane_boxes(), [box for _, box in whole.timeline.picture_boxes()])
    zoom.stretch_requested.connect(whole.timeline.zoom_to)
    zoom.set_active(True)
    drag(whole.canvas(1).viewport(), at(whole, 2.0, 1, 3500.0), at(whole, 4.0, 1, 2500.0))
    scale = whole.timeline.frequency_scale
    assert (scale.low, scale.high) == pytest.approx((2500.0, 3500.0), abs=50.0)
    assert whole.timeline.visible_range == pytest.approx((2.0, 4.0), abs=0.05)


def test_six_channels_have_their_names(whole, qtbot):
    gutter = whole.timeline.stack.spectrogram.frequencies
    assert gutter._bands == ("L", "R")
    surround = clip_of(np.zeros((RATE, 6)))
    whole.timeline.show_clip(surround)
    assert gutter._bands == ("L", "R", "C", "LFE", "Ls", "Rs")
    assert [view.parts for view in whole.timeline._shown] == [(0, 1, 2, 3, 4, 5)]
    # A label that would lie on a channel's name is left out.
    heights = [y for y, _ in gutter.marks()]
    assert heights
    assert gutter._has_room("L", "1k")
    assert not gutter._has_room("LFE", "1.5k")
    mono = clip_of(np.zeros(RATE))
    whole.timeline.show_clip(mono)
    assert gutter._bands == ("",)
    assert whole.timeline.stack.spectrogram.box.bands == 1


@pytest.mark.parametrize("channels", [2, 6, 8])
def test_the_levels_of_all_channels_are_ruled_alike(qtbot, channels):
    gutter = AmplitudeGutter("Clip")
    qtbot.addWidget(gutter)
    gutter.show_channels(channels)
    for height in range(14 * channels, 60 * channels):
        gutter.resize(44, height)
        ticks = [sum(y * channels // height == channel for y, _ in gutter.marks()) for channel in range(channels)]
        assert len(set(ticks)) == 1, (height, ticks)
        names = [tick.label for _, tick in gutter.marks() if tick.label in channel_names(channels)]
        assert names == list(channel_names(channels)), height


def test_the_handle_of_a_stem_is_not_over_the_name_of_a_low_channel(qtbot):
    sound = np.zeros((RATE, 6), np.float32)
    whole = Whole(qtbot, clip_of(sound))
    timeline, stack = whole.timeline, whole.timeline.stack
    whole.show_stems(Stems(sound, sound))
    assert stack.handles[Stem.TARGET].isVisible()
    timeline.show_spectrogram_settings(EACH)
    stack.change_view(Stem.TARGET, LaneView(LaneContent.SPECTROGRAM))
    whole.settle()
    assert not stack.handles[Stem.TARGET].isVisible()
    assert stack.handles[Stem.RESIDUAL].isVisible()
    timeline.resize(1000, 3000)
    whole.settle()
    assert stack.handles[Stem.TARGET].isVisible()
    whole.pictures.close()
