"""Following with a segmenter that sees colours: order, both ways, absence, marks that win, and letting go."""

import numpy as np
import pytest

from benchmarks.tracking import overlap
from samstudio.separation.engine import Progress
from samstudio.separation.video.contract import Tracked
from samstudio.separation.video.tracking.track_plan import track_plan
from samstudio.separation.video.tracking.tracker import FeatureTracker
from samstudio.session.video.objects import Click, Mark
from tests.separation.video.seeing_colours import RATE, DiscFilm, SeesColours, on_disc

TIMES = tuple(k / RATE for k in range(50))


def tracked(film: DiscFilm, marks, times=TIMES, near: float = 0.0) -> dict[float, Tracked]:
    steps = list(FeatureTracker(SeesColours()).track(film, times, marks, near))
    found = [step for step in steps if isinstance(step, Tracked)]
    assert sorted(step.time for step in found) == list(times)
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions)
    assert film.open == 0
    return {step.time: step for step in found}


@pytest.mark.parametrize("start", [0.0, 0.92, 1.96])
def test_one_click_is_followed_both_ways_and_masks_are_filled_in_between_keys(start):
    film = DiscFilm()
    for time, step in tracked(film, [on_disc(start)]).items():
        assert step.mask.shape == (144, 256)
        assert overlap(film.truth_at(time), step.mask) > 0.65
        assert step.certainty > 0.5


def test_what_is_gone_is_black_and_what_comes_back_is_found():
    film = DiscFilm(gone=0.7, back=1.3)
    steps = tracked(film, [on_disc(0.0)])
    for time, step in steps.items():
        if 0.81 < time < 1.19:
            assert not step.mask.any()
            assert step.certainty < 0.5
        elif not 0.6 < time < 1.41:
            assert overlap(film.truth_at(time), step.mask) > 0.65


def test_marks_are_never_overruled():
    """A click on the ground, and the word that the disc is absent, hold in their frames whatever is seen there."""
    ground = Mark(1.0, (Click(0.05, 0.9),))
    steps = tracked(DiscFilm(), [on_disc(0.0), ground, Mark(1.6, absent=True)])
    assert steps[1.0].mask[130, 12]
    assert steps[1.0].certainty == 1.0
    assert not steps[1.6].mask.any()
    assert steps[1.6].certainty == 1.0


def test_a_mask_of_the_whole_picture_is_unsure_at_its_mark_too():
    steps = tracked(DiscFilm(gone=0.0), [Mark(1.0, (Click(0.05, 0.9),))])
    assert steps[1.0].mask.mean() == 1.0
    assert all(step.certainty < 0.5 for step in steps.values())


def test_between_two_marks_both_ways_agree_and_each_frame_is_told_once():
    film, segmenter = DiscFilm(), SeesColours()
    list(FeatureTracker(segmenter).track(film, TIMES, [on_disc(0.0), on_disc(1.96)]))
    # Ten keys of which two are marked, and each mark twice: the way back looks at nothing anew.
    assert segmenter.looks == 8 + 1 + 4


def test_what_is_near_comes_first():
    steps = FeatureTracker(SeesColours()).track(DiscFilm(), TIMES, [on_disc(0.52), on_disc(1.0)], near=1.5)
    order = [step.time for step in steps if isinstance(step, Tracked)]
    assert order[0] >= 1.0
    assert order[-1] <= 0.52


def test_a_mark_outside_the_stretch_leads_into_it():
    film = DiscFilm()
    times = TIMES[30:40]
    for marks in ([on_disc(0.2)], [on_disc(1.9)]):
        for time, step in tracked(film, marks, times).items():
            assert overlap(film.truth_at(time), step.mask) > 0.65


def test_what_is_wanted_may_have_gaps():
    """The mark lies in the gap, and holds there alone."""
    film = DiscFilm()
    times = (*TIMES[:6], *TIMES[36:44])
    for time, step in tracked(film, [on_disc(0.8)], times).items():
        assert overlap(film.truth_at(time), step.mask) > 0.65
        assert step.certainty < 1.0


def test_closing_lets_go_of_the_film():
    film = DiscFilm()
    steps = FeatureTracker(SeesColours()).track(film, TIMES, [on_disc(0.0)])
    next(step for step in steps if isinstance(step, Tracked))
    assert film.open > 0
    assert film.read < 30
    steps.close()
    assert film.open == 0


def test_keys_are_five_a_second_and_at_every_mark():
    line = track_plan(TIMES, [on_disc(0.52)], 5.0)
    assert np.array(line.times)[list(line.keys)].tolist() == [
        0,
        0.2,
        0.4,
        0.52,
        0.6,
        0.8,
        1.0,
        1.2,
        1.4,
        1.6,
        1.8,
        1.96,
    ]
    with pytest.raises(ValueError, match="at least one mark"):
        track_plan(TIMES, [], 5.0)
