"""Foreign values in messages."""

import pytest

from samstudio.session.text.quoting import listed, one_line, quoted, size_text


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


def test_a_size_is_never_shown_as_none():
    assert [size_text(size) for size in (0, 1, 12_000, 999_600, 40e6, 1e9, 1.01e9)] == [
        "1 kB", "1 kB", "12 kB", "1 MB", "40 MB", "1.0 GB", "1.1 GB",
    ]  # fmt: skip


def test_of_many_parts_the_first_are_listed():
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(n) for n in range(20)]) == "0, 1, 2, 3, 4, 5, 6, 7, and 12 more"
