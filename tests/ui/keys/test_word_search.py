import pytest

from samstudio.ui.keys.word_search import score


@pytest.mark.parametrize("typed", ["zoom", "sel", "zosel", "zts", "zoom sel", "SELECTION zoom", "oom", "view"])
def test_what_fits(typed):
    assert score(typed, "Zoom to the selection", more="View Ctrl+E") is not None


@pytest.mark.parametrize("typed", ["zox", "zoom box", "stz", "q"])
def test_what_does_not_fit(typed):
    assert score(typed, "Zoom to the selection", more="View Ctrl+E") is None


def test_the_better_fit_scores_more():
    names = ("Loop", "To the loop", "Overlooped", "Left or out over pan", "Something")
    scores = [score("loop", name, more="loop") for name in names]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_nothing_typed_fits_everything():
    assert score("  ", "Anything") is not None


def test_signs_are_words_too():
    assert score("+ span", "+ span from the selection") > score("+ span", "− span from the selection", more="+")
