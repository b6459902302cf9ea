import csv
import io

import pytest

from samstudio.session.comparing.blind_test import Answer, BlindTest, Rating, Side, Verdict, csv_text, new_blind_test

GOOD, BAD = Rating(5, 4, 5), Rating(2, 1, 3)
TEST = BlindTest(("=One", "Two, louder"), (0, 1, 1), (0.0, -1.25))


def filled(test: BlindTest = TEST) -> BlindTest:
    """Take 1 is found better each time, whatever it is called, except in the last round."""
    for _ in range(test.rounds):
        x_is_1 = test.take_at(Side.X) == 1
        better = Side.X if x_is_1 == (len(test.answers) < 2) else Side.Y
        test = test.answered(Answer(GOOD if x_is_1 else BAD, BAD if x_is_1 else GOOD, better))
    return test


def test_the_round_says_which_take_is_heard():
    assert [TEST.take_at(side) for side in Side] == [0, 1]
    second = TEST.answered(Answer(GOOD, BAD, Side.X))
    assert [second.take_at(side) for side in Side] == [1, 0]
    assert not second.is_over
    assert filled().is_over


def test_ratings_of_x_and_y_go_to_the_takes_behind_them():
    one, two = filled().verdicts()
    assert two == Verdict(5.0, 4.0, 5.0, preferred=2)
    assert one == Verdict(2.0, 1.0, 3.0, preferred=1)


def test_means_are_means():
    test = TEST.answered(Answer(GOOD, BAD, Side.X)).answered(Answer(GOOD, BAD, Side.X))
    one, two = test.verdicts()
    assert (one.recall, one.precision, one.faithfulness, one.preferred) == (3.5, 2.5, 4.0, 1)
    assert one == two
    assert TEST.verdicts() is None


@pytest.mark.parametrize(("wins", "rounds", "chance"), [(1, 1, 1.0), (3, 3, 0.25), (5, 5, 0.0625), (2, 4, 1.0)])
def test_the_chance_that_it_was_guessed_is_that_of_the_sign_test(wins, rounds, chance):
    test = BlindTest(("a", "b"), (0,) * rounds)
    for number in range(rounds):
        test = test.answered(Answer(GOOD, BAD, Side.X if number < wins else Side.Y))
    assert test.chance == chance


def test_rounds_without_a_preference_do_not_count_in_the_sign_test():
    test = BlindTest(("a", "b"), (0,) * 5)
    for preferred in (Side.X, Side.X, Side.X, None, None):
        test = test.answered(Answer(Rating(), Rating(), preferred))
    assert (test.chance, test.ties) == (0.25, 2)
    assert test.verdicts()[0] == Verdict(None, None, None, preferred=3)
    assert BlindTest(("a", "b"), (0,)).answered(Answer(Rating(), Rating(), None)).chance == 1.0


def test_what_was_not_rated_is_empty_in_the_csv_and_not_in_the_mean():
    test = TEST.answered(Answer(Rating(recall=5), BAD, None)).answered(Answer(BAD, Rating(), Side.X))
    rows = list(csv.DictReader(io.StringIO(csv_text(test, "clip.wav"))))
    assert (rows[0]["recall"], rows[0]["precision"], rows[0]["preferred"]) == ("5", "", "no difference")
    assert test.verdicts()[0].recall == 5.0


def test_the_order_is_random_in_every_round():
    orders = {new_blind_test(("a", "b"), 20).x_takes for _ in range(5)}
    assert len(orders) > 1
    assert {take for order in orders for take in order} == {0, 1}


def test_a_rating_beyond_the_scale_is_refused():
    with pytest.raises(ValueError, match="between 1 and 5"):
        Rating(0, 3, 3)
    with pytest.raises(ValueError, match="between 1 and 5"):
        Rating(1, 6, 3)


def test_the_csv_tells_everything_and_survives_commas():
    rows = list(csv.DictReader(io.StringIO(csv_text(filled(), "clip.wav"))))
    assert len(rows) == 6
    assert rows[1] == {
        "clip": "clip.wav",
        "round": "1",
        "heard_as": "Y",
        "take": "Two, louder",
        "level_db": "-1.25",
        "recall": "5",
        "precision": "4",
        "faithfulness": "5",
        "preferred": "yes",
    }
    assert [row["preferred"] for row in rows if row["take"] == "=One"] == ["no", "no", "yes"]
