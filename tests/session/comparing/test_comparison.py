from math import inf

import pytest

from samstudio.session.comparing.comparison import Comparison, matching_offsets


def test_the_louder_is_turned_down_to_the_softer():
    assert matching_offsets(-20.0, -23.5) == (-3.5, 0.0)
    assert matching_offsets(-23.5, -20.0) == (0.0, -3.5)


def test_no_take_is_turned_down_beyond_hearing():
    assert matching_offsets(-10.0, -60.0) == (-24.0, 0.0)


@pytest.mark.parametrize("silent", [(-inf, -20.0), (-20.0, -inf), (-inf, -inf)])
def test_silence_matches_nothing(silent):
    assert matching_offsets(*silent) == (0.0, 0.0)


def test_letters_and_offsets_belong_to_the_takes():
    comparison = Comparison("one", "two", (0.0, -1.3))
    assert [comparison.letter(take) for take in ("one", "two", "three")] == ["A", "B", ""]
    assert [comparison.offset_db(take) for take in ("one", "two", "three")] == [0.0, -1.3, 0.0]
    assert Comparison("one", "two").offset_db("two") == 0.0
