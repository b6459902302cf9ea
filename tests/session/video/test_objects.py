import math

import pytest

from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.text.recipe import object_text
from samstudio.session.video.objects import Click, Mark, VideoObject

HERE = Click(0.25, 0.5)
PLACE = Region(0.1, 0.2, 0.3, 0.4, time=1.0)


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (lambda: Click(1.1, 0.5), "inside the picture"),
        (lambda: Click(0.5, math.nan), "inside the picture"),
        (lambda: Mark(-1.0, (HERE,)), "time from 0 s on"),
        (lambda: Mark(0.0), "needs a click"),
        (lambda: Mark(0.0, (Click(0.5, 0.5, positive=False),)), "needs a click"),
        (lambda: Mark(0.0, (HERE,), absent=True), "neither clicks nor a box"),
        (lambda: Mark(0.0, box=(0.5, 0.5, 0.6, 0.1)), "inside the picture"),
        (lambda: Mark(0.0, (HERE,), choice=-1), "from 0 on"),
        (lambda: VideoObject((Mark(1.0, (HERE,)), Mark(1.0, absent=True))), "in order of time"),
        (lambda: VideoObject((Mark(1.0, (HERE,)),), follows=False), "needs a box"),
    ],
)
def test_what_says_nothing_is_refused(made, part):
    with pytest.raises(ValueError, match=part):
        made()


def test_marks_stay_in_order_and_replace_each_other():
    later, sooner = Mark(2.0, (HERE,)), Mark(1.0, box=(0, 0, 0.5, 0.5))
    known = VideoObject().with_mark(later).with_mark(sooner)
    assert known.marks == (sooner, later)
    more = later.with_click(Click(0.5, 0.5, positive=False))
    assert known.with_mark(more).marks == (sooner, more)
    assert known.without_mark(2.0).marks == (sooner,)
    assert known.mark_at(1.9) is None
    assert known.mark_at(1.9, reach=0.2) == later


def test_a_choice_ends_with_the_next_click():
    assert Mark(0.0, (HERE,), choice=2).with_click(HERE).choice is None


def test_an_object_alone_says_what_the_target_is_unless_it_is_muted():
    known = VideoObject((Mark(0.0, (HERE,)),))
    assert Prompt().with_objects(known).names_target
    assert Prompt().with_objects(VideoObject(known.marks, muted=True)).is_empty
    assert Prompt().with_objects(VideoObject()).is_empty


def test_rectangles_leave_the_objects_that_are_followed_alone():
    known = VideoObject((Mark(0.0, (HERE,)),), "drummer")
    prompt = Prompt().with_objects(known).with_regions(PLACE)
    assert prompt.regions == (PLACE,)
    assert prompt.objects[0] is known
    assert prompt.without_region() == Prompt().with_objects(known)


def test_a_recipe_names_the_marks():
    marks = (Mark(0.5, (HERE, Click(0.75, 1.0, positive=False)), choice=0), Mark(2.0, absent=True))
    assert object_text(VideoObject(marks, "drummer")) == (
        "object “drummer” click 0.5:0.25:0.5:+ click 0.5:0.75:1:- mask 1 absent 2"
    )
    assert object_text(VideoObject((Mark(1.0, box=(0.1, 0.2, 0.3, 0.4)),))) == "object box 1@0.1:0.2:0.3:0.4"
