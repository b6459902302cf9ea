"""Edits of several spans at once."""

from samstudio.session import span_edits
from samstudio.session.prompt import Sign, Span

MINUS = Sign.MINUS
SPANS = (Span(1, 3), Span(2, 4, MINUS), Span(5, 6), Span(6, 8))


def test_chosen_spans_are_flipped_signed_and_deleted_and_others_stay():
    assert span_edits.flipped(SPANS, (0, 1)) == (Span(1, 3, MINUS), Span(2, 4), *SPANS[2:])
    assert span_edits.signed(SPANS, (0, 1), MINUS) == (Span(1, 3, MINUS), *SPANS[1:])
    assert span_edits.without(SPANS, (0, 3)) == SPANS[1:3]


def test_a_mixed_choice_is_muted_first_and_used_again_next():
    half = span_edits.muted(SPANS, (0,))
    both = span_edits.muted(half, (0, 1))
    assert [span.muted for span in both] == [True, True, False, False]
    assert span_edits.muted(both, (0, 1)) == SPANS


def test_on_top_comes_last_in_order():
    assert span_edits.on_top(SPANS, (2, 0)) == (SPANS[1], SPANS[3], SPANS[0], SPANS[2])


def test_copies_keep_their_distances_and_stay_inside():
    assert span_edits.duplicated(SPANS, (0, 2), 100) == (*SPANS, Span(6, 8), Span(10, 11))
    assert span_edits.duplicated(SPANS, (2, 3), 9) == (*SPANS, Span(6, 7), Span(7, 9))
    assert span_edits.duplicated((Span(0, 2),), (0,), 2) == (Span(0, 2), Span(0, 2))


def test_a_split_cuts_only_what_is_chosen_and_leaves_no_crumbs():
    assert span_edits.split(SPANS, (0,), 2.5) == (Span(1, 2.5), Span(2.5, 3), *SPANS[1:])
    assert span_edits.split(SPANS, (0, 1), 2.5) == (
        Span(1, 2.5),
        Span(2.5, 3),
        Span(2, 2.5, MINUS),
        Span(2.5, 4, MINUS),
        *SPANS[2:],
    )
    assert span_edits.split(SPANS, (0,), 1.005) == SPANS
    assert span_edits.split(SPANS, (0,), 5.5) == SPANS


def test_chosen_spans_of_one_sign_merge_over_their_gap():
    assert span_edits.merged(SPANS, (0, 1, 2)) == (Span(2, 4, MINUS), Span(1, 6), Span(6, 8))


def test_one_span_takes_in_what_hangs_together_with_it():
    spans = (Span(4, 5), Span(1, 2), Span(2, 4.5), Span(7, 8), Span(1, 9, MINUS), Span(4, 7, muted=True))
    assert span_edits.merged(spans, (2,)) == (Span(1, 5), Span(7, 8), *spans[4:])
    assert span_edits.merged(spans, (3,)) == spans


def test_boxes_merge_among_themselves_into_the_band_of_all():
    spans = (Span(1, 2, low=100, high=200), Span(1, 9), Span(3, 4, low=150, high=400))
    assert span_edits.merged(spans, (0, 1, 2)) == (Span(1, 9), Span(1, 4, low=100, high=400))


def test_an_extent_spans_all():
    assert span_edits.extent(SPANS) == (1, 8)
