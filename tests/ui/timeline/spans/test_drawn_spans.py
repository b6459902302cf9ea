"""Which parts of spans lose, and what has to be painted again."""

import numpy as np

from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches
from samstudio.ui.timeline.spans.drawn_spans import DrawnSpan, Overlay, drawn_spans

MINUS = Sign.MINUS


def lost(*spans: Span) -> list[tuple]:
    return [mark.lost for mark in drawn_spans(spans, ())]


def test_the_later_span_takes_its_part_from_the_earlier():
    assert lost(Span(1, 5), Span(3, 7, MINUS)) == [((3, 5),), ()]
    assert lost(Span(3, 7, MINUS), Span(1, 5)) == [((3, 5),), ()]
    assert lost(Span(1, 9), Span(3, 4, MINUS), Span(6, 7, MINUS)) == [((3, 4), (6, 7)), (), ()]


def test_a_third_span_gives_back_what_the_second_took():
    assert lost(Span(1, 9), Span(3, 7, MINUS), Span(4, 5)) == [((3, 4), (5, 7)), ((4, 5),), ()]


def test_same_signs_muted_spans_boxes_and_neighbours_take_nothing():
    assert lost(Span(1, 5), Span(3, 7)) == [(), ()]
    assert lost(Span(1, 5), Span(3, 7, MINUS, muted=True)) == [(), ()]
    assert lost(Span(1, 5), Span(3, 7, MINUS, low=1, high=2)) == [(), ()]
    assert lost(Span(1, 5), Span(5, 7, MINUS)) == [(), ()]


def test_groups_far_apart_do_not_mix():
    assert lost(Span(10, 15), Span(1, 5), Span(12, 13, MINUS), Span(2, 3, MINUS), Span(20, 30)) == [
        ((12, 13),),
        ((2, 3),),
        (),
        (),
        (),
    ]


def test_only_what_differs_is_painted_again():
    still, old, new = DrawnSpan(Span(1, 2), False), DrawnSpan(Span(3, 4), False), DrawnSpan(Span(3, 5), False)
    before = Overlay((still, old), selection=(7, 8))
    assert sorted(Overlay((still, new), (7, 8)).changes_from(before)) == [(3, 4), (3, 5)]
    assert list(Overlay((still, old), None).changes_from(before)) == [(7, 8)]
    assert list(Overlay((still, old), (7, 8), snap_line=6).changes_from(before)) == [(6, 6)]
    assert list(before.changes_from(before)) == []
    assert sorted(set(Overlay((old, still), (7, 8)).changes_from(before))) == [(1, 2), (3, 4)]


def test_what_came_and_went_is_painted_again_alone():
    marks = tuple(DrawnSpan(Span(i, i + 0.5), False) for i in range(5))
    assert list(Overlay(marks).changes_from(Overlay(marks[:4]))) == [(4, 4.5)]
    assert list(Overlay(marks[:3]).changes_from(Overlay(marks))) == [(3, 3.5), (4, 4.5)]
    gone = Overlay((*marks[:3], marks[4])).changes_from(Overlay(marks))
    assert gone == [(3, 3.5)]
    assert Overlay(marks).changes_from(Overlay(suggestions=marks)) == [
        (mark.span.start, mark.span.end) for mark in marks * 2
    ]


def test_where_very_much_differs_all_is_painted_again():
    marks = tuple(DrawnSpan(Span(i, i + 0.5), False) for i in range(100))
    chosen = tuple(DrawnSpan(Span(i, i + 0.5), True) for i in range(100))
    assert Overlay(marks).changes_from(Overlay(chosen)) is None


def test_a_long_mark_whose_end_moves_changes_about_its_end_alone():
    old, new = DrawnSpan(Span(3, 8), True, ((4, 5),)), DrawnSpan(Span(3, 9), True, ((4, 5), (8, 8.5)))
    assert list(Overlay((new,)).changes_from(Overlay((old,)), 1.0)) == [(8, 9), (8, 8.5)]
    assert list(Overlay((new,)).changes_from(Overlay((old,)), 5.5)) == [(3, 9), (3, 8)]
    for other in (DrawnSpan(Span(3, 9), False), DrawnSpan(Span(3, 9, MINUS), True), DrawnSpan(Span(2, 9), True)):
        assert (3, 8) in Overlay((other,)).changes_from(Overlay((old,)), 1.0)


def test_what_is_lost_is_what_the_other_sign_decides():
    noise = np.random.default_rng(5)
    for _ in range(30):
        starts, lengths = noise.integers(0, 40, 20), noise.integers(1, 9, 20)
        signs = noise.integers(0, 2, 20)
        spans = tuple(
            Span(float(a), float(a + b), (Sign.PLUS, MINUS)[s])
            for a, b, s in zip(starts.tolist(), lengths.tolist(), signs.tolist(), strict=True)
        )
        decided = {
            int(d.start) + i: d.sign for d in decided_stretches(Prompt(spans=spans), 99.0) for i in range(int(d.length))
        }
        for mark in drawn_spans(spans, ()):
            seconds = {int(start) + i for start, end in mark.lost for i in range(int(end - start))}
            covered = range(int(mark.span.start), int(mark.span.end))
            assert seconds == {second for second in covered if decided[second] is not mark.span.sign}


def test_twenty_thousand_spans_that_hang_together_lose_a_bounded_number_of_parts():
    count = 20_000
    half = count // 2
    comb = tuple(Span(i / count, 100.0) for i in range(half))
    comb += tuple(Span(0.01 * i, 0.01 * i + 0.005, MINUS) for i in range(half))
    marks = drawn_spans(comb, range(count))
    assert sum(len(mark.lost) for mark in marks) <= 200_000
    assert all(len(mark.lost) >= 1 for mark in marks[:half])
    assert all(mark.is_selected for mark in marks)
