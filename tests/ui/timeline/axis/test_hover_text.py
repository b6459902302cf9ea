import pytest
from PySide6.QtCore import Qt

from samstudio.ui.timeline.axis.hover_text import hover_time_text, hz_text, level_text
from samstudio.ui.timeline.lanes.lane_box import Gesture


@pytest.mark.parametrize(
    ("time", "per_pixel", "duration", "text"),
    [
        (61.5, 0.01, 100.0, "1:01.500"),
        (61.5, 0.00001, 100.0, "1:01.500000"),
        (61.5, 0.01, 4000.0, "0:01:01.500"),
        (-3.0, 0.01, 100.0, "0:00.000"),
        (300.0, 0.01, 100.0, "1:40.000"),
    ],
)
def test_times_are_as_fine_as_the_zoom_and_inside_the_clip(time, per_pixel, duration, text):
    assert hover_time_text(Gesture(time, 0, time, 0, Qt.KeyboardModifier.NoModifier, per_pixel, 0.01), duration) == text


def test_frequencies_and_levels():
    assert hz_text(440.4) == "440 Hz"
    assert hz_text(2500.0) == "2.50 kHz"
    assert level_text(-23.4, -90.0) == "−23 dB"
    assert level_text(-90.0, -90.0) == "≤ −90 dB"
