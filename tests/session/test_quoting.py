"""Foreign values in messages."""

import pytest

from samstudio.session.quoting import one_line, quoted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("rain", "'rain'"),
        ("two\nlines", r"'two\nlines'"),
        ("a" * 1_000_000, "'" + "a" * 80 + "...'"),
        (3, "3"),
        (None, "None"),
        (True, "True"),
        ([1] * 1_000_000, "[1, 1, 1, 1, 1, 1, 1, 1, ...]"),
        ({"a": {"b": [1]}}, "{'a': {'b': [1]}}"),
    ],
)
def test_what_is_echoed_is_cut_and_quoted(value, shown):
    assert quoted(value) == shown


def test_control_characters_are_written_out():
    assert "\x1b" not in quoted("\x1b[31m" * 1000)
    assert len(quoted("\x00" * 1000)) < 200


def test_a_nest_without_end_is_cut():
    nest = []
    for _ in range(900):
        nest = [nest]
    assert quoted(nest) == "[[[...]]]"


def test_a_librarys_sentence_stands_on_one_line():
    assert one_line("first\nsecond\t third") == "first second third"
    assert len(one_line("x" * 1_000_000)) <= 303


def test_a_number_of_many_digits_is_not_written_out():
    assert quoted(10**400_000) == "a number of about 400000 digits"
