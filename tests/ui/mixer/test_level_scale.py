import pytest

from samstudio.session.mix import MAX_GAIN_DB, MIN_GAIN_DB
from samstudio.ui.mixer.level_scale import deflection, format_level, level_at, parse_level


def test_the_scale_runs_from_end_to_end_and_back():
    assert deflection(MIN_GAIN_DB) == 0.0
    assert deflection(MAX_GAIN_DB) == 1.0
    assert deflection(float("-inf")) == 0.0
    assert deflection(99.0) == 1.0
    for tenths in range(-600, 121):
        assert level_at(deflection(tenths / 10)) == pytest.approx(tenths / 10)


def test_the_pieces_are_those_of_iec_60268_18():
    # The standard's deflection in per cent at -50, -40, -30, -20 and 0 dB.
    expected = [7.5, 15.0, 30.0, 50.0, 100.0]
    found = [5.0 + 125.0 * deflection(level) for level in (-50, -40, -30, -20, 0)]
    assert found == pytest.approx(expected)


def test_levels_are_written_with_a_sign():
    assert [format_level(level) for level in (3.54, 0.0, -0.04, -12.0, -60.0, float("-inf"))] == [
        "+3.5",
        "0.0",
        "0.0",
        "−12.0",
        "−∞",
        "−∞",
    ]


@pytest.mark.parametrize(
    ("text", "level"),
    [("-6", -6.0), ("−6,5 dB", -6.5), ("+2.5", 2.5), (" 0 db ", 0.0), ("-inf", -60.0), ("−∞", -60.0), ("40", 12.0)],
)
def test_levels_are_read_as_they_are_typed(text, level):
    assert parse_level(text) == level


@pytest.mark.parametrize("text", ["", "loud", "1e3", "nan", "1.2.3", "+-", "--"])
def test_what_is_no_level_gets_a_sentence(text):
    with pytest.raises(ValueError, match="is not a level: type dB"):
        parse_level(text)
