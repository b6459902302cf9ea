"""Clicks, boxes and keys on objects, as values."""

import numpy as np
import pytest

from samstudio.session.video.mask_track import MaskTrack
from samstudio.session.video.object_edits import (
    box_around,
    chosen_index,
    clicked,
    still_true,
    taken_back,
    title,
    with_chosen,
    with_new,
    without,
)
from samstudio.session.video.objects import Click, Mark, VideoObject

HERE, NOT_HERE = Click(0.5, 0.5), Click(0.2, 0.2, positive=False)


def test_one_object_is_chosen_and_the_others_are_kept():
    objects = with_new(with_new((), VideoObject()), VideoObject(name="drummer"))
    assert [known.muted for known in objects] == [True, False]
    assert [title(objects, index) for index in (0, 1)] == ["Object 1", "drummer"]
    assert chosen_index(with_chosen(objects, 0)) == 0
    assert without(objects, 1) == (VideoObject(),)
    assert chosen_index(without(with_chosen(objects, 0), 1)) == 0
    assert without((VideoObject(),), 0) == ()
    assert chosen_index(()) is None


def test_clicks_in_one_frame_are_one_mark():
    known = clicked(VideoObject(), None, 2.0, HERE, None)
    assert known.marks == (Mark(2.0, (HERE,)),)
    known = clicked(known, known.marks[0], 2.01, NOT_HERE, None)
    assert known.marks == (Mark(2.0, (HERE, NOT_HERE)),)
    assert taken_back(known, known.marks[0]).marks == (Mark(2.0, (HERE,)),)
    assert taken_back(VideoObject((Mark(2.0, (HERE,)),)), Mark(2.0, (HERE,))).marks == ()


def test_a_negative_click_needs_what_it_is_taken_from():
    with pytest.raises(ValueError, match="needs a click on the object"):
        clicked(VideoObject(), None, 2.0, NOT_HERE, None)
    box = (0.1, 0.1, 0.5, 0.5)
    assert clicked(VideoObject(), None, 2.0, NOT_HERE, box).marks == (Mark(2.0, (NOT_HERE,), box),)


def test_a_click_where_it_was_said_to_be_absent_says_that_it_is_there():
    known = VideoObject((Mark(2.0, absent=True),))
    assert clicked(known, known.marks[0], 2.01, HERE, None).marks == (Mark(2.0, (HERE,)),)


def test_what_stays_alone_goes_whole():
    # The negative click would say nothing without the positive one.
    mark = Mark(1.0, (NOT_HERE, HERE))
    assert taken_back(VideoObject((mark,)), mark).marks == ()
    boxed = Mark(1.0, (HERE,), (0.0, 0.0, 1.0, 1.0))
    assert taken_back(VideoObject((boxed,)), boxed).marks == (Mark(1.0, box=(0.0, 0.0, 1.0, 1.0)),)


def test_the_box_around_a_mask():
    mask = np.zeros((10, 20), bool)
    assert box_around(mask) is None
    mask[2:5, 4:8] = True
    assert box_around(mask) == pytest.approx((0.2, 0.2, 0.2, 0.3))


def test_a_new_mark_leaves_what_lies_beyond_its_neighbours():
    times = tuple(map(float, range(10)))
    track = MaskTrack("", times, (b"",) * 10, (1.0,) * 10, 4, 4)
    marks = tuple(Mark(time, (HERE,)) for time in (2.0, 6.0))
    more = (*marks, Mark(4.0, (HERE,)))
    kept = still_true(track, marks, more)
    assert kept.times == (0.0, 1.0, 2.0, 6.0, 7.0, 8.0, 9.0)
    assert still_true(track, more, marks).times == kept.times
    assert still_true(track, marks, marks).times == times
    assert still_true(track, marks, marks[:1]).times == (0.0, 1.0, 2.0)
    assert still_true(track, marks, (Mark(1.0, (HERE,)),)) is None
