"""Sound goes back to its picture: which stays what it is, and in sync."""

import io
from itertools import chain
from pathlib import Path

import av
import numpy as np
import pytest

from samstudio.audio.encode.video_sink import lead_in, video_sound_rate, video_suffix, write_video
from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip
from tests.audio.made_videos import grey_frames
from tests.audio.made_videos import write_video as make_video

FRAMES = 70_001


@pytest.fixture
def sound():
    random = np.random.default_rng(3)
    return (0.2 * random.standard_normal(FRAMES)).clip(-0.9, 0.9).astype(np.float32)


def rewritten(video: Path, goal: Path, sound) -> Path:
    with goal.open("w+b") as file:
        blocks = (sound[start : start + 5000, None] for start in range(0, len(sound), 5000))
        list(write_video(file, video, chain(lead_in(video, 48000, 1), blocks), 48000, 1))
    return goal


def pictures(path: Path) -> list[tuple[bytes, int, int | None]]:
    """What the picture's packets hold, and when they are shown, in milliseconds from the first on."""
    with av.open(str(path)) as video:
        packets = [packet for packet in video.demux(video=0) if packet.dts is not None]
        times = [round(1000 * packet.pts * packet.time_base) for packet in packets]
        return [(bytes(packet), time - times[0], None) for packet, time in zip(packets, times, strict=True)]


def begin(path: Path, kind: str) -> float:
    with av.open(str(path)) as video:
        stream = getattr(video.streams, kind)[0]
        return float((stream.start_time or 0) * stream.time_base)


def lag(late, meant) -> int:
    size = 2 * max(len(late), len(meant))
    correlation = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(meant, size)), size)
    peak = int(correlation.argmax())
    return peak if peak < size // 2 else peak - size


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_timecode_goes_on(tmp_path, sound, suffix):
    video = make_video(tmp_path / f"video{suffix}", grey_frames(40), sound=sound, timecode="10:00:00:00")
    made = rewritten(video, tmp_path / f"new{suffix}", sound)
    with av.open(str(made)) as container:
        emitted = {name.lower(): text for name, text in container.streams.video[0].metadata.items()}
        assert emitted["timecode"] == "10:00:00:00"
        tracks = [stream.type for stream in container.streams]
    # Editors look for a track of its own, which Matroska has not.
    assert tracks == ["video", "audio", *(["data"] if suffix != ".mkv" else [])]
    assert load_clip(made).frames == FRAMES


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_eight_channels_stay_apart(tmp_path, sound, suffix):
    video = make_video(tmp_path / f"video{suffix}", grey_frames(40), sound=sound)
    around = np.zeros((len(sound), 8), np.float32)
    around[:, 7] = sound
    made = tmp_path / f"new{suffix}"
    with made.open("w+b") as file:
        list(write_video(file, video, iter(np.array_split(around, 10)), 48000, 8))
    level = np.sqrt(np.mean(np.square(load_clip(made).samples), axis=0))
    assert level.shape == (8,)
    assert level[7] == pytest.approx(np.std(sound), rel=0.1)
    assert level[:7].max() < 0.01 * level[7]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("sound_starts", [0.0, 0.4])
def test_the_video_is_copied_and_the_sound_is_in_sync(tmp_path, sound, suffix, sound_starts):
    old = np.zeros(FRAMES, np.float32)
    video = make_video(tmp_path / f"video{suffix}", grey_frames(40), sound=old, sound_starts=sound_starts)
    made = rewritten(video, tmp_path / f"new{suffix}", sound)
    assert pictures(made) == pictures(video)
    clip = load_clip(made)
    assert (clip.sample_rate, clip.channels) == (48000, 1)
    # The sound begins with the picture now, where it began later with silence.
    silence = round(begin(video, "audio") * 48000)
    assert silence == pytest.approx(sound_starts * 48000, abs=1200)
    assert begin(made, "audio") == 0.0
    assert lag(clip.samples[:, 0], sound) == silence
    assert clip.frames == FRAMES + silence
    if suffix != ".mp4":
        assert np.abs(clip.samples[silence:, 0] - sound).max() <= 2.0**-22


def test_a_rotated_video_stays_rotated(tmp_path, sound):
    video = make_video(tmp_path / "video.mp4", grey_frames(10), sound=sound, turned=90)
    made = rewritten(video, tmp_path / "new.mp4", sound)
    with av.open(str(made)) as container:
        assert next(container.decode(video=0)).rotation == 90


def test_where_the_sound_may_go():
    assert [video_suffix(Path(name)) for name in ("a.MP4", "b.mov", "c.webm", "d.avi")] == [
        ".mp4",
        ".mov",
        ".mkv",
        ".mkv",
    ]
    assert (video_sound_rate(Path("a.mp4"), 192000), video_sound_rate(Path("a.mov"), 192000)) == (96000, 192000)


def test_what_has_no_video_is_reported(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    with pytest.raises(AudioError, match="cannot be copied"):
        list(write_video(io.BytesIO(), tmp_path / "a.mp4", iter(()), 48000, 1))


@pytest.mark.parametrize("room", [0, 100, 5_000, 15_000])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_full_disk_is_reported_as_such(tmp_path, sound, suffix, room, capfd):
    class Disk(io.BytesIO):
        def write(self, data):
            if self.tell() + len(data) > room:
                raise OSError(28, "No space left on device")
            return super().write(data)

    video = make_video(tmp_path / f"video{suffix}", grey_frames(40), sound=sound)
    blocks = (np.tile(sound[:1000, None], 20) for _ in range(7))
    with pytest.raises(OSError, match="No space left"):
        list(write_video(Disk(), video, (block.reshape(-1, 1) for block in blocks), 48000, 1))
    assert capfd.readouterr().err == ""
