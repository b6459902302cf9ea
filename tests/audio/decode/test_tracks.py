"""Several sound tracks: the default one is read unless another is asked for."""

import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.video_sink import lead_in
from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip, read_clip, tracks
from samstudio.audio.video.video_file import VideoReader
from tests.audio.made_tracks import TONES, tone_of, two_tracks


def test_tracks_are_listed_with_what_distinguishes_them(tmp_path):
    first, second = tracks(two_tracks(tmp_path / "two.mkv"))
    assert (first.number, first.name, first.language, first.layout, first.channels) == (1, "Room", "ger", "mono", 1)
    assert (second.number, second.name, second.layout) == (2, "Commentary & more", "stereo")
    assert [first.is_default, second.is_default] == [False, True]
    assert second.title == "2 Commentary & more · eng · stereo"


@pytest.mark.parametrize(("default", "read"), [(2, 2), (1, 1), (0, 1)])
def test_the_default_track_is_read_or_else_the_first(tmp_path, default, read):
    path = two_tracks(tmp_path / "two.mkv", default)
    *_, last = read_clip(path)
    assert tone_of(last.clip.samples) == TONES[read - 1]
    assert last.clip.channels == read
    assert last.track.number == read
    assert last.clip.track is None


@pytest.mark.parametrize("number", [1, 2])
def test_any_track_can_be_chosen(tmp_path, number):
    clip = load_clip(two_tracks(tmp_path / "two.mkv"), number)
    assert tone_of(clip.samples) == TONES[number - 1]
    assert clip.track == number


def test_a_track_that_is_not_there_is_refused(tmp_path):
    path = two_tracks(tmp_path / "two.mkv")
    with pytest.raises(AudioError, match=r"“two\.mkv” has 2 sound tracks, and none of number 3: choose another one\."):
        load_clip(path, 3)
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 48000)
    with pytest.raises(AudioError, match="has one sound track"):
        load_clip(tmp_path / "a.wav", 2)
    assert load_clip(tmp_path / "a.wav", 1).frames == 100


def test_files_of_one_sound_have_one_track_or_none(tmp_path):
    soundfile.write(tmp_path / "a.flac", np.zeros(100), 48000)
    (only,) = tracks(tmp_path / "a.flac")
    assert (only.layout, only.is_default) == ("mono", True)
    with pytest.raises(AudioError, match="There is no file"):
        tracks(tmp_path / "gone.mkv")


def test_picture_and_export_go_by_the_time_of_the_track_that_was_read(tmp_path):
    path = two_tracks(tmp_path / "two.mkv", late=(0.0, 0.4))
    silences = [sum(len(block) for block in lead_in(path, 48000, 1, number)) for number in (1, 2)]
    assert silences == [0, pytest.approx(19200, abs=48)]
    first, second = (VideoReader(path, track=number) for number in (1, 2))
    early, late = first.frame_at(0.4), second.frame_at(0.0)
    assert np.array_equal(early, late)
    assert not np.array_equal(second.frame_at(0.4), late)
    first.close()
    second.close()
