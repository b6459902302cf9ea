import pytest

from samstudio.dsp.scales import time_label
from samstudio.session.text.clock import parse_time
from samstudio.ui.time_text import format_band, format_left, format_length, parse_band, short_band


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5", 1.5),
        ("1:02.5", 62.5),
        ("1:00:02", 3602.0),
        (" 0:07 ", 7.0),
        ("2,25", 2.25),
        ("90", 90.0),
        ("12 s", 12.0),
        (".5", 0.5),
    ],
)
def test_times_are_understood(text, seconds):
    assert parse_time(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "abc", "-1", "1:75", "1.5:02", "1:2:3:4", "nan", "inf", "1e3", "1:", "."])
def test_what_is_no_time_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"is not a time.*1:02\.5"):
        parse_time(text)


@pytest.mark.parametrize("seconds", [0.0, 0.001, 1.5, 59.9996, 62.5, 3599.9999, 3723.25])
def test_times_survive_writing_and_reading(seconds):
    assert parse_time(time_label(seconds)) == pytest.approx(seconds, abs=0.0006)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.25 s"), (12.34, "12.3 s"), (59.96, "1:00 min"), (245, "4:05 min"), (3723, "1:02:03 h")],
)
def test_lengths_are_short(seconds, text):
    assert format_length(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "about 1 s left"),
        (7.2, "about 7 s left"),
        (14, "about 15 s left"),
        (200, "about 3 min left"),
        (5400, "about 1.5 h left"),
    ],
)
def test_time_left_is_no_more_exact_than_it_can_be(seconds, text):
    assert format_left(seconds) == text


def test_bands_are_understood():
    assert parse_band("200-4000") == (200.0, 4000.0)
    assert parse_band("0.2k – 4 kHz") == (200.0, 4000.0)
    assert parse_band("200 – 4000 Hz") == (200.0, 4000.0)
    assert parse_band("") is None
    assert parse_band("—") is None
    assert format_band(200.0, 4000.0) == "200 – 4000 Hz"
    assert format_band(None, None) == "—"
    assert short_band(200.0, 15520.0) == "200–15.5k"
    assert short_band(0.0, 999.6) == "0–1k"
    assert short_band(None, None) == "—"


@pytest.mark.parametrize("text", ["200", "low-high", "4000-200", "200-200", "-200-100"])
def test_what_is_no_band_is_refused(text):
    with pytest.raises(ValueError, match="band"):
        parse_band(text)
