"""Tracks that are made, kept and found again; what of a video is shown to a model."""

import numpy as np
import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.steps import finish
from samstudio.separation.video import shown_video
from samstudio.separation.video.contract import Tracked
from samstudio.separation.video.following import GrowingTrack, follow, track_key, track_times
from samstudio.separation.video.shown_video import ShownVideo
from samstudio.separation.video.tracking.tracker import FeatureTracker
from samstudio.session.region import Region
from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.session.video.objects import Mark, VideoObject
from tests.separation.sam_audio.made_up_video import MadeUpVideo
from tests.separation.video.colour_finder import ColourTracker
from tests.separation.video.seeing_colours import DiscFilm, SeesColours, on_disc


class InMemory:
    """A `TrackStore`."""

    def __init__(self) -> None:
        self.kept: dict[str, MaskTrack] = {}

    def find(self, key: str) -> MaskTrack | None:
        return self.kept.get(key)

    def keep(self, track: MaskTrack) -> None:
        self.kept[track.key] = track


def test_a_track_is_made_once_for_the_same_marks():
    film, tracker, store, marks = DiscFilm(), FeatureTracker(SeesColours()), InMemory(), (on_disc(0.2),)
    times = track_times((0.0, 1.0), 25.0)
    track = finish(follow(film, marks, times, tracker, store))
    assert track.times == times
    np.testing.assert_array_equal(track.mask_at(0.5).shape, (144, 256))
    read = film.read
    again = finish(follow(film, marks, times[5:], tracker, store))
    assert (again.times, again.masks) == (track.times, track.masks)
    assert film.read == read
    longer = finish(follow(film, marks, track_times((0.0, 1.2), 25.0), tracker, store))
    assert longer.masks[:25] == track.masks
    assert len(store.find(track.key).times) == 30
    with pytest.raises(SeparationError, match="without marks"):
        next(follow(film, (), times, tracker))


def test_what_was_found_before_it_was_stopped_is_kept():
    film, store, marks = DiscFilm(), InMemory(), (on_disc(0.2),)
    steps = follow(film, marks, track_times((0.0, 1.0), 25.0), FeatureTracker(SeesColours()), store)
    while next(steps)[1].track() is None:
        pass
    assert store.kept == {}
    steps.close()
    (kept,) = store.kept.values()
    assert 0 < len(kept.times) < 25


def test_masks_of_another_size_are_worth_nothing():
    old = MaskTrack("key", (0.0, 0.04), (b"", b""), (1.0, 1.0), 9, 16)
    made = GrowingTrack("key", old)
    assert made.missing((0.0, 0.04, 0.08)) == (0.08,)
    made.add(Tracked(0.08, np.ones((18, 32), bool), 1.0))
    assert made.track().times == (0.08,)


def test_the_key_tells_of_all_that_masks_are_made_from():
    film, tracker, marks = DiscFilm(), FeatureTracker(SeesColours()), (on_disc(0.2),)
    first = (film, marks, tracker)
    others = [(DiscFilm(gone=1.0), *first[1:]), (film, (on_disc(0.24),), tracker), (*first[:2], ColourTracker())]
    assert len({track_key(*one) for one in (first, *others)}) == 4
    assert track_key(*first) == track_key(*first)


def test_the_frames_of_a_stretch_are_those_of_the_whole():
    assert track_times((0.1, 0.3), 25.0) == (0.08, 0.12, 0.16, 0.2, 0.24, 0.28)
    assert track_times((0.5, 0.5), 25.0) == (0.48,)


def test_a_box_given_as_a_mask_is_the_rectangle(monkeypatch):
    """To the last bit: what is shown of a frame by a rectangle, and by a track whose masks hold the same pixels."""
    video, place = MadeUpVideo(1.0), Region(0.2, 0.25, 0.5, 0.5)
    by_region = ShownVideo(video, (VideoObject.of_regions((place,)),))
    box = np.zeros((20, 30), bool)
    box[place.pixels(30, 20)] = True
    track = MaskTrack("", (0.0, 0.5), (packed_mask(box),) * 2, (1.0, 1.0), 20, 30)
    monkeypatch.setattr(shown_video, "make_tracker", lambda: FeatureTracker(SeesColours()))
    by_mask = ShownVideo(video, (VideoObject((Mark(0.0, box=(0.2, 0.25, 0.5, 0.5)),)),))
    frames = range(0, 25, 5)
    pairs = zip(by_region.views((), frames, 25.0), by_mask.views((track,), frames, 25.0), strict=True)
    for one, other in pairs:
        np.testing.assert_array_equal(one.mask().numpy(), other.mask().numpy())
        np.testing.assert_array_equal(one.pixels, other.pixels)
        assert one.mask().sum() == box.sum()
    assert by_region.key != by_mask.key


def test_objects_are_shown_together_and_what_is_lost_is_black():
    video, left = MadeUpVideo(1.0), Region(0.0, 0.0, 0.5, 1.0)
    right = np.zeros((4, 6), bool)
    right[:, 5:] = True
    track = MaskTrack("", (0.0, 0.2), (packed_mask(right), b""), (1.0, 0.0), 4, 6)
    followed = VideoObject((Mark(0.0, absent=True),))
    shown = ShownVideo(video, (VideoObject.of_regions((left,)), followed))
    first, _, last = shown.views((track,), range(0, 9, 4), 25.0)
    assert first.mask()[:, :15].all()
    assert first.mask()[:, 26:].all()
    assert not first.mask()[:, 15:24].any()
    assert last.mask().sum() == 20 * 15
    assert not last.is_same(first)
    (alone,) = ShownVideo(video, (followed,)).views((track,), range(5, 6), 25.0)
    assert not alone.mask().any()
