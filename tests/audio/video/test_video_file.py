import pickle
import tracemalloc
from contextlib import ExitStack, closing
from fractions import Fraction

import av
import numpy as np
import pytest
from av.stream import Disposition

from samstudio.audio.errors import AudioError
from samstudio.audio.video import video_file
from samstudio.audio.video.video_file import VideoFile, VideoInfo, VideoReader
from tests.audio.made_files import encode, noise
from tests.audio.made_videos import grey_frames, write_video

SILENCE = np.zeros(96000, np.float32)


def shade(frame) -> int:
    return int(frame[frame.shape[0] // 2, frame.shape[1] // 2, 0])


def nearest(shades: list[int], times: list[float], time: float) -> int:
    return shades[min(range(len(times)), key=lambda k: (abs(times[k] - time), k))]


@pytest.fixture
def read():
    """Opens videos, and lets go of them after the test."""
    with ExitStack() as opened:
        yield lambda path, **choices: opened.enter_context(closing(VideoReader(path, **choices)))


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    """Two seconds of grey, every frame another, without loss."""
    return write_video(tmp_path_factory.mktemp("videos") / "exact.mkv", grey_frames(50), sound=SILENCE)


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """Four seconds in MPEG-4, a key frame every 12 frames."""
    return write_video(tmp_path_factory.mktemp("videos") / "coded.mp4", grey_frames(100), sound=SILENCE)


def test_a_video_says_what_it_is(coded, read):
    assert read(coded).info == VideoInfo(32, 32, 25.0, pytest.approx(4.0))


def test_frames_come_as_they_were_written(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 24, 40, 3), np.uint8)
    path = write_video(tmp_path / "colours.mkv", list(pixels))
    found = list(VideoFile(path).frames_at([0.0, 0.04, 0.08]))
    np.testing.assert_array_equal(found, pixels)
    assert not found[0].flags.writeable


def test_the_nearest_frame_counts_and_the_earlier_of_two(exact, read):
    shades = [shade(frame) for frame in grey_frames(50)]
    reader = read(exact)
    asked = [0.0, 0.019, 0.02, 0.021, 0.5, 1.97, 2.5, 9.0]
    assert [shade(reader.frame_at(time)) for time in asked] == [shades[k] for k in (0, 0, 0, 1, 12, 49, 49, 49)]


def test_the_same_frame_comes_as_the_same_array(exact):
    first, again, other = VideoFile(exact).frames_at([0.0, 0.01, 0.03])
    assert again is first
    assert other is not first


@pytest.mark.parametrize("ahead", [video_file.SEEK_AHEAD, 0.1])
def test_any_order_finds_what_decoding_all_finds(coded, ahead, monkeypatch, read):
    monkeypatch.setattr(video_file, "SEEK_AHEAD", ahead)
    with av.open(coded) as container:
        decoded = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    times, shades = [time for time, _ in decoded], [shade(frame) for _, frame in decoded]
    reader = read(coded)
    for time in np.random.default_rng(1).uniform(-0.2, 4.5, 60).tolist():
        assert shade(reader.frame_at(time)) == nearest(shades, times, time)


def test_an_index_that_leads_too_far_is_not_trusted(coded, monkeypatch, read):
    reader = read(coded)
    begin, begun = reader._begin, []

    def begin_too_late():
        begun.append(1)
        found = begin()
        while len(begun) == 1 and reader._near[0] < 3.5:
            reader._near, reader._next = reader._next, next(reader._frames, None)
        return found

    reader.frame_at(3.9)
    monkeypatch.setattr(reader, "_begin", begin_too_late)
    assert shade(reader.frame_at(2.0)) == pytest.approx(20 + 200 * 50 / 99, abs=2)
    assert len(begun) == 2


def test_uneven_times_and_a_sound_that_starts_later(tmp_path):
    path = write_video(
        tmp_path / "late.mkv", grey_frames(4), times=[0.0, 0.5, 0.6, 1.4], sound=SILENCE, sound_starts=0.4
    )
    shades = [shade(frame) for frame in grey_frames(4)]
    # On the clip's time they stand at -0.4, 0.1, 0.2 and 1.0 s.
    found = [shade(frame) for frame in VideoFile(path).frames_at([0.0, 0.14, 0.16, 0.59, 0.61, 7.0])]
    assert found == [shades[k] for k in (1, 1, 2, 2, 3, 3)]


def test_a_phone_that_was_turned_shows_upright(tmp_path, read):
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[:, 48:] = 200  # bright at the right, which a quarter turn counterclockwise brings to the top
    reader = read(write_video(tmp_path / "turned.mp4", [pixels] * 3, turned=90))
    assert (reader.info.width, reader.info.height) == (32, 64)
    frame = reader.frame_at(0.0)
    assert frame.shape == (64, 32, 3)
    assert frame[:12].mean() > 180
    assert frame[20:].mean() < 20


def test_pixels_become_square_and_large_frames_small(tmp_path, read):
    path = write_video(tmp_path / "wide.mp4", grey_frames(2, 30, 40), pixel_ratio=Fraction(2))
    assert read(path).info == VideoInfo(60, 40, 25.0, pytest.approx(0.08))
    assert read(path).frame_at(0.0).shape == (40, 60, 3)
    assert read(path, longest_side=30).frame_at(0.0).shape == (20, 30, 3)


def test_a_video_goes_to_another_process(exact):
    assert pickle.loads(pickle.dumps(VideoFile(exact))) == VideoFile(exact)


def test_memory_holds_a_few_frames_only(tmp_path):
    path = write_video(tmp_path / "long.mp4", [np.full((64, 64, 3), 99, np.uint8)] * 500)
    tracemalloc.start()
    for _ in VideoFile(path).frames_at(k / 25 for k in range(500)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * 64 * 64 * 3


def test_the_file_is_let_go(exact, monkeypatch):
    closed = []
    close = VideoReader.close
    monkeypatch.setattr(VideoReader, "close", lambda self: (closed.append(self), close(self)))
    frames = VideoFile(exact).frames_at([0.0, 1.0])
    next(frames)
    closed.clear()
    frames.close()
    assert len(closed) == 1


def test_no_video_to_show(tmp_path):
    encode(tmp_path / "sound.m4a", "aac", noise(4800))
    with pytest.raises(AudioError, match=r"There is no video in “sound\.m4a”"):
        VideoReader(tmp_path / "sound.m4a")


def test_the_cover_of_an_album_is_no_video(tmp_path):
    path = tmp_path / "album.m4a"
    with av.open(path, "w", format="mp4") as album:
        cover = album.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 32
        cover.pix_fmt = "yuvj420p"
        cover.disposition = Disposition.attached_pic
        sound = album.add_stream("aac", rate=48000, layout="mono")
        album.mux(cover.encode(av.VideoFrame(32, 32, "yuvj420p")))
        album.mux(cover.encode(None))
        part = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        part.sample_rate = 48000
        album.mux(sound.encode(part))
        album.mux(sound.encode(None))
    with av.open(path) as album:
        assert album.streams.video
    with pytest.raises(AudioError, match="There is no video"):
        VideoReader(path)


def test_what_is_no_video_at_all(tmp_path):
    (tmp_path / "text.mp4").write_text("not a video " * 100)
    with pytest.raises(AudioError, match=r"video of “text\.mp4” cannot be read: convert"):
        VideoReader(tmp_path / "text.mp4")
    with pytest.raises(AudioError, match="There is no file"):
        next(VideoFile(tmp_path / "gone.mp4").frames_at([0.0]))


def test_a_video_cut_short_shows_its_last_frame_from_there_on(exact, tmp_path, read):
    whole = exact.read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    reader = read(tmp_path / "cut.mkv")
    shades = [shade(frame) for frame in grey_frames(50)]
    assert shade(reader.frame_at(0.2)) == shades[5]
    last = shade(reader.frame_at(1.9))
    assert shades[5] < last < shades[40]


def test_damage_in_the_middle_costs_its_own_frames_only(coded, tmp_path, read):
    data = bytearray(coded.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 200] = bytes(200)
    (tmp_path / "damaged.mp4").write_bytes(data)
    reader = read(tmp_path / "damaged.mp4")
    assert shade(reader.frame_at(3.9)) == pytest.approx(20 + 200 * 97 / 99, abs=3)


def test_pictures_that_cannot_be_decoded(coded, tmp_path):
    data = bytearray(coded.read_bytes())
    start, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[start:end] = bytes(end - start)
    (tmp_path / "hollow.mp4").write_bytes(data)
    with pytest.raises(AudioError, match=r"No frame of “hollow\.mp4” can be decoded"):
        VideoReader(tmp_path / "hollow.mp4")


def test_a_frame_too_large_for_memory_is_refused(tmp_path):
    path = tmp_path / "huge.mkv"
    with av.open(path, "w") as container:
        picture = container.add_stream("mjpeg", rate=25)
        picture.width, picture.height = 20_000, 8_000
        picture.pix_fmt = "yuvj420p"
        packet = av.Packet(b"\xff\xd8\xff\xd9")
        packet.stream, packet.pts, packet.dts = picture, 0, 0
        container.mux(packet)
    with pytest.raises(AudioError, match=r"20000 × 8000 pixels, which is too large: scale it down first"):
        VideoReader(path)


def test_a_film_is_known_again_wherever_it_lies_and_a_changed_one_is_not(coded, tmp_path):
    content = coded.read_bytes()
    key = VideoFile(coded).key
    copy = tmp_path / "copy.mov"
    copy.write_bytes(content)
    assert VideoFile(copy).key == key
    assert VideoFile(copy, 1).key != key
    copy.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert VideoFile(copy).key != key
    assert VideoFile(tmp_path / "missing.mp4").key == ""


def test_of_a_long_film_little_is_read_to_know_it(tmp_path):
    film = tmp_path / "long.mkv"
    with film.open("wb") as file:
        file.truncate(40 << 30)
    # All of it, although it has holes, would take minutes.
    assert VideoFile(film).key != ""
    assert video_file._PROBES * video_file._PROBE_BYTES < 1 << 20


def test_the_end_of_the_picture_is_on_the_time_of_the_sound(tmp_path, read):
    late = write_video(tmp_path / "late.mkv", grey_frames(25), sound=SILENCE, times=[1 + k / 25 for k in range(25)])
    assert read(late).info.end == pytest.approx(2.0, abs=0.05)
