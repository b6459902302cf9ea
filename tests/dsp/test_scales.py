from itertools import pairwise

import numpy as np
import pytest

from samstudio.dsp.scales import (
    NARROWEST_HZ,
    SCALE_KINDS,
    FrequencyScale,
    amplitude_ticks,
    frequency_ticks,
    mel,
    mel_to_hz,
    time_grid,
    time_label,
)


@pytest.mark.parametrize("kind", SCALE_KINDS)
def test_frequency_scale_goes_there_and_back(kind):
    scale = FrequencyScale.up_to(kind, 24000.0)
    hz = np.array([25.0, 440.0, 1000.0, 23999.0])
    assert scale.frequencies(scale.positions(hz)) == pytest.approx(hz, rel=1e-9)
    assert scale.position(scale.low) == pytest.approx(0.0)
    assert scale.position(24000.0) == pytest.approx(1.0)
    assert np.all(np.diff(scale.positions(np.linspace(20, 24000, 500))) > 0)


def test_log_scale_gives_every_octave_the_same_room():
    scale = FrequencyScale.up_to("log", 20480.0)
    assert scale.position(40) - scale.position(20) == pytest.approx(0.1)
    assert scale.position(10240) - scale.position(5120) == pytest.approx(0.1)


def test_mel_of_a_thousand_hertz_is_a_thousand():
    assert float(mel(1000.0)) == pytest.approx(1000.0, abs=0.1)
    assert float(mel_to_hz(mel(3456.0))) == pytest.approx(3456.0)


def test_time_labels():
    assert time_label(0, 0, hours=False) == "0:00"
    assert time_label(61.25, 2, hours=False) == "1:01.25"
    assert time_label(3723.5, 1, hours=True) == "1:02:03.5"
    assert time_label(59.9996) == "1:00.000"
    assert time_label(7.4, 0) == "0:07"


def test_hours_appear_in_time_labels_when_there_are_any():
    assert time_label(3599.9994) == "59:59.999"
    assert time_label(3599.9999) == "1:00:00.000"
    assert time_label(3600, 0, hours=False) == "60:00"


@pytest.mark.parametrize("length", [7200.0, 3600.0, 600.0, 60.0, 7.3, 0.5, 0.021, 0.0013, 0.00017])
@pytest.mark.parametrize("start", [0.0, 12.345, 3599.9])
def test_time_ticks_fit_at_every_zoom(start, length):
    grid = time_grid(start, start + length, 1000.0, 90.0)
    pixels = [(tick.value - start) / length * 1000 for tick in grid.majors]
    assert all(b - a >= 90.0 - 1e-6 for a, b in pairwise(pixels))
    assert 2 <= len(pixels) <= 12
    assert len({tick.label for tick in grid.majors}) == len(pixels), "two ticks read the same"
    assert all(start - 1e-6 <= time <= start + length + 1e-6 for time in grid.minor_times)


def test_time_ticks_of_an_hour_and_of_samples():
    assert [tick.label for tick in time_grid(0, 3600, 1000, 150).majors][:3] == ["0:00:00", "0:10:00", "0:20:00"]
    assert [tick.label for tick in time_grid(1, 1.0005, 1000, 150).majors][:3] == [
        "0:01.0000",
        "0:01.0001",
        "0:01.0002",
    ]


