"""Spans to labels and back, by the rules that every format shares."""

import pytest

from samstudio.session.labels.label import MAX_LABELS, Label, exact, imported, label_of, label_of_marker
from samstudio.session.labels.marker import Marker
from samstudio.session.prompt import Sign, Span


@pytest.mark.parametrize(
    "span",
    [
        Span(0.0, 1.0),
        Span(0.1, 0.30000000000000004, Sign.MINUS),
        Span(1e-5, 2.0, muted=True),
        Span(1.0, 2.0, Sign.MINUS, 200.5, 4000.0, muted=True),
    ],
)
def test_a_span_comes_back_from_its_label_as_it_was(span: Span) -> None:
    label = label_of(span, "acoustic  guitar")
    assert "acoustic guitar" in label.text
    text_alone = Label(label.start, label.end, label.text)
    assert imported([text_alone], 10.0).spans == (span,)


def test_a_sign_is_never_guessed() -> None:
    found = imported([Label(0.0, 1.0, "guitar", "line 1")], 10.0)
    assert found.spans == ()
    assert found.skipped[0].place == "line 1"
    assert "neither + nor −" in found.skipped[0].reason


def test_labels_without_a_sign_are_taken_as_the_user_says() -> None:
    labels = [Label(0.0, 1.0, "guitar"), Label(2.0, 3.0, "- voice")]
    found = imported(labels, 10.0, Sign.PLUS)
    assert [span.sign for span in found.spans] == [Sign.PLUS, Sign.MINUS]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        (Label(2.0, 1.0, "+"), "ends before it starts"),
        (Label(-1.0, 1.0, "+"), "before the recording"),
        (Label(float("nan"), 1.0, "+"), "not numbers"),
        (Label(1.0, float("inf"), "+"), "not numbers"),
        (Label(-1.0, -1.0, "early"), "before the recording"),
        (Label(99.0, 99.0, "late"), "after the recording's end"),
        (Label(float("inf"), float("inf"), "never"), "not a number"),
        (Label(10.0, 11.0, "+"), "after the recording's end"),
        (Label(1.0, 2.0, "+ [400-200 Hz]"), "band"),
        (Label(1.0, 2.0, "+", low=400.0, high=200.0), "band"),
    ],
)
def test_what_is_no_span_is_listed_with_its_reason(label: Label, reason: str) -> None:
    found = imported([label], 10.0)
    assert found.spans == ()
    assert found.markers == ()
    assert reason in found.skipped[0].reason


def test_points_are_markers_whatever_their_text_and_come_in_order_of_time() -> None:
    labels = [
        Label(2.0, 2.0, "verse"),
        Label(1.0, 1.0, "+ hit\n twice"),
        Label(10.0, 10.0, ""),
        Label(2.0, 2.0, "verse"),
    ]
    found = imported(labels, 10.0, Sign.MINUS)
    assert found.markers == (Marker(1.0, "+ hit twice"), Marker(2.0, "verse"), Marker(10.0))
    assert (found.spans, found.skipped) == ((), ())
    assert [imported([label_of_marker(marker)], 10.0).markers for marker in found.markers] == [
        (marker,) for marker in found.markers
    ]


def test_a_label_across_the_end_is_cut_there() -> None:
    assert imported([Label(9.0, 12.0, "+")], 10.0).spans == (Span(9.0, 10.0),)


def test_a_hostile_number_of_labels_is_cut_off_and_reported() -> None:
    found = imported([Label(0.0, 1.0, "+")] * (MAX_LABELS + 5), 10.0)
    assert len(found.spans) == MAX_LABELS
    assert len(found.skipped) == 1


@pytest.mark.parametrize("number", [0.1, 1e-7, 12345.6789, 0.30000000000000004])
def test_exact_numbers_have_no_exponent_and_come_back(number: float) -> None:
    assert "e" not in exact(number)
    assert float(exact(number)) == number
