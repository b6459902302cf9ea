"""Times in every unit, and the ticks of their rulers."""

from itertools import pairwise

import pytest

from samstudio.ui.time_formats import FRAME_RATES, TimeFormat, TimeUnit

UNITS = [TimeFormat(unit) for unit in TimeUnit] + [
    TimeFormat(TimeUnit.TIMECODE, frame_rate=rate) for rate in FRAME_RATES
]


@pytest.mark.parametrize(
    ("form", "seconds", "text"),
    [
        (TimeFormat(), 62.5, "1:02.500"),
        (TimeFormat(), 3723.25, "1:02:03.250"),
        (TimeFormat(TimeUnit.SECONDS), 62.5, "62.500 s"),
        (TimeFormat(TimeUnit.SAMPLES, sample_rate=44100), 100.0, "4\u202f410\u202f000"),
        (TimeFormat(TimeUnit.TIMECODE), 3723.48, "01:02:03:12"),
        (TimeFormat(TimeUnit.TIMECODE, frame_rate="23.976"), 1001 / 24000 * 24, "00:00:01:00"),
        (TimeFormat(TimeUnit.BARS), 0.0, "1.1.000"),
        (TimeFormat(TimeUnit.BARS), 2.25, "2.1.480"),
        (TimeFormat(TimeUnit.BARS, tempo=60.0, beats_per_bar=3), 4.0, "2.2.000"),
    ],
)
def test_times_are_written_as_the_unit_has_them(form: TimeFormat, seconds: float, text: str) -> None:
    assert form.text(seconds) == text


def test_drop_frame_timecode_keeps_up_with_the_clock() -> None:
    form = TimeFormat(TimeUnit.TIMECODE, frame_rate="29.97 drop")
    frame = 1001 / 30000
    # The numbers ;00 and ;01 of the second minute are left out, those of the eleventh are not (SMPTE ST 12-1).
    assert form.text(1799 * frame) == "00:00:59;29"
    assert form.text(1800 * frame) == "00:01:00;02"
    assert form.text(17982 * frame) == "00:10:00;00"
    assert form.text(17982 * 6 * frame) == "01:00:00;00"
    assert 17982 * 6 * frame == pytest.approx(3600, abs=0.01)


@pytest.mark.parametrize("form", UNITS, ids=str)
@pytest.mark.parametrize("seconds", [0.0, 1.0, 59.5, 61.25, 3599.0, 3725.5])
def test_what_is_written_can_be_typed(form: TimeFormat, seconds: float) -> None:
    finest = 1 / FRAME_RATES[form.frame_rate] if form.unit is TimeUnit.TIMECODE else 0.001
    assert form.parse(form.text(seconds)) == pytest.approx(seconds, abs=finest)


@pytest.mark.parametrize("form", UNITS, ids=str)
def test_a_clock_time_can_be_typed_in_every_unit(form: TimeFormat) -> None:
    assert form.parse("1:02.5") == 62.5
    with pytest.raises(ValueError, match="is not a time"):
        form.parse("soon")


def test_lengths_in_bars_begin_at_nothing() -> None:
    assert TimeFormat(TimeUnit.BARS).length_text(2.0) == "1.0.000"
    assert TimeFormat(TimeUnit.BARS).parse_length("1.0.000") == 2.0
    assert TimeFormat().length_text(2.0) == "0:02.000"


@pytest.mark.parametrize("form", UNITS, ids=str)
@pytest.mark.parametrize("length", [0.002, 0.05, 0.7, 3.0, 25.0, 400.0, 3600.0, 10800.0])
@pytest.mark.parametrize("start", [0.0, 59.9, 1234.5])
def test_every_zoom_has_ticks_that_leave_room_for_their_labels(form: TimeFormat, length: float, start: float) -> None:
    width, label_width = 1000.0, 90.0
    grid = form.grid(start, start + length, width, label_width)
    places = [(tick.value - start) / length * width for tick in grid.majors]
    assert all(-1.0 <= place <= width + 1.0 for place in places)
    gaps = [after - before for before, after in pairwise(places)]
    # Where minutes have no number 0 a tick stands two frames late.
    assert all(gap >= label_width - 7.0 for gap in gaps)
    assert len({tick.label for tick in grid.majors}) == len(grid.majors)
    smallest = 1 / 25 if form.unit is TimeUnit.TIMECODE else 0.002
    if length > 20 * smallest and form.unit is not TimeUnit.BARS:
        assert len(grid.majors) >= 2
    assert all(start - 1e-6 <= time <= start + length + 1e-6 for time in grid.minor_times)


def test_ticks_stand_where_their_labels_say() -> None:
    for form in UNITS:
        for tick in form.grid(50.0, 80.0, 1000.0, 100.0).majors:
            assert form.parse(tick.label + (".1.000" if form.unit is TimeUnit.BARS and "." not in tick.label else ""))\
                == pytest.approx(tick.value, abs=0.0011)  # fmt: skip