@pytest.mark.parametrize("kind", SCALE_KINDS)
@pytest.mark.parametrize("height", [60, 200, 500, 1200])
def test_frequency_ticks_are_many_and_apart(kind, height):
    scale = FrequencyScale.up_to(kind, 22050.0)
    ticks = frequency_ticks(scale, height, 15.0)
    pixels = [scale.position(tick.value) * height for tick in ticks]
    assert all(b - a >= 15.0 for a, b in pairwise(pixels))
    assert len(ticks) >= min(height // 50, 8)


def test_frequency_ticks_name_round_numbers():
    labels = [tick.label for tick in frequency_ticks(FrequencyScale.up_to("log", 24000.0), 400, 15)]
    assert {"50", "100", "200", "500", "1k", "2k", "5k", "10k"} <= set(labels)


def test_zooming_out_never_more_than_doubles_the_steps_of_time_or_so():
    steps = sorted({time_grid(0.0, 10.0**power, 1000.0, 100.0).step for power in np.arange(-3.0, 5.5, 0.02)})
    assert steps[0] <= 1e-4
    assert steps[-1] >= 36000
    assert max(later / step for step, later in pairwise(steps)) <= 2.5 + 1e-9


def test_where_there_is_room_every_whole_step_of_a_decade_is_named():
    ticks = frequency_ticks(FrequencyScale("log", 20.0, 20000.0), 4000, 15)
    named = {tick.value for tick in ticks}
    assert {digit * decade for digit in range(1, 10) for decade in (100.0, 1000.0)} <= named
    assert {float(f"{value:.0e}") for value in named} | {15.0 * 10**power for power in range(1, 4)} >= named


def test_amplitude_ticks_are_where_their_level_is():
    ticks = amplitude_ticks(100.0, 12.0)
    assert {"−6", "−12"} <= {tick.label for tick in ticks}
    for tick in ticks:
        assert 20 * np.log10(tick.value) == pytest.approx(float(tick.label.replace("−", "-")))
    assert amplitude_ticks(8.0, 12.0) == ()


def test_amplitude_ticks_of_a_waveform_drawn_higher_are_lower_levels():
    ticks = amplitude_ticks(100.0, 12.0, gain=16.0)
    assert {"−36", "−30"} <= {tick.label for tick in ticks}
    assert all(12.0 <= tick.value * 1600.0 <= 100.0 for tick in ticks)


@pytest.mark.parametrize("kind", SCALE_KINDS)
@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_zooming_in_keeps_the_frequency_under_the_pointer_and_out_again_gives_the_same_axis(kind, rate):
    whole = FrequencyScale.up_to(kind, rate / 2)
    at = 0.4
    hz = whole.hz(at)
    near = whole.zoomed(0.25, at, whole)
    assert near.hz(at) == pytest.approx(hz, rel=1e-9)
    assert near.extent(whole)[1] - near.extent(whole)[0] == pytest.approx(4.0)
    back = near.zoomed(4.0, at, whole)
    assert back == whole
    assert near.zoomed(1e6, 0.9, whole) == whole


@pytest.mark.parametrize("kind", SCALE_KINDS)
def test_an_axis_never_leaves_the_whole_one_and_never_gets_narrower_than_can_be_distinguished(kind):
    whole = FrequencyScale.up_to(kind, 22050.0)
    near = whole.zoomed(0.25, 0.5, whole)
    for shift in (-99.0, -1.0, 0.3, 99.0):
        moved = near.part(shift, 1.0 + shift, whole)
        assert whole.low <= moved.low < moved.high <= whole.high
        assert near.extent(moved)[1] - near.extent(moved)[0] == pytest.approx(1.0)
    assert near.part(-99.0, -98.0, whole).low == pytest.approx(whole.low)
    assert near.part(98.0, 99.0, whole).high == pytest.approx(whole.high)
    deepest = whole.zoomed(1e-9, 0.5, whole)
    assert deepest.high - deepest.low == pytest.approx(NARROWEST_HZ)
    assert deepest.low < whole.hz(0.5) < deepest.high
    assert deepest.zoomed(0.5, 0.2, whole) == deepest


@pytest.mark.parametrize("kind", SCALE_KINDS)
def test_a_band_that_a_recording_does_not_have_shows_all_of_it(kind):
    whole = FrequencyScale.up_to(kind, 4000.0)
    assert FrequencyScale.of_band(kind, 4000.0) == whole
    assert FrequencyScale.of_band(kind, 4000.0, 8000.0, 16000.0) == whole
    assert FrequencyScale.of_band(kind, 4000.0, 1000.0, 16000.0) == FrequencyScale(kind, 1000.0, 4000.0)
    assert FrequencyScale.of_band(kind, 4000.0, 0.0, 2000.0) == FrequencyScale(kind, whole.low, 2000.0)
    assert FrequencyScale.of_band(kind, 4000.0, 3000.0, 1000.0) == whole
