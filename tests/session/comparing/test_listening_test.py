"""Trials, the table of answers, and the statistics of a listening test."""

import csv
import io
from math import comb

import pytest

from samstudio.session.comparing.blind_test import Answer, Rating, Side
from samstudio.session.comparing.listening_test import (
    COLUMNS,
    Preference,
    Trial,
    TrialResult,
    line_of,
    mean_ratings,
    open_trials,
    preferences,
    read_results,
    result_line,
    summary_lines,
    trials_for,
    wilson_interval,
)

NOW = "2026-01-02T03:04:05+00:00"


def result(listener: str, trial: Trial, preferred: Side | None, x: Rating | None = None) -> TrialResult:
    return TrialResult(listener, trial, Answer(x or Rating(), Rating(), preferred), (-1.5, 0.0), NOW)


def test_every_listener_hears_every_pair_of_every_clip_in_an_order_of_their_own():
    clips, systems = ("a", "b", "c", "d"), ("large", "small", "other")
    ann, bob = (trials_for(name, clips, systems) for name in ("ann", "bob"))
    assert len(ann) == 12
    assert {trial.pair for trial in ann} == {trial.pair for trial in bob}
    assert ann != bob
    # The same again when the test goes on, whatever the order of the folders.
    assert ann == trials_for("ann", reversed(clips), systems[::-1])
    assert {trial.x for trial in ann} == set(systems)


def test_each_listener_hears_each_system_as_x_and_as_y_equally_often():
    for listener in map(str, range(20)):
        trials = trials_for(listener, map(str, range(7)), ("one", "two"))
        assert sorted(sum(trial.x == name for trial in trials) for name in ("one", "two")) == [3, 4]
    assert len({tuple(t.x for t in trials_for(str(n), "abcdef", ("one", "two"))) for n in range(20)}) > 10


def test_what_is_answered_is_not_asked_again():
    trials = trials_for("ann", ("a", "b"), ("one", "two"))
    results = [result("ann", trials[0], None), result("bob", trials[1], Side.X)]
    assert open_trials("ann", trials, results) == trials[1:]


def test_a_table_says_what_the_window_says_and_those_of_earlier_versions_are_read():
    same = result("ann", Trial("a", "one", "two"), None)
    line = result_line(same)
    assert ",no difference," in line
    assert read_results(line.replace("no difference", "tie")) == read_results(line) == ((same,), 0)


def test_a_result_is_read_back_as_it_was_written():
    rated = result('Ann, the "first"', Trial("söng", "small, new", "large"), Side.Y, Rating(5, None, 3))
    text = line_of(COLUMNS) + result_line(rated)
    assert read_results(text) == ((rated,), 0)
    # Independent of our reader: a table as any program reads it.
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["listener"], row["preferred"], row["x_recall"], row["x_precision"]) == (rated.listener, "Y", "5", "")


def test_a_line_that_was_cut_off_costs_no_other_one():
    first, second = (result(name, Trial("a", "one", "two"), None) for name in ("ann", "bob"))
    cut = '"carl, the' + "\n"
    assert read_results(line_of(COLUMNS) + result_line(first) + cut + result_line(second)) == ((first, second), 1)
    assert read_results("") == ((), 0)


@pytest.mark.parametrize(
    ("wins", "count", "low", "high"),
    # R: prop.test(wins, count, correct = FALSE)$conf.int
    [(7, 10, 0.3967781, 0.8922087), (0, 5, 0.0, 0.4344825), (50, 100, 0.4038315, 0.5961685)],
)
def test_wilson_intervals_are_those_of_the_literature(wins, count, low, high):
    assert wilson_interval(wins, count) == pytest.approx((low, high), abs=1e-6)


def test_preferences_of_two_systems_whichever_was_x():
    ab, ba = Trial("a", "one", "two"), Trial("b", "two", "one")
    results = [
        result("ann", ab, Side.X),
        result("ann", ba, Side.Y),
        result("bob", ab, Side.Y),
        result("bob", ba, None),
    ]
    (found,) = preferences(results)
    assert found == Preference(("one", "two"), (2, 1), 1, 2, 2)
    assert found.share[0] == pytest.approx(2 / 3)
    assert found.chance == 1.0
    assert Preference(("a", "b"), (9, 1), 0, 1, 1).chance == pytest.approx(2 * (comb(10, 9) + 1) / 2**10)
    assert Preference(("a", "b"), (0, 0), 3, 1, 1).share is None


def test_the_mean_of_ratings_lies_in_its_interval_and_equal_ones_leave_no_doubt():
    trials = trials_for("ann", map(str, range(10)), ("one", "two"))
    results = [result("ann", trial, None, Rating(1 + place % 5)) for place, trial in enumerate(trials)]
    for rated in mean_ratings(results):
        assert rated.criterion == "recall"
        assert rated.low < rated.mean < rated.high
    assert mean_ratings(results) == mean_ratings(results)
    (sure,) = mean_ratings([result("ann", Trial(str(n), "one", "two"), None, Rating(4)) for n in range(4)])
    assert (sure.mean, sure.low, sure.high, sure.count) == (4, 4, 4, 4)


def test_the_summary_says_how_its_intervals_were_made():
    text = "\n".join(summary_lines([result("ann", Trial("a", "one", "two"), Side.X, Rating(5))]))
    assert "one against two: 1 to 0, no difference 0 (1 listener, 1 clip)" in text
    assert "one preferred in 100% (21% to 100%)" in text
    assert "Wilson" in text
    assert "bootstrap" in text
    # One rating tells nothing of the others.
    assert "one, recall: 5.00 (1 rated)" in text
    assert summary_lines([]) == ("Nothing has been answered yet.",)


def test_the_summary_says_what_could_not_be_read():
    lines = summary_lines([result("ann", Trial("a", "one", "two"), Side.X)], 3)
    assert "3 lines of the table could not be read; the table is left as it is." in lines
