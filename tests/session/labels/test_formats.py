"""Labels out and in again are equal, and what other programs write is understood."""

from collections.abc import Callable

import pytest

from samstudio.session.labels.audacity import read_audacity, write_audacity
from samstudio.session.labels.label import Label, LabelError, Skipped, imported, label_of, label_of_marker
from samstudio.session.labels.marker import Marker
from samstudio.session.labels.subtitles import write_srt, write_vtt
from samstudio.session.labels.table import read_table, write_csv, write_reaper
from samstudio.session.labels.textgrid import read_textgrid, write_textgrid
from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches

DURATION = 20.0
SPANS = (
    Span(0.1, 3.3000000000000003),
    Span(2.0, 2.5, Sign.MINUS),
    Span(2.2, 2.3),
    Span(7.0, 20.0, Sign.MINUS, 200.0, 4000.5),
    Span(5.0, 6.0, muted=True),
)
Read = Callable[[str], tuple[list[Label], list[Skipped]]]


def _labels() -> list[Label]:
    return [label_of(span, 'a "loud" guitar, played') for span in SPANS]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (write_audacity(_labels()), read_audacity),
        (write_csv(_labels()), read_table),
        (write_reaper(_labels()), read_table),
    ],
)
def test_labels_out_and_in_again_are_equal(text: str, read: Read) -> None:
    labels, skipped = read(text)
    assert skipped == []
    assert imported(labels, DURATION).spans == SPANS


def test_a_textgrid_out_and_in_again_decides_the_same() -> None:
    labels, skipped = read_textgrid(write_textgrid(_labels(), DURATION))
    spans = imported(labels, DURATION).spans
    assert skipped == []
    assert set(spans) == set(SPANS)
    assert decided_stretches(Prompt("", spans), DURATION) == decided_stretches(Prompt("", SPANS), DURATION)


def test_a_textgrid_without_spans_is_one_empty_tier() -> None:
    assert read_textgrid(write_textgrid([], DURATION)) == ([], [])


def test_a_textgrid_in_its_short_form_with_comments_is_understood() -> None:
    text = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n! a comment with 12 numbers\n0s 1s <exists> 2\n'
        '"IntervalTier" "Mary" 0s 1s 1 ! one\n0.25 1e0 "+ say ""hi"""\n"TextTier" "clicks" 0 1 1 0.5 "bang"\n'
    )
    labels, skipped = read_textgrid(text)
    assert [(x.start, x.end, x.text) for x in labels] == [(0.25, 1.0, '+ say "hi"'), (0.5, 0.5, "bang")]
    assert skipped == []


MARKERS = (Marker(0.5, 'say "hi"'), Marker(7.000000000000001), Marker(DURATION, "- end"))


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (write_audacity, read_audacity),
        (write_csv, read_table),
        (write_reaper, read_table),
        (lambda labels: write_textgrid(labels, DURATION), read_textgrid),
    ],
)
def test_markers_and_spans_out_and_in_again_are_equal(write: Callable[[list[Label]], str], read: Read) -> None:
    labels, skipped = read(write([*_labels(), *map(label_of_marker, MARKERS)]))
    found = imported(labels, DURATION)
    assert skipped == []
    assert found.markers == MARKERS
    assert set(found.spans) == set(SPANS)


@pytest.mark.parametrize("write", [write_srt, write_vtt])
def test_subtitles_have_no_points(write: Callable[[list[Label]], str]) -> None:
    assert write([*_labels(), *map(label_of_marker, MARKERS)]) == write(_labels())


def test_auditions_markers_are_understood() -> None:
    text = "Name\tStart\tDuration\tTime Format\tType\tDescription\n+ voice\t0:01.500\t0:02.250\tdecimal\tCue\t\n"
    labels, _ = read_table(text)
    assert (labels[0].start, labels[0].end, labels[0].text) == (1.5, 3.75, "+ voice")


def test_reapers_bars_and_beats_are_skipped_and_reported() -> None:
    labels, skipped = read_table("#,Name,Start,End,Length\nR1,+,5.1.00,9.1.00,4.0.00\nM1,+,1.5,,\n")
    assert "bars and beats" in skipped[0].reason
    assert skipped[0].place == "line 2"
    assert imported(labels, DURATION).markers == (Marker(1.5, "+"),)


def test_audacity_labels_without_a_band_stay_without() -> None:
    labels, _ = read_audacity("1.0\t2.0\t+ a\n\\\t-1.000000\t-1.000000\n")
    assert labels[0].low is None


def test_lines_that_are_no_labels_are_listed() -> None:
    labels, skipped = read_audacity("1.0\t2.0\t+ a\nhello\n")
    assert len(labels) == 1
    assert skipped == [Skipped("line 2", "hello", "it is not start, end and text with tabs between them")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Dear reader,\nthis is a letter.\n", read_audacity),
        ("a,b\n1,2\n", read_table),
        ("", read_table),
        ("Dear reader", read_textgrid),
        ('"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "a" 0 1 9 0 1 "+"', read_textgrid),
        ('"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "a" 0 1 nonsense', read_textgrid),
    ],
)
def test_a_foreign_or_damaged_file_is_refused_in_a_sentence(text: str, read: Read) -> None:
    with pytest.raises(LabelError, match=r"^This .*\.$"):
        read(text)
