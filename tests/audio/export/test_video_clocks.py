"""Export of videos whose clock starts anywhere, whose sound begins early or late or has holes."""

from dataclasses import dataclass

import av
import numpy as np
import pytest

from samstudio.audio.export.export import export
from samstudio.audio.export.export_request import ExportRequest, VideoExport
from samstudio.audio.files import load_clip
from tests.audio.made_files import noise
from tests.audio.made_videos import grey_frames

RATE, SECONDS = 48000, 3


@dataclass(frozen=True)
class Times:
    """When the video and the sound begin, and the length of the file, in seconds."""

    video: float
    sound: float
    length: float


def make_ts(path, offset: float, video: float = 0.0, sound: float = 0.0, without: range = range(0)):
    """A transport stream of grey frames and noise; of its sound the packets `without` are missing."""
    samples = np.round(noise(SECONDS * RATE, 1, level=0.5)[:, 0] * 2**15).astype(np.int16)
    with av.open(path, "w", format="mpegts", options={"output_ts_offset": str(offset)}) as file:
        pictures = file.add_stream("mpeg2video", rate=25)
        pictures.width = pictures.height = 32
        pictures.pix_fmt = "yuv420p"
        sound_stream = file.add_stream("mp2", rate=RATE, layout="mono")
        packets = []
        for number, pixels in enumerate(grey_frames(25 * SECONDS)):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")
            frame.pts = number + round(25 * video)
            packets += pictures.encode(frame)
        packets += pictures.encode(None)
        made = []
        for start in range(0, len(samples), 1152):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1152], "s16", "mono")
            frame.sample_rate, frame.pts = RATE, start + round(RATE * sound)
            made += sound_stream.encode(frame)
        made += sound_stream.encode(None)
        packets += [packet for number, packet in enumerate(made) if number not in without]
        for packet in sorted(packets, key=lambda packet: float(packet.dts * packet.time_base)):
            file.mux(packet)
    return path


def times(path) -> Times:
    """The times of a file, from its beginning on."""
    with av.open(str(path)) as file:
        video, sound = file.streams.video[0], file.streams.audio[0]
        begins = [float((stream.start_time or 0) * stream.time_base) for stream in (video, sound)]
        start = min(begins)
        return Times(begins[0] - start, begins[1] - start, file.duration / av.time_base)


def exported(path, folder):
    clip = load_clip(path)
    folder.mkdir()
    silent = np.zeros_like(clip.samples)
    request = ExportRequest({"target": clip.samples, "residual": silent}, clip, folder)
    request = ExportRequest(request.stems, clip, folder, video=VideoExport(path, "target", clip.samples))
    *_, report = export(request)
    return clip, report.paths["video"]


@pytest.mark.parametrize("offset", [1.4, 3000.0, 95_000.0, 95_442.5])
def test_a_video_keeps_its_length_whatever_its_clock_says(tmp_path, offset):
    path = make_ts(tmp_path / "tv.ts", offset)
    clip, made = exported(path, tmp_path / "out")
    assert clip.duration == pytest.approx(SECONDS, abs=0.03)
    assert times(made).length == pytest.approx(SECONDS, abs=0.1)
    with av.open(str(made)) as file:
        assert len(list(file.decode(video=0))) == 25 * SECONDS


@pytest.mark.parametrize(("video", "sound"), [(0.0, 0.4), (0.4, 0.0), (0.0, 0.0)])
def test_sound_and_video_keep_their_distance(tmp_path, video, sound):
    path = make_ts(tmp_path / "tv.ts", 3000.0, video, sound)
    before = times(path)
    clip, made = exported(path, tmp_path / "out")
    after, read = times(made), load_clip(made)
    # Silence is written before sound that begins late: the sound of the copy begins with the video.
    silence = int(np.flatnonzero(np.abs(read.samples[:, 0]) > 1e-3)[0]) - int(
        np.flatnonzero(np.abs(clip.samples[:, 0]) > 1e-3)[0]
    )
    assert after.sound == 0.0
    assert silence / RATE == pytest.approx(before.sound, abs=0.002)
    assert after.video == pytest.approx(before.video, abs=0.002)


def test_a_hole_in_the_sound_stays_where_it_is(tmp_path):
    path = make_ts(tmp_path / "tv.ts", 3000.0, without=range(40, 60))
    clip, made = exported(path, tmp_path / "out")
    assert clip.duration == pytest.approx(SECONDS, abs=0.03)
    read = load_clip(made).samples[:, 0]
    assert np.abs(read - clip.samples[:, 0]).max() <= 2.0**-22
    assert not read[41 * 1152 : 59 * 1152].any()
    assert times(made).length == pytest.approx(SECONDS, abs=0.1)
