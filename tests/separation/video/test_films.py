"""Following through files of every kind: turned, with pixels that are not square, uneven in time, late and short."""

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.tracking import overlap
from samstudio.audio.video.video_file import VideoFile, VideoReader
from samstudio.separation.steps import finish
from samstudio.separation.video.following import follow
from samstudio.separation.video.tracking.tracker import FeatureTracker
from tests.audio.made_videos import write_video
from tests.separation.video.seeing_colours import DiscFilm, SeesColours, on_disc

FILM = DiscFilm()
EVEN = [k / 25 for k in range(25)]


def turned(frames):
    return [np.ascontiguousarray(np.rot90(frame, -1)) for frame in frames]


def squashed(frames):
    return [np.ascontiguousarray(frame[:, ::2]) for frame in frames]


@pytest.mark.parametrize(
    ("name", "change", "times", "how"),
    [
        ("even", list, EVEN, {}),
        ("turned", turned, EVEN, {"turned": 90}),
        ("anamorphic", squashed, EVEN, {"pixel_ratio": Fraction(2)}),
        ("uneven", list, [k / 25 + 0.013 * (k % 3) for k in range(25)], {"uneven": True}),
        ("late and short", list, [k / 25 for k in range(6, 20)], {"uneven": True}),
    ],
)
def test_the_masks_lie_on_the_upright_picture_at_every_time(tmp_path, name, change, times, how):
    # Codecs in MP4 take even sizes alone.
    frames = change([frame[:44] for frame in FILM.frames_at(times)])
    written = times if how.pop("uneven", False) else None
    sound = np.zeros(48000, np.float32)
    path = write_video(
        tmp_path / ("film.mp4" if name == "anamorphic" else "film.mkv"), frames, sound=sound, times=written, **how
    )
    track = finish(follow(VideoFile(path), (on_disc(0.52),), tuple(EVEN), FeatureTracker(SeesColours())))
    assert (len(track.times), track.height, track.width) == (25, 141, 256)
    for index, time in enumerate(track.times):
        there = min(times, key=lambda one: abs(one - time))
        assert overlap(FILM.truth_at(there)[:44], track.mask(index)) > 0.6, (name, time)


def test_of_a_long_film_only_the_selected_part_is_read(tmp_path, monkeypatch):
    """Four minutes, of which one second is followed from a mark in it."""
    frames = [frame[:44] for frame in DiscFilm().frames_at([0.4])] * (240 * 5)
    path = write_video(tmp_path / "long.mkv", frames, rate=5, sound=np.zeros(48000, np.float32))
    decoded = []

    def counted(reader):
        for frame in of_reader(reader):
            decoded.append(frame[0])
            yield frame

    of_reader = VideoReader._decoded
    monkeypatch.setattr(VideoReader, "_decoded", counted)
    mark, times = on_disc(0.4).at(180.4), tuple(180 + k / 25 for k in range(25))
    track = finish(follow(VideoFile(path), (mark,), times, FeatureTracker(SeesColours())))
    assert track.times == times
    # Each reading begins with the film's first frames, and with those since the key frame before.
    far = [time for time in decoded if 1.0 < time < 170.0 or time > 190.0]
    assert far == []
    assert len(decoded) < 240
