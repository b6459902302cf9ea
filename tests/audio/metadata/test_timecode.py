"""A video's timecode as the time stamp of its sound, and of what is made of it."""

from fractions import Fraction

import av
import pytest

from samstudio.audio.export.export import export
from samstudio.audio.export.export_request import ExportRequest
from samstudio.audio.files import load_clip
from samstudio.audio.metadata.timecode import timecode_seconds
from tests.audio.made_files import noise
from tests.audio.made_videos import grey_frames, write_video

NTSC, VIDEO = Fraction(30000, 1001), Fraction(24000, 1001)
SOUND = noise(48000, channels=1)[:, 0] / 4


@pytest.mark.parametrize(
    ("suffix", "rate", "timecode", "stamp"),
    [
        (".mov", 25, "10:00:00:00", 10 * 3600 * 48000),
        (".mp4", 24, "01:00:00:12", 3600 * 48000 + 24000),
        (".mkv", 30, "00:00:01:15", 72000),
        # 86400 numbers of 2002 samples each: an hour and 3.6 seconds.
        (".mov", VIDEO, "01:00:00:00", 86400 * 2002),
        # 107892 frames: an hour less 3.6 ms, which is why numbers are dropped.
        (".mov", NTSC, "01:00:00;00", round(107892 * 48000 * 1001 / 30000)),
        (".mp4", NTSC, "01:00:00:00", round(108000 * 48000 * 1001 / 30000)),
    ],
)
def test_stems_of_a_video_stand_at_its_timecode(tmp_path, suffix, rate, timecode, stamp):
    video = write_video(tmp_path / f"video{suffix}", grey_frames(30), rate, SOUND, timecode=timecode)
    clip = load_clip(video)
    *_, report = export(ExportRequest({"target": clip.samples}, clip, tmp_path, start=480))
    with av.open(str(report.paths["target"])) as file:
        assert file.metadata["time_reference"] == str(stamp + 480)


def test_sound_that_begins_later_is_stamped_later(tmp_path):
    video = write_video(tmp_path / "video.mkv", grey_frames(50), 25, SOUND, timecode="10:00:00:00", sound_starts=0.5)
    assert load_clip(video).time_reference == 36000 * 48000 + 24000


@pytest.mark.parametrize(("rate", "timecode"), [(25, ""), (15, "10:00:00:00")])
def test_no_timecode_and_an_odd_rate_give_no_stamp(tmp_path, rate, timecode):
    video = write_video(tmp_path / "video.mp4", grey_frames(30), rate, SOUND, timecode=timecode)
    assert load_clip(video).time_reference is None


def test_drop_frame_counts_as_the_standard_does():
    """The first number of a minute follows the last of the one before; that of a tenth minute is not dropped."""
    for before, after in (
        ("00:00:59;29", "00:01:00;02"),
        ("00:09:59;29", "00:10:00;00"),
        ("09:59:59;29", "10:00:00;00"),
    ):
        assert timecode_seconds(after, NTSC) - timecode_seconds(before, NTSC) == 1 / NTSC
    assert timecode_seconds("00:01:00;04", 2 * NTSC) - timecode_seconds("00:00:59;59", 2 * NTSC) == 1 / (2 * NTSC)


def test_a_measured_rate_counts_as_the_one_it_is_meant_for():
    assert timecode_seconds("01:00:00:00", Fraction(23976, 1000)) == Fraction(36036, 10)
    assert timecode_seconds("01:00:00:00", Fraction(24001, 1000)) == 3600


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("1:00:00:00", 25),
        ("99:00:00:00", 25),
        ("01:60:00:00", 25),
        ("01:00:00:25", 25),
        ("01:00:00;00", 25),
        ("", 25),
        ("01:00:00:00", Fraction(2402, 100)),
    ],
)
def test_what_is_no_timecode_of_that_rate(text, rate):
    assert timecode_seconds(text, Fraction(rate)) is None
