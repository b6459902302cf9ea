import time

import numpy as np
import pytest

from samstudio.audio.video.video_file import VideoInfo, VideoReader
from samstudio.controllers.analysis.video_frames import VideoFrames
from tests.audio.made_videos import grey_frames, write_video


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    return write_video(folder / "video.mkv", grey_frames(50), sound=np.zeros(96000, np.float32))


@pytest.fixture
def video_frames(qapp):
    video_frames = VideoFrames()
    video_frames.frames = []
    video_frames.frame_changed.connect(lambda frame, at: video_frames.frames.append((at, int(frame[0, 0, 0]))))
    video_frames.set_watched(True)
    yield video_frames
    video_frames.shut_down()


def shade(number: int) -> int:
    return int(grey_frames(50)[number][0, 0, 0])


def open_video(video_frames, video, qtbot) -> None:
    with qtbot.waitSignal(video_frames.video_changed, check_params_cb=lambda info: info is not None) as changed:
        video_frames.set_video(video)
    assert changed.args == [VideoInfo(32, 32, 25.0, pytest.approx(2.0, abs=0.05))]


def test_a_video_shows_its_first_frame_and_then_what_is_asked(video_frames, video, qtbot):
    open_video(video_frames, video, qtbot)
    assert video_frames.has_video
    qtbot.waitUntil(lambda: video_frames.frames == [(0.0, shade(0))])
    video_frames.seek(1.0)
    qtbot.waitUntil(lambda: video_frames.frames[1:] == [(1.0, shade(25))])
    video_frames.seek(0.2)
    qtbot.waitUntil(lambda: video_frames.frames[2:] == [(0.2, shade(5))])


def test_the_newest_request_wins(video_frames, video, qtbot):
    open_video(video_frames, video, qtbot)
    for number in range(50):
        video_frames.seek(number / 25)
    qtbot.waitUntil(lambda: bool(video_frames.frames) and video_frames.frames[-1] == (49 / 25, shade(49)))
    assert len(video_frames.frames) <= 3


def test_a_recording_without_video(video_frames, video, tmp_path, qtbot):
    open_video(video_frames, video, qtbot)
    emitted = []
    video_frames.video_changed.connect(emitted.append)
    (tmp_path / "sound.wav").write_bytes(b"RIFF")
    with qtbot.waitSignal(video_frames.video_changed):
        video_frames.set_video(tmp_path / "sound.wav")
    assert emitted == [None]
    assert not video_frames.has_video
    frames = len(video_frames.frames)
    video_frames.seek(1.0)
    qtbot.wait(150)
    assert len(video_frames.frames) == frames


def test_nothing_is_decoded_while_nobody_watches(video_frames, video, qtbot, monkeypatch):
    asked = []
    frame_at = VideoReader.frame_at
    monkeypatch.setattr(VideoReader, "frame_at", lambda self, at: (asked.append(at), frame_at(self, at))[1])
    video_frames.set_watched(False)
    open_video(video_frames, video, qtbot)
    video_frames.seek(1.0)
    qtbot.wait(150)
    assert asked == []
    video_frames.set_watched(True)
    qtbot.waitUntil(lambda: video_frames.frames == [(1.0, shade(25))])


def test_a_late_frame_of_the_video_before_is_not_shown(video_frames, video, tmp_path, qtbot, monkeypatch):
    other = write_video(tmp_path / "other.mkv", [np.full((32, 32, 3), 255, np.uint8)] * 50)
    open_video(video_frames, video, qtbot)
    qtbot.waitUntil(lambda: len(video_frames.frames) == 1)
    frame_at = VideoReader.frame_at
    monkeypatch.setattr(VideoReader, "frame_at", lambda self, at: (time.sleep(0.1), frame_at(self, at))[1])
    qtbot.wait(100)
    video_frames.seek(1.0)
    video_frames.set_video(other)
    qtbot.waitUntil(lambda: len(video_frames.frames) > 1)
    assert video_frames.frames[1:] == [(0.0, 255)]


def test_a_video_that_vanishes_shows_nothing_and_breaks_nothing(video_frames, video, tmp_path, qtbot):
    copy = tmp_path / "copy.mkv"
    copy.write_bytes(video.read_bytes())
    open_video(video_frames, copy, qtbot)
    qtbot.waitUntil(lambda: len(video_frames.frames) == 1)
    copy.unlink()
    # Going back is where a reader may have to open its file anew.
    video_frames.seek(1.5)
    qtbot.wait(150)
    video_frames.seek(0.0)
    qtbot.wait(150)
    video_frames.set_video(video)
    qtbot.waitUntil(lambda: video_frames.frames[-1] == (0.0, shade(0)))


def test_a_panic_while_decoding_ends_neither_the_thread_nor_the_frames(video_frames, video, qtbot, monkeypatch):
    class Panic(BaseException):
        pass

    def frame_at(self, time):
        if time > 0.5:
            raise Panic
        return found(self, time)

    open_video(video_frames, video, qtbot)
    qtbot.waitUntil(lambda: len(video_frames.frames) == 1)
    found = VideoReader.frame_at
    monkeypatch.setattr(VideoReader, "frame_at", frame_at)
    video_frames.seek(1.0)
    qtbot.waitUntil(lambda: not video_frames._is_busy)
    video_frames.seek(0.2)
    qtbot.waitUntil(lambda: video_frames.frames[1:] == [(0.2, shade(5))])
