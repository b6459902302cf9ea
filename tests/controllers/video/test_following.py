"""Following: what is kept, what is looked for again, and how it stops."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.background import Background
from samstudio.controllers.video.following import RATE, Following
from samstudio.separation.steps import finish
from samstudio.separation.video import shown_video
from samstudio.separation.video.shown_video import ShownVideo
from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.session.video.objects import Click, Mark, VideoObject
from samstudio.storage.mask_files import MaskFiles
from tests.separation.video.colour_finder import ColourTracker
from tests.signals import emissions

RED, BLUE = (200, 0, 0), (0, 0, 200)
LAST = 4.0


class Film:
    """A red square for two seconds, which is blue for two more."""

    key = "film"

    def frames_at(self, times):
        for time in times:
            frame = np.zeros((18, 32, 3), np.uint8)
            frame[4:12, 8:16] = RED if time < 2.0 else BLUE
            yield frame


def mark(time: float) -> Mark:
    return Mark(time, (Click(0.3, 0.3),))


@pytest.fixture
def tracker():
    return ColourTracker()


@pytest.fixture
def following(qtbot, tracker, tmp_path):
    background = Background(threads=1)
    yield Following(lambda: tracker, MaskFiles(tmp_path), background)
    background.shut_down()


def follow(following, marks, qtbot, stretch=(0.0, LAST), near=0.0):
    following.show("film", VideoObject(marks))
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        following.follow(Film(), stretch, near)
    return following.track


def test_it_is_followed_and_known_where_it_is_lost(following, qtbot):
    fractions = emissions(following.progressed)
    track = follow(following, (mark(0.5),), qtbot)
    assert track.times == tuple(k / RATE for k in range(100))
    assert track.mask_at(1.0).sum() == 64
    assert track.unsure == ((2.0, 3.96),)
    assert fractions[-1] == 1.0


def test_a_click_on_a_lost_place_mends_and_leaves_what_was_right(following, tracker, qtbot):
    before = (mark(0.5), mark(1.5))
    follow(following, before, qtbot)
    track = follow(following, (*before, mark(3.0)), qtbot)
    assert track.unsure == ()
    # What lies before the mark beside the new one was not looked at again.
    assert min(tracker.asked[1]) > 1.5
    # Undone and redone, both are there without more work.
    following.show("film", VideoObject(before))
    assert following.track.unsure == ((2.0, 3.96),)
    following.show("film", VideoObject((*before, mark(3.0))))
    assert following.track is track
    assert len(tracker.asked) == 2


def test_only_the_stretch_is_followed_and_the_rest_later(following, tracker, qtbot):
    track = follow(following, (mark(0.5),), qtbot, stretch=(0.0, 1.0))
    assert track.times[-1] == 0.96
    assert max(tracker.asked[0]) < 1.0
    track = follow(following, (mark(0.5),), qtbot)
    assert len(track.times) == 100
    assert min(tracker.asked[1]) == 1.0


def test_stopped_it_keeps_what_it_has_near_the_playhead(qtbot, tmp_path):
    reached, go = threading.Event(), threading.Event()

    class Slow(ColourTracker):
        def track(self, video, times, marks, near=0.0):
            for count, step in enumerate(super().track(video, times, marks, near)):
                if count == 40:
                    reached.set()
                    go.wait(10)
                yield step

    background = Background(threads=1)
    following = Following(Slow, MaskFiles(tmp_path), background)
    following._pause = 0.0
    following.show("film", VideoObject((mark(0.5),)))
    following.follow(Film(), (0.0, LAST), 1.0)
    qtbot.waitUntil(reached.is_set)
    qtbot.waitUntil(lambda: following.track is not None)
    following.stop()
    assert not following.is_running
    go.set()
    background.shut_down()
    assert 0 < len(following.track.times) <= 20
    assert all(abs(time - 1.0) < 0.5 for time in following.track.times)


def test_another_video_has_nothing_of_this_one(following, qtbot):
    follow(following, (mark(0.5),), qtbot)
    following.show("other", VideoObject((mark(0.5),)))
    assert following.track is None
    following.show("film", VideoObject((mark(0.5),)))
    assert len(following.track.times) == 100


def test_what_was_followed_is_not_followed_again_to_be_separated(following, tracker, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(shown_video, "make_tracker", lambda: tracker)
    before = follow(following, (mark(0.5),), qtbot)
    shown = ShownVideo(Film(), (VideoObject((mark(0.5),)),), MaskFiles(tmp_path))
    for frames in (range(100), range(20, 40)):
        (track,) = finish(shown.tracks(frames, RATE))
        assert (track.times, track.masks) == (before.times, before.masks)
    assert len(tracker.asked) == 1
    # Nor the other way round.
    other = (mark(0.5), mark(1.0))
    finish(replace(shown, objects=(VideoObject(other),)).tracks(range(100), RATE))
    assert len(tracker.asked) == 2
    assert len(follow(following, other, qtbot).times) == 100
    assert len(tracker.asked) == 2


def test_where_an_object_may_be_lost_is_said_with_the_result():
    sure, lost = packed_mask(np.ones((2, 2), np.bool_)), b""
    track = MaskTrack(
        "", tuple(k / RATE for k in range(100)), (sure,) * 60 + (lost,) * 40, (1.0,) * 60 + (0.0,) * 40, 2, 2
    )
    shown = ShownVideo(Film(), (VideoObject((mark(0.5),), "drum"),))
    (notice,) = shown.doubts((track,), range(100), RATE)
    assert notice.text == "drum may be lost in 1.6 of 4.0 s of the picture, first at 2.4 s: click it there."
    assert shown.doubts((track,), range(50), RATE) == ()


def test_nothing_is_followed_without_marks(following, tracker):
    following.show("film", VideoObject())
    following.follow(Film(), (0.0, LAST), 0.0)
    assert not following.is_running
    assert tracker.asked == []


def test_what_was_followed_is_there_after_a_new_start(following, tracker, qtbot, tmp_path):
    before = follow(following, (mark(0.5),), qtbot)
    background = Background(threads=1)
    later = Following(lambda: tracker, MaskFiles(tmp_path), background)
    later.show("film", VideoObject((mark(0.5),)))
    with qtbot.waitSignal(later.track_changed):
        later.recall(Film(), [VideoObject((mark(0.5),))])
    assert (later.track.times, later.track.masks) == (before.times, before.masks)
    assert len(tracker.asked) == 1
    background.shut_down()
