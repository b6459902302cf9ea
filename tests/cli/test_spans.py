from argparse import ArgumentTypeError

import pytest

from samstudio.cli.spans import parse_box, parse_range, parse_region, parse_regions, parse_span, parse_spans
from samstudio.session.prompt import Sign, Span
from samstudio.session.region import Region
from samstudio.session.text.recipe import region_text, span_text


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("+1.5:3.0", Span(1.5, 3.0)),
        ("-5:7", Span(5, 7, Sign.MINUS)),
        ("+0:.5", Span(0, 0.5)),
        ("+1.:2", Span(1, 2)),
        ("+0:3600.125", Span(0, 3600.125)),
    ],
)
def test_spans_are_read(text, span):
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "1:2", "+1", "+1:", "+a:b", "+1:2:3", "+-1:2", "+1e1:20", "+nan:2", "+0:inf", "±1:2", "+1 :2", "++1:2"]
)
def test_what_is_no_span_is_reported_how_one_is_written(text):
    with pytest.raises(
        ArgumentTypeError, match=r"a span is written \+A:B or -A:B in seconds, such as \+1\.5:3\.0, not"
    ):
        parse_span(text)


@pytest.mark.parametrize("text", ["+3:1", "-2:2"])
def test_reversed_span(text):
    with pytest.raises(ArgumentTypeError, match="must run forward"):
        parse_span(text)


def test_boxes_are_read():
    assert parse_box("+1:2:200:4000.5") == Span(1, 2, Sign.PLUS, 200, 4000.5)
    assert parse_box("-1:2:0:60") == Span(1, 2, Sign.MINUS, 0, 60)


@pytest.mark.parametrize(("text", "sentence"), [("+1:2", "a box is written"), ("+1:2:400:200", "must rise")])
def test_bad_boxes(text, sentence):
    with pytest.raises(ArgumentTypeError, match=sentence):
        parse_box(text)


def test_spans_and_boxes_of_one_cell():
    assert parse_spans(" +1:2  -3:4\t+5:6:100:200 ") == (
        Span(1, 2),
        Span(3, 4, Sign.MINUS),
        Span(5, 6, Sign.PLUS, 100, 200),
    )
    assert parse_spans("") == ()


def test_ranges():
    assert parse_range("0:30.5") == (0.0, 30.5)
    for text in ("5", "+1:2", "a:b"):
        with pytest.raises(ArgumentTypeError, match="a range is written"):
            parse_range(text)
    with pytest.raises(ArgumentTypeError, match="must run forward"):
        parse_range("3:3")


@pytest.mark.parametrize("text", ["+1.5:3", "-5:7", "+1:2:200:4000.5"])
def test_writing_a_span_is_reading_it_backwards(text):
    assert " ".join(span_text(span) for span in parse_spans(text)) == text


@pytest.mark.parametrize(
    ("text", "region"),
    [("0:0:1:1", Region(0, 0, 1, 1)), ("2.5@.1:0.25:0.5:0.4", Region(0.1, 0.25, 0.5, 0.4, time=2.5))],
)
def test_regions(text, region):
    assert parse_region(text) == region
    assert parse_region(region_text(region, timed=True)) == region


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0:0:1", "written X:Y:W:H"),
        ("-1@0:0:1:1", "written X:Y:W:H"),
        ("0;1:0:1:1", "written X:Y:W:H"),
        ("50:0:40:40", "'50:0:40:40': A region must lie inside the picture"),
        ("0:0:0:1", "width and a height above 0"),
    ],
)
def test_regions_that_there_cannot_be(text, why):
    with pytest.raises(ArgumentTypeError, match=why):
        parse_region(text)


def test_a_movement_has_one_place_at_a_time():
    assert [region.time for region in parse_regions("2@0:0:1:1 0.5@0:0:1:1")] == [0.5, 2.0]
    assert parse_regions("") == ()
    with pytest.raises(ArgumentTypeError, match="two regions are at the same time"):
        parse_regions("0:0:1:1 0:0:0.5:0.5")
